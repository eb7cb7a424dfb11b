"""Linear programs in exact arithmetic, for problems in which a tie must be told from a near-tie.

The tableau holds integers over one common denominator, the determinant of the basis, so that every
division is exact (Edmonds 1967; Bareiss 1968) and no fraction is ever reduced. The rule is the
largest coefficient, then, after many steps without progress, Bland's (1977), which cannot cycle.
Every optimum is checked against its dual before it leaves this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy import ndarray

from nashscope.errors import NotSolved
from nashscope.games.deadline import Deadline
from nashscope.games.rational import dot, integers

__all__ = ["Optimum", "maximise"]

PATIENCE = 20
"""Steps without progress before Bland's rule takes over."""


@dataclass(frozen=True)
class Optimum:
    """The solution of a linear program, with its proof.

    value: of the objective.
    solution: the variables.
    prices: the dual variables, one per row; their bound on the objective is `value` itself.
    """

    value: Fraction
    solution: tuple[Fraction, ...]
    prices: tuple[Fraction, ...]


def maximise(
    objective: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    bounds: Sequence[Any],
    *,
    equal: int = 0,
    deadline: Deadline | None = None,
) -> Optimum | None:
    """The optimum of objective·x subject to rows·x ≤ bounds and x ≥ 0; None if nothing fits.

    equal: that many of the first rows hold with equality.

    Raises:
        NotSolved: if the objective has no bound, or the deadline passes.

    >>> maximise([1, 1], [[1, 2], [3, 1]], [4, 6]).value
    Fraction(14, 5)
    """
    deadline = deadline or Deadline(None)
    matrix = np.array([[*row, bound] for row, bound in zip(rows, bounds, strict=True)], object)
    matrix = matrix.reshape(len(bounds), len(objective) + 1)
    matrix = np.concatenate([matrix, -matrix[:equal]])
    whole, _ = integers(np.concatenate([matrix, [[*objective, 0]]]).astype(object))
    tableau = _Tableau.start(whole.astype(object))
    if not tableau.feasible(deadline):
        return None
    tableau.optimise(deadline)
    solution, prices = tableau.read(len(rows), equal)
    optimum = Optimum(dot(solution, objective), solution, prices)
    _verify(optimum, objective, rows, bounds, equal)
    return optimum


class _Tableau:
    """Basic variables in terms of the others: rows `[basic, free + 1]`, the objective last.

    Row i says: det · basic_i = cells[i, -1] - Σ_j cells[i, j] · free_j. In the last row the signs
    are those of the objective's reduced costs: the objective grows where a cell is negative.
    """

    def __init__(self, cells: ndarray, basic: list[int], free: list[int]) -> None:
        self.cells, self.basic, self.free, self.det = cells, basic, free, 1

    @classmethod
    def start(cls, whole: ndarray) -> "_Tableau":
        """All variables zero, every row's slack basic."""
        rows, columns = whole.shape[0] - 1, whole.shape[1] - 1
        cells = whole.copy()
        cells[-1] = -cells[-1]
        return cls(cells, [columns + i for i in range(rows)], list(range(columns)))

    def pivot(self, row: int, column: int) -> None:
        """Exchanges a basic and a free variable; every division is exact."""
        cells, pivot = self.cells, self.cells[row, column]
        own, other = cells[row].copy(), cells[:, column].copy()
        cells *= pivot
        cells -= np.outer(other, own)
        cells //= self.det
        cells[row], cells[:, column] = own, -other
        cells[row, column] = self.det
        if pivot < 0:
            cells *= -1
        self.det = abs(pivot)
        self.basic[row], self.free[column] = self.free[column], self.basic[row]

    def feasible(self, deadline: Deadline) -> bool:
        """Moves to a basis with no negative variable, if there is one (one artificial column)."""
        if not len(self.basic) or min(self.cells[:-1, -1]) >= 0:
            return True
        objective, artificial = self.cells[-1].copy(), -1
        column = np.array([[-1 if v < 0 else 0] for v in self.cells[:-1, -1]] + [[1]], dtype=object)
        goal = np.zeros_like(objective)
        self.cells = np.concatenate([column, np.concatenate([self.cells[:-1], [goal]])], axis=1)
        self.free = [artificial, *self.free]
        self.pivot(int(np.argmin(self.cells[:-1, -1])), 0)
        self.optimise(deadline)
        if self.cells[-1, -1] < 0:
            return False
        if artificial in self.basic:
            row = self.basic.index(artificial)
            self.pivot(row, int(np.flatnonzero(self.cells[row, :-1])[0]))
        place = self.free.index(artificial)
        self.free.pop(place)
        self.cells = np.delete(self.cells, place, axis=1)
        self._price(objective)
        return True

    def _price(self, objective: ndarray) -> None:
        """Writes the objective, given in the first variables, in terms of the free ones."""
        total = objective * 0
        for column, variable in enumerate(self.free):
            if variable < len(objective) - 1:
                total[column] += objective[variable] * self.det
        for row, variable in enumerate(self.basic):
            if variable < len(objective) - 1:
                total -= objective[variable] * self.cells[row]
        self.cells[-1] = total

    def optimise(self, deadline: Deadline) -> None:
        """Pivots until no free variable can raise the objective."""
        idle = 0
        while True:
            deadline.check("a linear program")
            costs = self.cells[-1, :-1]
            entering = [j for j, cost in enumerate(costs) if cost < 0]
            if not entering:
                return
            if idle > PATIENCE:
                column = min(entering, key=lambda j: self.free[j])
            else:
                column = min(entering, key=lambda j: (costs[j], self.free[j]))
            ratios = [
                (Fraction(self.cells[i, -1], self.cells[i, column]), self.basic[i], i)
                for i in range(len(self.basic))
                if self.cells[i, column] > 0
            ]
            if not ratios:
                raise NotSolved("a linear program has no bound; this is a fault of its maker")
            step, _, row = min(ratios)
            idle = idle + 1 if step == 0 else 0
            self.pivot(row, column)

    def read(self, rows: int, equal: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """The values of the variables, and the prices of the rows."""
        variables = len(self.free) + len(self.basic) - (rows + equal)
        solution, prices = [Fraction(0)] * variables, [Fraction(0)] * (rows + equal)
        for row, variable in enumerate(self.basic):
            if variable < variables:
                solution[variable] = Fraction(self.cells[row, -1], self.det)
        for column, variable in enumerate(self.free):
            if variable >= variables:
                prices[variable - variables] = Fraction(self.cells[-1, column], self.det)
        for i in range(equal):  # an equality was entered as two inequalities
            prices[i] -= prices[rows + i]
        return tuple(solution), tuple(prices[:rows])


def _verify(
    optimum: Optimum, objective: Sequence[Any], rows: Any, bounds: Sequence[Any], equal: int
) -> None:
    """Raises unless solution and prices are feasible and agree on the value (weak duality)."""
    x, y = optimum.solution, optimum.prices
    slack = [Fraction(b) - dot(x, row) for row, b in zip(rows, bounds, strict=True)]
    reduced = [
        dot(y, [row[j] for row in rows]) - Fraction(cost) for j, cost in enumerate(objective)
    ]
    sound = (
        min(x, default=0) >= 0
        and min(reduced, default=0) >= 0
        and min(y[equal:], default=0) >= 0
        and all(s == 0 if i < equal else s >= 0 for i, s in enumerate(slack))
        and dot(x, objective) == dot(y, bounds) == optimum.value
    )
    if not sound:
        raise NotSolved("a linear program's solution failed its own proof; please report this")
