"""`nashscope import FILE --map …`: transcripts of others, measured like those played here."""

from pathlib import Path
from typing import Annotated

import typer

from nashscope.cli.option import Out, Quiet
from nashscope.cli.progress import progress
from nashscope.cli.screen import say
from nashscope.settings import pairs

__all__ = ["import_"]


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, JSON lines or Parquet; also .gz.")],
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="TARGET=COLUMN",
            help="What a column says; COLUMN+COLUMN for several. May be repeated.",
        ),
    ] = None,
    fixed: Annotated[
        list[str] | None,
        typer.Option("--fixed", metavar="TARGET=VALUE", help="The same in every row."),
    ] = None,
    games: Annotated[
        Path | None, typer.Option(help="A table of payoffs, a row per game: r1_c1_p1, r1_c1_p2, …")
    ] = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Reads transcripts of others into a run, which metrics, reports and exports then know.

    A row is a round (agent1, action1, agent2, action2) or one decision (player, agent, action).
    Targets: game, name, match, round, agent1, action1, payoff1, option1 (the word for the first
    action) and so on for others. A word that stands for no action stays unread.

    The last line printed is the run's folder.
    """
    from nashscope.cli.folder import run_folder
    from nashscope.metrics.summary import cell_rows
    from nashscope.play import transcripts
    from nashscope.play.store.imported import imported
    from nashscope.play.store.run import open_run
    from nashscope.play.store.source import Source

    columns = pairs(map_ or [], "--map", "round=turn")
    source = Source(file, columns, pairs(fixed or [], "--fixed", "option1=cooperate"), games)
    found = imported(source)
    config = {
        "import": {
            "file": file.name,
            "content": _digest(file),
            "games": None if games is None else _digest(games),
            "map": dict(source.columns),
            "fixed": dict(source.fixed),
        },
        "names": found.names,
    }
    folder = run_folder(out, config, file.name.split(".")[0])
    with progress(quiet=quiet) as told, open_run(folder, config) as run:
        if run.note:
            say(run.note)
        run.keep_cells(found.cells)
        # what is there already was read from the same file, in the same order
        for event in found.events[len(run.events()) :]:
            run.keep(event)
        by_cell: dict[str, list] = {}  # type: ignore[type-arg]
        for own in transcripts({c.id: c for c in found.cells}, found.events):
            by_cell.setdefault(own.cell, []).append(own)
        rows = []
        for number, cell in enumerate(found.cells, start=1):
            rows += cell_rows(cell, by_cell.get(cell.id, []))
            told("measuring", number, len(found.cells))
        run.keep_results(rows)
        run.finish()
    matches = sum(cell.matches for cell in found.cells)
    say(f"{len(found.events)} decisions, {matches} matches, {len(found.cells)} cells")
    for note in found.notes:
        say(note)
    typer.echo(folder)


def _digest(file: Path) -> str:
    """What tells the file from another with its name."""
    import hashlib

    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
