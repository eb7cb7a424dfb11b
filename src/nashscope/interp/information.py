"""How many bits two labellings share, corrected for what chance alone would show."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.interp.interval import grouped, per_group, percentiles, resampled

__all__ = ["Information", "mutual_information"]


@dataclass(frozen=True)
class Information:
    """Mutual information in bits.

    bits: corrected; it may fall below 0 where there is none. plugin: as counted, always too large.
    low, high: 95 % interval of the corrected one over whole groups; nan with fewer than two.
    """

    bits: float
    plugin: float
    low: float
    high: float


def mutual_information(
    one: Int[ndarray, "rows"], other: Int[ndarray, "rows"], groups: ndarray | None = None
) -> Information:
    """The mutual information of two labellings of the same rows, as for answers and truth.

    The bias of the plug-in estimate, (r − 1)(c − 1) / (2 n ln 2) bits for a table with r rows and
    c columns in use, is taken off. Source: Miller 1955; Panzeri et al. 2007, eq. 5. Rows of one
    group are not independent, so that the bias left is larger the more alike they are; the
    interval is over groups.
    """
    shape = (int(one.max()) + 1, int(other.max()) + 1)
    own = grouped(groups, len(one))
    cell = np.eye(shape[0] * shape[1])[one * shape[1] + other]
    counts = per_group(cell.T, own).T

    def corrected(weights: Float[ndarray, "draws groups"]) -> tuple[ndarray, ndarray]:
        tables = (weights @ counts).reshape(-1, *shape)
        plugin = _plugin(tables)
        used = [((tables.sum(axis=axis) > 0).sum(axis=1) - 1) for axis in (1, 2)]
        bias = used[0] * used[1] / (2 * np.log(2) * tables.sum(axis=(1, 2)))
        return plugin, plugin - bias

    plugin, bits = corrected(np.ones((1, len(counts))))
    drawn = corrected(resampled(len(counts)))[1]
    # A resample counts rows twice and so shows more than there is; its mean excess is taken off.
    excess = drawn.mean() - bits[0]
    low, high = percentiles(drawn - excess, len(counts))
    return Information(float(bits[0]), float(plugin[0]), float(low), float(high))


def _plugin(counts: Float[ndarray, "draws one other"]) -> Float[ndarray, "draws"]:
    """Mutual information of tables of counts, in bits."""
    joint = counts / counts.sum(axis=(1, 2), keepdims=True)
    apart = joint.sum(axis=2, keepdims=True) * joint.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log2(joint / apart), 0.0)
    return np.asarray(terms.sum(axis=(1, 2)))
