"""Whether a profile is one: every score first checks shape, finiteness, sign and sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.distribution import SLACK, check_strategies
from nashscope.games.normal import NormalForm

__all__ = ["Renormalised", "check_profile", "renormalise"]


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
    check_strategies(profile, game.shape if isinstance(game, NormalForm) else tuple(game), slack)


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
    sums = tuple(np.asarray(strategy.sum(axis=-1)) for strategy in positive)
    scaled = (s / total[..., None] for s, total in zip(positive, sums, strict=True))
    lowest = min(float(strategy.min()) for strategy in given)
    return Renormalised(tuple(scaled), sums, max(0.0, -lowest))
