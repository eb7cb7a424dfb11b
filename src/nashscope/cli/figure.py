"""`nashscope figure RUN FIGURE`: one figure of a report as a file, for a paper."""

from pathlib import Path
from typing import Annotated

import typer

from nashscope.cli.runs import LATEST, RunName, located
from nashscope.cli.screen import say

__all__ = ["figure"]

KINDS = (".svg", ".png", ".pdf", ".html", ".json")


def figure(
    run: RunName = LATEST,
    name: Annotated[
        str | None, typer.Argument(help="Which figure; without it, they are listed.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file: .svg, .png, .pdf, .html or .json.")
    ] = None,
) -> None:
    """Writes a figure of a run's report to a file, or lists the figures there are."""
    from nashscope.errors import Failed, FolderTaken, Misuse
    from nashscope.play.store.run import read_run
    from nashscope.report import figure as drawn
    from nashscope.report import figures

    found = read_run(located(run))
    if name is None:
        names = figures(found)
        for known in names:
            typer.echo(known)
        if not names:
            say(f"{found.folder} has no figures; `nashscope report {found.folder}` draws them")
        return
    file = out or Path(f"{name}.svg")
    if file.exists():
        raise FolderTaken(f"{file} is there already; name another file with --out")
    if file.suffix not in KINDS:
        raise Misuse(f"--out {file}: a figure is written as {', '.join(KINDS)}")
    chart = drawn(found, name).properties(background="white")
    try:
        chart.save(str(file), **({"ppi": 200} if file.suffix == ".png" else {}))
    except OSError as error:
        raise Failed(f"{file} cannot be written: {error.strerror or error}") from error
    typer.echo(file)
