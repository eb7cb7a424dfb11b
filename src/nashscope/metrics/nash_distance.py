"""How far play is from the nearest equilibrium of the stage game."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games import NormalForm
from nashscope.games.solve import Equilibria, distance, equilibria
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over, missing
from nashscope.play import Transcript

__all__ = [
    "distances_by_round",
    "empirical_nash_distance",
    "nash_distance",
    "nash_distance_by_round",
]

UNIT = "total variation"


def nash_distance(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """Total variation from the policies of a round to the nearest equilibrium, mean over rounds.

    The nearest equilibrium of the stage game (continua included) is the one from which the worst
    player is least far. By default the distance is that of the worst player; with `player` it is
    that player's distance to its part of the same equilibrium.

    In [0, 1]; 0 only if every round's policies are an equilibrium. Repeated play may be in
    equilibrium of the *repeated* game at any distance from that of the stage game: two tit-for-tat
    players have distance 1. Rounds in which some policy is unknown do not count.
    """
    if not matches:
        return missing("nash distance", UNIT)
    values = [_mean(distances_by_round(own, player)) for own in matches]
    return mean_over(
        "nash distance", values, UNIT, span=(0.0, 1.0), unparsed=unparsed_rate(matches).value
    )


def nash_distance_by_round(
    matches: Sequence[Transcript], player: int | None = None
) -> list[Measure]:
    """`nash_distance` of every round alone, over the matches that got that far."""
    each = [distances_by_round(own, player) for own in matches]
    longest = max((len(own) for own in each), default=0)
    return [
        mean_over(
            "nash distance",
            [own[number] for own in each if number < len(own)],
            UNIT,
            span=(0.0, 1.0),
            unparsed=unparsed_rate(matches, number).value,
        )
        for number in range(longest)
    ]


def empirical_nash_distance(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """The same distance, from the frequencies of actions over a whole match.

    It needs no policies, only actions; a cycle through all actions can have distance 0 here though
    no single round is near an equilibrium.
    """
    values: list[float | None] = []
    for own in matches:
        counts = [np.zeros(size) for size in own.game.stage.shape]
        for joint in own.actions:
            for p, action in enumerate(joint):
                if action is not None:
                    counts[p][action] += 1
        if all(count.sum() for count in counts):
            profile = [count / count.sum() for count in counts]
            values.append(float(_pick(distance(_solved(own.game.stage), profile), player)))
    return mean_over(
        "empirical nash distance",
        values,
        UNIT,
        span=(0.0, 1.0),
        unparsed=unparsed_rate(matches).value,
    )


def distances_by_round(match: Transcript, player: int | None = None) -> list[float | None]:
    """The Nash distance of every round of a match; None where a policy is unknown."""
    known = [
        number
        for number, decisions in enumerate(match.rounds)
        if all(decision.policy is not None for decision in decisions)
    ]
    found: list[float | None] = [None] * len(match.rounds)
    if known:
        profile = [
            np.array([match.rounds[number][p].policy for number in known], dtype=float)
            for p in range(match.game.stage.players)
        ]
        apart = _pick(distance(_solved(match.game.stage), profile), player)
        for number, value in zip(known, np.atleast_1d(apart), strict=True):
            found[number] = float(value)
    return found


def _pick(apart: Float[ndarray, "*batch players"], player: int | None) -> Float[ndarray, "*batch"]:
    """One player's distance, or the worst player's."""
    return np.asarray(apart.max(axis=-1) if player is None else apart[..., player])


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean of what is known."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


@cache
def _solved(stage: NormalForm) -> Equilibria:
    """The equilibria of a stage game, found once."""
    return equilibria(stage)
