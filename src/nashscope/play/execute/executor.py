"""Where cells are played: in this process, in several, or on a cluster. One code path, `run_cell`.

A job is some cells that need the same models, so that each job loads weights once. Jobs share
nothing but the run's folder, and every file in it has one writer: a cell's decisions and its result
the job that plays it, everything else the process that hands out jobs.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nashscope.errors import MissingExtra, Misuse, ModelRefused, NotSolved, Unreadable, install
from nashscope.models import LanguageModel
from nashscope.models.hosted import Account, Budget, Call, Ledger, Price, account
from nashscope.play.cast import casting, model_of
from nashscope.play.cell import Cell
from nashscope.play.execute.processes import raised
from nashscope.play.match import Cast, play
from nashscope.play.plan import groups
from nashscope.play.store.lines import Lines
from nashscope.play.store.log import log_of, open_log
from nashscope.play.store.sealed import keep_rows, kept_rows
from nashscope.play.transcript import Transcript

__all__ = [
    "Done",
    "Job",
    "Measured",
    "is_done",
    "jobs",
    "result_of",
    "run_cell",
    "run_job",
    "submitted",
    "watched",
]

Measured = Callable[[Cell, Sequence[Transcript]], Sequence[Mapping[str, Any]]]
"""Gives the records of a cell's result; a function of a module, so that other processes find it."""

Fingerprints = dict[str, str | None]


@dataclass(frozen=True)
class Job:
    """Cells for one process.

    samples: answers per decision of hosted models. options: of the loaders of Hugging Face models.
    prints: fingerprints that models had in earlier jobs of the run, by name.
    budget, till: what all jobs together may spend on hosted models, and the file of
        `models.hosted.shared` in which they keep it. prices: as in `Account`.
    """

    folder: Path
    cells: tuple[Cell, ...]
    measure: Measured
    samples: int = 8
    options: Mapping[str, Any] = field(default_factory=dict)
    prints: Mapping[str, str | None] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    till: Path | None = None
    prices: Mapping[str, Price] | None = None


@dataclass(frozen=True)
class Done:
    """What a job tells of itself. notes: what was mended. prints: fingerprints of its models."""

    notes: tuple[str, ...]
    prints: Fingerprints


def is_done(folder: Path, cell: Cell) -> bool:
    """Whether a cell has its result: of all its matches, and of the decisions that are there."""
    try:
        kept = kept_rows(_result(folder, cell))
    except Unreadable:
        return False  # edited or torn: it is computed again from the decisions
    if kept is None:
        return False
    due = {"matches": cell.matches, "transcript": log_of(folder, cell).digest()}
    return {name: kept[1].get(name) for name in due} == due


def result_of(folder: Path, cell: Cell) -> list[dict[str, Any]]:
    """The records of a cell that is done.

    Raises:
        Unreadable: if it is not.
    """
    kept = kept_rows(_result(folder, cell))
    if kept is None:
        raise Unreadable(f"{folder} has no result of cell {cell.id}; say its command again")
    return kept[0]


def _result(folder: Path, cell: Cell) -> Path:
    """The file of a cell's result."""
    return folder / "results" / f"{cell.id}.json"


def run_cell(
    cell: Cell,
    folder: Path,
    cast: Cast,
    measure: Measured,
    progress: Callable[[int], None] = lambda decisions: None,
) -> str:
    """Plays a cell to its end, going on where it was left, and writes its result.

    progress: is told how many decisions were there, and then how many each step took.

    Returns what was mended, or "".

    Raises:
        FolderTaken: if another process plays it. Failed: if the folder cannot be written.
    """
    with open_log(folder, cell) as log:
        old = log.events()
        progress(len(old))
        matches = play([cell], cast, done=old, keep=log.lines.keep, progress=progress)
        rows, note = _measured(cell, matches, measure)
        digest = log.lines.digest()
        keep_rows(_result(folder, cell), rows, matches=cell.matches, transcript=digest)
        return "; ".join(filter(None, [log.note, note]))


