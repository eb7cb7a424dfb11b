"""A run is a folder. What is in it can be trusted at any moment, also after a kill.

    config.yaml         what was asked for, with every default filled in
    manifest.json       versions, models and their fingerprints, when it ran and how it ended
    cells.json          what was played: every cell by its id, which the transcripts name
    transcripts.jsonl   one line per decision, in the order taken; only ever appended to
    transcripts/        the same, one file per cell, where cells are played by several processes
    calls.jsonl         one line per request to a hosted model, with what it cost; calls/ likewise
    results.json        what was measured: a list of records
    results/            the same, one file per part of the study, written as the parts are done
    lens.jsonl          the lens at the decisions of some matches, where the study reads it
    report.html         the page; figures/ holds each figure's data as CSV, and the figure as JSON

The folder's name follows from the configuration, so the same command finds its own folder again and
goes on where it stopped. One process at a time writes to it.
"""

import contextlib
import json
import platform
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from nashscope import __version__, records
from nashscope.errors import Failed, FolderTaken, Misuse, Unreadable
from nashscope.models.hosted import Call
from nashscope.play.cell import Cell
from nashscope.play.reading import Reading
from nashscope.play.store.disk import disk, lines, locked, mended, written
from nashscope.play.transcript import Event

__all__ = ["Run", "open_run", "read_run"]

CONFIG, MANIFEST, TRANSCRIPTS = "config.yaml", "manifest.json", "transcripts.jsonl"
RESULTS, REPORT, LOCK = "results.json", "report.html", ".lock"
CELLS, LENS, CALLS = "cells.json", "lens.jsonl", "calls.jsonl"


