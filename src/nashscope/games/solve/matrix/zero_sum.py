"""Zero-sum games, many at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedGame, Misuse, NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.solve.matrix.certificate import ZeroSumCertificate, certificate, certificates
from nashscope.games.solve.matrix.simplex import bounds, simplex

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


def zero_sum(payoffs: Any, *, tolerance: float = 1e-9, time_limit: TimeLimit = None) -> ZeroSum:
    """Optimal strategies, values and duality gaps of a batch of zero-sum games.

    payoffs: `[games, rows, columns]`, what the column player pays the row player.
    tolerance: the largest duality gap, in units of each game's payoff range. A game that floats
        do not bring below it, or that stalls, is solved in fractions.

    Raises:
        IllFormedGame: naming the first game and entry that is not a finite number.
        NotSolved: if the time limit, in seconds, passes, or a gap stays above the tolerance.

    >>> solved = zero_sum(np.array([[[1, -1], [-1, 1]], [[2, 1], [4, 3]]]))
    >>> solved.values.round(9).tolist(), solved.row.round(9).tolist()
    ([0.0, 3.0], [[0.5, 0.5], [0.0, 1.0]])
    """
    if not 0 < tolerance < 1:
        raise Misuse(f"the tolerance is {tolerance}; it is a fraction of the payoff range")
    deadline = Deadline.of(time_limit)
    batch = _Batch.checked(payoffs)
    found = simplex(batch.load, batch.shape, deadline)
    row, column, gaps = found.row, found.column, found.upper - found.lower
    middle = (found.upper + found.lower) / 2
    for game in np.flatnonzero(~found.finished | ~(gaps <= tolerance)).tolist():
        deadline.check("a batch of zero-sum games")
        table = batch.load(np.array([game]))
        exact = certificate(table[:, :, 0], time_limit=deadline)
        row[game] = [float(p) for p in exact.row]
        column[game] = [float(p) for p in exact.column]
        upper, lower = bounds(table, row[game][:, None], column[game][:, None])
        gaps[game], middle[game] = upper[0] - lower[0], (upper[0] + lower[0]) / 2
        if gaps[game] > tolerance:
            raise NotSolved(
                f"game {game} of the batch has a duality gap of {gaps[game]:.3g} of its payoff "
                f"range, more than the {tolerance:g} allowed; raise the tolerance"
            )
    values = batch.low + batch.spread * (middle - 1.0)
    return ZeroSum(row, column, values, np.maximum(gaps, 0.0) * batch.spread, tolerance)


@dataclass(frozen=True)
class _Batch:
    """Games, their smallest payoffs and their payoff ranges; the latter two known once loaded."""

    given: ndarray
    low: Float[ndarray, "games"]
    spread: Float[ndarray, "games"]

    @classmethod
    def checked(cls, payoffs: Any) -> "_Batch":
        """The payoffs as an array of numbers, of integers in a type that has room for differences.

        Raises:
            IllFormedGame: if they are not a batch of tables of numbers.
        """
        try:
            given = np.asarray(payoffs)
            if given.dtype.kind not in "iuf":
                if given.dtype.kind == "c":
                    raise TypeError("they are complex")
                given = np.asarray(given, dtype=float)
        except (TypeError, ValueError, OverflowError) as error:
            raise IllFormedGame(f"payoffs are not a table of numbers: {error}") from None
        if given.ndim != 3 or 0 in given.shape[1:]:
            raise IllFormedGame(
                f"payoffs have shape {given.shape}; a batch of zero-sum games is "
                "[games, rows, columns] (use payoffs[None] for one game)"
            )
        if given.dtype.kind in "iu":
            small = not given.size or max(int(given.max()), -int(given.min())) < 2**62
            given = given.astype(np.int64 if small else object, copy=False)
        return cls(given, np.empty(len(given)), np.empty(len(given)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """The numbers of games, rows and columns."""
        games, rows, columns = self.given.shape
        return games, rows, columns

    def load(self, which: slice | ndarray) -> Float[ndarray, "rows columns chosen"]:
        """Some of the games, in units of their payoff ranges, from 1 for the smallest payoff.

        Integers are counted from the smallest before they are rounded to floats.

        Raises:
            IllFormedGame: naming the first payoff that is not finite.
        """
        tables = self.given[which].transpose(1, 2, 0)
        tables = np.array(tables, dtype=float if tables.dtype.kind == "f" else None, order="C")
        low = tables.min(axis=(0, 1))
        with np.errstate(over="ignore", invalid="ignore"):
            tables -= low
        tables = tables.astype(float, copy=False)
        spread = tables.max(axis=(0, 1))
        if not np.isfinite(spread).all():  # NaN and infinities end up here, and so does overflow
            self._refuse()
        self.low[which], self.spread[which] = low, spread
        # a product takes half the time of a quotient, but 1 / 1e-309 is infinite
        if spread.min(initial=1.0) > 1e-300:
            tables *= 1.0 / spread
        else:
            tables /= np.where(spread > 0, spread, 1.0)
        tables += 1.0
        return tables

    def _refuse(self) -> None:
        """Raises the error of payoffs that are not finite, or too far apart."""
        finite = np.isfinite(self.given.astype(float))
        if finite.all():
            raise IllFormedGame("a payoff range is above 1.8e308; give payoffs in a larger unit")
        where = "".join(f"[{i}]" for i in np.argwhere(~finite)[0])
        raise IllFormedGame(f"payoffs{where} is not finite; payoffs must be finite")
