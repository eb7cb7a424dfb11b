"""Equilibria of games too hard to solve whole: all pure ones, and mixed ones that were found.

Three or more players, that is, and two whose game is large.

The mixed equilibria of such games may be irrational (Nash 1951 has a poker example). One that is
near small fractions is given and proved in them; else it is in floats, certified by its largest
regret. Nothing says that none was missed.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import NotAnEquilibrium, NotSolved, OutOfTime
from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.rational import as_fraction
from nashscope.games.solve.certify import Certificate, certify, prove
from nashscope.games.solve.strategic.alternatives import alternatives
from nashscope.games.solve.strategic.continuum import curves
from nashscope.games.solve.strategic.convex_hull import distance_to_hull
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.fischer_burmeister import climb
from nashscope.games.solve.strategic.lemke_howson import one_equilibrium
from nashscope.games.solve.strategic.multilinear import action_values, value_derivatives
from nashscope.games.solve.strategic.nash_subset import Component, Mix
from nashscope.games.solve.strategic.pure import pure_equilibria, pure_strategies

__all__ = ["distinct", "listed_pure", "scaled_payoffs", "several_player_equilibria", "starts"]

APART = 1e-6
"""Total variation above which two profiles count as different equilibria."""

MOST_STARTS = 1000
"""The largest number of starts, where all before led to nothing."""

LISTED = 500_000
"""The largest number of probabilities of the pure equilibria that are listed."""

WALKS = 20
"""The largest number of times that all players' strategies are moved to a corner."""

Exact = tuple[Fraction, ...]
Values = Callable[[list[ndarray]], list[ndarray]]
Slopes = Callable[[list[ndarray]], ndarray]


def several_player_equilibria(
    game: NormalForm, deadline: Deadline, *, attempts: int = 60, tolerance: float = 1e-9
) -> Equilibria:
    """All pure equilibria, exactly, and the mixed ones reached from several starts.

    Beyond the deadline it gives what is known by then, and says so in `stopped`. In the order of
    the result, points that seem to lie on one continuum come last, one continuum after another.

    attempts: how many profiles, the uniform one first, the search for mixed ones starts from;
        where none led to any equilibrium, and none is pure, up to `MOST_STARTS`.
    tolerance: the largest regret, in units of the player's own payoff range.

    Raises:
        NotSolved: if nothing was found before the deadline, or from any start.
    """
    known = _Collection(game)
    stopped = None
    try:
        known.add_pure(deadline)
        if known.left_out is None:
            if game.players == 2 and not known.equilibria:
                known.add(_proved(game, one_equilibrium(game, deadline)), deadline)
            _search(known, deadline, attempts, tolerance)
    except OutOfTime as reason:
        if not known.equilibria:
            raise
        stopped = str(reason)
    if not known.equilibria:
        raise NotSolved(
            f"no equilibrium of {game!r} was found, from {MOST_STARTS} starts; it has one all the "
            "same, and a smaller game or one with fewer ties may show it"
        )
    return known.result(deadline, known.left_out or stopped)


def _search(known: "_Collection", deadline: Deadline, attempts: int, tolerance: float) -> None:
    """Climbs from many starts to mixed equilibria, and takes in those that are new."""
    game = known.game
    values, slopes = _relative(game)
    for number, profile in enumerate(starts(game.shape, MOST_STARTS)):
        if number >= attempts and known.equilibria:
            return
        reached = climb(values, profile, deadline, slopes)
        if reached is None or not known.new(reached):
            continue
        mixed = _rational(game, reached) or _approximate(game, reached, tolerance)
        if mixed is not None:
            known.add(mixed, deadline)


def _relative(game: NormalForm) -> tuple[Values, Slopes]:
    """Every action's value at a profile, and its derivative, in units of each player's range."""
    unit = np.where(game.ranges > 0, game.ranges, 1.0)
    table = scaled_payoffs(game, unit.reshape(-1, *(1,) * game.players))
    return partial(action_values, table), partial(value_derivatives, table)