@dataclass
class Run:
    """An open run folder.

    config: what was asked for. note: what was found and mended when it was opened, or "".
    new: whether this process made the folder. jobs: in how many processes its work may be done;
        what comes out does not hang on it.
    """

    folder: Path
    config: dict[str, Any]
    note: str = ""
    new: bool = False
    jobs: int = 1
    _lines: IO[str] | None = field(default=None, repr=False)
    _calls: IO[str] | None = field(default=None, repr=False)
    _lock: IO[str] | None = field(default=None, repr=False)

    @property
    def report(self) -> Path:
        """Where the page is, or will be."""
        return self.folder / REPORT

    def keep(self, event: Event) -> None:
        """Appends a decision; it is out of this process's hands when this returns."""
        with disk(self.folder):
            if self._lines is None:
                self._lines = (self.folder / TRANSCRIPTS).open("a", encoding="utf-8")
            self._lines.write(records.dumps(event) + "\n")
            self._lines.flush()

    def events(self) -> list[Event]:
        """Every decision kept so far."""
        return [event for file in self._files(TRANSCRIPTS) for event in lines(Event, file)]

    def keep_call(self, call: Call) -> None:
        """Appends a request to a hosted model."""
        with disk(self.folder):
            if self._calls is None:
                self._calls = (self.folder / CALLS).open("a", encoding="utf-8")
            self._calls.write(records.dumps(call) + "\n")
            self._calls.flush()

    def calls(self) -> list[Call]:
        """Every request to a hosted model that was kept so far."""
        return [call for file in self._files(CALLS) for call in lines(Call, file)]

    def _files(self, name: str) -> list[Path]:
        """A file of lines and those that stand in the folder of its name."""
        own = self.folder / name
        apart = sorted(own.with_suffix("").glob("*.jsonl"))
        return [file for file in (own, *apart) if file.is_file()]

    def keep_cells(self, cells: Iterable[Cell]) -> None:
        """Adds cells to those that the transcripts name by their ids."""
        kept = {**self.cells, **{cell.id: cell for cell in cells}}
        entries = ",\n".join(f"{json.dumps(key)}: {records.dumps(c)}" for key, c in kept.items())
        self.write(CELLS, f"{{\n{entries}\n}}\n")

    @property
    def cells(self) -> dict[str, Cell]:
        """Every cell that was played, by its id."""
        file = self.folder / CELLS
        found: dict[str, Any] = _json(file) if file.is_file() else {}
        return {key: records.load(Cell, data) for key, data in found.items()}

    def keep_readings(self, readings: Iterable[Reading]) -> None:
        """Writes what the lens showed at the decisions of some matches, whole or not at all."""
        self.write(LENS, "".join(records.dumps(reading) + "\n" for reading in readings))

    def readings(self) -> list[Reading]:
        """What the lens showed at decisions, where it was read."""
        file = self.folder / LENS
        return list(records.read_lines(Reading, file)) if file.is_file() else []

    def part(self, name: str) -> list[dict[str, Any]] | None:
        """The records of a part that is done; None where it is not."""
        file = self.folder / "results" / f"{name}.json"
        return _json(file) if file.is_file() else None

    def keep_part(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes the records of a part, whole or not at all."""
        self.write(f"results/{name}.json", json.dumps(list(rows), indent=1, allow_nan=False))

    def keep_results(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes `results.json`: a record a line, so that it can be read and compared."""
        each = ",\n".join(json.dumps(row, allow_nan=False, ensure_ascii=False) for row in rows)
        self.write(RESULTS, f"[\n{each}\n]\n")

    def results(self) -> list[dict[str, Any]]:
        """The records of `results.json`.

        Raises:
            Unreadable: if the run has not come that far.
        """
        file = self.folder / RESULTS
        if not file.is_file():
            raise Unreadable(f"{self.folder} has no {RESULTS} yet; run its study to the end first")
        rows: list[dict[str, Any]] = _json(file)
        return rows

    @property
    def manifest(self) -> dict[str, Any]:
        """What is known of how the run was made."""
        file = self.folder / MANIFEST
        made: dict[str, Any] = _json(file) if file.is_file() else {}
        return made

    def note_in_manifest(self, **entries: Any) -> None:
        """Adds to the manifest; only the process that holds the folder does this."""
        self.write(MANIFEST, json.dumps({**self.manifest, **entries}, indent=1) + "\n")

    def write(self, name: str, text: str) -> Path:
        """Writes a file of the run, whole or not at all."""
        return written(self.folder / name, text)

    def finish(self) -> None:
        """Notes that everything asked for was done."""
        self.note_in_manifest(status="done", finished=time.strftime("%Y-%m-%dT%H:%M:%S%z"))

    def close(self) -> None:
        """Lets go of the folder."""
        for held in (self._lines, self._calls, self._lock):
            if held is not None:
                with contextlib.suppress(OSError):  # of a full disk it was told before
                    held.close()
        self._lines = self._calls = self._lock = None

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._lock is not None:
            with contextlib.suppress(Failed):
                self.note_in_manifest(status=f"stopped ({kind.__name__})")
        self.close()
        if self.new and kind is not None and issubclass(kind, Misuse):
            self._discard()

    def _discard(self) -> None:
        """Takes back a new folder for a request that could not be, if nothing came of it."""
        own = {CONFIG, MANIFEST, LOCK, CELLS}
        files = [file for file in self.folder.rglob("*") if file.is_file()]
        if all(file.name in own or not file.stat().st_size for file in files):
            shutil.rmtree(self.folder, ignore_errors=True)


def open_run(folder: Path, config: Mapping[str, Any]) -> Run:
    """The run with this configuration in this folder, new or taken up again.

    Raises:
        FolderTaken: if the folder holds anything else, or another process is writing to it.
        Failed: if it cannot be written.
    """
    import yaml

    wanted = dict(config)
    if folder.exists() and not folder.is_dir():
        raise FolderTaken(f"{folder} is a file; name a folder for the run with --out")
    file = folder / CONFIG
    # a run that was killed in its first moments has left these and nothing else
    begun = {LOCK, f".{CONFIG}.new"}
    if folder.is_dir() and not file.is_file() and {f.name for f in folder.iterdir()} - begun:
        raise FolderTaken(f"{folder} holds files that are no run; name another folder with --out")
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    run = Run(folder, wanted, _lock=locked(folder / LOCK))
    if file.is_file():
        found = read_run(folder).config
        if found != wanted:
            run.close()
            raise FolderTaken(
                f"{folder} holds another run ({_difference(found, wanted)}); "
                "name another folder with --out"
            )
        notes = [mended(folder / name) for name in (TRANSCRIPTS, CALLS)]
        run.note = "; ".join(note for note in notes if note)
    else:
        run.new = True
        run.write(CONFIG, yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True))
    run.note_in_manifest(**_circumstances(run.manifest))
    return run


def read_run(folder: Path) -> Run:
    """The run in this folder, for reading.

    Raises:
        Unreadable: if there is none.
    """
    import yaml

    file = folder / CONFIG
    if not file.is_file():
        raise Unreadable(f"{folder} is no run: there is no {CONFIG} in it")
    try:
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise Unreadable(f"{file} cannot be read: {error}") from None
    if not isinstance(config, dict):
        raise Unreadable(f"{file} holds no configuration")
    return Run(folder, config)


def _circumstances(before: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader needs to know to run it again."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {"nashscope": __version__, "python": platform.python_version()}
    for package in ("numpy", "scipy", "torch", "transformers", "openai"):
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    starts = [*before.get("started", []), now]
    return {
        "schema": records.SCHEMA,
        "versions": versions,
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "started": starts,
        "status": "running",
    }


def _difference(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first thing in which two configurations differ."""
    for key in [*wanted, *found]:
        if found.get(key) != wanted.get(key):
            return f"its {key} is {found.get(key)!r:.60}, not {wanted.get(key)!r:.60}"
    return "its configuration differs"


def _json(file: Path) -> Any:
    """The content of a JSON file."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Unreadable(f"{file} is not JSON: {error}") from None
