"""A zero-sum game of the benchmark, with its proof, and how each player is asked about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.bench.matrix.interface import MatrixQuestion
from nashscope.games.solve import ZeroSumCertificate

__all__ = ["Item", "proved"]


@dataclass(frozen=True)
class Item:
    """A game of the test set.

    id: says the group and a number. group: what is compared with what, such as "3×3".
    payoffs: whole numbers, to the row player. labels: the words for each player's actions.
    title: the name that the game is told under; "" for none.
    strategies, value: the solution as fractions ("1/3"): with the payoffs it is its own proof.
    core: rows and columns of the small game inside a padded one; None elsewhere.
    recited: what a model answers that knows the name and does not look at the payoffs; None where
        the game has no name, or its payoffs are those that the name stands for.
    """

    id: str
    group: str
    payoffs: tuple[tuple[int, ...], ...]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    value: str
    title: str = ""
    core: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    recited: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return len(self.payoffs), len(self.payoffs[0])

    @property
    def certificate(self) -> ZeroSumCertificate:
        """The exact solution; `certificate.holds(payoffs)` checks it without any solver."""
        row, column = (tuple(map(Fraction, own)) for own in self.strategies)
        return ZeroSumCertificate(row, column, Fraction(self.value))

    @cached_property
    def table(self) -> Int[ndarray, "rows columns"]:
        """The payoffs to the row player."""
        return np.array(self.payoffs, dtype=np.int64)

    @property
    def spread(self) -> int:
        """Largest minus smallest payoff."""
        return int(np.ptp(self.table))

    @cached_property
    def _solution(self) -> tuple[float, tuple[Float[ndarray, "_"], ...]]:
        """The value and the strategies as floats."""
        strategies = tuple(np.array([float(Fraction(p)) for p in own]) for own in self.strategies)
        return float(Fraction(self.value)), strategies

    @cached_property
    def _questions(self) -> tuple[MatrixQuestion, MatrixQuestion]:
        """What each player is asked."""
        return self._asked(0), self._asked(1)

    def optimal(self, player: int) -> Float[ndarray, "actions"]:
        """The player's optimal strategy; in the test set the only one."""
        return self._solution[1][player]

    def worth(self, player: int) -> float:
        """The value of the game to a player."""
        return self._solution[0] if player == 0 else -self._solution[0]

    def seen(self, player: int) -> Int[ndarray, "own others"]:
        """The payoffs to a player, its own actions as rows."""
        return self.table if player == 0 else np.ascontiguousarray(-self.table.T)

    def question(self, player: int) -> MatrixQuestion:
        """What the player is asked."""
        return self._questions[player]

    def _asked(self, player: int) -> MatrixQuestion:
        """The question to one player."""
        rows = tuple(tuple(map(int, row)) for row in self.seen(player))
        others = self.labels[1 - player]
        if not self.title:  # small letters, so that no column is taken for an action of one's own
            others = tuple(label.lower() for label in others)
        return MatrixQuestion(rows, self.labels[player], others, self.title)


def proved(
    id: str,
    group: str,
    payoffs: Int[ndarray, "rows columns"],
    labels: tuple[Sequence[str], Sequence[str]],
    proof: ZeroSumCertificate,
    title: str = "",
    core: tuple[tuple[int, ...], tuple[int, ...]] | None = None,
    recited: tuple[tuple[str, ...], tuple[str, ...]] | None = None,
) -> Item:
    """The item of a game and its exact solution."""
    return Item(
        id,
        group,
        tuple(tuple(map(int, row)) for row in payoffs),
        (tuple(labels[0]), tuple(labels[1])),
        (tuple(map(str, proof.row)), tuple(map(str, proof.column))),
        str(proof.value),
        title,
        core,
        recited,
    )
