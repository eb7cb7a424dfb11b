"""Directions in the residual stream that stand for a difference between prompts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.chance import stream as named_stream
from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp.interval import grouped
from nashscope.interp.linear import logistic_normal
from nashscope.interp.null import shuffled

__all__ = [
    "METHODS",
    "Direction",
    "Stability",
    "cosines",
    "difference_of_means",
    "direction",
    "principal_component",
    "probe_normal",
    "random_like",
    "residual_norms",
    "scaled",
    "stability",
]


@dataclass(frozen=True, eq=False)
class Direction:
    """A vector in the residual stream after some layer.

    vector: `[width]`, with its natural length. layer: where it was found. method: how.
    """

    vector: Float[ndarray, "width"]
    layer: int
    method: str

    @property
    def norm(self) -> float:
        """Its length."""
        return float(np.linalg.norm(self.vector))


def difference_of_means(
    stream: Float[ndarray, "prompts width"], positive: Bool[ndarray, "prompts"], layer: int
) -> Direction:
    """The mean of the positive prompts minus the mean of the others.

    Source: Marks and Tegmark 2023, The Geometry of Truth ("mass-mean"), without the whitening.

    Raises:
        Misuse: if there are no prompts on one of the two sides.
    """
    _both_sides(positive)
    return Direction(_gap(stream, positive), layer, "difference of means")


def principal_component(
    stream: Float[ndarray, "prompts width"], positive: Bool[ndarray, "prompts"], layer: int
) -> Direction:
    """The axis along which the prompts vary most, turned to the side of the positive ones.

    Its length is the distance between the two means along it, so that one unit of it is
    comparable with one unit of the difference of means. It is found without the labels: where the
    prompts vary most for another reason, it is about that. Source: Zou et al. 2023, Representation
    Engineering, section 3.1, on the prompts themselves in place of differences of pairs.
    """
    _both_sides(positive)
    axis = np.linalg.svd(stream - stream.mean(axis=0), full_matrices=False)[2][0]
    along = float(_gap(stream, positive) @ axis)
    return Direction(axis * along, layer, "first principal component")


def probe_normal(
    stream: Float[ndarray, "prompts width"], positive: Bool[ndarray, "prompts"], layer: int
) -> Direction:
    """The normal of the logistic probe's plane, as long as the means are apart along it."""
    _both_sides(positive)
    normal = logistic_normal(stream, positive, np.zeros(len(stream), dtype=bool))
    along = float(_gap(stream, positive) @ normal)
    return Direction(normal * along, layer, "probe normal")


Find = Callable[[ndarray, ndarray, int], Direction]

METHODS: dict[str, Find] = {
    "means": difference_of_means,
    "pca": principal_component,
    "probe": probe_normal,
}
"""Ways of finding a direction, by the names that the command line uses."""


def direction(
    stream: Float[ndarray, "prompts width"],
    positive: Bool[ndarray, "prompts"],
    layer: int,
    method: str = "means",
) -> Direction:
    """The direction that tells the positive prompts from the others, by one of the methods.

    Raises:
        Misuse: if there is no such method, or no prompts on one of the two sides.
    """
    if method not in METHODS:
        raise Misuse(f"no direction is found by {method!r}; there are {', '.join(METHODS)}")
    return METHODS[method](stream, positive, layer)


def random_like(direction: Direction, chance: Generator) -> Direction:
    """A direction of the same norm that points anywhere: the null of every edit."""
    drawn = chance.normal(size=direction.vector.shape)
    return Direction(
        drawn / np.linalg.norm(drawn) * direction.norm, direction.layer, "random, equal norm"
    )


def scaled(direction: Direction, norm: float, layer: int | None = None) -> Direction:
    """The direction with another length, and at another layer if one is given.

    Raises:
        IllFormedEdit: if it has no length, so that it points nowhere.
    """
    if direction.norm == 0 or not np.isfinite(norm):
        raise IllFormedEdit(f"a direction of norm {direction.norm:g} cannot be given norm {norm:g}")
    where = direction.layer if layer is None else layer
    return Direction(direction.vector * (norm / direction.norm), where, direction.method)


