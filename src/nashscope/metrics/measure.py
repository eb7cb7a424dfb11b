"""A number that says what it is, how sure it is and what it was counted over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.interval import t975

__all__ = ["Limit", "Measure", "mean_over", "missing", "pooled", "ratio_over", "row"]


Limit = Literal["at most", "at least"]
"""On which side a number is a bound."""


@dataclass(frozen=True)
class Measure:
    """A metric's value, with the 95 % interval of its mean over matches.

    value: None, never 0, where nothing was measured. low, high: None where there are fewer than
        two matches, or no interval is meant.
    n: number of matches (or of whatever the metric says) that gave a value.
    unparsed: share of the decisions involved that named no action; None where none were involved.
    limit: "at most" or "at least" where the true value can only be bounded on one side (a game
        whose equilibria are not all known); None where the value is meant as it stands.
    least, most: what the value could be, whether answers that nobody could read are left out, as
        in `value`, or had been any action (Manski 1989); None where nothing was unread, or where
        nobody worked it out.
    note: what else a reader must know: why there is no value, or what it rests on.
    """

    metric: str
    value: float | None
    unit: str
    n: int
    low: float | None = None
    high: float | None = None
    unparsed: float | None = None
    limit: Limit | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""


def missing(metric: str, unit: str, unparsed: float | None = None, note: str = "") -> Measure:
    """A metric of which nothing was measured. note: why, where that is not plain."""
    return Measure(metric, None, unit, 0, unparsed=unparsed, note=note)


FIELDS = frozenset({"study", "part", "condition", *(entry.name for entry in fields(Measure))})
"""What every record of `results.json` has."""


def row(study: str, part: str, condition: Mapping[str, Any], measure: Measure) -> dict[str, Any]:
    """The measure as a record of `results.json`, with where it belongs.

    part: of the study. condition: everything that tells this number from its neighbours.

    Raises:
        ValueError: if the condition names what a record has of its own, such as "value": as a
            column of a table one would hide the other.
    """
    if taken := FIELDS & set(condition):
        raise ValueError(
            f"a condition cannot be named {', '.join(sorted(taken))}: a record has it already"
        )
    return {
        "study": study,
        "part": part,
        "condition": dict(condition),
        "metric": measure.metric,
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "unit": measure.unit,
        "n": measure.n,
        "unparsed": measure.unparsed,
        "limit": measure.limit,
        "least": measure.least,
        "most": measure.most,
        "note": measure.note,
    }


def mean_over(
    metric: str,
    values: Sequence[float | None] | Float[ndarray, "_"],
    unit: str,
    *,
    span: tuple[float, float] = (-np.inf, np.inf),
    unparsed: float | None = None,
) -> Measure:
    """The mean of one value per match, with Student's t interval, cut to the metric's range.

    A match is the unit, because decisions within a match depend on one another. With a handful of
    matches the t interval is wide; where all matches agree it has no width, which says that these
    matches agree, not that the next one must.

    values: None where a match says nothing. NaN and infinities count as that too, and the measure
        says how many there were.
    span: the smallest and largest value that the metric can have.
    """
    given = np.array([v for v in values if v is not None], dtype=float)
    known = given[np.isfinite(given)]
    dropped = len(given) - len(known)
    note = f"{dropped} of {len(given)} values are no finite numbers and are left out"
    note = note if dropped else ""
    if not len(known):
        return missing(metric, unit, unparsed, note)
    mean = float(known.mean())
    if len(known) < 2:
        return Measure(metric, mean, unit, len(known), unparsed=unparsed, note=note)
    half = t975(float(len(known) - 1)) * float(known.std(ddof=1)) / np.sqrt(len(known))
    low, high = max(mean - half, span[0]), min(mean + half, span[1])
    return Measure(metric, mean, unit, len(known), float(low), float(high), unparsed, note=note)


def pooled(
    metric: str,
    parts: Sequence[Measure],
    unit: str,
    *,
    span: tuple[float, float] = (-np.inf, np.inf),
) -> Measure:
    """The mean of the same measure of several matches, each by itself, with their bounds.

    For matches of which a different player is meant in each.
    """
    found = mean_over(metric, [part.value for part in parts], unit, span=span)
    known = [part for part in parts if part.value is not None]
    if all(part.least is None for part in known):
        return found
    ends = [
        np.mean([part.value if end is None else end for part, end in zip(known, side, strict=True)])
        for side in ([part.least for part in known], [part.most for part in known])
    ]
    return replace(found, least=float(ends[0]), most=float(ends[1]))


def ratio_over(
    metric: str,
    counts: Sequence[float],
    totals: Sequence[float],
    unit: str,
    *,
    span: tuple[float, float] = (-np.inf, np.inf),
    unparsed: float | None = None,
) -> Measure:
    """The sum of counts over the sum of totals, with an interval in which matches are the units.

    counts, totals: one of each per match; a match with total 0 says nothing and does not count.
    For shares of something that some matches have often and others rarely: a mean of the matches'
    own shares would weigh them alike.

    Source: Cochran 1977, Sampling Techniques, section 6.3 (the variance of a ratio, linearised).
    """
    known = [(c, t) for c, t in zip(counts, totals, strict=True) if t > 0]
    if not known:
        return missing(metric, unit, unparsed)
    count, total = (np.array(side, dtype=float) for side in zip(*known, strict=True))
    value, n = float(count.sum() / total.sum()), len(known)
    if n < 2:
        return Measure(metric, value, unit, n, unparsed=unparsed)
    spread = float(np.sqrt(np.sum((count - value * total) ** 2) * n / (n - 1))) / float(total.sum())
    half = t975(float(n - 1)) * spread
    low, high = max(value - half, span[0]), min(value + half, span[1])
    return Measure(metric, value, unit, n, low, high, unparsed)
