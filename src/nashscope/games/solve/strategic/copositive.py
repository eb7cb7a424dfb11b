"""Whether a quadratic form is positive on a cone of signs, decided in fractions."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from nashscope.games.deadline import Deadline
from nashscope.games.rational import determinant, dot

__all__ = ["strictly_copositive"]

Form = Sequence[Sequence[Any]]


def strictly_copositive(form: Form, *, free: int = 0, deadline: Deadline | None = None) -> bool:
    """Whether zᵀQz > 0 for every z ≠ 0 whose entries after the first `free` ones are ≥ 0.

    The free coordinates must give a positive definite block, and are then minimised out (Schur
    complement). The rest is strictly copositive if and only if every principal submatrix whose
    cofactors of the last row are all positive has a positive determinant.

    Source: Keller's criterion, in Cottle, Habetler and Lemke 1970, "On classes of copositive
    matrices", Linear Algebra and its Applications 3, Theorem 3.1.

    Raises:
        NotSolved: beyond the deadline; there are 2ⁿ principal submatrices.

    >>> strictly_copositive([[1, 5], [5, 1]])
    True
    >>> strictly_copositive([[1, 5], [5, 1]], free=1)
    False
    """
    deadline = deadline or Deadline(None)
    rest = [[Fraction(entry) for entry in row] for row in form]
    for _ in range(free):
        corner, line = rest[0][0], rest[0][1:]
        if corner <= 0:
            return False
        rest = [
            [entry - side * top / corner for entry, top in zip(row[1:], line, strict=True)]
            for row, side in zip(rest[1:], line, strict=True)
        ]
    return all(
        _passes([[rest[i][j] for j in chosen] for i in chosen], deadline)
        for size in range(1, len(rest) + 1)
        for chosen in combinations(range(len(rest)), size)
    )


def _passes(matrix: list[list[Fraction]], deadline: Deadline) -> bool:
    """Keller's criterion for one principal submatrix."""
    deadline.check("deciding whether a strategy is evolutionarily stable")
    last = len(matrix) - 1
    cofactors = [
        (-1) ** (last + j) * determinant([row[:j] + row[j + 1 :] for row in matrix[:-1]])
        for j in range(last + 1)
    ]
    return min(cofactors) <= 0 or dot(matrix[-1], cofactors) > 0
