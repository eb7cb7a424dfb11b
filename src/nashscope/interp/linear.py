"""Linear readers of activations, fitted for many labellings of the same rows at once.

A permutation test asks for the same fit with hundreds of shuffled labellings. Everything that
depends on the rows alone (centring, scaling, one singular value decomposition) is done once; what
is left per labelling are products of matrices.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

__all__ = ["Rows", "logistic", "logistic_normal", "mass_mean", "ridge", "rows"]

STRENGTHS = (1e-1, 1e-2, 1e-3, 1e-4)
"""Penalties that are tried, in units of the total variance of the rows; see `_chosen`."""
MIDDLE = 1e-2
"""The penalty where too few groups are left to choose one."""
ITERATIONS = 50


@dataclass(frozen=True, eq=False)
class Rows:
    """Activations as coordinates along their principal axes.

    left: `[rows, rank]`, orthonormal columns; size: `[rank]`, their singular values.
    mean, scale: `[width]`, taken off every feature, and divided by; axes: `[rank, width]` of what
        is left.
    """

    left: Float[ndarray, "rows rank"]
    size: Float[ndarray, "rank"]
    mean: Float[ndarray, "width"]
    scale: Float[ndarray, "width"]
    axes: Float[ndarray, "rank width"]

    @property
    def points(self) -> Float[ndarray, "rows rank"]:
        """The rows themselves, along the axes."""
        return np.asarray(self.left * self.size)

    @property
    def variance(self) -> float:
        """Total variance of the rows, times their number: the unit of a penalty."""
        return float((self.size**2).sum())

    def placed(self, stream: Float[ndarray, "more width"]) -> Float[ndarray, "more rank"]:
        """Other activations along the same axes."""
        return np.asarray(((stream - self.mean) / self.scale) @ self.axes.T)


def rows(
    stream: Float[ndarray, "rows width"], most: int | None = None, *, scaled: bool = True
) -> Rows:
    """The rows along their principal axes; at most the `most` largest of them.

    scaled: whether every feature is scaled to variance 1 first.
    """
    mean, scale = stream.mean(axis=0), stream.std(axis=0)
    scale = np.where(scale > 1e-6 * max(float(scale.max()), 1e-30), scale, np.inf)
    if not scaled:
        scale = np.ones_like(scale)
    left, size, axes = np.linalg.svd((stream - mean) / scale, full_matrices=False)
    rank = max(1, int((size > 1e-6 * size[0]).sum())) if size[0] > 0 else 1
    rank = min(rank, most or rank)
    return Rows(left[:, :rank], size[:rank], mean, scale, axes[:rank])


def logistic(
    train: Float[ndarray, "rows width"],
    labels: Int[ndarray, "draws rows"],
    test: Float[ndarray, "more width"],
    inner: Bool[ndarray, "rows"],
    classes: int,
) -> Int[ndarray, "draws more"]:
    """Labels predicted by ridge-penalised logistic regression, one against the rest.

    inner: the rows of the training set on which the penalty is chosen; none for a fixed one.
    """
    targets = _targets(labels, classes)
    own = rows(train)
    penalty = _chosen(train, targets, inner) * own.variance / 4
    weights, offset = _logistic(own, targets, penalty)
    scores = own.placed(test) @ weights + offset
    return _decided(scores, classes)


def logistic_normal(
    stream: Float[ndarray, "rows width"], positive: Bool[ndarray, "rows"], inner: Bool[ndarray, "_"]
) -> Float[ndarray, "width"]:
    """The normal of the plane that the logistic reader draws, as a unit vector of activations."""
    own = rows(stream)
    targets = positive[:, None].astype(float)
    penalty = _chosen(stream, targets, inner) * own.variance / 4
    weights, _ = _logistic(own, targets, penalty)
    normal = (weights[:, 0] @ own.axes) / own.scale
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-30))


def mass_mean(
    train: Float[ndarray, "rows width"],
    labels: Int[ndarray, "draws rows"],
    test: Float[ndarray, "more width"],
    inner: Bool[ndarray, "rows"],
    classes: int,
) -> Int[ndarray, "draws more"]:
    """Labels predicted by the nearest mean of a class.

    Nothing is fitted but the means, so nothing can be overfitted; `inner` is not used. Source:
    Marks and Tegmark 2023, The Geometry of Truth, eq. 1, without the covariance.
    """
    del inner
    centre = train.mean(axis=0)
    train, test = train - centre, test - centre
    hot = np.eye(classes)[labels]
    counts = hot.sum(axis=1)
    means = np.einsum("dnc,nw->dcw", hot, train, optimize=True) / np.maximum(counts, 1)[..., None]
    scores = np.einsum("dcw,mw->dmc", means, test, optimize=True)
    scores -= 0.5 * (means**2).sum(axis=2)[:, None, :]
    scores[np.broadcast_to((counts == 0)[:, None, :], scores.shape)] = -np.inf
    return np.asarray(scores.argmax(axis=2))


def ridge(
    train: Float[ndarray, "rows width"],
    values: Float[ndarray, "draws rows"],
    test: Float[ndarray, "more width"],
    inner: Bool[ndarray, "rows"],
) -> Float[ndarray, "draws more"]:
    """Values predicted by ridge regression; the penalty is chosen as in `logistic`."""
    own, targets = rows(train), values.T
    mean = targets.mean(axis=0)
    penalty = _chosen(train, targets, inner) * own.variance
    weights = _least_squares(own, targets - mean, penalty)
    return np.asarray((own.placed(test) @ weights + mean).T)


def _targets(labels: Int[ndarray, "draws rows"], classes: int) -> Float[ndarray, "rows columns"]:
    """A column of zeros and ones per labelling, or per labelling and class where there are more
    than two."""
    if classes == 2:
        return labels.T.astype(float)
    hot = np.eye(classes)[labels]
    return np.asarray(hot.transpose(1, 0, 2).reshape(labels.shape[1], -1))


def _decided(scores: Float[ndarray, "more columns"], classes: int) -> Int[ndarray, "draws more"]:
    """The class with the largest score."""
    if classes == 2:
        return np.asarray((scores.T > 0).astype(int))
    return np.asarray(scores.reshape(len(scores), -1, classes).argmax(axis=2).T)


def _chosen(
    train: Float[ndarray, "rows width"],
    targets: Float[ndarray, "rows columns"],
    inner: Bool[ndarray, "rows"],
) -> Float[ndarray, "columns"]:
    """The penalty that reads the inner rows best from the others, by least squares.

    The first step of `_logistic` from zero is the least-squares reader with four times its
    penalty, so the penalty that serves the one serves the other; choosing it so costs one product
    of matrices per penalty, for the true labels and for every shuffle alike.
    """
    if not inner.any() or inner.all():
        return np.full(targets.shape[1], MIDDLE)
    own = rows(train[~inner])
    mean = targets[~inner].mean(axis=0)
    held = own.placed(train[inner])
    losses = []
    for strength in STRENGTHS:
        penalty = np.full(targets.shape[1], strength * own.variance)
        weights = _least_squares(own, targets[~inner] - mean, penalty)
        losses.append(((held @ weights + mean - targets[inner]) ** 2).mean(axis=0))
    return np.asarray(np.array(STRENGTHS)[np.argmin(losses, axis=0)])


def _least_squares(
    own: Rows, targets: Float[ndarray, "rows columns"], penalty: Float[ndarray, "columns"]
) -> Float[ndarray, "rank columns"]:
    """Ridge regression of centred targets, in closed form; 0 along what never varies."""
    along = (own.left.T @ targets) * own.size[:, None]
    scale = own.size[:, None] ** 2 + penalty
    return np.asarray(np.divide(along, scale, out=np.zeros_like(along), where=scale > 0))


def _logistic(
    own: Rows, targets: Float[ndarray, "rows columns"], penalty: Float[ndarray, "columns"]
) -> tuple[Float[ndarray, "rank columns"], Float[ndarray, "columns"]]:
    """Weights and offset that minimise log-loss plus penalty/2 · |weights|², all columns at once.

    The Hessian of the loss is at most a quarter of the rows' covariance, which is diagonal along
    their axes (Böhning 1992): every step divides by that bound, with Nesterov's momentum.
    """
    points = own.points.astype(np.float32)
    wanted = targets.astype(np.float32)
    bound = (own.size[:, None] ** 2 / 4 + penalty + 1e-12).astype(np.float32)
    slope = penalty.astype(np.float32)
    weights = np.zeros((points.shape[1], wanted.shape[1]), dtype=np.float32)
    offset = np.zeros(wanted.shape[1], dtype=np.float32)
    ahead, ahead_offset, pace = weights, offset, 1.0
    for _ in range(ITERATIONS):
        likely = 1 / (1 + np.exp(-np.clip(points @ ahead + ahead_offset, -30, 30)))
        missed = likely - wanted
        new = ahead - (points.T @ missed + slope * ahead) / bound
        new_offset = ahead_offset - 4 * missed.mean(axis=0)
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        push = np.float32((pace - 1) / faster)
        ahead, ahead_offset = (
            new + push * (new - weights),
            new_offset + push * (new_offset - offset),
        )
        weights, offset, pace = new, new_offset, faster
    return weights, offset
