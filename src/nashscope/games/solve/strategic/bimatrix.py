"""All equilibria of a two-player game, exactly.

A pair of strategies is an equilibrium if and only if every action of both players is unplayed or a
best response; an extreme one is a pair of vertices of two polytopes whose constraints together say
so. The vertices come from `minors`, the pairs from one product of tables.

Source: Vorob'ev 1958; Mangasarian 1964; in the form of von Stengel 2002, "Computing equilibria for
two-person games", Handbook of Game Theory 3, section 2.
"""

from fractions import Fraction
from operator import mul

import numpy as np
from numpy import ndarray

from nashscope.errors import NotAnEquilibrium, NotSolved
from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import Certificate
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium, Witness
from nashscope.games.solve.strategic.vertex_enumeration import Vertices, vertices

__all__ = ["two_player_equilibria"]

Exact = tuple[Fraction, ...]
ZERO = Fraction(0)


def two_player_equilibria(game: NormalForm, deadline: Deadline) -> Equilibria:
    """All extreme equilibria of a two-player game and their maximal components, in fractions.

    Raises:
        NotSolved: beyond the deadline, or for a game too large (`minors.LARGEST`).
    """
    first, second = (_positive(table) for table in game.whole[0])
    columns = game.shape[1]
    # a player's strategies are cut by the payoffs of the other
    if first.shape == first.T.shape:
        mine, theirs = vertices([second, first.T])
    else:
        (mine,), (theirs,) = vertices([second]), vertices([first.T])
    deadline.check("finding all equilibria")
    # `theirs` lists the column player's actions first; put the row player's first, as in `mine`
    rearranged = np.concatenate([theirs.tight[:, columns:], theirs.tight[:, :columns]], axis=1)
    missing = np.logical_not(mine.tight).astype(np.float32) @ np.logical_not(rearranged).T
    edges = np.argwhere(missing == 0)
    if not len(edges):
        raise NotSolved(f"no equilibrium of {game!r} was found, which cannot be; please report it")
    left = _Side(mine.weights, edges[:, 0])
    right = _Side(theirs.weights, edges[:, 1])
    pairs = sorted(
        edges.tolist(),
        key=lambda pair: (
            left.mixed(pair[0]) or right.mixed(pair[1]),
            left.support[pair[0]],
            right.support[pair[1]],
            left.strategy[pair[0]],
            right.strategy[pair[1]],
        ),
    )
    return _assembled(game, pairs, left, right, _witness(game, mine, theirs))


class _Side:
    """One player's extreme equilibrium strategies by the number of their vertex.

    weights: integers in proportion to the probabilities.
    support: the actions played.
    """

    def __init__(self, weights: ndarray, chosen: ndarray) -> None:
        self.weights = {n: weights[n].tolist() for n in dict.fromkeys(chosen.tolist())}
        self.support = {n: [a for a, w in enumerate(x) if w] for n, x in self.weights.items()}
        self.strategy: dict[int, Exact] = {n: _strategy(x) for n, x in self.weights.items()}

    def mixed(self, number: int) -> bool:
        """Whether more than one action is played."""
        return len(self.support[number]) > 1

    def payoff(self, number: int, other: list[int], table: list[list[int]]) -> int:
        """What this side earns with one of its strategies against weights of the other.

        Raises:
            NotAnEquilibrium: if some action earns more than one that is played.
        """
        worths = [sum(map(mul, row, other)) for row in table]
        best: int = max(worths)
        if any(worths[action] != best for action in self.support[number]):
            raise NotAnEquilibrium("a pair of vertices is no equilibrium; please report this")
        return best


def _assembled(
    game: NormalForm, pairs: list[list[int]], left: _Side, right: _Side, witness: Witness | None
) -> Equilibria:
    """The result from the pairs of strategies, each of which is proved on the way."""
    (first, second), (unit, other_unit) = game.whole
    rows, columns = first.tolist(), second.T.tolist()
    proof = Certificate((Fraction(0), Fraction(0)), 0.0)
    payoffs = []
    for p, q in pairs:
        x, y = left.weights[p], right.weights[q]
        mine, theirs = left.payoff(p, y, rows), right.payoff(q, x, columns)
        payoffs.append((Fraction(mine, unit * sum(y)), Fraction(theirs, other_unit * sum(x))))
    rivals = tuple(payoffs)
    found = tuple(
        Equilibrium(game, (left.strategy[p], right.strategy[q]), paid, proof, rivals)
        for (p, q), paid in zip(pairs, payoffs, strict=True)
    )
    return Equilibria(game, found, True, witness)


def _positive(table: ndarray) -> ndarray:
    """The table in another unit, in which its entries are positive integers, small if possible."""
    shifted = table - table.min()
    unit = int(np.gcd.reduce(shifted, axis=None))
    positive: ndarray = (shifted // unit if unit > 1 else shifted) + 1
    return positive


def _strategy(weights: list[int]) -> Exact:
    """Integer weights as probabilities."""
    total = sum(weights)
    return tuple(Fraction(w, total) if w else ZERO for w in weights)


def _witness(game: NormalForm, mine: Vertices, theirs: Vertices) -> Witness | None:
    """A strategy with more best responses than actions in its support, if there is one."""
    for player, found in enumerate((mine, theirs)):
        if len(found.crowded):
            place = found.crowded[0]
            replies = found.tight[place, game.shape[player] :].nonzero()[0]
            strategy = _strategy(found.weights[place].tolist())
            return Witness(player, strategy, tuple(replies.tolist()))
    return None
