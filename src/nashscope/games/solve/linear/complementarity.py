"""Linear complementarity problems in exact arithmetic: find w, z ≥ 0 with w = q + Mz and w·z = 0.

Lemke's method adds one variable that makes every row feasible, and drives it out again. Rows are
integers, each in its own unit, so that a row without the entering variable is not touched. Ties
are broken lexicographically, so that no basis comes twice.

Source: Lemke 1965, "Bimatrix equilibrium points and mathematical programming", Management Science
11; Cottle, Pang and Stone 1992, "The Linear Complementarity Problem", section 4.4 and 4.9.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy import ndarray

from nashscope.errors import NotSolved
from nashscope.games.deadline import Deadline
from nashscope.games.rational import integers

__all__ = ["complementary"]


def complementary(
    matrix: ndarray, constants: Sequence[Any], cover: Sequence[Any], deadline: Deadline
) -> tuple[Fraction, ...]:
    """The z of one solution of the problem with M = `matrix` and q = `constants`.

    cover: how much of the artificial variable each row gets: 0 or more, and more than 0 where q is
        negative. Another cover may lead to another solution.

    Raises:
        NotSolved: beyond the deadline, or if the method ends on a ray: it then says nothing.

    >>> M, q = np.array([[2, 1], [1, 2]], dtype=object), [-5, -6]
    >>> complementary(M, q, [1, 1], Deadline(None))
    (Fraction(4, 3), Fraction(7, 3))
    """
    size = len(constants)
    if all(constant >= 0 for constant in constants):
        return (Fraction(0),) * size
    basis = _Basis(matrix, constants, cover)
    row = basis.lowest([i for i in range(size) if cover[i]], basis.artificial, -1)
    entering = basis.exchange(row, basis.artificial)
    while entering is not None:
        deadline.check("a linear complementarity problem")
        candidates = [i for i in range(size) if basis.rows[i][entering] > 0]
        if not candidates:
            raise NotSolved("a linear complementarity problem was not solved: it ended on a ray")
        entering = basis.exchange(basis.lowest(candidates, entering, 1), entering)
    return basis.solution()


class _Basis:
    """One row per basic variable: integers times (w, z, artificial) = the last entry.

    basic: the variable of each row, whose coefficient there is positive.
    """

    def __init__(self, matrix: ndarray, constants: Sequence[Any], cover: Sequence[Any]) -> None:
        size = len(constants)
        table = np.empty((size, 2 * size + 2), dtype=object)
        table[:, :size] = np.eye(size, dtype=int)
        table[:, size:-2] = -matrix
        table[:, -2] = [-part for part in cover]
        table[:, -1] = constants
        self.rows = [_whole(row) for row in table]
        self.basic = list(range(size))
        self.size, self.artificial = size, 2 * size

    def lowest(self, candidates: Iterable[int], entering: int, sign: int) -> int:
        """The row whose (constant, w part) is lexicographically least for its entering part."""
        rows, left = self.rows, list(candidates)
        for column in (-1, *range(self.size)):
            ratios = [Fraction(rows[i][column], sign * rows[i][entering]) for i in left]
            least = min(ratios)
            left = [i for i, ratio in zip(left, ratios, strict=True) if ratio == least]
            if len(left) == 1:
                break
        return left[0]

    def exchange(self, row: int, entering: int) -> int | None:
        """Makes a variable basic in place of a row's; gives the next one to enter, if any."""
        pivot_row = self.rows[row] if self.rows[row][entering] > 0 else -self.rows[row]
        self.rows[row] = pivot_row
        pivot = pivot_row[entering]
        for i, other in enumerate(self.rows):
            factor = other[entering]
            if i != row and factor:
                self.rows[i] = _reduced(pivot * other - factor * pivot_row)
        leaving, self.basic[row] = self.basic[row], entering
        if leaving == self.artificial:
            return None
        return leaving + self.size if leaving < self.size else leaving - self.size

    def solution(self) -> tuple[Fraction, ...]:
        """The values of z."""
        values = [Fraction(0)] * (2 * self.size + 1)
        for variable, row in zip(self.basic, self.rows, strict=True):
            values[variable] = Fraction(row[-1], row[variable])
        return tuple(values[self.size : 2 * self.size])


def _whole(row: ndarray) -> ndarray:
    """A row of rational numbers as integers, in another unit."""
    whole, _ = integers(row)
    return whole.astype(object)


def _reduced(row: ndarray) -> ndarray:
    """A row of integers without its common factor."""
    factor = np.gcd.reduce(row)
    return row // factor if factor > 1 else row
