"""An equilibrium of two players whose plans are linear: strategies, or plans of a sequence form.

Plans are given by what is best against a prior, and by how much of it each other choice replaces.
That leaves a linear complementarity problem without equations or free variables: where those best
replies are unique, Lemke's method cannot end on a ray.

Source: von Stengel, van den Elzen and Talman 2002, "Computing normal form perfect equilibria for
extensive two-person games", Econometrica 70, with the equations taken out by principal pivots.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy import ndarray

from nashscope.games.deadline import Deadline
from nashscope.games.solve.linear.complementarity import complementary

__all__ = ["PlanSet", "Plans", "equilibrium_plans"]

Plans = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
"""The weights of both players' choices."""


@dataclass(frozen=True)
class PlanSet:
    """A player's plans in terms of the choices that are no best replies to the prior.

    replies: the best replies. others: the other choices.
    plan: the weight of every choice if only the replies are played.
    change: `[others, choices]`: what is lost of every choice as one of the others is played more,
        and with it the replies after it; -1 at itself. All plans are plan - changeᵀ · weights.
    cover: how much worse each of the others does against the prior: 0 or more.
    """

    replies: list[int]
    others: list[int]
    plan: ndarray
    change: ndarray
    cover: ndarray


def equilibrium_plans(
    parts: tuple[PlanSet, PlanSet], payoffs: tuple[ndarray, ndarray], deadline: Deadline
) -> Plans:
    """Both plans of the equilibrium to which the priors lead.

    The variables are, for each player, the weights of the other choices and the losses of the
    replies; their complements are the losses of the others and the weights of the replies.

    payoffs: of each player, `[own choices, other's choices]`.

    Raises:
        NotSolved: beyond the deadline, or if the method ended on a ray.
    """
    sizes = [len(group) for part in parts for group in (part.others, part.replies)]
    blocks = [[np.zeros((height, width), dtype=object) for width in sizes] for height in sizes]
    constants, cover = [], []
    for i, part in enumerate(parts):
        other = parts[1 - i]
        gains = part.change @ payoffs[i]
        kept = part.change[:, part.replies]
        blocks[2 * i][2 * i + 1], blocks[2 * i + 1][2 * i] = kept, -kept.T
        blocks[2 * i][2 * (1 - i)] = -(gains @ other.change.T)
        constants += [*(gains @ other.plan), *part.plan[part.replies]]
        cover += [*part.cover, *[0] * len(part.replies)]
    z = complementary(np.block(blocks), constants, cover, deadline)
    starts = np.cumsum([0, *sizes])
    first, second = (
        part.plan - part.change.T @ np.array(z[starts[2 * i] : starts[2 * i + 1]], dtype=object)
        for i, part in enumerate(parts)
    )
    return tuple(map(Fraction, first)), tuple(map(Fraction, second))
