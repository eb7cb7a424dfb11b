"""Drawing an action from a policy, so that rounding cannot reach the action.

A policy read in two batches of another size differs by about 1e-6. If the number drawn lies that
close to a boundary between two actions, the batch would decide. So within `GUARD` of a boundary
the policy is computed once more, alone and from the first token, and that one decides.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

__all__ = ["GUARD", "drawn", "normalised"]

GUARD = 1e-4
"""A hundred times the largest difference seen between batches of one model on one machine."""


def drawn(
    policy: Sequence[float], chance: Generator, alone: Callable[[], Sequence[float]] | None = None
) -> int:
    """The action drawn from a policy with one number of the stream.

    alone: computes the policy again, independently of any batch.

    >>> drawn([0.25, 0.75], np.random.default_rng(0))
    1
    """
    number = chance.random()
    bounds = np.cumsum(policy)
    if alone is not None and np.abs(bounds[:-1] - number).min(initial=1.0) < GUARD:
        bounds = np.cumsum(alone())
    return min(int(np.searchsorted(bounds, number, side="right")), len(bounds) - 1)


def normalised(logprobs: Float[ndarray, "actions"]) -> tuple[tuple[float, ...], float]:
    """The policy over the choices, and the probability that any of them is said."""
    mass = float(np.exp(np.logaddexp.reduce(logprobs)))
    policy = np.exp(logprobs - np.logaddexp.reduce(logprobs))
    return tuple(float(p) for p in policy / policy.sum()), min(mass, 1.0)
