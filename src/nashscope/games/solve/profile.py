"""Whether a profile is one: every score first checks shape, finiteness, sign and sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedProfile
from nashscope.games.normal import NormalForm

__all__ = ["SLACK", "Renormalised", "check_profile", "check_strategies", "renormalise"]

SLACK = 1e-6
"""How far a sum may be from 1, and an entry below 0: what float32 arithmetic costs."""


def check_profile(
    game: NormalForm | Sequence[int], profile: Sequence[Any], *, slack: float = SLACK
) -> None:
    """Does nothing if `profile` is one probability distribution per player of `game`.

    game: a game, or the numbers of actions of its players.
    profile: one strategy per player, `[*batch, actions]`: numpy arrays, torch tensors, or
        sequences of numbers.

    Raises:
        IllFormedProfile: with the player, the entry and the sum found.

    >>> check_profile([2, 2], [[0.5, 0.5], [0.3, 0.3]])
    Traceback (most recent call last):
    nashscope.errors.IllFormedProfile: the strategy of player 1 sums to 0.6, not 1: [0.3, 0.3]; \
renormalise it with games.solve.renormalise if that is what is meant
    """
    shape = game.shape if isinstance(game, NormalForm) else tuple(game)
    if len(profile) != len(shape):
        raise IllFormedProfile(
            f"the profile has {len(profile)} strategies; this game has {len(shape)} players"
        )
    check_strategies(profile, shape, slack)


def check_strategies(profile: Sequence[Any], shape: Sequence[int], slack: float = SLACK) -> None:
    """The part of `check_profile` that looks at one player at a time."""
    for player, (strategy, actions) in enumerate(zip(profile, shape, strict=True)):
        array = strategy if hasattr(strategy, "ndim") else _as_array(strategy, player)
        if array.ndim == 0 or array.shape[-1] != actions:
            raise IllFormedProfile(
                f"the strategy of player {player} has shape {tuple(array.shape)}; "
                f"the player has {actions} actions, so the last axis must be {actions}"
            )
        if str(array.dtype) == "object":
            array = array.astype(float)
        # One pass for the sum and one for the sign; NaN and infinities fail both comparisons.
        sums = array.sum(-1)
        if bool((abs(sums - 1) <= slack).all()) and bool((array >= -slack).all()):
            continue
        _explain(player, np.asarray(array, dtype=float).reshape(-1, actions), slack)


def _as_array(strategy: Any, player: int) -> ndarray:
    """A sequence of numbers (or of sequences of them) as an array of floats."""
    try:
        return np.asarray(strategy, dtype=float)
    except (TypeError, ValueError):
        raise IllFormedProfile(
            f"the strategy of player {player} is {strategy!r}; it must be a row of numbers"
        ) from None


def _explain(player: int, rows: Float[ndarray, "batch actions"], slack: float) -> None:
    """Raises the error of the first row that is not a distribution."""
    whose = f"the strategy of player {player}"
    for number, row in enumerate(rows):
        where = whose if len(rows) == 1 else f"{whose} in row {number} of the batch"
        shown = np.array2string(row, separator=", ", threshold=8, precision=6)
        for action, entry in enumerate(row.tolist()):
            if not np.isfinite(entry):
                raise IllFormedProfile(f"{where} gives action {action} the probability {entry}")
            if entry < -slack:
                raise IllFormedProfile(f"{where} gives action {action} the probability {entry:.6g}")
        if abs(row.sum() - 1) > slack:
            raise IllFormedProfile(
                f"{where} sums to {row.sum():.6g}, not 1: {shown}; renormalise it with "
                "games.solve.renormalise if that is what is meant"
            )


@dataclass(frozen=True)
class Renormalised:
    """A profile made to sum to one, and what was done to it.

    profile: one distribution per player.
    sums: what each strategy summed to before, negative entries counted as 0.
    clipped: the largest negative entry that was set to 0, as a positive number; 0 if none.
    """

    profile: tuple[Float[ndarray, "*batch _"], ...]
    sums: tuple[Float[ndarray, "*batch"], ...]
    clipped: float


def renormalise(
    game: NormalForm | Sequence[int], profile: Sequence[Any], *, most: float = 0.1
) -> Renormalised:
    """The profile scaled to sum to one, with the sums found.

    most: the largest distance of a sum from 1, and of an entry below 0, that is mended.

    Raises:
        IllFormedProfile: beyond that, and for whatever no scaling can mend.
    """
    check_profile(game, profile, slack=most)
    given = [np.asarray(strategy, dtype=float) for strategy in profile]
    positive = [np.clip(strategy, 0, None) for strategy in given]
    sums = tuple(strategy.sum(axis=-1) for strategy in positive)
    scaled = (s / total[..., None] for s, total in zip(positive, sums, strict=True))
    lowest = min(float(strategy.min()) for strategy in given)
    return Renormalised(tuple(scaled), sums, max(0.0, -lowest))
