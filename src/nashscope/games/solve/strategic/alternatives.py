"""The equilibria that differ from one equilibrium in the strategy of a single player.

With all others fixed, the conditions of equilibrium are linear in that player's strategy: it mixes
only best responses, and no other player gains by leaving. They cut out a polytope, whose vertices
are found here by trying every choice of tight conditions.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy import ndarray

from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.rational import dot, integers, solve

__all__ = ["alternatives"]

MOST = 3000
"""The largest number of choices of tight conditions that are tried."""

Exact = tuple[Fraction, ...]


def alternatives(
    game: NormalForm, strategies: Sequence[Exact], player: int, deadline: Deadline
) -> list[Exact]:
    """The extreme strategies that one player could play instead in an exact equilibrium.

    The player's own strategy alone where there is no other, or where there are more than `MOST`
    choices to try.

    Raises:
        OutOfTime: beyond the deadline.
    """
    deadline.check("following the continua of equilibria")
    worths = _against(game.exact[player], strategies, {player})
    highest = max(worths)
    best = [a for a, worth in enumerate(worths) if worth == highest]
    size = len(best)
    if size == 1:
        return [tuple(strategies[player])]
    limits = _limits(game, strategies, player, best, deadline)
    if math.comb(size + len(limits), size - 1) > MOST:
        return [tuple(strategies[player])]
    # rows · x ≤ 0 for the weights x of the best responses
    rows = [[-int(a == b) for b in range(size)] for a in range(size)] + limits
    extreme: dict[Exact, None] = {}
    for tight in combinations(range(len(rows)), size - 1):
        deadline.check("following the continua of equilibria")
        system = [rows[n] for n in tight] + [[1] * size]
        solved = solve(system, [0] * (size - 1) + [1])
        if solved is None:
            continue
        weights = solved[0]
        if all(sum(c * w for c, w in zip(row, weights, strict=True)) <= 0 for row in rows):
            whole = [Fraction(0)] * len(worths)
            for action, weight in zip(best, weights, strict=True):
                whole[action] = Fraction(weight, solved[1])
            extreme[tuple(whole)] = None
    return list(extreme)


def _limits(
    game: NormalForm,
    strategies: Sequence[Exact],
    player: int,
    best: list[int],
    deadline: Deadline,
) -> list[list[int]]:
    """What every departure of the others gains against each best response, up to a factor."""
    limits: dict[tuple[int, ...], None] = {}
    for other in range(game.players):
        if other == player:
            continue
        deadline.check("following the continua of equilibria")
        worth = _against(game.exact[other], strategies, {player, other})
        table = worth if player < other else worth.T  # [player's action, other's action]
        stays = [dot(strategies[other], table[a]) for a in best]
        for departure in range(game.shape[other]):
            gains = [table[a, departure] - stay for a, stay in zip(best, stays, strict=True)]
            if any(gains):
                whole, _ = integers(np.array([*gains, Fraction(0)], dtype=object))
                limits[tuple(int(g) for g in whole[:-1])] = None
    return [list(row) for row in limits]


def _against(payoff: ndarray, strategies: Sequence[Exact], keep: set[int]) -> ndarray:
    """A payoff table with the actions of the players not kept averaged out, in fractions."""
    # who plays one action is a slice, all of them at once: no arithmetic in fractions
    only = [None if i in keep else _only(strategy) for i, strategy in enumerate(strategies)]
    payoff = payoff[tuple(slice(None) if action is None else action for action in only)]
    rest = [i for i, action in enumerate(only) if action is None]
    for axis in reversed(range(len(rest))):
        if rest[axis] not in keep:
            mix = np.array(strategies[rest[axis]], dtype=object)
            payoff = np.tensordot(payoff, mix, (axis, 0))
    return payoff


def _only(strategy: Exact) -> int | None:
    """The action that a strategy plays for certain; None where it mixes."""
    return strategy.index(Fraction(1)) if max(strategy) == 1 else None
