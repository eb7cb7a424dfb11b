"""Where cells are played: in this process, in several, or on a cluster. One code path, `run_cell`.

A job is some cells that need the same models, so that each job loads weights once. Jobs share
nothing but the run's folder, and every file in it has one writer: a cell's decisions and its result
the job that plays it, everything else the process that hands out jobs.
"""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nashscope import records
from nashscope.errors import (
    BudgetSpent,
    Failed,
    MissingExtra,
    Misuse,
    ModelRefused,
    NashscopeError,
)
from nashscope.models import LanguageModel
from nashscope.models.hosted import Account, Budget, Call, Ledger, Price, account
from nashscope.play.cast import casting, model_of
from nashscope.play.cell import Cell
from nashscope.play.disk import disk, mended, written
from nashscope.play.log import open_log
from nashscope.play.match import Cast, play
from nashscope.play.plan import groups
from nashscope.play.transcript import Transcript

__all__ = [
    "Done",
    "Job",
    "Measured",
    "in_processes",
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
    """Whether a cell has its result."""
    return _result(folder, cell).is_file()


def result_of(folder: Path, cell: Cell) -> list[dict[str, Any]]:
    """The records of a cell that is done."""
    rows: list[dict[str, Any]] = json.loads(_result(folder, cell).read_text(encoding="utf-8"))
    return rows


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
        matches = play([cell], cast, done=old, keep=log.keep, progress=progress)
        rows = [dict(row) for row in measure(cell, matches)]
        written(_result(folder, cell), json.dumps(rows, indent=1, allow_nan=False) + "\n")
        return log.note


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


def run_job(job: Job) -> Done:
    """Plays the cells of a job that are not done, one after the other.

    What hosted models are asked is kept in a file of the job's own.
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
                notes.append(run_cell(cell, job.folder, cast, job.measure))
    return Done(tuple(note for note in notes if note), prints)


@contextlib.contextmanager
def _calls(job: Job) -> Iterator[Callable[[Call], None]]:
    """Keeps the requests of a job; the file is made at the first."""
    file = job.folder / "calls" / f"{job.cells[0].id}.jsonl"
    with contextlib.ExitStack() as stack:
        opened: list[Any] = []

        def keep(call: Call) -> None:
            """One request."""
            with disk(job.folder):
                if not opened:
                    file.parent.mkdir(exist_ok=True)
                    mended(file)
                    opened.append(stack.enter_context(file.open("a", encoding="utf-8")))
                opened[0].write(records.dumps(call) + "\n")
                opened[0].flush()

        yield keep


def in_processes(
    work: Sequence[Job], workers: int, finished: Callable[[Done], None] = lambda done: None
) -> None:
    """Plays jobs on this machine, each in a process of its own, so many at a time.

    finished: is told of every job that ended well, in this process.

    Raises:
        Failed: at the end, if some job did; what the others did is kept.
        BudgetSpent: likewise, if that is all that ended jobs.
    """
    from multiprocessing import connection

    waiting = list(work)
    threads = max(1, (os.cpu_count() or 1) // workers)
    playing: dict[Any, Any] = {}
    errors: list[Exception] = []
    try:
        while waiting or playing:
            while waiting and len(playing) < workers:
                told, process = _started(waiting.pop(0), threads)
                playing[told] = process
            ready: list[Any] = list(connection.wait(playing))
            for told in ready:
                try:
                    ended: Any = told.recv()
                except EOFError:
                    ended = Failed("its process was ended from outside, or out of memory")
                playing.pop(told).join()
                told.close()
                if isinstance(ended, Done):
                    finished(ended)
                else:
                    errors.append(ended)
    finally:
        # What they wrote may be taken up, wherever they end.
        for process in playing.values():
            process.terminate()
        for process in playing.values():
            process.join()
    _raised(errors, len(work))


def _started(job: Job, threads: int) -> tuple[Any, Any]:
    """A process that plays a job, and where it tells its end.

    Ctrl-C reaches it too, and is for the process that hands out jobs. A signal that is ignored when
    a process is started is ignored in it from its first instruction on.
    """
    import multiprocessing

    # A fork would copy locks that other threads hold.
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, tell, os.getpid(), threads))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, before)
    tell.close()
    return told, process


def _work(job: Job, tell: Any, parent: int, threads: int) -> None:
    """What a worker does: few threads, and an end with the process that hands out jobs."""
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))

    def watch() -> None:
        """A worker whose parent was killed would play on, and hold its cells."""
        while os.getppid() == parent:
            time.sleep(0.3)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        ended: Any = run_job(job)
    except Exception as error:
        ended = error
    try:
        tell.send(ended)
    except Exception:  # some errors of others cannot be sent
        tell.send(Failed(f"{type(ended).__name__}: {ended}"))


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
        raise MissingExtra("clusters need submitit; install nashscope[cluster]") from None
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
    _raised(errors, len(work))


def _raised(errors: Sequence[Exception], count: int) -> None:
    """The first error, with how many jobs had one."""
    if not errors:
        return
    first = errors[0]
    if all(isinstance(error, BudgetSpent) for error in errors):
        raise first
    if len(errors) == count and isinstance(first, Misuse):
        raise first
    told = [line for line in str(first).splitlines() if line.strip()] or [type(first).__name__]
    kind = "" if isinstance(first, NashscopeError) else f"{type(first).__name__}: "
    raise Failed(
        f"{len(errors)} of {count} jobs failed, the first with: {kind}{told[-1]}; what was "
        "finished is on disk, and the same command goes on from it"
    )
