"""Directions in the residual stream that stand for a difference between prompts."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import Misuse

__all__ = ["Direction", "difference_of_means", "random_like"]


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
    if positive.all() or not positive.any():
        raise Misuse(
            f"a difference of means needs prompts on both sides; {int(positive.sum())} of "
            f"{len(positive)} are positive"
        )
    vector = stream[positive].mean(axis=0) - stream[~positive].mean(axis=0)
    return Direction(vector, layer, "difference of means")


def random_like(direction: Direction, chance: Generator) -> Direction:
    """A direction of the same norm that points anywhere: the null of every edit."""
    drawn = chance.normal(size=direction.vector.shape)
    return Direction(
        drawn / np.linalg.norm(drawn) * direction.norm, direction.layer, "random, equal norm"
    )
