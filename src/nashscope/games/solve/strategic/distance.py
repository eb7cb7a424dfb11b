"""How far a profile is from the nearest equilibrium, continua included."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.solve.matrix.optimal_set import (
    OptimalSet,
    distance_to_optimal,
    optimal_set,
    strictly_competitive,
)
from nashscope.games.solve.profile import check_profile
from nashscope.games.solve.strategic.convex_hull import distance_to_hull
from nashscope.games.solve.strategic.equilibria import equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria
from nashscope.games.solve.strategic.vertex_enumeration import too_large

__all__ = ["Distance", "distance", "distance_to_nash", "distances"]


@dataclass(frozen=True)
class Distance:
    """How far profiles are from the equilibria of a game.

    players: total variation from each player's strategy to its part of the nearest equilibrium,
        in [0, 1].
    exact: whether the nearest of *all* equilibria was taken. Where it is False, some equilibria
        may be missing from those that are known, and every number is an upper bound ("at most").
    """

    players: Float[ndarray, "*batch players"]
    exact: bool

    @property
    def worst(self) -> Float[ndarray, "*batch"]:
        """The distance of the player who is furthest from its part; 0 only at an equilibrium."""
        return np.asarray(self.players.max(axis=-1))


def distance_to_nash(game: NormalForm, profile: Any, *, time_limit: TimeLimit = 60.0) -> Distance:
    """The distance of profiles to the equilibria of a game, and whether it is exact.

    It is exact, to within 1e-7 (of the payoff range, in zero-sum games), for all two-player games
    up to 10×10, all strictly competitive ones of any size, and whatever strict dominance reduces
    to such a game; of all others it is an upper bound. The nearest equilibrium is the one whose
    worst player is least far.

    The equilibria are found once per game and kept for the next call.

    profile: one strategy per player, `[*batch, actions]`.
    time_limit: for finding the equilibria, in seconds.

    Raises:
        IllFormedProfile: if the profile is not one distribution per player.
        NotSolved: if no equilibrium was found within the time limit.

    >>> from nashscope.games import game
    >>> found = distance_to_nash(game("colonel-blotto"), [[1] + [0] * 14, [1] + [0] * 14])
    >>> found.exact, bool(found.worst > 0)
    (True, True)
    """
    check_profile(game, profile)
    known = _known(game, time_limit)
    if isinstance(known, Equilibria):
        return Distance(distance(known, profile), known.complete)
    apart = [
        distance_to_optimal(known, player, np.asarray(strategy, dtype=float))
        for player, strategy in enumerate(profile)
    ]
    return Distance(np.stack(np.broadcast_arrays(*apart), axis=-1), True)


@lru_cache(maxsize=4096)
def _known(game: NormalForm, time_limit: TimeLimit) -> Equilibria | OptimalSet:
    """All equilibria of a game where they can be told, else those that were found."""
    if game.players == 2 and too_large(*game.shape) and strictly_competitive(game):
        return optimal_set(game, deadline=Deadline.of(time_limit))
    return equilibria(game, time_limit=time_limit)


def distances(known: Equilibria, profile: Any) -> Float[ndarray, "*batch components players"]:
    """Total variation from each player's strategy to each component of the equilibria, in [0, 1].

    A component is a product, so that every player's nearest strategy in it can be sought alone,
    and all are reached by one and the same equilibrium.

    profile: one strategy per player, `[*batch, actions]`.

    Raises:
        IllFormedProfile: if the profile is not one distribution per player.
    """
    check_profile(known.game, profile)
    given = [np.asarray(strategy, dtype=float) for strategy in profile]
    per_component = [
        np.stack(
            np.broadcast_arrays(
                *(distance_to_hull(s, v) for s, v in zip(given, part.vertices, strict=True))
            ),
            axis=-1,
        )
        for part in known.components
    ]
    return np.stack(per_component, axis=-2)


def distance(known: Equilibria, profile: Any) -> Float[ndarray, "*batch players"]:
    """Total variation from each player's strategy to its part of the nearest known equilibrium.

    The nearest equilibrium is the one whose worst player is least far; among equals, the one with
    the smaller sum over players. Take the largest entry for the distance of the worst player.
    Where `known` is not complete, this is an upper bound: `distance_to_nash` says so, and is exact
    for large zero-sum games too.

    >>> from nashscope.games import game
    >>> from nashscope.games.solve import equilibria
    >>> distance(equilibria(game("matching-pennies")), [[1, 0], [0.5, 0.5]]).tolist()
    [0.5, 0.0]
    """
    apart = distances(known, profile)
    score = apart.max(axis=-1) + 1e-9 * apart.sum(axis=-1)
    nearest = score.argmin(axis=-1)[..., None, None]
    return np.take_along_axis(apart, nearest, axis=-2)[..., 0, :]
