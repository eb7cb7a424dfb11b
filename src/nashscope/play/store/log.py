"""The decisions of one cell in a file of its own, so that many processes can write one run."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nashscope.errors import FolderTaken
from nashscope.play.cell import Cell
from nashscope.play.store.check import checked
from nashscope.play.store.lines import Lines
from nashscope.play.transcript import Event

__all__ = ["Log", "log_of", "open_log"]


@dataclass(frozen=True)
class Log:
    """An open file of decisions. note: what was mended when it was opened, or ""."""

    cell: Cell
    lines: Lines[Event]
    note: str

    def events(self) -> list[Event]:
        """Every decision kept so far.

        Raises:
            Unreadable: naming the line that does not fit the cell.
        """
        return checked({self.cell.id: self.cell}, self.lines.numbered())


def log_of(folder: Path, cell: Cell) -> Lines[Event]:
    """The file of a cell's decisions in a run's folder."""
    return Lines(folder / "transcripts" / f"{cell.id}.jsonl", Event)


@contextlib.contextmanager
def open_log(folder: Path, cell: Cell) -> Iterator[Log]:
    """The decisions of a cell, in a run's folder; one process at a time has them.

    Raises:
        FolderTaken: if another process plays the cell. Failed: if the file cannot be written.
    """
    lines = log_of(folder, cell)
    try:
        lines.lock()
    except FolderTaken:
        raise FolderTaken(
            f"another process is playing cell {cell.id} in {folder}, perhaps a job of an earlier "
            "command; wait until it ends, or end it"
        ) from None
    try:
        yield Log(cell, lines, lines.mend())
    finally:
        lines.close()
