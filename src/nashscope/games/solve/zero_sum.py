"""Zero-sum games, many at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedGame, Misuse, NotSolved
from nashscope.games.solve.certificate import ZeroSumCertificate, certificate, certificates
from nashscope.games.solve.deadline import Deadline
from nashscope.games.solve.lockstep import simplex

__all__ = ["ZeroSum", "zero_sum"]


@dataclass(frozen=True)
class ZeroSum:
    """Solutions of zero-sum games, each with its proof.

    row, column: an optimal strategy of each player, `[games, actions]`.
    values: what the row player can have and the column player can keep it to; the middle of the
        two bounds that the strategies prove.
    gaps: the upper bound minus the lower, in payoff units: the value is proved to within half of
        it, and no player gains more by leaving.
    tolerance: the largest gap that was allowed, in units of each game's payoff range.
    """

    row: Float[ndarray, "games rows"]
    column: Float[ndarray, "games columns"]
    values: Float[ndarray, "games"]
    gaps: Float[ndarray, "games"]
    tolerance: float

    def certificates(self, payoffs: ndarray) -> list[ZeroSumCertificate]:
        """The exact solutions of the same games, in fractions (about 0.1 ms each at 5×5)."""
        return certificates(np.asarray(payoffs), self.row, self.column)


def zero_sum(payoffs: Any, *, tolerance: float = 1e-9, time_limit: float | None = None) -> ZeroSum:
    """Optimal strategies, values and duality gaps of a batch of zero-sum games.

    payoffs: `[games, rows, columns]`, what the column player pays the row player.
    tolerance: the largest duality gap, in units of each game's payoff range. A game that floats
        do not bring below it, or that stalls, is solved in fractions.

    Raises:
        IllFormedGame: naming the first game and entry that is not a finite number.
        NotSolved: if the time limit, in seconds, passes, or a gap stays above the tolerance.

    >>> solved = zero_sum(np.array([[[1, -1], [-1, 1]], [[2, 1], [4, 3]]]))
    >>> solved.values.round(9).tolist(), solved.row.round(9).tolist()
    ([-0.0, 3.0], [[0.5, 0.5], [0.0, 1.0]])
    """
    if not 0 < tolerance < 1:
        raise Misuse(f"the tolerance is {tolerance}; it is a fraction of the payoff range")
    deadline = Deadline(time_limit)
    tables, offset, scale = _normalised(payoffs)
    found = simplex(tables, deadline)
    row, column = found.row, found.column
    upper, lower = _bounds(tables, row, column)
    gaps = upper - lower
    for game in np.flatnonzero(~found.finished | ~(gaps <= tolerance)).tolist():
        deadline.check("a batch of zero-sum games")
        exact = certificate(tables[game], time_limit=deadline.remaining)
        row[game] = [float(p) for p in exact.row]
        column[game] = [float(p) for p in exact.column]
        upper[game], lower[game] = (
            float(bound[0]) for bound in _bounds(tables[[game]], row[[game]], column[[game]])
        )
        gaps[game] = upper[game] - lower[game]
        if gaps[game] > tolerance:
            raise NotSolved(
                f"game {game} of the batch has a duality gap of {gaps[game]:.3g} of its payoff "
                f"range, more than the {tolerance:g} allowed; raise the tolerance"
            )
    values = offset + scale * (upper + lower) / 2
    return ZeroSum(row, column, values, np.maximum(gaps, 0.0) * scale, tolerance)


def _bounds(tables: ndarray, row: ndarray, column: ndarray) -> tuple[ndarray, ndarray]:
    """What the column strategy keeps the row player to, and what the row strategy secures it."""
    reached = np.einsum("gij,gj->ig", tables, column)
    secured = np.einsum("gij,gi->jg", tables, row)
    return reached.max(axis=0), secured.min(axis=0)


def _normalised(payoffs: Any) -> tuple[ndarray, ndarray, ndarray]:
    """The tables in [0, 1], and each game's smallest payoff and payoff range."""
    try:
        given = np.asarray(payoffs)
        tables = given if given.dtype.kind in "iu" else np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise IllFormedGame(f"payoffs are not a table of numbers: {error}") from None
    if tables.ndim != 3 or 0 in tables.shape[1:]:
        raise IllFormedGame(
            f"payoffs have shape {tables.shape}; a batch of zero-sum games is "
            "[games, rows, columns] (use payoffs[None] for one game)"
        )
    if tables.dtype.kind in "iu":
        # counted from the smallest before rounding, in an integer type that has room for it
        small = not tables.size or max(int(tables.max()), -int(tables.min())) < 2**62
        tables = tables.astype(np.int64 if small else object)
    low = tables.min(axis=(1, 2), keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        tables = np.subtract(tables, low).astype(float, copy=False)
    spread = tables.max(axis=(1, 2), keepdims=True)
    if not np.isfinite(spread).all():  # NaN and infinities end up here, and so does overflow
        if np.isfinite(given).all():
            raise IllFormedGame("a payoff range is above 1.8e308; give payoffs in a larger unit")
        where = "".join(f"[{i}]" for i in np.argwhere(~np.isfinite(given))[0])
        raise IllFormedGame(f"payoffs{where} is not finite; payoffs must be finite")
    tables /= np.where(spread > 0, spread, 1.0)
    return tables, low[:, 0, 0].astype(float), spread[:, 0, 0]
