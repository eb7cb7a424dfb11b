"""One exact equilibrium of a large two-player game, by Lemke's method from a prior.

Source: van den Elzen and Talman 1991, "A procedure for finding Nash equilibria in bi-matrix games",
ZOR 35; it generalises Lemke and Howson 1964.
"""

import numpy as np
from numpy import ndarray

from nashscope.chance import stream
from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.linear.plan_pair import Plans, PlanSet, equilibrium_plans

__all__ = ["one_equilibrium"]


def one_equilibrium(game: NormalForm, deadline: Deadline) -> Plans:
    """The strategies of one equilibrium of a two-player game, in fractions.

    Raises:
        NotSolved: beyond the deadline, or if the method ended on a ray.
    """
    first, second = (table.astype(object) for table in game.whole[0])
    payoffs = first, second.T
    chance = stream(0, "prior", *game.shape)  # not the uniform one, which has ties
    priors = [chance.integers(1000, 1100, count).astype(object) for count in game.shape]
    row, column = (_replies(payoffs[i] @ priors[1 - i]) for i in range(2))
    return equilibrium_plans((row, column), payoffs, deadline)


def _replies(worth: ndarray) -> PlanSet:
    """The best reply to what each action is worth, and all else in terms of it."""
    count, best = len(worth), int(np.argmax(worth))
    others = [action for action in range(count) if action != best]
    every = np.eye(count, dtype=int).astype(object)
    return PlanSet(
        [best], others, every[best], every[best] - every[others], worth[best] - worth[others]
    )
