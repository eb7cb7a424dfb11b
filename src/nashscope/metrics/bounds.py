"""How much a number could move if every answer that nobody could read had been some action.

A number over the answers that were read is right only if the others would have been alike. The
bounds assume nothing: they hold for whatever the unread answers might have been. Each metric has
its own beside it; here is what they share.

Source: Manski 1989, "Anatomy of the selection problem", J. Human Resources 24.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import numpy as np

from nashscope.games import JointAction
from nashscope.metrics.measure import Measure
from nashscope.play import Transcript

__all__ = ["Bounds", "Part", "bounded", "completed", "completions", "mean_range", "over", "summed"]

MOST = 256
"""The largest number of ways to fill in a match's unread answers that are tried one by one."""


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


@dataclass(frozen=True)
class Part:
    """What one part of a mean (a match, a decision) could be.

    low, high: the least and the most of it. optional: whether it may also not count at all.
    """

    low: float
    high: float
    optional: bool = False


def mean_range(parts: Iterable[Part]) -> tuple[float, float] | None:
    """The least and the most that the mean of the parts can be; None if there may be no part.

    A part that need not count is counted where it moves the mean further out.

    >>> mean_range([Part(0.5, 0.5), Part(0.0, 1.0, optional=True)])
    (0.25, 0.75)
    """
    every = list(parts)
    ends = []
    for side, sign in (("low", 1.0), ("high", -1.0)):
        certain = [sign * getattr(part, side) for part in every if not part.optional]
        spare = sorted(sign * getattr(part, side) for part in every if part.optional)
        if not certain and not spare:
            return None
        total, count = float(np.sum(certain)), len(certain)
        if not count:
            total, count, spare = spare[0], 1, spare[1:]
        for value in spare:
            if value * count >= total:
                break
            total, count = total + value, count + 1
        ends.append(sign * total / count)
    return ends[0], ends[1]


def bounded(measure: Measure, span: tuple[float | None, float | None] | Bounds | None) -> Measure:
    """The measure with what it could be, its own value (unread answers left out) included.

    Without an unread answer the measure stays as it is.
    """
    low, high = (span.worst, span.best) if isinstance(span, Bounds) else span or (None, None)
    if measure.value is None or low is None or high is None:
        return measure
    slack = 1e-9 * max(1.0, abs(measure.value))
    if abs(low - measure.value) <= slack and abs(high - measure.value) <= slack:
        return measure
    return replace(measure, least=min(low, measure.value), most=max(high, measure.value))


def over(
    metric: str,
    unit: str,
    matches: Sequence[Transcript],
    span: Callable[[Transcript], tuple[float, float] | None],
    *,
    exact: bool,
    unparsed: float | None,
) -> Bounds:
    """The means over matches of the bounds of each."""
    spans = [pair for match in matches if (pair := span(match)) is not None]
    if not spans:
        return Bounds(metric, None, None, unit, 0, exact, unparsed)
    low, high = (float(np.mean(side)) for side in zip(*spans, strict=True))
    return Bounds(metric, low, high, unit, len(spans), exact or low == high, unparsed)


def summed(
    match: Transcript,
    value: Callable[[tuple[int, ...]], float],
    weights: Sequence[float] | None = None,
) -> tuple[float, float] | None:
    """The least and the most per round of a number that adds up over rounds.

    weights: of the rounds; alike if None.
    """
    if not match.rounds:
        return None
    shape = match.game.stage.shape
    lows, highs = [], []
    for joint in match.actions:
        values = [value(full) for full in completions(joint, shape)]
        lows.append(min(values))
        highs.append(max(values))
    return float(np.average(lows, weights=weights)), float(np.average(highs, weights=weights))


def completions(joint: JointAction, shape: Sequence[int]) -> list[tuple[int, ...]]:
    """Every joint action that agrees with what was read."""
    choices = [
        range(count) if action is None else [action]
        for action, count in zip(joint, shape, strict=True)
    ]
    return list(product(*choices))


def completed(match: Transcript) -> Iterator[Transcript] | None:
    """The match with its unread answers filled in, in every way; None if there are too many."""
    shape = match.game.stage.shape
    unread = [
        (number, player)
        for number, joint in enumerate(match.actions)
        for player, action in enumerate(joint)
        if action is None
    ]
    if prod(shape[player] for _, player in unread) > MOST:
        return None
    ways = product(*(range(shape[player]) for _, player in unread))
    # what was done stands in `slips`, whatever was decided
    return (replace(match, slips=match.slips | dict(zip(unread, way, strict=True))) for way in ways)
