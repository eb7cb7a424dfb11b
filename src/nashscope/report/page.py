"""One self-contained HTML page: text, tables and figures, nothing fetched from anywhere."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from nashscope.errors import MissingExtra
from nashscope.play.run import Run
from nashscope.report.chart import COLOURS
from nashscope.report.table import as_csv

__all__ = ["Figure", "Page", "Section", "Table", "write_page"]


@dataclass(frozen=True)
class Figure:
    """One or more panels that show the same thing.

    id: names the CSV file with its data. caption: what is seen, and what it means.
    panels: a title and an altair chart for each. series: their common legend, in colour order.
    rows: the data of all panels.
    """

    id: str
    title: str
    caption: str
    panels: Sequence[tuple[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    series: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """Rows of text under column names. notes: what a reader must know about it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    notes: str = ""


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: paragraphs (text), tables and figures, in order."""

    id: str
    title: str
    blocks: Sequence[str | Table | Figure]


@dataclass(frozen=True)
class Page:
    """A report. facts: what the run was, as name and value."""

    title: str
    question: str
    summary: Sequence[str]
    sections: Sequence[Section]
    facts: Mapping[str, str] = field(default_factory=dict)


def write_page(run: Run, page: Page) -> Path:
    """Writes `report.html` into the run's folder, and the data of every figure as CSV beside it.

    Every text is escaped: a reply that holds a script is shown, not run.
    """
    try:
        import jinja2
    except ModuleNotFoundError:
        raise MissingExtra("reports need jinja2; install nashscope[report]") from None
    figures = [b for section in page.sections for b in section.blocks if isinstance(b, Figure)]
    for figure in figures:
        run.write(f"figures/{figure.id}.csv", as_csv(figure.rows))
    specs = {
        f"{figure.id}-{number}": _spec(chart)
        for figure in figures
        for number, (_, chart) in enumerate(figure.panels)
    }
    folder = files("nashscope.report") / "template"
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["table"] = lambda block: isinstance(block, Table)
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    text = template.render(
        page=page,
        colours=COLOURS,
        style=(folder / "page.css").read_text(encoding="utf-8"),
        script=(folder / "page.js").read_text(encoding="utf-8"),
        library=_library() if specs else "",
        specs=_embedded(specs),
    )
    return run.write(run.report.name, text)


def _spec(chart: Any) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, without altair's own theme."""
    spec: dict[str, Any] = chart.to_dict(context={"pre_transform": False})
    spec.pop("config", None)
    return spec


def _embedded(data: Any) -> str:
    """JSON that can stand inside a script element, whatever text it holds."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@functools.cache
def _library() -> str:
    """The code that draws Vega-Lite charts, 0.9 MB; making it takes seconds, so it is made once."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise MissingExtra("reports need vl-convert-python; install nashscope[report]") from None
    code: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return code.replace("</script", "<\\/script")
