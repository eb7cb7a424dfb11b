"""How far a strategy is from the mixtures of others."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.deadline import Deadline
from nashscope.games.solve.linear.highs import minimise

__all__ = ["distance_to_hull"]


def distance_to_hull(
    strategies: Float[ndarray, "*batch actions"], vertices: Float[ndarray, "extreme actions"]
) -> Float[ndarray, "*batch"]:
    """Total variation from strategies to the convex hull of others: half the sum of differences.

    One vertex and two actions have closed forms, done for the whole batch at once. Otherwise every
    strategy takes a linear program of `extreme + actions` variables (about 1 ms).

    Raises:
        NotSolved: if a linear program fails.

    >>> distance_to_hull(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [0.75, 0.25]]))
    array(0.25)
    """
    if len(vertices) == 1:
        return np.asarray(0.5 * np.abs(strategies - vertices[0]).sum(axis=-1))
    if strategies.shape[-1] == 2:
        first = strategies[..., 0]
        low, high = vertices[:, 0].min(), vertices[:, 0].max()
        return np.asarray(np.maximum(np.maximum(low - first, first - high), 0.0))
    rows = strategies.reshape(-1, strategies.shape[-1])
    return np.array([_program(row, vertices) for row in rows]).reshape(strategies.shape[:-1])


def _program(strategy: ndarray, vertices: ndarray) -> float:
    """min Σ up subject to mixture - up ≤ strategy, up ≥ 0: the mass that must be moved."""
    extreme, actions = vertices.shape
    eye = np.eye(actions)
    # the strategy's own rounding must not make the program infeasible
    target = np.clip(strategy, 0, None) / np.clip(strategy, 0, None).sum()
    # the weights of the vertices, and action by action what the mixture has more
    found = minimise(
        np.concatenate([np.zeros(extreme), np.ones(actions)]),
        above=(np.hstack([vertices.T, -eye]), target),
        equal=(np.concatenate([np.ones(extreme), np.zeros(actions)])[None], [1.0]),
        deadline=Deadline(None),
    )
    return max(0.0, found.value)
