"""Equilibria of games too hard to solve whole: all pure ones, and mixed ones that were found.

Three or more players, that is, and two whose game is large.

The mixed equilibria of such games may be irrational (Nash 1951 has a poker example). One that is
near small fractions is given and proved in them; else it is in floats, certified by its largest
regret. Nothing says that none was missed.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import NotAnEquilibrium, NotSolved
from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import certify, prove
from nashscope.games.solve.strategic.alternatives import alternatives
from nashscope.games.solve.strategic.convex_hull import distance_to_hull
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.fischer_burmeister import climb
from nashscope.games.solve.strategic.multilinear import action_values, value_derivatives
from nashscope.games.solve.strategic.nash_subset import Component
from nashscope.games.solve.strategic.pure import pure_equilibria, pure_strategies

__all__ = ["distinct", "scaled_payoffs", "several_player_equilibria", "starts"]

APART = 1e-6
"""Total variation above which two profiles count as different equilibria."""


def several_player_equilibria(
    game: NormalForm, deadline: Deadline, *, attempts: int = 60, tolerance: float = 1e-9
) -> Equilibria:
    """All pure equilibria, exactly, and the mixed ones reached from several starts.

    attempts: how many profiles, the uniform one first, the search for mixed ones starts from.
    tolerance: the largest regret, in units of the player's own payoff range.

    Raises:
        NotSolved: beyond the deadline, or if there is no pure equilibrium and no start arrived.
    """
    pure = [_proved(game, pure_strategies(game, cell)) for cell in pure_equilibria(game)]
    found = _Collection(game, pure)
    for equilibrium in pure:
        found.add(equilibrium)
    unit = np.where(game.ranges > 0, game.ranges, 1.0)
    table = scaled_payoffs(game, unit.reshape(-1, *(1,) * game.players))
    values, slopes = partial(action_values, table), partial(value_derivatives, table)
    for profile in starts(game.shape, attempts):
        reached = climb(values, profile, deadline, slopes)
        if reached is None or not found.new(reached):
            continue
        mixed = _rational(game, reached) or _approximate(game, reached, tolerance)
        if mixed is not None:
            found.add(mixed)
    if not found.equilibria:
        raise NotSolved(
            f"no equilibrium of {game!r} was reached from {attempts} starts; try more of them"
        )
    return found.result()


class _Collection:
    """The equilibria found so far, and the continua in which one player's strategy may vary."""

    def __init__(self, game: NormalForm, pure: list[Equilibrium]) -> None:
        self.game, self.equilibria = game, list(pure)
        self.components: list[Component] = []

    def new(self, profile: Sequence[ndarray]) -> bool:
        """Whether a profile lies in none of the components so far."""
        return all(
            max(float(distance_to_hull(s, v)) for s, v in zip(profile, part.vertices, strict=True))
            > APART
            for part in self.components
        )

    def add(self, equilibrium: Equilibrium) -> None:
        """Takes in an equilibrium, with the continua that it lies in."""
        if not equilibrium.certificate.exact:
            self._component([equilibrium])
            return
        own = exact_strategies(equilibrium)
        varied = [
            [(*own[:player], strategy, *own[player + 1 :]) for strategy in extreme]
            for player in range(self.game.players)
            if len(extreme := alternatives(self.game, own, player)) > 1
        ]
        for profiles in varied:
            self._component([_proved(self.game, profile) for profile in profiles])
        if not varied:
            self._component([equilibrium])

    def _component(self, extreme: list[Equilibrium]) -> None:
        """Takes in a component by its extreme equilibria."""
        for equilibrium in extreme:
            if equilibrium not in self.equilibria:
                self.equilibria.append(equilibrium)
        members = tuple(sorted(self.equilibria.index(equilibrium) for equilibrium in extreme))
        per_player = zip(*(equilibrium.strategies for equilibrium in extreme), strict=True)
        component = Component(tuple(tuple(dict.fromkeys(own)) for own in per_player), members)
        if component not in self.components:
            self.components.append(component)

    def result(self) -> Equilibria:
        """Everything found."""
        parts = tuple(self.components)
        return Equilibria(self.game, tuple(self.equilibria), False, parts=parts)


def scaled_payoffs(game: NormalForm, unit: float | ndarray) -> Float[ndarray, "players *actions"]:
    """The payoffs counted from each player's smallest, in the given unit."""
    flat = game.payoffs.reshape(game.players, -1)
    low = flat.min(axis=1).reshape(-1, *(1,) * game.players)
    return np.asarray((game.payoffs - low) / unit)


def exact_strategies(equilibrium: Equilibrium) -> list[tuple[Fraction, ...]]:
    """The strategies of an equilibrium that is proved in fractions."""
    return [tuple(Fraction(p) for p in strategy) for strategy in equilibrium.strategies]


def _proved(game: NormalForm, strategies: Sequence[tuple[Fraction, ...]]) -> Equilibrium:
    """An equilibrium in fractions with its proof."""
    payoffs, proof = prove(game, strategies)
    return Equilibrium(game, tuple(strategies), payoffs, proof)


def _rational(game: NormalForm, profile: Sequence[ndarray]) -> Equilibrium | None:
    """The equilibrium in small fractions that a profile comes near, if there is one."""
    rounded = [[Fraction(p).limit_denominator(1000) for p in s.tolist()] for s in profile]
    if any(sum(strategy) != 1 for strategy in rounded):
        return None
    strategies = tuple(map(tuple, rounded))
    try:
        payoffs, proof = prove(game, strategies)
    except NotAnEquilibrium:
        return None
    return Equilibrium(game, strategies, payoffs, proof)


def _approximate(
    game: NormalForm, profile: Sequence[ndarray], tolerance: float
) -> Equilibrium | None:
    """The profile with its largest regret as proof, if that is small enough."""
    try:
        proof = certify(game, profile, tolerance=tolerance)
    except NotAnEquilibrium:
        return None
    strategies = tuple(tuple(strategy.tolist()) for strategy in profile)
    return Equilibrium(game, strategies, tuple(game.expected_payoffs(profile).tolist()), proof)


def starts(shape: tuple[int, ...], number: int) -> list[list[ndarray]]:
    """The uniform profile, those uniform on smaller supports while they are few, random ones."""
    drawn = [[np.full(count, 1 / count) for count in shape]]
    if math.prod(2**count - 1 for count in shape) < number:
        supports = [
            [np.array(chosen) for chosen in product((0.0, 1.0), repeat=count) if any(chosen)]
            for count in shape
        ]
        drawn += [[s / s.sum() for s in profile] for profile in product(*supports)]
    chance = stream(0, "equilibria", *shape)
    while len(drawn) < number:
        weight = 1.0 if len(drawn) % 2 else 0.3  # half of them near the edges of the simplex
        drawn.append([chance.dirichlet(np.full(count, weight)) for count in shape])
    return drawn


def distinct(profile: Sequence[ndarray], others: Sequence[Sequence[ndarray]]) -> bool:
    """Whether a profile differs from every other by more than `APART` in total variation."""
    return all(
        max(0.5 * float(np.abs(a - b).sum()) for a, b in zip(profile, other, strict=True)) > APART
        for other in others
    )
