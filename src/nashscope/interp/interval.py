"""How sure a mean is when its rows come in groups: the bootstrap over whole groups."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import Misuse

__all__ = ["Interval", "grouped", "interval", "per_group", "percentiles", "resampled"]

DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Interval:
    """Means with their 95 % intervals.

    value, low, high: `[*more]`; low and high are nan where there are fewer than two groups.
    rows, groups: how many were averaged over.
    """

    value: Float[ndarray, "*more"]
    low: Float[ndarray, "*more"]
    high: Float[ndarray, "*more"]
    rows: int
    groups: int

    def __getitem__(self, place: int | tuple[int, ...]) -> "Interval":
        """One of the means with its interval."""
        value, low, high = (np.asarray(x[place]) for x in (self.value, self.low, self.high))
        return Interval(value, low, high, self.rows, self.groups)

    def __str__(self) -> str:
        """For a reader, where there is only one."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(
    values: Float[ndarray, "*more rows"], groups: Shaped[ndarray, "_"] | None, seed: int = 0
) -> Interval:
    """The mean over the rows, and how far it moves when whole groups are drawn again.

    groups: which game each row is of; None if every row is a group of its own. The same draws
    serve all means, so that intervals of neighbouring layers are comparable.
    """
    own = grouped(groups, values.shape[-1])
    total = per_group(values, own)
    size = per_group(np.ones(len(own)), own)
    weights = resampled(len(size), seed)
    means = (total @ weights.T) / (weights @ size)
    value = np.asarray(values.mean(axis=-1))
    low, high = percentiles(means, len(size))
    return Interval(value, low, high, len(own), len(size))


def resampled(groups: int, seed: int = 0) -> Float[ndarray, "draws groups"]:
    """How often each group is drawn when as many are drawn with replacement, for every draw."""
    chance = stream(seed, "bootstrap", groups)
    return chance.multinomial(groups, np.full(groups, 1 / groups), size=DRAWS).astype(float)


def per_group(
    values: Float[ndarray, "*more rows"], groups: Int[ndarray, "rows"]
) -> Float[ndarray, "*more groups"]:
    """The sum over the rows of every group."""
    total = np.zeros((int(groups.max()) + 1, *values.shape[:-1]))
    np.add.at(total, groups, np.moveaxis(values, -1, 0))
    return np.moveaxis(total, 0, -1)


def percentiles(
    draws: Float[ndarray, "*more draws"], groups: int
) -> tuple[Float[ndarray, "*more"], Float[ndarray, "*more"]]:
    """The 95 % interval of bootstrapped means, widened for few groups.

    Source: Hesterberg 2015, What Teachers Should Know about the Bootstrap, "expanded percentile":
    with 10 groups the plain percentiles cover 90 %, these about 94 %.
    """
    if groups < 2:
        nothing = np.full(draws.shape[:-1], np.nan)
        return nothing, nothing
    from scipy.stats import norm, t  # 0.4 s to import: not at start-up

    tail = norm.cdf(-np.sqrt(groups / (groups - 1)) * t.ppf(0.975, groups - 1))
    low, high = np.quantile(draws, [tail, 1 - tail], axis=-1)
    return np.asarray(low), np.asarray(high)


def grouped(groups: Shaped[ndarray, "_"] | None, rows: int) -> Int[ndarray, "rows"]:
    """The groups as numbers 0, 1, …; every row its own where none are given.

    Raises:
        Misuse: if there are not as many as rows, or no rows at all.
    """
    if rows == 0:
        raise Misuse("there is no row to average over")
    if groups is None:
        return np.arange(rows)
    if len(groups) != rows:
        raise Misuse(f"{len(groups)} groups are given for {rows} rows; give one for every row")
    return np.unique(groups, return_inverse=True)[1]
