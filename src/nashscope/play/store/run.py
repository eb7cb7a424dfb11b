"""A run is a folder. What is in it can be trusted at any moment, also after a kill.

    config.yaml         what was asked for, with every default filled in
    manifest.json       format, versions and commands of all sessions, models and their fingerprints
    cells.json          what was played: every cell by its id, and the payoffs of every game
    transcripts.jsonl   one line per decision, in the order taken; only ever appended to
    transcripts/        the same, one file per cell, where cells are played by several processes
    calls.jsonl         one line per request to a hosted model, with what it cost; calls/ likewise
    results.json        what was measured: a list of records
    results/            the same, one file per part of the study, written as the parts are done
    lens.jsonl          the lens at the decisions of some matches, where the study reads it
    report.html         the page; figures/ holds each figure's data as CSV, and the figure as JSON

The folder's name follows from the configuration, so the same command finds its own folder again and
goes on where it stopped. One process at a time writes to it. Whoever receives it can read it with
no other file: nothing that it names is looked up or run. `docs/explanation/run_folder.md` says what
stands in every file, and what is refused.
"""

import contextlib
import copy
import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from nashscope.errors import Failed, FolderTaken, Misuse, Unreadable
from nashscope.models.hosted import Call
from nashscope.play.cell import Cell
from nashscope.play.reading import Reading
from nashscope.play.store.cells import kept_cells, with_cells
from nashscope.play.store.check import checked
from nashscope.play.store.disk import disk, locked, written
from nashscope.play.store.lines import Lines
from nashscope.play.store.manifest import (
    MANIFEST,
    check_goes_on,
    circumstances,
    difference,
    note,
    now,
    read_manifest,
    schema_of,
)
from nashscope.play.store.sealed import json_of, keep_rows, kept_rows
from nashscope.play.transcript import Event
from nashscope.records import content_hash

__all__ = ["Run", "open_run", "read_run"]

CONFIG, CELLS, LOCK = "config.yaml", "cells.json", ".lock"
RESULTS, REPORT = "results.json", "report.html"


