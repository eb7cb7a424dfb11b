"""The conformance test for anyone's own metric."""

from collections.abc import Callable, Sequence
from itertools import product
from math import isfinite

from nashscope.agents import Decision
from nashscope.blame import raised_at
from nashscope.errors import Misuse
from nashscope.games import Repeated, game
from nashscope.metrics.measure import Measure
from nashscope.play import Transcript

__all__ = ["check_metric"]

Metric = Callable[[Sequence[Transcript]], Measure]

PLAYED = (["00", "01", "1?"], ["11", "10", "00"], ["01", "?1", "11"])
"""Three matches of two players, two of whose answers nobody could read."""
OTHERS = {"matching-pennies": ["01", "1?", "00"], "public-goods": ["000", "1?0", "110"]}
"""Games without a cooperative action, and of three players, with a match of each."""


def check_metric(
    metric: Metric, stage: str = "prisoners-dilemma", *, with_bounds: bool = False
) -> None:
    """Refuses a metric that makes numbers of nothing, or hides how sure it is.

    Checked on matches of a 2×2 game with read and unread answers: of no matches, of matches without
    a round, and of matches in which nothing was read, it measures nothing (None, not 0); it has a
    unit, and a finite value; from two matches on an interval, if any, holds the value; the order of
    the matches does not count, and the same matches twice give the same value; the share of unread
    answers stands beside the value, and what the value could be (`least`, `most`), if it is told,
    holds it and every value that it takes when the unread answers are filled in. Of games of three
    players, and without a cooperative action, it gives a measure too, be it a missing one.

    with_bounds: whether `least` and `most` must be told wherever unread answers could change the
        value, as all metrics of this package do.

    Raises:
        Misuse: naming what was wrong, and for which matches.
    """
    nothing = {
        "of no matches": [],
        "of matches without a round": [_match(stage, [], number) for number in (0, 1)],
        "of unread answers": [_match(stage, ["??", "??"], number) for number in (0, 1)],
    }
    for when, matches in nothing.items():
        found = _measured(metric, matches, when)
        counts_unread = found.metric.startswith("unparsed") and "unread" in when
        _require(found.value is None or counts_unread, found, when, "is a number; it must be None")
    when = "of three matches"
    played = [_match(stage, rows, number) for number, rows in enumerate(PLAYED)]
    found = _measured(metric, played, when)
    _require(bool(found.unit.strip()), found, when, "has no unit")
    counted = found.unparsed is not None or found.metric.startswith("unparsed")
    _require(counted, found, "with unread answers", "does not say how many")
    _require(_same(found, _measured(metric, played[::-1], when)), found, when, "hangs on the order")
    twice = _measured(metric, [*played, *played], "of the same matches twice")
    _require(_same(found, twice), found, "of the same matches twice", "is another")
    _require(_holds(found.low, found, found.high), found, when, "lies outside its interval")
    _require(_holds(found.least, found, found.most), found, when, "lies outside its bounds")
    _check_bounds(metric, stage, found, with_bounds)
    for other, rows in OTHERS.items():
        _measured(metric, [_match(other, rows, number) for number in (0, 1)], f"of {other}")


def _check_bounds(metric: Metric, stage: str, found: Measure, with_bounds: bool) -> None:
    """Fills the unread answers in, in every way: the bounds must hold all values."""
    if found.metric.startswith("unparsed") or found.limit is not None:
        return
    gaps = sum(row.count("?") for rows in PLAYED for row in rows)
    for answers in product("01", repeat=gaps):
        left = iter(answers)
        filled = [
            ["".join(next(left) if mark == "?" else mark for mark in row) for row in rows]
            for rows in PLAYED
        ]
        matches = [_match(stage, rows, number) for number, rows in enumerate(filled)]
        when = f"with the unread answers filled in by {', '.join(answers)}"
        value = _measured(metric, matches, when).value
        if value is None or found.value is None:
            continue
        if found.least is None or found.most is None:
            moved = abs(value - found.value) > 1e-9 * max(1.0, abs(value))
            _require(not (with_bounds and moved), found, when, f"is {value}, and no bounds say so")
        else:
            inside = found.least - 1e-9 <= value <= found.most + 1e-9
            bounds = f"[{found.least}, {found.most}]"
            _require(inside, found, when, f"is {value}, outside its bounds {bounds}")


def _measured(metric: Metric, matches: Sequence[Transcript], when: str) -> Measure:
    """What the metric says of some matches.

    Raises:
        Misuse: if it raises, gives no measure, or one that contradicts itself.
    """
    try:
        found = metric(matches)
    except Exception as error:
        where = raised_at(error, metric) or f"it raises {type(error).__name__}: {error}"
        raise Misuse(f"the metric {when}: {where}") from error
    if not isinstance(found, Measure):
        raise Misuse(f"the metric {when} gives a {type(found).__name__}; a Measure is wanted")
    finite = found.value is None or isfinite(found.value)
    _require(finite, found, when, "is no finite number; what was not measured is None")
    known = found.value is not None
    _require(known == (found.n > 0), found, when, f"counts {found.n} matches")
    return found


def _holds(low: float | None, found: Measure, high: float | None) -> bool:
    """Whether an interval, if there is one, holds the value."""
    if low is None or high is None or found.value is None:
        return True
    return low - 1e-9 <= found.value <= high + 1e-9


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
    played = game(stage)

    def decision(mark: str, player: int) -> Decision:
        if mark == "?":
            return Decision(None, "no label")
        rest = 0.25 / (played.shape[player] - 1)
        policy = [0.75 if a == int(mark) else rest for a in range(played.shape[player])]
        return Decision(int(mark), policy=tuple(policy))

    rounds = tuple(tuple(decision(mark, player) for player, mark in enumerate(row)) for row in rows)
    agents = tuple("abcdefgh"[: played.players])
    return Transcript("cell", number, agents, Repeated(played, max(1, len(rows))), rounds)
