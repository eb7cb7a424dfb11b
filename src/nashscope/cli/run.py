"""`nashscope run plan.yaml`: many cells, here or on a cluster, taken up where they were left."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged, charged_apart, rehearse
from nashscope.cli.metric import MetricNames, keep_metrics, metrics_named
from nashscope.cli.option import Out, Quiet
from nashscope.cli.progress import counted, progress
from nashscope.cli.resumable import configured, resumable
from nashscope.cli.screen import say
from nashscope.settings import assignments

if TYPE_CHECKING:
    from nashscope.metrics.library import Metric
    from nashscope.play import Cell
    from nashscope.play.execute.executor import Done
    from nashscope.play.plan import Plan
    from nashscope.play.store.run import Run

__all__ = ["run"]

EXECUTORS = ("process", "local", "slurm", "submitit-local", "submitit-debug")


def run(
    plan: Annotated[Path, typer.Argument(help="YAML: games, agents, framings, modes, seeds, …")],
    executor: Annotated[
        str, typer.Option(help="process (this one), local (--jobs processes) or slurm.")
    ] = "process",
    jobs: Annotated[
        int | None,
        typer.Option(help="How many processes, or jobs at least [default: 2].", show_default=False),
    ] = None,
    job: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="With slurm, of submitit: timeout_min=60, slurm_partition=gpu. May be repeated.",
        ),
    ] = None,
    metric: MetricNames = None,
    out: Out = None,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Plays every combination of a plan's games, agents, framings, modes and seeds.

    The same command again goes on where it stopped, also after a kill. The last line printed is the
    run's folder; `nashscope report` draws it, `nashscope export` makes tables of it.
    """
    from nashscope.agents import agent
    from nashscope.cli.folder import run_folder
    from nashscope.errors import Misuse
    from nashscope.play.cast import model_of
    from nashscope.play.plan import read_plan
    from nashscope.records import dump

    if executor not in EXECUTORS:
        raise Misuse(f"--executor {executor}: it is one of {', '.join(EXECUTORS)}")
    if jobs is not None and executor == "process":
        raise Misuse("--jobs is for several processes; add --executor local, or leave it out")
    if job and executor in ("process", "local"):
        raise Misuse("--job tells submitit something; add --executor slurm, or leave it out")
    workers = 2 if jobs is None else jobs
    if workers < 1:
        raise Misuse(f"--jobs {jobs}; it is at least 1")
    limited = max_calls is not None or max_cost is not None
    if limited and executor not in ("process", "local"):
        raise Misuse(
            f"a budget is kept on one machine; take --executor local instead of {executor}, or "
            "leave out the budget"
        )
    own = read_plan(plan)
    cells = own.cells()
    if dry_run:
        _rehearse(own, cells, prices)
        return
    extra = metrics_named(metric)
    parameters = assignments(job or [], "--job", "timeout_min=60")
    for name in {name for cell in cells for name in cell.agents if not model_of(name)}:
        agent(name)  # a name that nobody has is said before anything is written
    config = configured({"plan": dump(own)}, _named(cells))
    folder = run_folder(out, config, plan.stem)
    with progress(quiet=quiet) as told, resumable(folder, config, "plan.matches") as opened:
        opened.keep_cells(cells)
        if executor == "process":
            with charged(max_calls, max_cost, prices, opened):
                _here(own, cells, opened, told)
        else:
            with charged_apart(max_calls, max_cost, prices, opened) as purse:
                _elsewhere(own, cells, opened, told, (executor, workers, parameters), purse)
        _gather(opened, cells, extra)
    typer.echo(folder)


def _named(cells: "list[Cell]") -> list[str]:
    """Everything that the cells name."""
    return [name for cell in cells for name in (cell.game, cell.framing, *cell.agents)]


def _rehearse(plan: "Plan", cells: "list[Cell]", prices: Path | None) -> None:
    """Says what the plan holds, and what hosted models would be asked."""
    from nashscope.play import play
    from nashscope.play.cast import asks, casting

    matches = sum(cell.matches for cell in cells)
    most = sum(cell.decisions for cell in cells)
    typer.echo(f"{len(cells)} cells, {matches} matches, at most {most} decisions")

    def go() -> None:
        """The matches in which a hosted model plays, cell by cell."""
        cast = casting({"samples": plan.samples}, rehearsed=True)
        for cell in filter(asks, cells):
            play([cell], cast)

    rehearse(go, prices, {name for cell in cells for name in cell.agents})


def _here(
    plan: "Plan", cells: "list[Cell]", opened: "Run", told: Callable[[str, int, int], None]
) -> None:
    """Plays the cells in this process."""
    from nashscope.metrics.summary import cell_rows
    from nashscope.play.cast import casting
    from nashscope.play.execute.executor import is_done, run_cell, watched

    known = opened.manifest.get("models", {})
    prints: dict[str, str | None] = dict(known)
    note = watched(known, prints)

    def loaded(name: str, model: Any) -> None:
        """Kept at once, so that a run that is killed knows with what it began."""
        note(name, model)
        opened.note_in_manifest(models=prints)

    cast = casting({"samples": plan.samples}, plan.options, most=2, loaded=loaded)
    done = {cell.id for cell in cells if is_done(opened.folder, cell)}
    before = sum(cell.decisions for cell in cells if cell.id in done)
    count = counted(told, sum(cell.decisions for cell in cells), before)
    for cell in cells:
        if cell.id in done:
            continue
        if mended := run_cell(cell, opened.folder, cast, cell_rows, count):
            say(mended)


def _elsewhere(
    plan: "Plan",
    cells: "list[Cell]",
    opened: "Run",
    told: Callable[[str, int, int], None],
    where: tuple[str, int, dict[str, Any]],
    purse: dict[str, Any],
) -> None:
    """Plays the cells in other processes.

    where: the executor, how many processes, and what submitit is told. purse: fields of every job
        that are about what hosted models cost.
    """
    from nashscope.metrics.summary import cell_rows
    from nashscope.play.execute.executor import Job, is_done, run_job, submitted
    from nashscope.play.execute.executor import jobs as made
    from nashscope.play.execute.processes import in_processes

    executor, workers, parameters = where
    folder = opened.folder.resolve()
    prints: dict[str, str | None] = dict(opened.manifest.get("models", {}))
    left = [cell for cell in cells if not is_done(folder, cell)]

    def job(own: "tuple[Cell, ...]") -> Job:
        """A job of these cells."""
        options = dict(plan.options)
        return Job(folder, own, cell_rows, plan.samples, options, dict(prints), **purse)

    def finished(done: "Done") -> None:
        """One job that ended; only this process writes the manifest."""
        for line in done.notes:
            say(line)
        prints.update(done.prints)
        opened.note_in_manifest(models=prints)
        if executor != "local":
            there = sum(is_done(folder, cell) for cell in cells)
            told("cells", there, len(cells))

    work = made(left, workers, job)
    if executor == "local":
        total = sum(cell.decisions for cell in cells)
        count = counted(told, total, total - sum(cell.decisions for cell in left))
        in_processes([partial(run_job, job) for job in work], workers, count, finished)
    else:
        told("cells", len(cells) - len(left), len(cells))
        cluster = executor.removeprefix("submitit-")
        submitted(work, cluster, parameters, folder / "jobs", finished)


def _gather(opened: "Run", cells: "list[Cell]", extra: "Mapping[str, Metric]") -> None:
    """Writes all results into one file, and that the run is done."""
    from nashscope.play.execute.executor import result_of

    opened.keep_results([row for cell in cells for row in result_of(opened.folder, cell)])
    keep_metrics(opened, extra)
    opened.finish()
