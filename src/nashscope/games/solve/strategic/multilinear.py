"""Payoffs in one unit, and how their means change with the probabilities that others play."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.normal import NormalForm

__all__ = ["action_values", "exact_ranges", "relative_payoffs", "value_derivatives"]


def exact_ranges(game: NormalForm) -> list[float]:
    """Largest minus smallest payoff of each player, subtracted before any rounding.

    `game.ranges` subtracts floats: a range of 0.3 beside an offset of 1e15 is 0.25 there.
    """
    if game.given.dtype.kind == "f":
        return [float(own) for own in game.ranges]
    tables = game.exact.reshape(game.players, -1)
    return [float(max(own) - min(own)) for own in tables]


def relative_payoffs(game: NormalForm) -> tuple[Float[ndarray, "players *actions"], float]:
    """The payoffs counted from each player's smallest in units of the largest range, and that."""
    unit = max(exact_ranges(game)) or 1.0
    table = game.given if game.given.dtype.kind == "f" else game.exact
    low = table.reshape(game.players, -1).min(axis=1).reshape(-1, *(1,) * game.players)
    return np.asarray((table - low).astype(float) / unit), unit


def action_values(
    payoffs: Float[ndarray, "players *actions"], profile: Sequence[ndarray]
) -> list[Float[ndarray, "_"]]:
    """Expected utility of every action of every player, the others playing `profile`."""
    return [_kept(payoffs[i], profile, (i,)) for i in range(len(profile))]


def value_derivatives(
    payoffs: Float[ndarray, "players *actions"], profile: Sequence[ndarray]
) -> Float[ndarray, "all all"]:
    """The derivative of every action's value by every probability, players one after another.

    Row: an action whose value it is; column: an action whose probability grows. Blocks of one
    player with itself are 0.
    """
    players = len(profile)
    rows = []
    for i in range(players):
        blocks = []
        for j in range(players):
            if i == j:
                blocks.append(np.zeros((len(profile[i]), len(profile[i]))))
                continue
            block = _kept(payoffs[i], profile, (i, j))
            blocks.append(block if i < j else block.T)
        rows.append(blocks)
    return np.block(rows)


def _kept(payoff: ndarray, profile: Sequence[ndarray], keep: tuple[int, ...]) -> ndarray:
    """A payoff table with the actions of all players but some averaged out, last axis first."""
    for other in reversed(range(payoff.ndim)):
        if other not in keep:
            payoff = np.tensordot(payoff, profile[other], axes=(other, 0))
    return payoff
