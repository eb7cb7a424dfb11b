"""How far a profile is from the nearest equilibrium, continua included."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.solve.profile import check_profile
from nashscope.games.solve.strategic.convex_hull import distance_to_hull
from nashscope.games.solve.strategic.equilibrium import Equilibria

__all__ = ["distance", "distances"]


def distances(found: Equilibria, profile: Any) -> Float[ndarray, "*batch components players"]:
    """Total variation from each player's strategy to each component of the equilibria, in [0, 1].

    A component is a product, so that every player's nearest strategy in it can be sought alone,
    and all are reached by one and the same equilibrium.

    profile: one strategy per player, `[*batch, actions]`.

    Raises:
        IllFormedProfile: if the profile is not one distribution per player.
    """
    check_profile(found.game, profile)
    given = [np.asarray(strategy, dtype=float) for strategy in profile]
    per_component = [
        np.stack(
            np.broadcast_arrays(
                *(distance_to_hull(s, v) for s, v in zip(given, part.vertices, strict=True))
            ),
            axis=-1,
        )
        for part in found.components
    ]
    return np.stack(per_component, axis=-2)


def distance(found: Equilibria, profile: Any) -> Float[ndarray, "*batch players"]:
    """Total variation from each player's strategy to its part of the nearest equilibrium.

    The nearest equilibrium is the one whose worst player is least far; among equals, the one with
    the smaller sum over players. Take the largest entry for the distance of the worst player.
    Where `found` is not complete (more than two players), this is an upper bound.

    >>> from nashscope.games import game
    >>> from nashscope.games.solve import equilibria
    >>> distance(equilibria(game("matching-pennies")), [[1, 0], [0.5, 0.5]]).tolist()
    [0.5, 0.0]
    """
    apart = distances(found, profile)
    score = apart.max(axis=-1) + 1e-9 * apart.sum(axis=-1)
    nearest = score.argmin(axis=-1)[..., None, None]
    return np.take_along_axis(apart, nearest, axis=-2)[..., 0, :]
