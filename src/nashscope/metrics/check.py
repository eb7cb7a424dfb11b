"""The conformance test for anyone's own metric."""

from collections.abc import Callable, Sequence

from nashscope.agents import Decision
from nashscope.errors import Misuse
from nashscope.games import Repeated, game
from nashscope.metrics.measure import Measure
from nashscope.play import Transcript

__all__ = ["check_metric"]

Metric = Callable[[Sequence[Transcript]], Measure]


def check_metric(metric: Metric, stage: str = "prisoners-dilemma") -> None:
    """Refuses a metric that makes numbers of nothing, or hides how sure it is.

    Checked on matches of a 2×2 game with read and unread answers: of no matches, and of matches
    in which nothing was read, it measures nothing (None, not 0); it has a unit; from two matches
    on an interval, if any, holds the value; the order of the matches does not count; the share of
    unread answers stands beside the value; the same matches twice give the same value.

    Raises:
        Misuse: naming what was wrong, and for which matches.
    """
    nothing = metric([])
    _require(nothing.value is None, nothing, "of no matches", "is a number; it must be None")
    unread = [_match(stage, ["??", "??"], number) for number in (0, 1)]
    silent = metric(unread)
    _require(
        silent.value is None or silent.metric.startswith("unparsed"),
        silent,
        "of unread answers",
        "is a number; an answer that nobody could read is no action",
    )
    played = [
        _match(stage, rows, number)
        for number, rows in enumerate((["00", "01", "1?"], ["11", "10", "00"], ["01", "?1", "11"]))
    ]
    found, backwards, twice = metric(played), metric(played[::-1]), metric([*played, *played])
    _require(bool(found.unit.strip()), found, "of three matches", "has no unit")
    counted = found.unparsed is not None or found.metric.startswith("unparsed")
    _require(counted, found, "with unread answers", "does not say how many")
    _require(_same(found, backwards), found, "of three matches", "depends on their order")
    _require(_same(found, twice), found, "of the same matches twice", "is another")
    if found.low is not None and found.high is not None and found.value is not None:
        inside = found.low - 1e-9 <= found.value <= found.high + 1e-9
        _require(inside, found, "of three matches", "lies outside its interval")


def _same(one: Measure, other: Measure) -> bool:
    """Whether two values are equal but for rounding, or both missing."""
    if one.value is None or other.value is None:
        return one.value is other.value
    return abs(one.value - other.value) <= 1e-9 * max(1.0, abs(one.value))


def _require(holds: bool, measure: Measure, when: str, what: str) -> None:
    """Raises unless it holds."""
    if not holds:
        raise Misuse(f"the metric {measure.metric!r} {when} {what} (value {measure.value})")


def _match(stage: str, rows: Sequence[str], number: int) -> Transcript:
    """A match from rows such as "01": the actions of the players, "?" for an unread answer."""
    rounds = tuple(
        tuple(
            Decision(None, "no label")
            if mark == "?"
            else Decision(int(mark), policy=(0.75, 0.25) if mark == "0" else (0.25, 0.75))
            for mark in row
        )
        for row in rows
    )
    return Transcript("cell", number, ("a", "b"), Repeated(game(stage), len(rows)), rounds)
