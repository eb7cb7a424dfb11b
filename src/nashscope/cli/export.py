"""`nashscope export RUN --to parquet|csv|duckdb|inspect`: what was played, for other tools."""

from pathlib import Path
from typing import Annotated

import typer

from nashscope.cli.resumable import TrustFiles
from nashscope.cli.runs import LATEST, RunName, located
from nashscope.cli.screen import say

__all__ = ["export"]

TO = ("parquet", "csv", "duckdb", "inspect")


def export(
    run: RunName = LATEST,
    to: Annotated[
        str, typer.Option(help="parquet, csv, duckdb, or inspect (.eval logs).")
    ] = "parquet",
    out: Annotated[
        Path | None, typer.Option(help="Where to [default: RUN/export].", show_default=False)
    ] = None,
    trust_files: TrustFiles = False,
) -> None:
    """Writes the decisions, cells and results of a run as tables, or as logs of inspect.

    Every file that was written is printed; one that is there already is never written over.
    """
    from nashscope.errors import Misuse
    from nashscope.play.store.check import tally
    from nashscope.play.store.run import read_run
    from nashscope.play.store.table import export as tables
    from nashscope.play.store.table import has_results

    if to not in TO:
        raise Misuse(f"--to {to}: it is one of {', '.join(TO)}")
    found = read_run(located(run), trusted=trust_files)
    folder = found.folder / "export" if out is None else out
    if folder.exists() and not folder.is_dir():
        raise Misuse(f"{folder} is a file; name a folder with --out")
    if to == "inspect":
        from nashscope.play.store.inspect_log import write_logs

        written = write_logs(found, folder)
    else:
        written = tables(found, to, folder)  # type: ignore[arg-type]
    if not (count := tally(found.cells, found.events())).whole:
        say(f"{found.folder} is unfinished: {count}; say its command again")
    if to != "inspect" and not has_results(found):
        say(f"{found.folder} has no results yet: no table of them")
    for file in written:
        typer.echo(file)
