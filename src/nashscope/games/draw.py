"""Games drawn at random, from stated distributions and with stated properties.

Everything is drawn in batches from a generator that is passed in. Zero-sum games are tables of what
the row player gets, `[games, rows, columns]`, general games `[games, players, *actions]`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games.normal import NormalForm
from nashscope.games.solve.matrix.certificate import ZeroSumCertificate, certificates
from nashscope.games.solve.matrix.zero_sum import ZeroSum, zero_sum
from nashscope.games.solve.strategic.equilibria import equilibria

__all__ = [
    "Distribution",
    "Drawn",
    "general_games",
    "integers",
    "margins",
    "normal",
    "planted",
    "uniform",
    "zero_sum_games",
]

Distribution = Callable[[Generator, tuple[int, ...]], ndarray]
"""Draws payoffs, each independent of the others, in a given shape."""

BATCHES = 200
"""How many batches are drawn in search of games with a rare property."""


def integers(low: int = -10, high: int = 10) -> Distribution:
    """Whole numbers from `low` to `high`, all equally likely."""
    if low > high:
        raise IllFormedGame(f"integers from {low} to {high} cannot be drawn: there are none")
    return lambda chance, shape: chance.integers(low, high + 1, shape)


def uniform(low: float = -1.0, high: float = 1.0) -> Distribution:
    """Real numbers between `low` and `high`."""
    return lambda chance, shape: chance.uniform(low, high, shape)


def normal(mean: float = 0.0, deviation: float = 1.0) -> Distribution:
    """Real numbers around `mean`, normally distributed."""
    return lambda chance, shape: chance.normal(mean, deviation, shape)


@dataclass(frozen=True)
class Drawn:
    """Zero-sum games with their solutions.

    payoffs: `[games, rows, columns]`, to the row player.
    solution: strategies, values and duality gaps of all of them.
    """

    payoffs: Shaped[ndarray, "games rows columns"]
    solution: ZeroSum

    def certificates(self) -> list[ZeroSumCertificate]:
        """The exact solution of every game, in fractions, each checkable without a solver."""
        return certificates(self.payoffs, self.solution.row, self.solution.column)


def zero_sum_games(
    chance: Generator,
    count: int,
    shape: tuple[int, int],
    distribution: Distribution | None = None,
    *,
    support: int | None = None,
    margin: float = 0.0,
) -> Drawn:
    """Zero-sum games with independent payoffs, those without the asked properties thrown away.

    distribution: of the payoffs; by default whole numbers from -10 to 10.
    support: both players play exactly this many actions in the solution.
    margin: the least `margins`; above 0 the solution is the only equilibrium.

    Raises:
        NotSolved: if the properties are so rare that the games would take too long to find;
            `planted` makes them instead.
    """
    draw = integers() if distribution is None else distribution
    _check(count, shape)
    found: list[Drawn] = []
    have = 0
    for _ in range(BATCHES):
        payoffs = draw(chance, (count, *shape))
        solution = zero_sum(payoffs)
        if support is None and margin <= 0:
            return Drawn(payoffs, solution)
        kept = margins(payoffs, solution) >= max(margin, 0.0)
        if support is not None:
            kept &= (solution.row > SMALL).sum(axis=1) == support
            kept &= (solution.column > SMALL).sum(axis=1) == support
        found.append(_chosen(payoffs, solution, kept))
        have += int(kept.sum())
        if have >= count:
            return _joined(found, count)
    raise NotSolved(
        f"only {have} of {count} games with support {support} and margin {margin} came up in "
        f"{BATCHES * count:,} draws; plant them with draw.planted"
    )


SMALL = 1e-9
"""A probability, or a loss as a part of the payoff range, that counts as none."""


def margins(
    payoffs: Shaped[ndarray, "games rows columns"], solution: ZeroSum
) -> Float[ndarray, "games"]:
    """How far each solution is from degeneracy; 0 where it may not be the only equilibrium.

    That holds of solutions that are vertices, as those of `zero_sum` are: a mixture of several
    equilibria is not told from a single one.

    The least of: the probabilities of the actions played, and what the others would lose by the
    actions that are not played, in units of the payoff range. 0 if the supports differ in size.
    """
    tables = payoffs.astype(float)
    spread = np.ptp(tables, axis=(1, 2))
    unit = np.where(spread > 0, spread, 1.0)
    reached = np.einsum("gij,gj->gi", tables, solution.column)
    secured = np.einsum("gij,gi->gj", tables, solution.row)
    loss_row = (solution.values[:, None] - reached) / unit[:, None]
    loss_column = (secured - solution.values[:, None]) / unit[:, None]
    least = np.minimum(
        np.where(solution.row > SMALL, solution.row, loss_row).min(axis=1),
        np.where(solution.column > SMALL, solution.column, loss_column).min(axis=1),
    )
    same = (solution.row > SMALL).sum(axis=1) == (solution.column > SMALL).sum(axis=1)
    return np.asarray(np.where(same & (least > SMALL), least, 0.0))


def planted(
    chance: Generator,
    count: int,
    shape: tuple[int, int],
    support: int,
    *,
    value: int = 0,
    margin: int = 1,
    parts: int = 12,
) -> Drawn:
    """Zero-sum games made around a solution: a support size, a value, and a margin.

    Both players' solution probabilities are random multiples of 1/`parts`, none 0 on the support.
    A random integer kernel is shifted so that either strategy makes the other indifferent at the
    value; every further row is below the value, every further column above it, by at least
    `margin`, against the planted strategies. All payoffs are integers divided by `parts`² at most,
    given in units in which they are integers; the value is then `value · parts²`, and the margin
    `margin · parts²`. The planted solution is the only equilibrium (a kernel for which it is
    not is drawn again).

    Raises:
        IllFormedGame: if the support does not fit the shape or the parts.
    """
    _check(count, shape)
    rows, columns = shape
    if not 1 <= support <= min(rows, columns, parts):
        raise IllFormedGame(
            f"a support of {support} actions does not fit a {rows}×{columns} game with "
            f"probabilities in {parts} parts"
        )
    found: list[Drawn] = []
    have = 0
    for _ in range(BATCHES):
        payoffs = np.stack(
            [_plant(chance, shape, support, value, margin, parts) for _ in range(count - have)]
        )
        solution = zero_sum(payoffs)
        kept = margins(payoffs, solution) > 0
        found.append(_chosen(payoffs, solution, kept))
        have += int(kept.sum())
        if have >= count:
            return _joined(found, count)
    raise NotSolved(f"only {have} of {count} planted games had a unique solution; ask for others")


def _plant(
    chance: Generator, shape: tuple[int, int], support: int, value: int, margin: int, parts: int
) -> ndarray:
    """One table, in units of 1/parts²."""
    rows, columns = shape
    x, y = (_composition(chance, parts, support) for _ in range(2))
    table = chance.integers(-10, 11, shape) * parts**2
    kernel = table[:support, :support]
    # With Σx = Σy = parts, these shifts make x·kernel and kernel·y equal to the value everywhere.
    by_row, by_column = kernel @ y // parts, x @ kernel // parts
    centre = int(x @ kernel @ y) // parts**2
    kernel = kernel - by_row[:, None] - by_column[None, :] + centre + value * parts**2
    table[:support, :support] = kernel
    target, step = value * parts**2, margin * parts**2
    spare = chance.integers(1, 11, rows - support) * step
    below = table[support:, :support]
    table[support:, :support] = below - ((below @ y) // parts - target + spare)[:, None]
    spare = chance.integers(1, 11, columns - support) * step
    above = table[:support, support:]
    table[:support, support:] = above - ((x @ above) // parts - target - spare)[None, :]
    return table[np.ix_(chance.permutation(rows), chance.permutation(columns))]


def _composition(chance: Generator, parts: int, support: int) -> ndarray:
    """Positive integers that sum to `parts`, all such lists equally likely."""
    cuts = np.sort(chance.choice(np.arange(1, parts), support - 1, replace=False))
    return np.diff(np.concatenate([[0], cuts, [parts]]))


def general_games(
    chance: Generator,
    count: int,
    shape: tuple[int, ...],
    distribution: Distribution | None = None,
    *,
    unique: bool = False,
) -> Shaped[ndarray, "games players *actions"]:
    """Games of as many players as `shape` has entries, with independent payoffs.

    unique: only two-player games with exactly one equilibrium, which every game is solved for.

    Raises:
        NotSolved: if such games are too rare.
    """
    _check(count, shape)
    draw = integers() if distribution is None else distribution
    if not unique:
        return draw(chance, (count, len(shape), *shape))
    if len(shape) != 2:
        raise IllFormedGame("a unique equilibrium can only be promised for two players")
    found: list[ndarray] = []
    for _ in range(BATCHES * count):
        payoffs = draw(chance, (2, *shape))
        if len(equilibria(NormalForm(payoffs))) == 1:
            found.append(payoffs)
            if len(found) == count:
                return np.stack(found)
    raise NotSolved(f"only {len(found)} of {count} games with one equilibrium came up")


def _check(count: int, shape: tuple[int, ...]) -> None:
    """Raises if there is nothing to draw."""
    if count < 1 or len(shape) < 2 or min(shape) < 1:
        raise IllFormedGame(f"{count} games of shape {shape} were asked for; all must be 1 or more")


def _chosen(payoffs: ndarray, solution: ZeroSum, kept: ndarray) -> Drawn:
    """Some of the games with their solutions."""
    part = ZeroSum(
        solution.row[kept],
        solution.column[kept],
        solution.values[kept],
        solution.gaps[kept],
        solution.tolerance,
    )
    return Drawn(payoffs[kept], part)


def _joined(found: list[Drawn], count: int) -> Drawn:
    """The first so many games of several batches."""
    solutions = [part.solution for part in found]
    fields = ("row", "column", "values", "gaps")
    row, column, values, gaps = (
        np.concatenate([getattr(s, name) for s in solutions])[:count] for name in fields
    )
    return Drawn(
        np.concatenate([part.payoffs for part in found])[:count],
        ZeroSum(row, column, values, gaps, solutions[0].tolerance),
    )
