"""Finding a profile in which no player can climb: Newton on the Kuhn-Tucker conditions.

For each player with strategy x, marginal utilities g and multiplier v: x ≥ 0, v - g ≥ 0, and one of
the two is 0 for every action; Σx = 1. Each pair becomes one smooth-enough equation by the function
of Fischer and Burmeister, √(a² + b²) - a - b, whose zeros are exactly these pairs.

Source: Fischer 1992, "A special Newton-type optimization method", Optimization 24; damped as by
Levenberg and Marquardt. It finds one solution near its start or none, so it is started often, and
what it finds is certified elsewhere.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.games.deadline import Deadline

__all__ = ["climb"]

STEPS, GOAL = 60, 1e-13


def climb(
    marginal: Callable[[list[ndarray]], list[ndarray]],
    start: Sequence[Float[ndarray, "_"]],
    deadline: Deadline,
    slopes: Callable[[list[ndarray]], ndarray] | None = None,
) -> list[Float[ndarray, "_"]] | None:
    """A profile near `start` in which every action played has the largest marginal utility.

    marginal: every player's marginal utility per action at a profile, in units near 1.
    slopes: the derivative of all marginal utilities by all probabilities; differenced if None.

    Returns None where the iteration does not arrive.
    """
    sizes = [len(strategy) for strategy in start]
    cuts = np.cumsum(sizes)[:-1]
    actions, players = sum(sizes), len(sizes)
    owner = np.repeat(np.arange(players), sizes)

    def gaps(z: ndarray) -> tuple[ndarray, ndarray, ndarray]:
        x, v = z[:actions], z[actions:]
        slack = v[owner] - np.concatenate(marginal(np.split(x, cuts)))
        sums = np.bincount(owner, x, players) - 1
        return np.concatenate([np.hypot(x, slack) - x - slack, sums]), x, slack

    x = np.concatenate(list(start))
    v = [float(worth.max()) for worth in marginal(np.split(x, cuts))]
    z, damping = np.concatenate([x, v]), 1e-3
    gap, x, slack = gaps(z)
    for _ in range(STEPS):
        deadline.check("finding a mixed equilibrium")
        if np.abs(gap).max() < GOAL:
            break
        parts = np.split(x, cuts)
        change = _differences(marginal, parts) if slopes is None else slopes(parts)
        jacobian = _jacobian(change, x, slack, owner)
        normal, pull = jacobian.T @ jacobian, jacobian.T @ gap
        step = np.linalg.solve(normal + damping * np.eye(len(z)), -pull)
        after, x_after, slack_after = gaps(z + step)
        if after @ after < gap @ gap:
            z, gap, x, slack, damping = z + step, after, x_after, slack_after, damping / 5
        else:
            damping *= 4
            if damping > 1e6:
                return None
    if np.abs(gap).max() > 1e-9:
        return None
    clipped = [np.clip(part, 0, None) for part in np.split(x, cuts)]
    return [part / part.sum() for part in clipped]


def _jacobian(
    change: Float[ndarray, "actions actions"],
    x: Float[ndarray, "actions"],
    slack: Float[ndarray, "actions"],
    owner: Int[ndarray, "actions"],
) -> Float[ndarray, "unknowns unknowns"]:
    """The derivative of the equations by the strategies and the multipliers."""
    size = np.hypot(x, slack)
    size = np.where(size > 1e-14, size, 1.0)
    by_x, by_slack = x / size - 1, slack / size - 1
    own = np.eye(int(owner.max()) + 1)[owner]
    top = np.hstack([np.diag(by_x) - by_slack[:, None] * change, by_slack[:, None] * own])
    return np.vstack([top, np.hstack([own.T, np.zeros((own.shape[1],) * 2)])])


def _differences(
    marginal: Callable[[list[ndarray]], list[ndarray]], profile: list[ndarray]
) -> Float[ndarray, "actions actions"]:
    """The derivative of the marginal utilities, by central differences."""
    width, columns = 1e-6, []
    for own, strategy in enumerate(profile):
        for b in range(len(strategy)):
            step = width * np.eye(len(strategy))[b]
            up, down = (
                np.concatenate(marginal([*profile[:own], moved, *profile[own + 1 :]]))
                for moved in (strategy + step, strategy - step)
            )
            columns.append((up - down) / (2 * width))
    return np.stack(columns, axis=1)
