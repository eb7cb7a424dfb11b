"""What a small change of the payoffs does: to a strategy's residual, and to a solver's answer.

For a zero-sum game A and a pair of strategies, expl(x, y; A) = max_i (Ay)_i - min_j (xᵀA)_j. If no
payoff moves by more than δ, neither term moves by more than δ, so expl moves by at most 2δ: a fixed
pair keeps nearly all of its worth. A solver that returns a vertex may at the same time jump from
one end of the simplex to the other. Both are measured here on the same pairs of games.

Source: Nie et al., arXiv 2605.10410, for the claim; the proof is the sentence above.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from numpy.random import Generator

from nashscope.bench.matrix.exam import LARGEST
from nashscope.bench.matrix.item import Item, proved
from nashscope.errors import Misuse
from nashscope.games.solve import certificates, nash_conv, zero_sum

__all__ = ["DELTAS", "Moved", "edge", "moved", "perturbed"]

DELTAS = (1, 2, 4)
"""How far payoffs of -9 to 9 are moved at most."""


@dataclass(frozen=True)
class Moved:
    """What happened to one game when its payoffs moved by at most δ.

    residual: change of the fixed pair's exploitability, in payoff units; at most `bound` = 2δ.
    answer: how far the pair given for the moved game is from that for the game, the larger total
        variation of the two players; 1 is from one end of the simplex to another.
    solver: the same for the vertices that the simplex method returns.
    regret: exploitability, in the moved game, of the pair given for it, in payoff units.
    """

    delta: float
    residual: float
    bound: float
    answer: float
    solver: float
    regret: float


def perturbed(item: Item, delta: int, chance: Generator, suffix: str = "") -> Item:
    """The same game with every payoff moved by at most δ, within -9 to 9; labels stay.

    Raises:
        Misuse: if δ is not a positive whole number.
    """
    if delta < 1:
        raise Misuse(f"delta is {delta}; payoffs are moved by whole numbers of 1 or more")
    low, high = min(-LARGEST, item.table.min()), max(LARGEST, item.table.max())
    noise = chance.integers(-delta, delta + 1, item.shape)
    table = np.clip(item.table + noise, low, high)
    return _again(item, table, f"moved by {delta}", suffix or f" moved by {delta}")


def edge(item: Item, by: int = 1) -> tuple[Item, Item]:
    """Two games that differ by `by` in one row, in which the optimal row is another.

    The first row is copied over the second one, and then either is worse by `by` everywhere: in
    between, the solution jumps although hardly anything changed.
    """
    made = []
    for worse in (0, 1):
        table = item.table.copy()
        table[1] = table[0]
        table[worse] -= by
        made.append(_again(item, table, "edge", f" edge {worse}"))
    return made[0], made[1]


def _again(item: Item, table: Int[ndarray, "rows columns"], group: str, suffix: str) -> Item:
    """The item with other payoffs and their proof."""
    solution = zero_sum(table[None])
    proof = certificates(table[None], solution.row, solution.column)[0]
    return proved(item.id + suffix, group, table, item.labels, proof)


def moved(
    before: Item,
    after: Item,
    given: Sequence[Float[ndarray, "_"]],
    again: Sequence[Float[ndarray, "_"]],
) -> Moved:
    """What the change from one game to another did.

    given, again: the pairs of strategies that somebody plays in the first and in the second game.
    """
    first, second = before.table.astype(float), after.table.astype(float)
    delta = float(np.abs(second - first).max())
    change = float(nash_conv(second, given)) - float(nash_conv(first, given))
    vertices = [[item.optimal(player) for player in (0, 1)] for item in (before, after)]
    return Moved(
        delta,
        abs(change),
        2 * delta,
        _apart(given, again),
        _apart(vertices[0], vertices[1]),
        float(nash_conv(second, again)),
    )


def _apart(first: Sequence[Float[ndarray, "_"]], second: Sequence[Float[ndarray, "_"]]) -> float:
    """The larger total variation between the strategies of either player."""
    return max(float(np.abs(a - b).sum() / 2) for a, b in zip(first, second, strict=True))
