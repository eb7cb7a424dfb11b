"""The decisions of one cell in a file of its own, so that many processes can write one run."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nashscope import records
from nashscope.errors import FolderTaken
from nashscope.play.cell import Cell
from nashscope.play.store.disk import disk, lines, locked, mended
from nashscope.play.transcript import Event

__all__ = ["Log", "open_log"]


@dataclass(frozen=True)
class Log:
    """An open file of decisions. note: what was mended when it was opened, or ""."""

    file: Path
    note: str
    _out: IO[str]

    def events(self) -> list[Event]:
        """Every decision kept so far."""
        return list(lines(Event, self.file))

    def keep(self, event: Event) -> None:
        """Appends a decision; it is out of this process's hands when this returns."""
        with disk(self.file.parent):
            self._out.write(records.dumps(event) + "\n")
            self._out.flush()


@contextlib.contextmanager
def open_log(folder: Path, cell: Cell) -> Iterator[Log]:
    """The decisions of a cell, in a run's folder; one process at a time has them.

    Raises:
        FolderTaken: if another process plays the cell. Failed: if the file cannot be written.
    """
    file = folder / "transcripts" / f"{cell.id}.jsonl"
    with disk(folder):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        out = locked(file)
    except FolderTaken:
        raise FolderTaken(
            f"another process is playing cell {cell.id} in {folder}, perhaps a job of an earlier "
            "command; wait until it ends, or end it"
        ) from None
    try:
        yield Log(file, mended(file), out)
    finally:
        with contextlib.suppress(OSError):  # of a full disk it was told before
            out.close()