@dataclass
class Run:
    """A run folder, open for writing or for reading.

    config: what was asked for. note: what was found and mended when it was opened, or "".
    new: whether this process made the folder. jobs: in how many processes its work may be done;
        what comes out does not hang on it.
    trusted: whether files of code that it names may be run: where the command at hand named them,
        or its user said so.
    """

    folder: Path
    config: dict[str, Any]
    note: str = ""
    new: bool = False
    jobs: int = 1
    trusted: bool = False
    _lock: IO[str] | None = field(default=None, repr=False)
    _before: dict[Path, bytes] = field(default_factory=dict, repr=False)
    _taken: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.decisions = Lines(self.folder / "transcripts.jsonl", Event)
        self.calls = Lines(self.folder / "calls.jsonl", Call)
        self.readings = Lines(self.folder / "lens.jsonl", Reading)

    @property
    def report(self) -> Path:
        """Where the page is, or will be."""
        return self.folder / REPORT

    def keep(self, event: Event) -> None:
        """Appends a decision; it is out of this process's hands when this returns."""
        self.decisions.keep(event)

    def events(self) -> list[Event]:
        """Every decision kept so far.

        Raises:
            Unreadable: naming the line that play cannot have written; or if the run was finished
                with other decisions than are there.
        """
        events = checked(self.cells, self.decisions.numbered())
        made = self.manifest
        due = made.get("decisions") if made.get("status") == "done" else None
        if self._lock is None and due is not None and due != len(events):
            raise Unreadable(
                f"{self.folder} holds {len(events)} decisions, and had {due} when it was finished; "
                "put its transcripts back, or say its command again"
            )
        if self._lock is None:
            self._check_sealed()
        return events

    def _check_sealed(self) -> None:
        """Refuses transcripts of a finished run that are as many as they were, and others."""
        made = self.manifest
        due = made.get("transcripts") if made.get("status") == "done" else None
        same_count = due is None or made.get("decisions") == self.decisions.count()
        if due is not None and same_count and due != self.decisions.digest():
            raise Unreadable(
                f"the transcripts of {self.folder} were changed after it was finished; put them "
                "back, or play again in another folder (--out)"
            )

    def keep_cells(self, cells: Iterable[Cell]) -> None:
        """Adds cells to those that the transcripts name by their ids.

        Raises:
            Unreadable: if those that are there were edited.
        """
        file = self.folder / CELLS
        self._check_cells(file)
        text = with_cells(file, cells)
        # noted first, both hashes: a kill in between leaves one of the two files
        self.note_in_manifest(cells=[*self.manifest.get("cells", [])[-1:], _digest(text.encode())])
        self.write(CELLS, text)

    def _check_cells(self, file: Path) -> None:
        """Refuses a file of cells that is not the one that was written."""
        due = self.manifest.get("cells")
        if file.is_file() and due is not None and _digest(file.read_bytes()) not in due:
            raise Unreadable(f"{file} was changed after it was written; put the file back")

    @property
    def cells(self) -> dict[str, Cell]:
        """Every cell that was played, by its id; none of them runs any code."""
        if not (file := self.folder / CELLS).is_file():
            return {}
        self._check_cells(file)
        return kept_cells(file, schema_of(self.folder), trusted=self.trusted)

    def part(self, name: str) -> list[dict[str, Any]] | None:
        """The records of a part that is done; None where it is not.

        Raises:
            Unreadable: if they were edited, or torn.
        """
        kept = kept_rows(self.folder / "results" / f"{name}.json")
        return None if kept is None else kept[0]

    def keep_part(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes the records of a part, whole or not at all."""
        keep_rows(self.folder / "results" / f"{name}.json", rows)

    def keep_results(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes `results.json`: a record a line, so that it can be read and compared."""
        each = ",\n".join(json.dumps(row, allow_nan=False, ensure_ascii=False) for row in rows)
        self.write(RESULTS, f"[\n{each}\n]\n")
        self.note_in_manifest(results=content_hash([dict(row) for row in rows]))

    def results(self) -> list[dict[str, Any]]:
        """The records of `results.json`.

        Raises:
            Unreadable: if the run has not come that far, or they were edited, torn or lost.
        """
        file, due = self.folder / RESULTS, self.manifest.get("results")
        again = "put it back, or say the run's command again, which computes it anew"
        if not file.is_file():
            raise Unreadable(
                f"{self.folder} has no {RESULTS} yet; say its command again, to the end"
                if due is None
                else f"{file} is gone; {again}"
            )
        rows: list[dict[str, Any]] = json_of(file, list)
        if due is not None and content_hash(rows) != due:
            raise Unreadable(f"{file} was changed after it was written; {again}")
        return rows

    @property
    def manifest(self) -> dict[str, Any]:
        """What is known of how the run was made."""
        return read_manifest(self.folder)

    def note_in_manifest(self, **entries: Any) -> None:
        """Adds to the manifest; only the process that holds the folder does this."""
        note(self.folder, **entries)

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the run, whole or not at all."""
        return written(self.folder / name, text)

    def finish(self) -> None:
        """Notes that everything asked for was done.

        Raises:
            Failed: if decisions that were there before are lost, and were not taken again.
        """
        count, before = self.decisions.count(), self.manifest.get("decisions", 0)
        if count < before:
            raise Failed(
                f"{self.folder} holds {count} decisions, and had {before} when it was finished; "
                "put its transcripts back, or begin again in another folder (--out)"
            )
        self.note_in_manifest(
            status="done", finished=now(), decisions=count, transcripts=self.decisions.digest()
        )

    def close(self) -> None:
        """Lets go of the folder."""
        for lines in (self.decisions, self.calls):
            lines.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._lock is not None:
            with contextlib.suppress(Failed, Unreadable):
                # of a request that could not be nothing is left, unless something came of it
                idle = self._taken == self.decisions.count()
                if issubclass(kind, Misuse) and self._before and idle:
                    self._restore()
                else:
                    self.note_in_manifest(status=f"stopped ({kind.__name__})")
        self.close()
        if self.new and kind is not None and issubclass(kind, Misuse):
            self._discard()

    def _restore(self) -> None:
        """Leaves a folder that was there as it was, after a request that could not be."""
        for file, content in self._before.items():
            written(file, content)

    def _discard(self) -> None:
        """Takes back a new folder for a request that could not be, if nothing came of it."""
        own = {CONFIG, MANIFEST, LOCK, CELLS}
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        if all(file.name in own or not file.stat().st_size for file in files):
            shutil.rmtree(self.folder, ignore_errors=True)


def open_run(folder: Path, config: Mapping[str, Any], grows: str = "") -> Run:
    """The run with this configuration in this folder, new or taken up again.

    grows: the place in the configuration, such as "plan.matches", of a number that may be larger
        than when the run was begun: what was played stays, and the rest is played after it.

    Raises:
        FolderTaken: if the folder holds anything else, or another process is writing to it.
        Failed: if it cannot be written. Unreadable: if what is there was edited or torn.
    """
    import yaml

    wanted = dict(config)
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(f"{folder} is a file; name a folder for the run with --out")
    file = folder / CONFIG
    # a run that was killed in its first moments has left these and nothing else
    begun = {LOCK, MANIFEST, f".{MANIFEST}.new", f".{CONFIG}.new"}
    if folder.is_dir() and not file.is_file() and {f.name for f in folder.iterdir()} - begun:
        raise FolderTaken(f"{folder} holds files that are no run; name another folder with --out")
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    run = Run(folder, wanted, trusted=True, _lock=locked(folder / LOCK))
    try:
        if file.is_file():
            _take_up(run, grows)
        else:
            run.new = True
        run.note_in_manifest(**circumstances(folder, wanted))
        run.write(CONFIG, yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True))
    except BaseException:
        run.close()
        raise
    return run


def _take_up(run: Run, grows: str) -> None:
    """Checks that a folder holds this run, and mends what a kill left in it."""
    folder, wanted = run.folder, run.config
    if (folder / MANIFEST).is_file() or (folder / CELLS).is_file():
        check_goes_on(folder)
    kept = _config(folder)
    before, after = _at(kept, grows), _at(wanted, grows)
    more = isinstance(before, int) and isinstance(after, int) and after > before
    if changed := _edited(kept.get("contents") or {}, wanted.get("contents") or {}):
        raise FolderTaken(
            f"{folder} was played with {changed} as it was before it was edited, with all that it "
            "imports; name another folder with --out"
        )
    if told := difference(_with(kept, grows, after) if more else kept, wanted):
        raise FolderTaken(f"{folder} holds another run ({told}); name another folder with --out")
    if (folder / MANIFEST).is_file():
        files = (folder / name for name in (CONFIG, MANIFEST, CELLS))
        run._before = {file: file.read_bytes() for file in files if file.is_file()}
    run._check_sealed()
    notes = [f"{grows} is {after} now; the first {before} are kept"] if more else []
    run.note = "; ".join(filter(None, [*notes, run.decisions.mend(), run.calls.mend()]))
    run._taken = run.decisions.count()


def _digest(content: bytes) -> str:
    """The hash of a file's content."""
    return hashlib.sha256(content).hexdigest()[:16]


def _edited(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The first name that stands for other content than it did; "" if none does."""
    return next((name for name in before if name in after and before[name] != after[name]), "")


def read_run(folder: Path, *, trusted: bool = False) -> Run:
    """The run in this folder, for reading.

    trusted: whether files of code that it names may be run.

    Raises:
        Unreadable: if there is none, a later version wrote it, or it was edited.
    """
    if not folder.is_dir():
        raise Unreadable(
            f"{folder} is no run: there is no such folder; a command's last line names its run"
        )
    if not (folder / CONFIG).is_file():
        raise Unreadable(f"{folder} is no run: there is no {CONFIG} in it")
    schema_of(folder)
    return Run(folder, _config(folder), trusted=trusted)


def _config(folder: Path) -> dict[str, Any]:
    """The configuration of a run, as it was when its last session began."""
    import yaml

    file = folder / CONFIG
    try:
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        why = str(error).splitlines()[0]
        raise Unreadable(f"{file} is torn, or was changed: {why}; put the file back") from None
    if not isinstance(config, dict):
        raise Unreadable(f"{file} holds no configuration; put the file back")
    due = read_manifest(folder).get("configs")
    try:
        same = due is None or content_hash(config) in due
    except (TypeError, ValueError):
        same = False
    if not same:
        raise Unreadable(f"{file} was changed after the run began; put the file back")
    return config


def _at(config: Any, place: str) -> Any:
    """What stands at a place of a configuration; None if nothing does."""
    for part in place.split("."):
        config = config.get(part) if isinstance(config, Mapping) else None
    return config


def _with(config: Mapping[str, Any], place: str, value: Any) -> dict[str, Any]:
    """The configuration with another value at a place that it has."""
    changed = copy.deepcopy(dict(config))
    inner = changed
    *way, last = place.split(".")
    for part in way:
        inner = inner[part]
    inner[last] = value
    return changed