class _Collection:
    """The equilibria found so far, and the continua in which one player's strategy may vary."""

    def __init__(self, game: NormalForm) -> None:
        self.game = game
        self.equilibria: dict[tuple[Mix, ...], Equilibrium] = {}
        self.parts: dict[Any, tuple[tuple[Mix, ...], ...]] = {}
        self.boxes: list[tuple[ndarray, ndarray]] = []
        self.left_out: str | None = None

    def new(self, profile: Sequence[ndarray]) -> bool:
        """Whether a profile lies in none of the components so far."""
        point = np.concatenate(profile)
        for (low, high), part in zip(self.boxes, self.parts.values(), strict=True):
            if (point < low - APART).any() or (point > high + APART).any():
                continue  # the hull lies in its box: no linear program is needed
            apart = (
                float(distance_to_hull(own, np.array(extreme, dtype=float)))
                for own, extreme in zip(profile, part, strict=True)
            )
            if max(apart) <= APART:
                return False
        return True

    def add_pure(self, deadline: Deadline) -> None:
        """Takes in all pure equilibria, which are known at once, and then their continua."""
        pure, self.left_out = listed_pure(self.game)
        self.equilibria.update({equilibrium.strategies: equilibrium for equilibrium in pure})
        if self.left_out is not None:
            return
        for equilibrium in list(self.equilibria.values()):
            self._follow(exact_strategies(equilibrium), deadline)

    def add(self, equilibrium: Equilibrium, deadline: Deadline) -> None:
        """Takes in an equilibrium, or the corner of the continuum that it lies in."""
        if not equilibrium.certificate.exact:
            self.equilibria.setdefault(equilibrium.strategies, equilibrium)
            self._part(tuple((strategy,) for strategy in equilibrium.strategies))
            return
        corner = _corner(self.game, exact_strategies(equilibrium), deadline)
        if corner not in self.equilibria:
            self.equilibria[corner] = _proved(self.game, corner)
            self._follow(corner, deadline)

    def _follow(self, exact: Sequence[Exact], deadline: Deadline) -> None:
        """Takes in the continua in which one player alone leaves an equilibrium."""
        alone = True
        for player in range(self.game.players):
            extreme = alternatives(self.game, exact, player, deadline)
            if len(extreme) > 1:
                alone = False
                self._part(
                    tuple(
                        tuple(extreme) if other == player else (strategy,)
                        for other, strategy in enumerate(exact)
                    )
                )
        if alone:
            self._part(tuple((strategy,) for strategy in exact))

    def _part(self, extreme: tuple[tuple[Mix, ...], ...]) -> None:
        """Takes in a component by the extreme strategies of every player."""
        key = tuple(frozenset(strategies) for strategies in extreme)
        if key not in self.parts:
            self.parts[key] = extreme
            corners = [np.array(strategies, dtype=float) for strategies in extreme]
            low = np.concatenate([own.min(axis=0) for own in corners])
            self.boxes.append((low, np.concatenate([own.max(axis=0) for own in corners])))

    def result(self, deadline: Deadline, stopped: str | None) -> Equilibria:
        """Everything found: what stands alone first, then the points of continua."""
        listed = list(self.equilibria.values())
        mixed = [n for n, equilibrium in enumerate(listed) if not equilibrium.pure]
        try:
            points = [list(listed[n].profile) for n in mixed]
            groups = curves(points, *_relative(self.game), deadline)
        except OutOfTime as reason:
            groups, stopped = [], stopped or str(reason)
        along = [mixed[n] for group in groups for n in group]
        order = [n for n in range(len(listed)) if n not in set(along)] + along
        place = {listed[n].strategies: position for position, n in enumerate(order)}
        parts = [
            Component(extreme, tuple(sorted(place[c] for c in product(*extreme) if c in place)))
            for extreme in self.parts.values()
        ]
        # those that the time did not suffice to follow any further
        covered = {member for part in parts for member in part.members}
        parts += [
            Component(tuple((s,) for s in strategies), (position,))
            for strategies, position in place.items()
            if position not in covered
        ]
        return Equilibria(
            self.game,
            tuple(listed[n] for n in order),
            False,
            parts=tuple(sorted(parts, key=lambda part: part.members)),
            curves=tuple(
                tuple(sorted(place[listed[mixed[n]].strategies] for n in group)) for group in groups
            ),
            stopped=stopped,
        )


def listed_pure(game: NormalForm) -> tuple[list[Equilibrium], str | None]:
    """The pure equilibria, or the first of very many, and then a word on how many there are."""
    cells = pure_equilibria(game)
    most = max(1, LISTED // sum(game.shape))
    proof = Certificate((Fraction(0),) * game.players, 0.0)
    listed = [
        Equilibrium(
            game,
            tuple(pure_strategies(game, cell)),
            tuple(as_fraction(game.given[(player, *cell)]) for player in range(game.players)),
            proof,
        )
        for cell in cells[:most]
    ]
    many = f"{len(cells):,} equilibria are pure; {most:,} of them are listed"
    return listed, many if len(cells) > most else None


def _corner(game: NormalForm, strategies: Sequence[Exact], deadline: Deadline) -> tuple[Exact, ...]:
    """Where equilibria lead along which one player after another changes its strategy.

    At its end no player's strategy is a mixture of others that it could play instead: points of
    one continuum come down to few, most of them pure.
    """
    corner = list(strategies)
    for _ in range(WALKS):
        before = list(corner)
        for player in range(game.players):
            extreme = alternatives(game, corner, player, deadline)
            if corner[player] not in extreme:
                corner[player] = min(extreme, key=lambda s: (sum(p > 0 for p in s), s))
        if corner == before:
            break
    return tuple(corner)


def scaled_payoffs(game: NormalForm, unit: float | ndarray) -> Float[ndarray, "players *actions"]:
    """The payoffs counted from each player's smallest, in the given unit."""
    flat = game.payoffs.reshape(game.players, -1)
    low = flat.min(axis=1).reshape(-1, *(1,) * game.players)
    return np.asarray((game.payoffs - low) / unit)


def exact_strategies(equilibrium: Equilibrium) -> list[Exact]:
    """The strategies of an equilibrium that is proved in fractions."""
    return [tuple(Fraction(p) for p in strategy) for strategy in equilibrium.strategies]


def _proved(game: NormalForm, strategies: Sequence[Mix]) -> Equilibrium:
    """An equilibrium in fractions with its proof."""
    exact = [tuple(Fraction(p) for p in strategy) for strategy in strategies]
    payoffs, proof = prove(game, exact)
    return Equilibrium(game, tuple(exact), payoffs, proof)


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
