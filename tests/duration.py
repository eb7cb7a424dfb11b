"""Processor time of tests: told at the end, kept in a file, used to begin with the longest.

`make durations` renews `durations.json`. Wall time would say how busy the machine was.
"""

import json
import os
import time
from collections import defaultdict
from pathlib import Path

FILE = Path(__file__).with_name("durations.json")
RENEW = bool(os.environ.get("NASHSCOPE_DURATIONS"))
SLOW = 2.0
"""Seconds above which a test is marked `slow`."""
UNKNOWN = 5.0
"""Seconds that a slow test is taken for which was never measured."""
LEAST = 0.2
"""Seconds below which a test is not written down."""

elsewhere = [0.0]
"""Seconds that processes have taken which go on after a test, as they say themselves."""


def spent():
    """Seconds of this process, of its ended children, and elsewhere."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system + elsewhere[0]


def known():
    """Seconds by test, as they were when they were last written down."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def longest_first(items, workers):
    """The tests, file by file: those with the longest tests first, dealt to as many workers.

    A worker begins with one part of the list and ends with what is left of the others'. Files stay
    whole, since what they share is made once.
    """
    seconds = known()
    files = defaultdict(list)
    for item in items:
        files[item.path].append(item)

    def of(item):
        return seconds.get(item.nodeid, UNKNOWN if item.get_closest_marker("slow") else 0.0)

    order = sorted(files.values(), key=lambda group: (-max(map(of, group)), group[0].nodeid))
    parts = [([0.0], []) for _ in range(workers)]
    for group in order:
        total, part = min(parts, key=lambda part: part[0][0])
        total[0] += sum(map(of, group)) + 0.02 * len(group)
        part.extend(group)
    return [item for _, part in parts for item in part]


def unmarked(taken, marked):
    """Tests above the limit without the mark, the longest first."""
    long = {name: seconds for name, seconds in taken.items() if seconds > SLOW}
    return sorted(
        ((seconds, name) for name, seconds in long.items() if name not in marked), reverse=True
    )


def write(taken):
    """Writes down what the tests of this run took, beside what is known of others."""
    seconds = {name: round(own, 1) for name, own in {**known(), **taken}.items() if own >= LEAST}
    FILE.write_text(json.dumps(seconds, indent=0, sort_keys=True) + "\n", encoding="utf-8")
