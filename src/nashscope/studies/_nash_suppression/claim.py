"""A claim of the paper as a hypothesis with its test, written down before the data is seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Claim", "Finding", "Row", "Verdict", "above", "decided", "untested"]

Verdict = Literal["supported", "not supported", "undecided", "not testable"]
"""Undecided: too little data, the interval covers the bound. Not testable: not on this model."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What came of a claim. ours: the numbers, for a reader. figure: the one that shows it."""

    verdict: Verdict
    ours: str
    figure: str | None = None


@dataclass(frozen=True)
class Claim:
    """A claim, where it is made, and how it is decided.

    paper: the paper's own figure. plan: what is measured for it, and the rule of decision, in
    words; `decide` is the same rule, applied to the records for one model.
    """

    id: str
    claim: str
    paper: str
    plan: str
    decide: Callable[[Sequence[Row], str], Finding]


def above(row: Row | None, bound: float) -> bool | None:
    """Whether a measured value is above a bound, with its whole interval; None if that is open."""
    if row is None or row["value"] is None:
        return None
    low = row["value"] if row["low"] is None else row["low"]
    high = row["value"] if row["high"] is None else row["high"]
    if low > bound:
        return True
    return False if high < bound else None


def decided(*conditions: bool | None) -> Verdict:
    """The verdict on a claim that holds if all conditions do.

    >>> decided(True, True), decided(True, None), decided(None, False)
    ('supported', 'undecided', 'not supported')
    """
    if any(condition is False for condition in conditions):
        return "not supported"
    return "undecided" if any(condition is None for condition in conditions) else "supported"


def untested(why: str) -> Finding:
    """The finding where nothing was measured that could decide."""
    return Finding("not testable", why)
