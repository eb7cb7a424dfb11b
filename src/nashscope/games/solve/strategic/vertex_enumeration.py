"""All square subdeterminants of a matrix at once, as the way to the vertices of a polytope.

A vertex of {x ≥ 0, Cᵀx ≤ 1} is given by a set I of rows that may be positive and a set J of
columns that are tight, |I| = |J|, with det C[I, J] ≠ 0. By Cramer's rule every coordinate and every
slack of that vertex is a ratio of two determinants, of C itself and of C below a row of ones, so
that *which* vertices are feasible is a matter of signs. The determinants of size k come from those
of size k-1 by Laplace expansion, k products each, and are shared by all bases: an exact test of all
924 bases of a 6×6 game costs about as much as a dozen matrix products.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations

import numpy as np
from jaxtyping import Bool, Int, Int8, Shaped
from numpy import ndarray

from nashscope.errors import NotSolved

__all__ = ["LARGEST", "Bases", "Vertices", "bases_count", "too_large", "vertices"]

LARGEST = 4_000_000
"""The largest number of constraints, of all bases together, that are tested in a second or two. A
square game of 10×10 has 184,756 bases of 20 constraints, one of 2×190 has 18,528 of 192."""


@dataclass(frozen=True)
class Bases:
    """Which determinants belong to which basis, for matrices of one shape `[rows, columns]`.

    A basis is a pair (I, J); one of the vertex's `rows + columns` constraints is x_i ≥ 0 for every
    row i, then Cᵀx ≤ 1 for every column j. Signs are places too: a list of numbers is followed by
    their negatives, and a place beyond its end means the negative.

    expand: per size k from 1, the entries of C and the determinants of size k-1 whose products sum
        to each determinant of size k: `(entry, smaller)`, both `[k, determinants of size k]`.
    border: the plain determinants, of all sizes in one list, the empty one first, that sum to each
        determinant bordered by ones; `[k, bordered]`, filled up with the place of a zero.
    test: `[bases, rows + columns]`, for each basis and constraint the bordered determinant that,
        times the basis' own sign, has the sign of the slack; the place of a zero for the
        constraints that are tight by choice.
    """

    expand: tuple[tuple[ndarray, ndarray], ...]
    border: Int[ndarray, "k bordered"]
    test: Int[ndarray, "bases constraints"]


@dataclass(frozen=True)
class Vertices:
    """The vertices of {x ≥ 0, Cᵀx ≤ 1} other than the origin.

    tight: which constraints hold with equality; a vertex is told by them alone.
    weights: x up to a positive factor: the integers whose ratios are the coordinates of the vertex.
    crowded: the vertices at which more constraints are tight than there are rows.
    """

    tight: Bool[ndarray, "vertices constraints"]
    weights: Shaped[ndarray, "vertices rows"]
    crowded: Int[ndarray, "_"]


def vertices(matrices: Sequence[Shaped[ndarray, "rows columns"]]) -> list[Vertices]:
    """All vertices but the origin of {x ≥ 0, Cᵀx ≤ 1}, for matrices C of positive integers.

    Exact: the integers are int64 where a bound on the determinants allows it, else Python's own.
    Matrices of one shape share every numpy call, of which there are a few dozen.

    Raises:
        NotSolved: for more than `LARGEST` constraints of all bases.
    """
    rows, columns = matrices[0].shape
    bases = bases_of(rows, columns)
    kind = np.int64 if all(map(_fits, matrices)) else object
    entries = np.array([matrix.ravel() for matrix in matrices], dtype=kind)
    plain, bordered = _determinants(entries, bases)
    own = _signs(plain[:, 1:])
    sign = _signs(bordered)
    nothing = np.zeros((len(matrices), 1), dtype=np.int8)
    sign = np.concatenate([sign, -sign, nothing], axis=1).take(bases.test, axis=1)
    sign *= own[:, :, None]
    fits = (np.minimum.reduce(sign, axis=2) >= 0) & (own != 0)
    sizes = np.abs(bordered)
    sizes = np.concatenate([sizes, sizes, nothing.astype(kind)], axis=1)
    return [
        _vertices(one.nonzero()[0], signs, size, bases.test, rows)
        for one, signs, size in zip(fits, sign, sizes, strict=True)
    ]


def _vertices(
    feasible: ndarray, sign: ndarray, sizes: ndarray, test: ndarray, rows: int
) -> Vertices:
    """The vertices of one polytope from its feasible bases."""
    tight = sign[feasible] == 0
    crowded = (np.add.reduce(tight, axis=1, dtype=np.int64) > rows).nonzero()[0]
    if len(crowded):  # only then does a vertex have several bases
        seen = {row.tobytes(): place for place, row in enumerate(np.packbits(tight, axis=1))}
        first = list(seen.values())
        feasible, tight = feasible[first], tight[first]
        crowded = (tight.sum(axis=1) > rows).nonzero()[0]
    return Vertices(tight, sizes[test[feasible, :rows]], crowded)


def _determinants(entries: ndarray, bases: Bases) -> tuple[ndarray, ndarray]:
    """For each matrix all plain determinants, the empty one first, and all bordered ones."""
    both = np.concatenate([entries, -entries], axis=1)
    smaller = np.ones((len(entries), 1), dtype=entries.dtype)
    plain = [smaller]
    for entry, minor in bases.expand:
        products = both.take(entry, axis=1) * smaller.take(minor, axis=1)
        smaller = np.add.reduce(products, axis=1)
        plain.append(smaller)
    listed = np.concatenate(plain, axis=1)
    signed = np.concatenate([listed, -listed, np.zeros_like(plain[0])], axis=1)
    return listed, np.add.reduce(signed.take(bases.border, axis=1), axis=1)


def _signs(numbers: Shaped[ndarray, "*any"]) -> Int8[ndarray, "*any"]:
    """-1, 0 or 1 for each number."""
    return (numbers > 0).view(np.int8) - (numbers < 0).view(np.int8)


def _fits(matrix: ndarray) -> bool:
    """Whether no sum of products on the way to a determinant can leave int64 (Hadamard's bound)."""
    size, largest = min(matrix.shape), int(matrix.max())
    bits: float = size * (math.log2(largest) + math.log2(size) / 2) + math.log2(size + 1) + 1
    return bits < 62


def bases_count(rows: int, columns: int) -> int:
    """How many bases the matrices of one shape have."""
    return math.comb(rows + columns, rows)


def too_large(rows: int, columns: int) -> bool:
    """Whether the bases of the matrices of one shape are too many to try them all."""
    return bases_count(rows, columns) * (rows + columns) > LARGEST


@lru_cache(maxsize=64)
def bases_of(rows: int, columns: int) -> Bases:
    """The bases of the matrices of one shape."""
    if too_large(rows, columns):
        raise NotSolved(
            f"a {rows}×{columns} game has {bases_count(rows, columns):,} bases of "
            f"{rows + columns} constraints, more than the {LARGEST:,} tested here"
        )
    least = min(rows, columns)
    choose = np.array([[math.comb(n, k) for k in range(least + 2)] for n in range(rows + columns)])
    # where the determinants of each size start in their lists, and where the lists end
    sizes = range(least + 1)
    plain = [0, *accumulate(math.comb(rows, k) * math.comb(columns, k) for k in sizes)]
    deepest = least + (columns > rows)
    sizes = range(deepest)
    bordered = [0, *accumulate(math.comb(rows, k) * math.comb(columns, k + 1) for k in sizes)]
    border = np.full((deepest, bordered[-1]), 2 * plain[-1])
    for k in range(1, deepest + 1):
        part = border[:k, bordered[k - 1] : bordered[k]]
        part[:] = plain[k - 1] + _border(rows, columns, k, choose)
        part[1::2] += plain[-1]
    tests = [
        _tests(rows, columns, k, choose, (bordered[k - 1], bordered[k], bordered[-1]))
        for k in range(1, least + 1)
    ]
    expand = tuple(_expansion(rows, columns, k, choose) for k in range(1, least + 1))
    return Bases(expand, border, np.concatenate(tests))


def _expansion(rows: int, columns: int, k: int, choose: ndarray) -> tuple[ndarray, ndarray]:
    """The expansion of the determinants of size k along their last rows.

    Its signs alternate from (-1)^(k-1) on, so that the columns are taken from the last.
    """
    own, other = _subsets(rows, k), _subsets(columns, k)
    without = _rank(_leave_one_out(other), choose)[::-1]
    entry = own[:, -1][None, :, None] * columns + other.T[::-1][:, None, :]
    entry[1::2] += rows * columns
    minor = _rank(own[:, :-1], choose)[None, :, None] * choose[columns, k - 1] + without[:, None, :]
    return entry.reshape(k, -1), minor.reshape(k, -1)


def _border(rows: int, columns: int, k: int, choose: ndarray) -> ndarray:
    """Plain determinants of size k-1 in each determinant of size k whose first row is of ones."""
    without = _rank(_leave_one_out(_subsets(columns, k)), choose)
    own = np.arange(math.comb(rows, k - 1))
    places: ndarray = own[None, :, None] * choose[columns, k - 1] + without[:, None, :]
    return places.reshape(k, -1)


def _tests(
    rows: int, columns: int, k: int, choose: ndarray, starts: tuple[int, int, int]
) -> Int[ndarray, "bases constraints"]:
    """`test` for the bases of size k; `starts`: bordered determinants of size k, k + 1, and all."""
    here, beyond, end = starts
    own, other = _subsets(rows, k), _subsets(columns, k)
    test = np.full((len(own), len(other), rows + columns), 2 * end)
    mine, theirs = np.arange(len(own))[:, None, None], np.arange(len(other))[None, :, None]
    # x_i · det = ± the determinant with row i replaced by ones, moved to the top
    fewer = _rank(_leave_one_out(own), choose).T[:, None, :]  # [sets of rows, 1, k]
    turned = np.where(np.arange(k) % 2 == 1, end, 0)
    test[mine, theirs, own[:, None, :]] = here + fewer * choose[columns, k] + theirs + turned
    # the slack of column j · det = ± the determinant of (ones; rows I) × (j, J)
    if k < columns:
        left = np.ones((len(other), columns), dtype=bool)
        left[np.arange(len(other))[:, None], other] = False
        rest = left.nonzero()[1].reshape(len(other), columns - k)
        # the place of j among J: of the columns before it, those that are not left over
        place = rest - np.arange(columns - k)
        ends = np.zeros((len(other), 1), dtype=np.int64)
        steps = np.arange(1, k + 1)
        before = np.cumsum(np.hstack([ends, choose[other, steps]]), axis=1)
        after = np.cumsum(np.hstack([ends, choose[other, steps + 1][:, ::-1]]), axis=1)[:, ::-1]
        bigger = choose[rest, place + 1]
        bigger += np.take_along_axis(before, place, 1) + np.take_along_axis(after, place, 1)
        turned = np.where(place % 2 == 1, end, 0)
        where = (mine, theirs, rows + rest[None])
        test[where] = beyond + mine * choose[columns, k + 1] + (bigger + turned)[None]
    return test.reshape(-1, rows + columns)


def _subsets(n: int, k: int) -> Int[ndarray, "subsets {k}"]:
    """All k-subsets of range(n), each sorted, in the order of `_rank`."""
    found = np.array(list(combinations(range(n), k)), dtype=np.int64).reshape(-1, k)
    ordered: ndarray = found[np.lexsort(found.T)] if k else found
    return ordered


def _rank(subsets: Int[ndarray, "*many k"], choose: ndarray) -> Int[ndarray, "*many"]:
    """The place of each sorted subset among those of its size, in colexicographic order."""
    ranks: ndarray = choose[subsets, np.arange(1, subsets.shape[-1] + 1)].sum(axis=-1)
    return ranks


def _leave_one_out(subsets: Int[ndarray, "many k"]) -> Int[ndarray, "k many k-1"]:
    """Each subset without its first element, without its second, and so on."""
    k = subsets.shape[1]
    return np.stack([np.delete(subsets, q, axis=1) for q in range(k)])
