"""One self-contained HTML page: text, tables and figures, nothing fetched from anywhere."""

import base64
import functools
import gzip
import hashlib
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from nashscope.errors import MissingExtra, Unreadable, install
from nashscope.names import nearest
from nashscope.play.store.run import Run
from nashscope.report.block import Badge, Figure, Link, Matches, Page, Table
from nashscope.report.chart import COLOURS, DASHES
from nashscope.report.table import as_csv

__all__ = ["figure", "figures", "write_page"]


def write_page(run: Run, page: Page) -> Path:
    """Writes `report.html` into the run's folder, and every figure's data (CSV) and chart (JSON).

    Every text is escaped: a reply that holds a script is shown, not run.
    """
    try:
        import jinja2
    except ModuleNotFoundError:
        raise MissingExtra(f"reports need jinja2; {install('report')}") from None
    drawn = [block for block in page.blocks() if isinstance(block, Figure)]
    for one in drawn:
        run.write(f"figures/{one.id}.csv", as_csv(one.rows))
        run.write(f"figures/{one.id}.json", json.dumps(one.chart().to_dict(), allow_nan=False))
    specs = {
        f"{one.id}-{number}": _spec(panel.chart, legend=not one.series)
        for one in drawn
        for number, panel in enumerate(one.all_panels)
    }
    played = [block.data for block in page.blocks() if isinstance(block, Matches)]
    folder = files("nashscope.report") / "template"
    names = ("page.js", *(["match.js"] if played else []))
    scripts = [(folder / name).read_text(encoding="utf-8") for name in names]
    if specs:
        scripts.insert(0, _library())
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.tests |= {name: _test(kind) for name, kind in _KINDS.items()}
    template = environment.from_string((folder / "page.html.j2").read_text(encoding="utf-8"))
    text = template.render(
        page=page,
        colours=COLOURS,
        dashes=[",".join(map(str, dash)) for dash in DASHES],
        style=(folder / "page.css").read_text(encoding="utf-8"),
        scripts=scripts,
        allowed=" ".join(map(_hashed, scripts)) or "'none'",
        specs=_embedded(specs),
        matches=[_packed(data) for data in played],
    )
    return run.write(run.report.name, text)


def figures(run: Run) -> list[str]:
    """The figures of a run whose report was drawn, by id."""
    return sorted(file.stem for file in (run.folder / "figures").glob("*.json"))


def figure(run: Run, name: str) -> Any:
    """A figure of a run as an altair chart, for a paper: `figure(run, "lens").save("lens.svg")`.

    Raises:
        UnknownName: with the closest names.
        Unreadable: if the run's report was not drawn yet, or the figure's file is damaged.
    """
    known = figures(run)
    if not known:
        raise Unreadable(f"{run.folder} has no figures yet; draw them: nashscope report RUN")
    if name not in known:
        raise nearest(name, known, "figure of this run")
    try:
        import altair
    except ModuleNotFoundError:
        raise MissingExtra(f"figures need altair; {install('report')}") from None
    file = run.folder / "figures" / f"{name}.json"
    damaged = f"{file} is no figure, or damaged; draw it anew: nashscope report {run.folder}"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or "$schema" not in found:
            raise Unreadable(damaged)
        return altair.Chart.from_dict(found)
    except (ValueError, altair.utils.schemapi.SchemaValidationError):
        raise Unreadable(damaged) from None


_KINDS = {"figure": Figure, "table": Table, "matches": Matches, "link": Link, "badge": Badge}


def _test(kind: type) -> Callable[[Any], bool]:
    """Tells the template whether a block or cell is of this kind."""
    return lambda block: isinstance(block, kind)


def _spec(chart: Any, *, legend: bool) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, without altair's own theme.

    legend: whether the chart draws its own; a figure with several panels has one for all.
    """
    spec: dict[str, Any] = chart.to_dict(context={"pre_transform": False})
    spec.pop("config", None)
    for layer in spec.get("layer", [spec]) if not legend else []:
        for channel in ("color", "strokeDash"):
            if channel in layer.get("encoding", {}):
                layer["encoding"][channel]["legend"] = None
    return spec


def _embedded(data: Any) -> str:
    """JSON that can stand inside a script element, whatever text it holds."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hashed(script: str) -> str:
    """A script as a content security policy names it: nothing else on the page may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _packed(data: Any) -> str:
    """JSON, compressed, in letters that mean nothing to HTML: transcripts shrink to a tenth."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@functools.cache
def _library() -> str:
    """The code that draws Vega-Lite charts, 0.9 MB; making it takes seconds, so it is made once."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise MissingExtra(f"reports need vl-convert-python; {install('report')}") from None
    code: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return code.replace("</script", "<\\/script")
