"""The proof that a zero-sum game has a value, in fractions, checkable without any solver.

Source: von Neumann's theorem; if xᵀA ≥ v in every column and Ay ≤ v in every row, then v is the
value and x, y are optimal: the first says that the row player can have v, the second that the
column player can keep it to v.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy import ndarray

from nashscope.errors import IllFormedGame, IllFormedProfile
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import zero_sum_game
from nashscope.games.rational import integers, solve
from nashscope.games.solve.linear.exact import maximise

__all__ = ["ZeroSumCertificate", "certificate", "certificates"]


@dataclass(frozen=True)
class ZeroSumCertificate:
    """Optimal strategies of a zero-sum game and its value, in fractions.

    row, column: one probability per action.
    value: of the row player.
    """

    row: tuple[Fraction, ...]
    column: tuple[Fraction, ...]
    value: Fraction

    def holds(self, payoffs: Any) -> bool:
        """Whether this proves the value of the game with these payoffs to the row player.

        It asks for nothing but the numbers: copy these lines to check a certificate elsewhere.

        payoffs: rows of ints, floats or fractions; a float counts as the binary fraction it is.
        """
        table = [[Fraction(entry) for entry in row] for row in payoffs]
        if len(table) != len(self.row) or any(len(row) != len(self.column) for row in table):
            return False
        for strategy in (self.row, self.column):
            if any(p < 0 for p in strategy) or sum(strategy) != 1:
                return False
        for column in range(len(self.column)):
            if sum(p * row[column] for p, row in zip(self.row, table, strict=True)) < self.value:
                return False
        for row in table:
            if sum(p * entry for p, entry in zip(self.column, row, strict=True)) > self.value:
                return False
        return True


def certificate(
    payoffs: ndarray,
    row: Sequence[float] | ndarray | None = None,
    column: Sequence[float] | ndarray | None = None,
    *,
    time_limit: TimeLimit = 60.0,
) -> ZeroSumCertificate:
    """The exact solution of one zero-sum game, `[rows, columns]`.

    row, column: strategies from a float solver, if there are any: where their supports are right
        and of equal size, two small linear systems give the proof; else the game is solved anew by
        an exact linear program. Either way the result is checked in integers.

    Raises:
        IllFormedGame: if the payoffs are no table of finite numbers.
        IllFormedProfile: if the strategies are of another size than the table.
        NotSolved: if the time limit, in seconds, passes.
    """
    whole, scale = integers(_table(payoffs))
    table = whole.tolist()
    if row is not None and column is not None:
        if (len(row), len(column)) != (len(table), len(table[0])):
            raise IllFormedProfile(
                f"strategies of {len(row)} and {len(column)} actions are given for a "
                f"{len(table)}×{len(table[0])} game"
            )
        found = _from_supports(table, scale, row, column)
        if found is not None:
            return found
    low = min(map(min, table)) - 1
    positive = [[entry - low for entry in line] for line in table]
    optimum = maximise(
        [1] * len(table[0]), positive, [1] * len(table), deadline=Deadline.of(time_limit)
    )
    assert optimum is not None  # w = 0 always fits
    total = sum(optimum.solution)
    return ZeroSumCertificate(
        tuple(p / total for p in optimum.prices),
        tuple(w / total for w in optimum.solution),
        (1 / total + low) / scale,
    )


def certificates(
    payoffs: ndarray, row: ndarray, column: ndarray, *, time_limit: TimeLimit = None
) -> list[ZeroSumCertificate]:
    """The exact solutions of a batch `[games, rows, columns]`, from a float solver's strategies."""
    deadline = Deadline.of(time_limit)
    found = []
    for table, x, y in zip(payoffs, row, column, strict=True):
        deadline.check("certifying a batch of games")
        found.append(certificate(table, x, y))
    return found


def _table(payoffs: Any) -> ndarray:
    """The payoffs as a table of finite numbers."""
    try:
        table = np.asarray(payoffs)
    except ValueError:
        table = zero_sum_game(payoffs).exact[0]  # which says where it is ragged
    if table.dtype.kind not in "iuf" and table.ndim == 2:
        table = zero_sum_game(table).exact[0]
    if table.ndim != 2 or not table.size:
        raise IllFormedGame(f"payoffs have shape {table.shape}; one game is [rows, columns]")
    if table.dtype.kind == "f" and not np.isfinite(table).all():
        raise IllFormedGame("a payoff is NaN or infinite; payoffs must be finite")
    return table


def _from_supports(
    table: list[list[int]], scale: int, row: Any, column: Any
) -> ZeroSumCertificate | None:
    """The solution that is indifferent between the played actions, if it proves itself."""
    mine = [i for i, p in enumerate(row) if p > 1e-9]
    theirs = [j for j, p in enumerate(column) if p > 1e-9]
    size = len(mine)
    if size != len(theirs):
        return None
    # A y = v on the rows played, Σ y = 1; the unknowns are y and v.
    ones = [1] * size + [0]
    right = [0] * size + [1]
    kernel = [[table[i][j] for j in theirs] for i in mine]
    second = solve([[*line, -1] for line in kernel] + [ones], right)
    first = solve([[*line, -1] for line in zip(*kernel, strict=True)] + [ones], right)
    if first is None or second is None:
        return None
    (x, below), (y, above) = first, second
    value = y[-1] * below
    if min(x[:-1]) < 0 or min(y[:-1]) < 0 or x[-1] * above != value:
        return None
    reached = [sum(w * line[j] for w, j in zip(y, theirs, strict=False)) for line in table]
    kept = [
        sum(w * table[i][j] for w, i in zip(x, mine, strict=False)) for j in range(len(table[0]))
    ]
    if max(reached) > y[-1] or min(kept) < x[-1]:
        return None
    zero = Fraction(0)
    return ZeroSumCertificate(
        tuple(Fraction(x[mine.index(i)], below) if i in mine else zero for i in range(len(table))),
        tuple(
            Fraction(y[theirs.index(j)], above) if j in theirs else zero
            for j in range(len(table[0]))
        ),
        Fraction(y[-1], above * scale),
    )
