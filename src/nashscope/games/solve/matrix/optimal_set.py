"""All optimal strategies of both players of a zero-sum game, and how far a strategy is from them.

With v the value, the optimal strategies of the row player are the polytope {x : xᵀA ≥ v}, those of
the column player {y : Ay ≤ v}, and the equilibria are all their pairs. The polytopes need no list
of vertices, of which a game of 15 × 15 can have more than could be written down.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedGame
from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.linear.highs import minimise
from nashscope.games.solve.matrix.zero_sum import zero_sum

__all__ = ["OptimalSet", "distance_to_optimal", "optimal_set", "strictly_competitive"]


@dataclass(frozen=True)
class OptimalSet:
    """The optimal strategies of both players.

    secured: per player what each of its actions pays against each action of the other, in units
        of the payoff range, `[own actions, other's actions]`.
    values: what an optimal strategy of each player secures, in the same unit.
    """

    secured: tuple[Float[ndarray, "_ _"], Float[ndarray, "_ _"]]
    values: tuple[float, float]


def strictly_competitive(game: NormalForm) -> bool:
    """Whether what one of two players gains the other loses, up to the units of their payoffs.

    Its equilibria are those of a zero-sum game. Zero-sum and constant-sum games are so.

    Source: Adler, Daskalakis & Papadimitriou 2009, "A note on strictly competitive games".

    >>> strictly_competitive(NormalForm([[[3, 0], [0, 3]], [[0, 6], [6, 0]]]))
    True
    """
    if game.players != 2:
        return False
    (first, second), _ = game.whole
    mine, theirs = (table.astype(object) - table.min() for table in (first, second))
    # with each payoff counted from the player's least: one's part of its range, the other's rest
    return bool(
        np.all(mine * theirs.max() + theirs * mine.max() == mine.max() * theirs.max())
    ) and (bool(mine.max()) == bool(theirs.max()))


def optimal_set(game: NormalForm, *, deadline: Deadline) -> OptimalSet:
    """The optimal strategies of a strictly competitive game, to within 1e-9 of the payoff range.

    Raises:
        IllFormedGame: if it is not strictly competitive.
        NotSolved: if the time limit passes.
    """
    if not strictly_competitive(game):
        raise IllFormedGame(f"{game!r} is not strictly competitive")
    table = game.payoffs[0] - game.payoffs[0].min()
    table = table / (table.max() or 1.0)
    solution = zero_sum(table[None], time_limit=deadline)
    value, half = float(solution.values[0]), float(solution.gaps[0]) / 2
    return OptimalSet((table, -table.T), (value - half, -value - half))


def distance_to_optimal(
    optimal: OptimalSet, player: int, strategies: Float[ndarray, "*batch actions"]
) -> Float[ndarray, "*batch"]:
    """Total variation from strategies of a player to its nearest optimal one: a program for each.

    Exact but for the tolerance of the linear programs, 1e-7 of the payoff range.

    Raises:
        NotSolved: if a linear program fails.
    """
    table, value = optimal.secured[player], optimal.values[player]
    actions, others = table.shape
    eye = np.eye(actions)
    rows, places = np.unique(strategies.reshape(-1, actions), axis=0, return_inverse=True)
    apart = []
    for row in rows:
        target = np.clip(row, 0, None) / np.clip(row, 0, None).sum()
        # an optimal strategy, and action by action what it has more than the given one
        nearest = minimise(
            np.concatenate([np.zeros(actions), np.ones(actions)]),
            above=(
                np.block([[eye, -eye], [-table.T, np.zeros((others, actions))]]),
                np.concatenate([target, np.full(others, -value)]),
            ),
            equal=(np.concatenate([np.ones(actions), np.zeros(actions)])[None], [1.0]),
            deadline=Deadline(None),
        )
        apart.append(max(0.0, nearest.value))
    return np.array(apart)[places.reshape(-1)].reshape(strategies.shape[:-1])