def _measured(
    cell: Cell, matches: Sequence[Transcript], measure: Measured
) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The records of a cell; none, and why, where they cannot be computed. What was played is kept
    either way, and no other cell waits for it."""
    try:
        return measure(cell, matches), ""
    except NotSolved as error:
        return [], f"cell {cell.id} ({cell.game}) was played and is not measured: {error}"


def jobs(cells: Sequence[Cell], at_least: int, job: Callable[[tuple[Cell, ...]], Job]) -> list[Job]:
    """The cells as jobs: one for all that need the same models.

    at_least: so many jobs are made of cells that need no local model, if there are as many cells.
    """
    found = []
    for own in groups(cells):
        weightless = not any(_local(name) for cell in own for name in cell.agents)
        parts = min(at_least, len(own)) if weightless else 1
        found += [job(tuple(own[k::parts])) for k in range(parts)]
    return found


def _local(name: str) -> bool:
    """Whether an agent needs weights."""
    return model_of(name).startswith(("hf/", "organism/"))


def watched(prints: Mapping[str, str | None], found: Fingerprints) -> Callable[..., None]:
    """Notes the fingerprints of models that are loaded, and refuses one that has changed."""

    def loaded(name: str, model: LanguageModel) -> None:
        """One model that was loaded."""
        own = getattr(model, "fingerprint", None)
        if name in prints and prints[name] != own:
            raise ModelRefused(
                f"{name} is not what it was when this run began ({own}, not {prints[name]}); "
                "name another folder with --out"
            )
        found[name] = own

    return loaded


def run_job(job: Job, progress: Callable[[int], None] = lambda decisions: None) -> Done:
    """Plays the cells of a job that are not done, one after the other.

    progress: as `run_cell`'s. What hosted models are asked is kept in a file of the job's own.
    """
    prints: Fingerprints = {}
    loaded = watched(job.prints, prints)
    cast = casting({"samples": job.samples}, dict(job.options), most=2, loaded=loaded)
    notes = []
    with contextlib.ExitStack() as stack:
        ledger = Ledger(job.budget, keep=stack.enter_context(_calls(job)), file=job.till)
        stack.enter_context(account(Account(ledger, job.prices)))
        for cell in job.cells:
            if not is_done(job.folder, cell):
                notes.append(run_cell(cell, job.folder, cast, job.measure, progress))
    return Done(tuple(note for note in notes if note), prints)


@contextlib.contextmanager
def _calls(job: Job) -> Iterator[Callable[[Call], None]]:
    """Keeps the requests of a job; the file is made at the first."""
    calls = Lines(job.folder / "calls" / f"{job.cells[0].id}.jsonl", Call)
    calls.mend()
    try:
        yield calls.keep
    finally:
        calls.close()


def submitted(
    work: Sequence[Job],
    cluster: str,
    parameters: Mapping[str, Any],
    folder: Path,
    finished: Callable[[Done], None] = lambda done: None,
) -> None:
    """Plays jobs by submitit, as one array of jobs.

    cluster: "slurm", or "local" (a process for every job at once) and "debug" (in this process).
    parameters: as submitit takes them: timeout_min, cpus_per_task, slurm_partition, …
    folder: for its scripts and logs, seen by all machines.

    Raises:
        MissingExtra: without submitit. Misuse: if a parameter is none, or there is no Slurm.
        Failed: at the end, if some job did; what the others did is kept.
    """
    try:
        import submitit
    except ModuleNotFoundError:
        raise MissingExtra(f"clusters need submitit; {install('cluster')}") from None
    if not work:
        return
    try:
        executor = submitit.AutoExecutor(folder=folder, cluster=cluster)
        executor.update_parameters(**{"timeout_min": 60, **parameters})
    except (NameError, RuntimeError, AssertionError, TypeError) as error:
        raise Misuse(f"submitit refuses: {str(error).splitlines()[0]}") from None
    sent = executor.map_array(run_job, work)
    while cluster != "debug" and not all(job.done() for job in sent):
        time.sleep(0.5 if cluster == "local" else 5.0)
    errors: list[Exception] = []
    for job in sent:
        try:
            finished(job.result())
        except Exception as error:  # whatever ended a job on another machine
            errors.append(error)
    raised(errors, len(work))
