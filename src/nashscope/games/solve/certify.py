"""The proof that a profile is an equilibrium."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from nashscope.errors import IllFormedProfile, Misuse, NotAnEquilibrium
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number, as_text, integers
from nashscope.games.solve.profile import check_profile

__all__ = ["Certificate", "certify", "exact_regrets", "prove"]


@dataclass(frozen=True)
class Certificate:
    """What was checked: no player gains more than `tolerance` by leaving the profile.

    regrets: what each player would gain by its best response; fractions where the proof is exact.
    tolerance: the gain that was allowed, in units of the player's own payoff range; 0 if exact.
    """

    regrets: tuple[Number, ...]
    tolerance: float

    @property
    def exact(self) -> bool:
        """Whether the proof is in fractions, without rounding."""
        return all(isinstance(regret, Fraction) for regret in self.regrets)


def certify(
    game: NormalForm, profile: Sequence[Any], *, tolerance: float | None = None
) -> Certificate:
    """The proof that no player gains more than `tolerance` by leaving `profile`.

    A profile of fractions (or integers) is judged in fractions, with tolerance 0 unless told
    otherwise; one of floats in floats, with 1e-8. The tolerance is relative to each player's
    own payoff range, so that a change of unit never changes the verdict.

    Raises:
        IllFormedProfile: if the profile is not one distribution per player.
        NotAnEquilibrium: naming the player who gains most by leaving.
    """
    check_profile(game, profile)
    if any(np.ndim(strategy) > 1 for strategy in profile):
        raise IllFormedProfile("the strategies have several rows; one profile is judged at a time")
    exact = all(isinstance(p, Fraction | int) for strategy in profile for p in strategy)
    allowed = (0.0 if exact else 1e-8) if tolerance is None else tolerance
    if not allowed >= 0:
        raise Misuse(f"the tolerance is {tolerance}; it must be 0 or more")
    regrets: tuple[Number, ...]
    if exact:
        regrets = exact_regrets(game, profile)
        excess = [r - Fraction(allowed) * _range(game, i) for i, r in enumerate(regrets)]
    else:
        floats = [np.asarray(strategy, dtype=float) for strategy in profile]
        regrets = tuple(float(r) for r in game.regrets(floats))
        excess = [r - allowed * x for r, x in zip(regrets, game.ranges.tolist(), strict=True)]
    worst = max(range(len(excess)), key=lambda i: excess[i])
    if excess[worst] > 0:
        raise NotAnEquilibrium(
            f"player {worst} gains {as_text(regrets[worst])} by leaving this profile, on a payoff "
            f"range of {game.ranges[worst]:.6g}; {allowed:g} of that range was allowed"
        )
    return Certificate(regrets, allowed)


def prove(
    game: NormalForm, strategies: Sequence[Sequence[Fraction]]
) -> tuple[tuple[Fraction, ...], Certificate]:
    """The payoffs of an equilibrium in fractions, with the proof that it is one.

    Raises:
        NotAnEquilibrium: if some player has a better response.
    """
    values = _exact_values(game, strategies)
    for player, (best, mean) in enumerate(values):
        if best > mean:
            raise NotAnEquilibrium(f"player {player} gains {best - mean} by leaving this profile")
    return tuple(mean for _, mean in values), Certificate((Fraction(0),) * len(values), 0.0)


def exact_regrets(
    game: NormalForm, strategies: Sequence[Sequence[Fraction | int]]
) -> tuple[Fraction, ...]:
    """What each player would gain by its best response, in fractions."""
    return tuple(best - mean for best, mean in _exact_values(game, strategies))


def _exact_values(
    game: NormalForm, strategies: Sequence[Sequence[Fraction | int]]
) -> list[tuple[Fraction, Fraction]]:
    """Each player's best and mean payoff; integers throughout, one division at the end."""
    scaled = [integers(np.array([*strategy, Fraction(0)], dtype=object)) for strategy in strategies]
    weights = [whole[:-1].astype(object) for whole, _ in scaled]
    values = []
    for i, (table, unit) in enumerate(zip(*game.whole, strict=True)):
        worth = table.astype(object)
        for other in reversed(range(game.players)):
            if other != i:
                worth = np.tensordot(worth, weights[other], axes=(other, 0))
        for other, (_, scale) in enumerate(scaled):
            unit *= scale if other != i else 1
        own = scaled[i][1]
        values.append((Fraction(max(worth), unit), Fraction(worth @ weights[i], unit * own)))
    return values


def _range(game: NormalForm, player: int) -> Fraction:
    """Largest minus smallest payoff of a player, exactly."""
    table, scale = game.whole[0][player], game.whole[1][player]
    return Fraction(int(table.max()) - int(table.min()), scale)