def residual_norms(stream: Float[ndarray, "prompts layers width"]) -> Float[ndarray, "layers"]:
    """The mean norm of the residual stream after every layer: the unit in which edits are told."""
    return np.asarray(np.linalg.norm(stream.astype(float), axis=-1).mean(axis=0))


def cosines(directions: Sequence[Direction]) -> Float[ndarray, "directions directions"]:
    """The cosine of the angle between every two directions.

    Raises:
        IllFormedEdit: if one of them has no length, or their widths differ.
    """
    if len({len(one.vector) for one in directions}) > 1:
        raise IllFormedEdit(f"directions of widths {[len(d.vector) for d in directions]} are mixed")
    units = np.stack([scaled(one, 1.0).vector for one in directions])
    return np.asarray(units @ units.T)


@dataclass(frozen=True, eq=False)
class Stability:
    """How well a direction is known.

    bootstrap: cosines between it and those found when whole games are drawn again.
    halves: cosines between those found in two halves of the games that share none.
    null: the same as `halves` with shuffled labels.
    """

    bootstrap: Float[ndarray, "draws"]
    halves: Float[ndarray, "draws"]
    null: Float[ndarray, "draws"]


def stability(
    find: Find,
    stream: Float[ndarray, "prompts width"],
    positive: Bool[ndarray, "prompts"],
    groups: Shaped[ndarray, "prompts"] | None = None,
    *,
    draws: int = 100,
    seed: int = 0,
) -> Stability:
    """Finds the direction again in other games.

    A resample shares two thirds of its games with the whole, so even a direction of noise looks
    stable over bootstrap; halves share none, and noise gives a cosine of 0.

    find: as `difference_of_means`. groups: the games.
    """
    own, chance = grouped(groups, len(stream)), named_stream(seed, "stability")
    count = int(own.max()) + 1
    if count < 4:
        raise Misuse(f"stability is asked of at least 4 games, not {count}")
    members = [np.flatnonzero(own == group) for group in range(count)]
    whole = find(stream, positive, 0).vector

    def found(games: ndarray, labels: ndarray) -> ndarray | None:
        rows = np.concatenate([members[g] for g in games])
        sides = labels[rows].all() or not labels[rows].any()
        return None if sides else find(stream[rows], labels[rows], 0).vector

    def halved(labels: ndarray) -> float:
        order = chance.permutation(count)
        return _cosine(found(order[: count // 2], labels), found(order[count // 2 :], labels))

    again = [
        _cosine(whole, found(chance.integers(count, size=count), positive)) for _ in range(draws)
    ]
    halves = [halved(positive) for _ in range(draws)]
    null = [halved(dealt) for dealt in shuffled(positive, own, chance, draws)]
    return Stability(_known(again), _known(halves), _known(null))


def _gap(
    stream: Float[ndarray, "prompts width"], positive: Bool[ndarray, "prompts"]
) -> Float[ndarray, "width"]:
    """The mean of the positive prompts minus the mean of the others."""
    return np.asarray(stream[positive].mean(axis=0) - stream[~positive].mean(axis=0))


def _both_sides(positive: Bool[ndarray, "prompts"]) -> None:
    """Refuses labels that are all alike."""
    if positive.all() or not positive.any():
        raise Misuse(
            f"a direction needs prompts on both sides; {int(positive.sum())} of "
            f"{len(positive)} are positive"
        )


def _cosine(one: ndarray | None, other: ndarray | None) -> float:
    """The cosine of the angle between two directions; nan where one of them was not found."""
    if one is None or other is None:
        return np.nan
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / norms if norms else 0.0


def _known(cosines: Sequence[float]) -> Float[ndarray, "draws"]:
    """The draws in which both sides had positive prompts and others."""
    given = np.array(cosines)
    return np.asarray(given[~np.isnan(given)])
