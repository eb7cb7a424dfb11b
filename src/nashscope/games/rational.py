"""Rational tables as integers: the arithmetic in which this pillar decides ties."""

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy import ndarray

__all__ = [
    "Number",
    "as_decimal",
    "as_fraction",
    "as_text",
    "determinant",
    "dot",
    "fraction_table",
    "integers",
    "solve",
]


Number = Fraction | float | int
"""A fraction where a value is exact, a float where it is not."""

EXPONENT = 999
"""The largest exponent of a number that is read: one of ten digits would take for ever."""


def as_fraction(entry: Any) -> Fraction:
    """A number, or a text such as "3", "-0.5", "1e-3" or "1/3", at its exact value.

    Raises:
        ValueError: for what is no finite number, or has an exponent above `EXPONENT`.

    >>> as_fraction("1e-3"), as_fraction(0.5)
    (Fraction(1, 1000), Fraction(1, 2))
    """
    exponent = re.search(r"e([+-]?[\d_]+)\s*$", entry, re.I) if isinstance(entry, str) else None
    if exponent and abs(int(exponent[1])) > EXPONENT:
        raise ValueError(f"{entry!r} has an exponent above {EXPONENT}")
    try:
        return Fraction(entry)
    except (TypeError, ZeroDivisionError, OverflowError) as error:
        raise ValueError(str(error)) from None


def fraction_table(table: Any) -> ndarray:
    """A table of finite numbers as an object array of fractions, each entry at its exact value."""
    given = np.asarray(table)
    exact = np.empty(given.shape, dtype=object)
    for index, entry in zip(np.ndindex(given.shape), given.ravel().tolist(), strict=True):
        exact[index] = Fraction(entry)
    return exact


def integers(table: ndarray) -> tuple[ndarray, int]:
    """Integers and a positive scale with `integers / scale == table`, exactly.

    The integers are int64 where their absolute values stay below 2^62, Python's own otherwise.
    The table holds integers, floats or fractions; a float counts as the binary fraction it is.

    >>> whole, scale = integers(np.array([0.5, 0.75]))
    >>> whole.tolist(), scale
    ([2, 3], 4)
    """
    if table.dtype.kind in "iu" and (not table.size or int(np.abs(table).max()) < 2**62):
        return table.astype(np.int64), 1
    if table.dtype.kind == "f":
        rounded = np.rint(table)
        if not table.size or (np.array_equal(rounded, table) and np.abs(table).max() < 2.0**62):
            return table.astype(np.int64), 1
    pairs = [entry.as_integer_ratio() for entry in table.ravel().tolist()]
    scale = math.lcm(*{denominator for _, denominator in pairs})
    whole = [numerator * (scale // denominator) for numerator, denominator in pairs]
    small = max(map(abs, whole), default=0) < 2**62
    scaled = np.empty(len(whole), dtype=np.int64 if small else object)
    scaled[:] = whole
    return scaled.reshape(table.shape), scale


def dot(weights: Any, values: Any) -> Fraction:
    """The sum of products of two sequences of rational numbers."""
    return sum((w * v for w, v in zip(weights, values, strict=True) if w), Fraction(0))


def determinant(matrix: Iterable[Iterable[Any]]) -> Any:
    """The determinant of a square matrix of rational numbers; 1 for the empty one."""
    rows = [list(row) for row in matrix]
    sign, value = 1, Fraction(1)
    while rows:
        place = next((r for r, row in enumerate(rows) if row[0] != 0), None)
        if place is None:
            return Fraction(0)
        sign = -sign if place % 2 else sign
        pivot = rows.pop(place)
        value *= pivot[0]
        top = Fraction(1) / pivot[0]
        rows = [
            [entry - row[0] * top * above for entry, above in zip(row[1:], pivot[1:], strict=True)]
            for row in rows
        ]
    return sign * value


def solve(matrix: Iterable[Iterable[int]], right: Iterable[int]) -> tuple[list[int], int] | None:
    """Integers x and a positive d with matrix · x = right · d; None for a singular matrix.

    Fraction-free elimination (Bareiss 1968): every division is exact, and the entries stay
    subdeterminants of the matrix.

    >>> solve([[2, 1], [1, 3]], [3, 4])
    ([5, 5], 5)
    """
    rows = [[*map(int, row), int(value)] for row, value in zip(matrix, right, strict=True)]
    size, before = len(rows), 1
    for c in range(size):
        place = next((r for r in range(c, size) if rows[r][c]), None)
        if place is None:
            return None
        rows[c], rows[place] = rows[place], rows[c]
        top = rows[c]
        pivot = top[c]
        for r in range(size):
            if r != c:
                row = rows[r]
                factor = row[c]
                rows[r] = [
                    (pivot * a - factor * b) // before for a, b in zip(row, top, strict=True)
                ]
        before = pivot
    sign = 1 if before > 0 else -1
    return [sign * row[-1] for row in rows], sign * before


def as_decimal(value: Fraction) -> str:
    """A fraction exactly: as an integer or a short decimal where it is one, else as "2/3".

    >>> as_decimal(Fraction(1, 8)), as_decimal(Fraction(2, 3))
    ('0.125', '2/3')
    """
    if value.denominator == 1:
        return str(value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    text = repr(float(value))
    return text if rest == 1 and "e" not in text and Fraction(text) == value else str(value)


def as_text(value: Any) -> str:
    """A fraction as "2/3", any other number with at most 12 significant digits."""
    return str(value) if isinstance(value, Fraction | int) else f"{value:.12g}"
