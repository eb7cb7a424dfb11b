"""Ratios of running times: what is compared runs in turn, in one process, and medians are quoted.

The machines that run this are shared and their speed drifts; a ratio of medians of interleaved runs
is what can be believed, a single absolute time is not.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of a benchmark: what was measured, the figure, and the bar that it must meet.

    holds: None where there is no bar, or nothing to compare with.
    """

    what: str
    figure: str
    bar: str
    holds: bool | None


def interleaved(
    candidates: Mapping[str, Callable[[], object]], runs: int = 5, warmup: int = 1
) -> dict[str, float]:
    """Median seconds of each candidate, run in turn `runs` times after a warm-up."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(warmup + runs):
        for name, candidate in candidates.items():
            began = time.perf_counter()
            candidate()
            if number >= warmup:
                taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def at_most(what: str, ratio: float, bar: float) -> Row:
    """A ratio that must not be above its bar."""
    return Row(what, f"{ratio:.3g}", f"at most {bar:g}", ratio <= bar)


def at_least(what: str, ratio: float, bar: float) -> Row:
    """A ratio that must not be below its bar."""
    return Row(what, f"{ratio:.3g}", f"at least {bar:g}", ratio >= bar)
