"""Drawing an action from a policy, so that rounding cannot reach the action.

A policy read in two batches of another size differs by about 1e-6. If the number drawn lies that
close to a boundary between two actions, the batch would decide. So within `GUARD` of a boundary
the policy is computed once more, alone and from the first token, and that one decides.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import IllegalDecision, ModelRefused, shown

__all__ = ["GUARD", "distribution", "drawn", "normalised", "undistributed"]

GUARD = 1e-4
"""A hundred times the largest difference seen between batches of one model on one machine."""


ROUNDING = 1e-6
"""How far the sum of probabilities may be from 1."""


def distribution(given: object, count: int) -> tuple[float, ...] | None:
    """`count` probabilities as floats; None if what is given are not that.

    >>> distribution([1, 0], 2)
    (1.0, 0.0)
    >>> distribution([0.1, 0.1], 2) is None
    True
    """
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        return None
    try:
        shares = tuple(float(share) for share in given)
    except (TypeError, ValueError, OverflowError):
        return None
    # written so that NaN fails
    if len(shares) != count or not all(-ROUNDING <= share <= 1 + ROUNDING for share in shares):
        return None
    if not abs(math.fsum(shares) - 1) <= ROUNDING:
        return None
    return shares if min(shares) >= 0 else tuple(max(share, 0.0) for share in shares)


def undistributed(given: object, count: int) -> str:
    """What was given in place of a policy, and what a policy is, for an error."""
    return f"{shown(given)}; a policy is one probability for each of {count} actions, sum 1"


def drawn(
    policy: Sequence[float], chance: Generator, alone: Callable[[], Sequence[float]] | None = None
) -> int:
    """The action drawn from a policy with one number of the stream.

    alone: computes the policy again, independently of any batch.

    Raises:
        IllegalDecision: if the policy is no distribution.

    >>> drawn([0.25, 0.75], np.random.default_rng(0))
    1
    """
    if distribution(policy, len(policy)) is None:
        raise IllegalDecision(f"drawn from {undistributed(policy, len(policy))}")
    number = chance.random()
    bounds = np.cumsum(policy)
    if alone is not None and np.abs(bounds[:-1] - number).min(initial=1.0) < GUARD:
        bounds = np.cumsum(alone())
    return min(int(np.searchsorted(bounds, number, side="right")), len(bounds) - 1)


def normalised(logprobs: Float[ndarray, "actions"]) -> tuple[tuple[float, ...], float]:
    """The policy over the choices, and the probability that any of them is said.

    Raises:
        ModelRefused: if they are no log-probabilities, or none of the choices is possible.
    """
    if np.isnan(logprobs).any() or not -np.inf < np.max(logprobs) < np.inf:
        raise ModelRefused(
            f"the model gives its choices the log-probabilities {np.round(logprobs, 4).tolist()}; "
            "they are numbers, and one at least is finite (in float16 a network may overflow)"
        )
    mass = float(np.exp(np.logaddexp.reduce(logprobs)))
    policy = np.exp(logprobs - np.logaddexp.reduce(logprobs))
    return tuple(float(p) for p in policy / policy.sum()), min(mass, 1.0)
