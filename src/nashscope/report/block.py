"""What a page is made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nashscope.report.chart import side_by_side

__all__ = ["Badge", "Figure", "Link", "Matches", "Page", "Panel", "Section", "Table"]


@dataclass(frozen=True)
class Panel:
    """One chart of a figure.

    choice: what a reader can choose it by, as in `{"game": "Chicken", "mode": "direct"}`. Where
        the panels of a figure differ in an entry, the page has a menu for it, and shows those
        that match.
    """

    title: str
    chart: Any
    choice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One or more panels that show the same thing.

    id: names the files with its data. caption: what is seen, and what it means.
    panels: panels, or pairs of a title and an altair chart.
    rows: the data of all panels. series: their common legend, in colour order.
    """

    id: str
    title: str
    caption: str
    panels: Sequence[Panel | tuple[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    series: Sequence[str] = ()

    @property
    def all_panels(self) -> list[Panel]:
        """The panels, each as a `Panel`."""
        return [one if isinstance(one, Panel) else Panel(*one) for one in self.panels]

    @property
    def menus(self) -> dict[str, list[str]]:
        """What a reader can choose, and the choices: those in which the panels differ."""
        found: dict[str, dict[str, None]] = {}
        for panel in self.all_panels:
            for name, value in panel.choice.items():
                found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items() if len(values) > 1}

    def chart(self, columns: int = 3) -> Any:
        """The whole figure as one altair chart, with its legend: for a paper."""
        return side_by_side([(one.title, one.chart) for one in self.all_panels], columns)


@dataclass(frozen=True)
class Link:
    """A cell of a table that leads to a place on the page, such as `figure-lens`."""

    text: str
    target: str


@dataclass(frozen=True)
class Badge:
    """A cell of a table with a verdict: a word, and a tone that colours it.

    tone: "good" where something was shown, "bad" where its opposite was, "open" where neither, and
        "none" where it could not be asked. The word alone says it as well.
    """

    text: str
    tone: str


@dataclass(frozen=True)
class Table:
    """Rows of text under column names; a cell may be a `Link` or a `Badge`.

    notes: what a reader must know about it. folded: whether it is shown only when asked for.
    stacks: whether a narrow screen shows its rows as blocks of lines, rather than scrolling it.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str | Link | Badge]]
    title: str = ""
    notes: str = ""
    folded: bool = False
    stacks: bool = False


@dataclass(frozen=True)
class Matches:
    """A browser of transcripts, one match at a time, round by round.

    data: what `match.shown` makes. shown, total: matches on the page, and in the run.
    """

    data: Mapping[str, Any]
    shown: int
    total: int


Block = str | Table | Figure | Matches


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: paragraphs (text), tables, figures, matches, in order."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A report. facts: what the run was, as name and value."""

    title: str
    question: str
    summary: Sequence[str]
    sections: Sequence[Section]
    facts: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Everything that stands in the sections, in order."""
        for section in self.sections:
            yield from section.blocks
