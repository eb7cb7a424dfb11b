"""How much a number could move if every answer that nobody could read had been some action.

A number over the answers that were read is right only if the others would have been alike. The
bounds assume nothing: they hold for whatever the unread answers might have been.

Source: Manski 1989, "Anatomy of the selection problem", J. Human Resources 24.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from nashscope.games import JointAction
from nashscope.games.welfare import cooperative
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.nash_distance import distances_by_round, empirical_nash_distance
from nashscope.play import Transcript

__all__ = [
    "Bounds",
    "cooperation_bounds",
    "empirical_nash_distance_bounds",
    "nash_distance_bounds",
    "payoff_bounds",
    "regret_bounds",
    "welfare_bounds",
]


@dataclass(frozen=True)
class Bounds:
    """The smallest and the largest that the mean over matches could be.

    worst, best: None where there are no rounds. exact: whether some assignment of actions to the
        unread answers reaches both; else the true bounds may lie further inside.
    n: number of matches. unparsed: share of decisions that named no action.
    """

    metric: str
    worst: float | None
    best: float | None
    unit: str
    n: int
    exact: bool
    unparsed: float | None


def cooperation_bounds(matches: Sequence[Transcript], player: int | None = None) -> Bounds:
    """Bounds of the cooperation rate, per action of all players, or of one."""

    def span(own: Transcript) -> tuple[float, float] | None:
        best = cooperative(own.game.stage)
        players = range(len(best)) if player is None else [player]
        if any(best[p] is None for p in players) or not own.rounds:
            return None
        actions = [(joint[p], best[p]) for joint in own.actions for p in players]
        low = sum(action == good for action, good in actions)
        unread = sum(action is None for action, _ in actions)
        return low / len(actions), (low + unread) / len(actions)

    return _over("cooperation rate", "share of actions", matches, span, exact=True)


def payoff_bounds(matches: Sequence[Transcript], player: int) -> Bounds:
    """Bounds of what a player earned per round, over all rounds."""

    def span(own: Transcript) -> tuple[float, float] | None:
        return _summed(own, lambda joint: float(own.game.stage.payoffs[(player, *joint)]))

    return _over("payoff", "points per round", matches, span, exact=True)


def welfare_bounds(matches: Sequence[Transcript]) -> Bounds:
    """Bounds of what all together earned per round, over all rounds."""

    def span(own: Transcript) -> tuple[float, float] | None:
        together = own.game.stage.payoffs.sum(axis=0)
        return _summed(own, lambda joint: float(together[joint]))

    return _over("welfare", "points per round", matches, span, exact=True)


def regret_bounds(matches: Sequence[Transcript], player: int) -> Bounds:
    """Bounds of a player's external regret per round.

    For every single action its advantage is bounded round by round; the largest of these bounds
    bounds the regret. They may be wider than what any one assignment reaches.
    """

    def span(own: Transcript) -> tuple[float, float] | None:
        table = own.game.stage.payoffs[player]
        each = [
            _summed(own, partial(_advantage, table, player, a))
            for a in range(own.game.stage.shape[player])
        ]
        known = [pair for pair in each if pair is not None]
        if not known:
            return None
        return max(low for low, _ in known), max(high for _, high in known)

    return _over("regret", "points per round", matches, span, exact=False)


def nash_distance_bounds(matches: Sequence[Transcript], player: int | None = None) -> Bounds:
    """Bounds of the Nash distance: a round without all policies may lie anywhere from 0 to 1."""

    def span(own: Transcript) -> tuple[float, float] | None:
        found = distances_by_round(own, player)
        if not found:
            return None
        known = sum(value for value in found if value is not None)
        unknown = sum(value is None for value in found)
        return known / len(found), (known + unknown) / len(found)

    return _over("nash distance", "total variation", matches, span, exact=False)


def empirical_nash_distance_bounds(
    matches: Sequence[Transcript], player: int | None = None
) -> Bounds:
    """Bounds of the empirical Nash distance.

    Frequencies with a share m of unread answers are within total variation m of those with them,
    and the distance to the nearest equilibrium changes by no more than the frequencies do.
    """

    def span(own: Transcript) -> tuple[float, float] | None:
        if not own.rounds:
            return None
        value = empirical_nash_distance([own], player).value
        if value is None:
            return 0.0, 1.0
        players = range(own.game.stage.players)
        unread = max(
            sum(joint[p] is None for joint in own.actions) / len(own.actions) for p in players
        )
        if player is not None and unread:
            return 0.0, 1.0  # another equilibrium may become the nearest, at any distance for one
        return max(value - unread, 0.0), min(value + unread, 1.0)

    return _over("empirical nash distance", "total variation", matches, span, exact=False)


def _over(
    metric: str,
    unit: str,
    matches: Sequence[Transcript],
    span: Callable[[Transcript], tuple[float, float] | None],
    exact: bool,
) -> Bounds:
    """The means over matches of the bounds of each."""
    spans = [pair for own in matches if (pair := span(own)) is not None]
    unparsed = unparsed_rate(matches).value
    if not spans:
        return Bounds(metric, None, None, unit, 0, exact, unparsed)
    low, high = (float(np.mean(side)) for side in zip(*spans, strict=True))
    return Bounds(metric, low, high, unit, len(spans), exact or low == high, unparsed)


def _summed(
    match: Transcript, value: Callable[[tuple[int, ...]], float]
) -> tuple[float, float] | None:
    """The least and the most per round of a number that adds up over rounds."""
    if not match.rounds:
        return None
    shape = match.game.stage.shape
    lows, highs = [], []
    for joint in match.actions:
        values = [value(full) for full in _completions(joint, shape)]
        lows.append(min(values))
        highs.append(max(values))
    return float(np.mean(lows)), float(np.mean(highs))


def _completions(joint: JointAction, shape: Sequence[int]) -> list[tuple[int, ...]]:
    """Every joint action that agrees with what was read."""
    choices = [
        range(count) if action is None else [action]
        for action, count in zip(joint, shape, strict=True)
    ]
    return list(product(*choices))


def _advantage(table: np.ndarray, player: int, action: int, joint: tuple[int, ...]) -> float:
    """What one action would have earned more than the one taken, the others as they were."""
    other = (*joint[:player], action, *joint[player + 1 :])
    return float(table[other] - table[joint])
