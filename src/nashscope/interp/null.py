"""What would be found if there were nothing: shuffled labels, p-values, many tests at once."""

import numpy as np
from jaxtyping import Float, Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import Misuse

__all__ = ["familywise_p", "holm", "permutation_p", "shuffled"]


def shuffled(
    labels: Shaped[ndarray, "rows"],
    groups: Shaped[ndarray, "rows"],
    chance: Generator,
    draws: int,
) -> Shaped[ndarray, "draws rows"]:
    """Labels dealt anew, so that they say nothing of the rows, and groups stay groups.

    The labels of one group move together to another group of the same size, and are then dealt
    anew within it. Rows of one game resemble one another; dealing all labels freely would hide
    that they often share one, and call too much significant. Where all labels of every group are
    equal, whole groups exchange theirs, whatever their sizes.
    """
    members = [np.flatnonzero(groups == group) for group in dict.fromkeys(groups.tolist())]
    alike = all((labels[own] == labels[own[0]]).all() for own in members)
    out = np.empty((draws, len(labels)), dtype=labels.dtype)
    sizes = np.array([0 if alike else len(own) for own in members])
    for draw in out:
        source = np.arange(len(members))
        for size in np.unique(sizes):
            same = np.flatnonzero(sizes == size)
            source[same] = chance.permutation(same)
        for own, other in zip(members, source, strict=True):
            given = labels[members[other]]
            draw[own] = given[0] if alike else chance.permutation(given)
    return out


def permutation_p(
    observed: Float[ndarray, "*tests"], null: Float[ndarray, "draws *tests"]
) -> Float[ndarray, "*tests"]:
    """The share of draws that reach what was observed, it counted among them; one-sided.

    It is never 0: with n draws it is at least 1/(n + 1). Source: Phipson and Smyth 2010.
    """
    reached = (null >= observed - 1e-12).sum(axis=0)
    return np.asarray((1.0 + reached) / (1.0 + len(null)))


def familywise_p(
    observed: Float[ndarray, "tests"], null: Float[ndarray, "draws tests"]
) -> Float[ndarray, "tests"]:
    """The share of draws whose largest test reaches what was observed in this one.

    Controls the chance of any false alarm over all tests, as Holm's correction does, without
    needing more draws the more tests there are. Every draw must be one dealing of the labels,
    the same for all tests. Source: Westfall and Young 1993, single-step maxT.
    """
    largest = np.broadcast_to(null.max(axis=1, keepdims=True), null.shape)
    return permutation_p(observed, largest)


def holm(p: Float[ndarray, "tests"]) -> Float[ndarray, "tests"]:
    """The p-values corrected for their number; source: Holm 1979.

    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]

    Raises:
        Misuse: if one of them is not between 0 and 1.
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise Misuse(f"p-values are between 0 and 1, not {p[~((p >= 0) & (p <= 1))][0]}")
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(len(p), 0, -1)
    out = np.empty_like(p)
    out[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return out
