"""What is printed: one kind of table, intervals on one line, one kind of JSON.

A table is at most as wide as the terminal. Words may be folded; a number or an interval never is:
where columns do not fit beside each other they follow below, under the same names.
"""

import json
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["console", "folded", "print_json", "say", "show", "span", "table", "tables"]

HEAD = 16
"""Columns after which the head of a column of numbers is folded."""
LEAST = 18
"""Columns that words keep at the least, where they must be folded."""


def console() -> Console:
    """Where results are printed: as wide as the terminal, 80 columns where there is none."""
    return Console(highlight=False, markup=False)


def print_json(data: Any, *, indent: int | None = 2) -> None:
    """One JSON document on stdout; what was not measured is null, and never NaN."""
    typer.echo(json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False))


def table(title: str = "") -> Table:
    """An empty table in the style of all."""
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title or None, title_justify="left")


def show(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: Collection[int] = (0,),
    title: str = "",
) -> None:
    """Prints a table. words: the columns that hold words; all others hold numbers."""
    screen = console()
    for part in tables(columns, list(rows), screen.width, words=words, title=title):
        screen.print(part)


def tables(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    words: Collection[int] = (0,),
    title: str = "",
) -> list[Table]:
    """The table, in parts that are at most `width` wide; each part begins with the first column.

    words: the columns that hold words, which stand on the left and may be folded.
    """

    columns = [head if p in words else folded(head, HEAD) for p, head in enumerate(columns)]

    def natural(place: int) -> int:
        """The longest line of a column, head and all."""
        cells = (columns[place], *(row[place] for row in rows))
        return max(cell_len(line) for cell in cells for line in cell.split("\n"))

    least = [min(natural(p), LEAST) if p in words else natural(p) for p in range(len(columns))]
    parts: list[Table] = []
    rest = list(range(1, len(columns)))
    while rest or not parts:
        chosen = [0]
        while rest and (len(chosen) == 1 or _wide(least, [*chosen, rest[0]]) <= width):
            chosen.append(rest.pop(0))
        part = table("" if parts else title)
        spare = max(0, width - _wide(least, chosen))
        room = {}
        for place in chosen:
            room[place] = min(natural(place), least[place] + spare)
            spare -= room[place] - least[place]
            head = Text(folded(columns[place], room[place]))
            side: Literal["left", "right"] = "left" if place in words else "right"
            part.add_column(head, justify=side, overflow="fold", min_width=least[place])
        for row in rows:
            part.add_row(*(Text(folded(row[place], room[place])) for place in chosen))
        parts.append(part)
    return parts


def folded(text: str, width: int) -> str:
    """Lines of at most `width` cells, broken after a blank or a mark where there is one.

    >>> folded("organism/late-override", 14)
    'organism/late-\\noverride'
    """
    lines = []
    for line in text.split("\n"):
        left = line
        while cell_len(left) > width:
            most = next(n for n in range(len(left), 0, -1) if cell_len(left[:n]) <= width or n == 1)
            marks = [place + 1 for place, mark in enumerate(left[:most]) if mark in " /-:,;+"]
            cut = marks[-1] if marks else most
            lines.append(left[:cut].rstrip())
            left = left[cut:].lstrip()
        lines.append(left)
    return "\n".join(lines)


def _wide(least: Sequence[int], chosen: Sequence[int]) -> int:
    """How wide these columns are at the least: one blank at each end, three between."""
    return sum(least[place] for place in chosen) + 3 * len(chosen) - 1


def say(text: str) -> None:
    """A line beside the results, on stderr; above the bar, where one is drawn."""
    print(text, file=sys.stderr, flush=True)


def span(low: float | None, high: float | None) -> str:
    """An interval as it is shown; a dash where there is none."""
    from nashscope.report.table import number

    return "–" if low is None or high is None else f"{number(low)} … {number(high)}"
