"""How expected payoffs change with the probabilities that others play."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

__all__ = ["action_values", "value_derivatives"]


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
