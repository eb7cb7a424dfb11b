"""Which tool finds what is planted in the organisms, which is blind, and which sees ghosts.

A tool about causes that finds something where nothing of the kind is planted fails; how many it
misses is a figure without a bar, for that is a finding about the method.
"""

from collections.abc import Iterator

import torch
from timing import Row

from nashscope.organisms import library
from nashscope.organisms.matrix_nursery import matrix_planted
from nashscope.organisms.truth import scored, scores, shuffled, subject

GAMES, SEED = 48, 0


def rows() -> Iterator[Row]:
    """One line per tool, over all shipped organisms that play games with histories."""
    torch.set_num_threads(2)
    names = [name for name in library.shipped() if matrix_planted(name) is None]
    subjects = [subject(name) for name in names]
    floor = shuffled(subjects[0], SEED)
    found = scored([*subjects, floor], count=GAMES, seed=SEED)
    for one in scores(found):
        figure = (
            f"{one.hits} hits, {one.misplaced} misplaced, {one.misses} misses, "
            f"{one.false_alarms} false alarms, {one.silences} silent"
        )
        bar, holds = ("no false alarm", one.sound) if one.causal else ("", None)
        yield Row(f"{one.tool}: {one.asks}", figure, bar, holds)
