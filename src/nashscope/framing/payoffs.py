"""Where a prompt tells each payoff: beside the labels of its cell, the hearer's before the others'.

A payoff may stand in three places. In a line about one cell, which names the labels of the cell,
the hearer's first. In a line about several, where the labels of each stand right before its payoffs
or right after. In a table of two players, where the row begins with the hearer's label, and the
other player's stands at the head of the column.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from nashscope.errors import BrokenFraming, shown
from nashscope.games import NormalForm

__all__ = ["check_payoffs", "key_of", "label_pattern", "labels_in", "marked"]

Labels = tuple[tuple[str, ...], ...]
Cell = tuple[int, ...]

FIRST = 1001
"""The first of the numbers that stand for payoffs: four digits, so that they are nothing else."""
_NUMBER = re.compile(r"\d{4,}(?:\.\d+)?(?:/\d+)?")
_MINUS = re.compile(r"(?<!\w)[-−]$|\bminus $", re.IGNORECASE)
_LESS = re.compile(
    r"[-−]\s?$|\b(?:minus|negative|los\w+|pay(?:s|ing)?|owe\w*|costs?)\W+(?:\w+\W+)?$",
    re.IGNORECASE,
)
"""What makes a number after it negative: `_MINUS` always, `_LESS` where it should be."""


@dataclass(frozen=True)
class _Told:
    """A payoff where it is told: whose it is, in which cell, and between which characters."""

    player: int
    cell: Cell
    start: int
    end: int


def marked(stage: NormalForm) -> NormalForm:
    """The game with payoffs that occur nowhere else: 1001, 1002, …

    Each has the sign of the payoff that it stands for, and a fraction where that has one.
    """
    exact = stage.exact.ravel()
    numbers = [
        (FIRST + k + (Fraction(1, 4) if payoff.denominator > 1 else 0)) * (-1 if payoff < 0 else 1)
        for k, payoff in enumerate(exact)
    ]
    table = np.array(numbers, dtype=object).reshape(stage.exact.shape)
    return NormalForm(table, stage.actions, stage.name)


def label_pattern(labels: Labels) -> re.Pattern[str]:
    """Matches any player's label as a word of its own; longer ones in any case."""
    words = sorted({label for choices in labels for label in choices}, key=len, reverse=True)
    forms = [f"(?i:{re.escape(word)})" if len(word) > 1 else re.escape(word) for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")


def labels_in(text: str, pattern: re.Pattern[str]) -> list[str]:
    """The labels that a text names, in its order, without their case."""
    return [key_of(label) for label in pattern.findall(text)]


def check_payoffs(prompt: str, labels: Labels, stage: NormalForm, hearer: int) -> None:
    """Refuses a prompt that does not tell every payoff once, where it belongs and with its sign.

    stage: as `marked` gives it.

    Raises:
        BrokenFraming: naming the payoff and what is wrong with it.
    """
    owners = {abs(payoff): place for place, payoff in np.ndenumerate(stage.exact)}
    pattern = label_pattern(labels)
    order = [hearer, *(p for p in range(stage.players) if p != hearer)]
    places: dict[tuple[int, ...], int] = {}
    above: list[str] = []
    offset = 0
    for line in prompt.splitlines(keepends=True):
        told = _payoffs_in(line, owners, stage, labels, places, offset)
        if told:
            _check_line(line, told, labels, pattern, order, above)
        elif names := labels_in(line, pattern):
            above = names
        offset += len(line)
    for place in owners.values():
        if place not in places:
            raise BrokenFraming(f"{_which(place, labels, stage)} is told 0 times, not once")
    for cell in stage.cells():
        for first, second in pairwise(order):
            if places[(first, *cell)] > places[(second, *cell)]:
                raise BrokenFraming(
                    f"{_which((second, *cell), labels, stage)} is told before that of player "
                    f"{first + 1}; tell the hearer's (player {hearer + 1}) first, then the others'"
                )


def _payoffs_in(
    line: str,
    owners: Mapping[Fraction, tuple[int, ...]],
    stage: NormalForm,
    labels: Labels,
    places: dict[tuple[int, ...], int],
    offset: int,
) -> list[_Told]:
    """The payoffs in a line; where each stands in the whole prompt is noted in `places`."""
    told = []
    for number in _NUMBER.finditer(line):
        place = owners.get(Fraction(number[0]))
        if place is None:
            continue
        if place in places:
            raise BrokenFraming(f"{_which(place, labels, stage)} is told 2 times, not once")
        negative = stage.exact[place] < 0
        if bool((_LESS if negative else _MINUS).search(line[: number.start()])) != negative:
            raise BrokenFraming(
                f"{_which(place, labels, stage)} is told with the wrong sign: {shown(line.strip())}"
            )
        places[place] = offset + number.start()
        told.append(_Told(place[0], place[1:], number.start(), number.end()))
    return told


def _check_line(
    line: str,
    told: Sequence[_Told],
    labels: Labels,
    pattern: re.Pattern[str],
    order: Sequence[int],
    above: Sequence[str],
) -> None:
    """Every payoff of a line belongs where it stands."""
    runs: list[list[_Told]] = [[told[0]]]
    for payoff in told[1:]:
        if payoff.cell == runs[-1][-1].cell:
            runs[-1].append(payoff)
        else:
            runs.append([payoff])
    wanted = [[key_of(labels[p][run[0].cell[p]]) for p in order] for run in runs]
    ends = [0, *(run[-1].end for run in runs)]
    starts = [*(run[0].start for run in runs), len(line)]
    before = [labels_in(line[a:b], pattern) for a, b in zip(ends, starts, strict=True)]
    if len(runs) == 1 and _within(wanted[0], labels_in(line, pattern)):
        fits = [True]
    elif len(runs) > 1 and all(len(names) >= len(order) for names in before[:-1]):
        fits = [names[-len(order) :] == cell for names, cell in zip(before, wanted, strict=False)]
    elif len(runs) > 1 and not before[0] and all(len(names) >= len(order) for names in before[1:]):
        fits = [names[: len(order)] == cell for names, cell in zip(before[1:], wanted, strict=True)]
    else:
        fits = _in_table(before, wanted, above)
    for run, fit in zip(runs, fits, strict=True):
        if not fit:
            cell = ", ".join(labels[p][run[0].cell[p]] for p in order)
            raise BrokenFraming(
                f"the payoffs of ({cell}) do not stand with these labels, the hearer's first: "
                f"{shown(line.strip())}"
            )


def _in_table(
    before: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]], above: Sequence[str]
) -> list[bool]:
    """Whether each cell of a row stands in its row and column.

    before: the labels before each cell's payoffs. above: those of the last line without payoffs.
    """
    row = before[0][:1]
    if len(before[0]) > 1 and all(before[: len(wanted)]):
        columns = [names[-1] for names in before[: len(wanted)]]
    else:
        columns = list(above[-len(wanted) :])
    if len(columns) != len(wanted):
        return [False] * len(wanted)
    return [cell == [*row, column] for cell, column in zip(wanted, columns, strict=True)]


def _within(wanted: Sequence[str], names: Sequence[str]) -> bool:
    """Whether some names stand among others in their order."""
    rest = iter(names)
    return all(name in rest for name in wanted)


def _which(place: Sequence[int], labels: Labels, stage: NormalForm) -> str:
    """A payoff in words."""
    player, cell = place[0], place[1:]
    names = ", ".join(choices[action] for choices, action in zip(labels, cell, strict=True))
    return f"payoff {float(stage.exact[tuple(place)]):g} of player {player + 1} at ({names})"


def key_of(label: str) -> str:
    """A label without its case, where that does not matter."""
    return label if len(label) == 1 else label.casefold()
