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

from nashscope.games.normal import NormalForm
from nashscope.games.rational import dot, integers, solve

__all__ = ["alternatives"]

MOST = 3000
"""The largest number of choices of tight conditions that are tried."""

Exact = tuple[Fraction, ...]


def alternatives(game: NormalForm, strategies: Sequence[Exact], player: int) -> list[Exact]:
    """The extreme strategies that one player could play instead in an exact equilibrium.

    The player's own strategy alone where there is no other, or where there are more than `MOST`
    choices to try.
    """
    own = _against(game.exact[player], strategies, {player})
    best = [a for a, worth in enumerate(own) if worth == max(own)]
    limits = _limits(game, strategies, player, best)
    size = len(best)
    if size == 1 or math.comb(size + len(limits), size - 1) > MOST:
        return [tuple(strategies[player])]
    # rows · x ≤ 0 for the weights x of the best responses
    rows = [[-int(a == b) for b in range(size)] for a in range(size)] + limits
    found: dict[Exact, None] = {}
    for tight in combinations(range(len(rows)), size - 1):
        system = [rows[n] for n in tight] + [[1] * size]
        solved = solve(system, [0] * (size - 1) + [1])
        if solved is None:
            continue
        weights = solved[0]
        if all(sum(c * w for c, w in zip(row, weights, strict=True)) <= 0 for row in rows):
            whole = [Fraction(0)] * len(own)
            for action, weight in zip(best, weights, strict=True):
                whole[action] = Fraction(weight, solved[1])
            found[tuple(whole)] = None
    return list(found)


def _limits(
    game: NormalForm, strategies: Sequence[Exact], player: int, best: list[int]
) -> list[list[int]]:
    """What every departure of the others gains against each best response, up to a factor."""
    found: dict[tuple[int, ...], None] = {}
    for other in range(game.players):
        if other == player:
            continue
        worth = _against(game.exact[other], strategies, {player, other})
        table = worth if player < other else worth.T  # [player's action, other's action]
        for departure in range(game.shape[other]):
            gains = [table[a, departure] - dot(strategies[other], table[a]) for a in best]
            if any(gains):
                whole, _ = integers(np.array([*gains, Fraction(0)], dtype=object))
                found[tuple(int(g) for g in whole[:-1])] = None
    return [list(row) for row in found]


def _against(payoff: ndarray, strategies: Sequence[Exact], keep: set[int]) -> ndarray:
    """A payoff table with the actions of the players not kept averaged out, in fractions."""
    for other in reversed(range(payoff.ndim)):
        if other not in keep:
            payoff = np.tensordot(payoff, np.array(strategies[other], dtype=object), (other, 0))
    return payoff
