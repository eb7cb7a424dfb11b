"""Files of records, one a line, that are only ever appended to."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Generic, TypeVar

from nashscope import records
from nashscope.errors import Unreadable
from nashscope.play.store.disk import disk, locked, mended, written

__all__ = ["CHANGED", "Lines"]

CHANGED = (
    "it was changed since it was written; put it back, or play again in another folder (--out)"
)
"""What is said of a line that cannot have been written here."""

Record = TypeVar("Record")


@dataclass
class Lines(Generic[Record]):
    """The records of one kind in a file, which is made at the first of them.

    file: where they are; records of other processes stand in the folder of its name without the
        suffix, a file each. kind: of the records.
    """

    file: Path
    kind: type[Record]
    _out: IO[str] | None = field(default=None, repr=False)

    def keep(self, record: Record) -> None:
        """Appends a record; it is out of this process's hands when this returns.

        Raises:
            Failed: if it cannot be written.
        """
        with disk(self.file.parent):
            if self._out is None:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self._out = self.file.open("a", encoding="utf-8")
            self._out.write(records.dumps(record) + "\n")
            self._out.flush()

    def files(self) -> list[Path]:
        """The file and those in the folder of its name, as far as they are there."""
        apart = sorted(self.file.with_suffix("").glob("*.jsonl"))
        return [file for file in (self.file, *apart) if file.is_file()]

    def numbered(self) -> Iterator[tuple[Path, int, Record]]:
        """Every record with its file and line, in order; a last line that was not written to its
        end is left out.

        Raises:
            Unreadable: naming the line that does not fit.
        """
        for file in self.files():
            with file.open("rb") as kept:
                for number, line in enumerate(kept, start=1):
                    if not line.endswith(b"\n"):
                        break
                    try:
                        record = records.loads(self.kind, line.decode())
                    except (Unreadable, UnicodeDecodeError) as error:
                        raise Unreadable(f"{file}, line {number}: {error}; {CHANGED}") from None
                    yield file, number, record

    def read(self) -> list[Record]:
        """Every record kept so far.

        Raises:
            Unreadable: naming the line that does not fit.
        """
        return [record for _, _, record in self.numbered()]

    def count(self) -> int:
        """How many records there are, without reading them."""
        return sum(_ends(file) for file in self.files())

    def digest(self) -> str:
        """Hash of all that is there, as it stands in the files."""
        content = hashlib.sha256()
        for file in self.files():
            with file.open("rb") as kept:
                for block in iter(lambda: kept.read(2**20), b""):
                    content.update(block)
        return content.hexdigest()[:16]

    def replace(self, kept: Iterable[Record]) -> None:
        """Writes these records in the place of all others, whole or not at all."""
        written(self.file, "".join(records.dumps(record) + "\n" for record in kept))

    def mend(self) -> str:
        """Cuts off a last line that was not written to its end, and says so; "" if none was."""
        return mended(self.file)

    def lock(self) -> None:
        """Takes the file for this process alone, until it is closed.

        Raises:
            FolderTaken: if another process has it. Failed: if it cannot be written.
        """
        with disk(self.file.parent):
            self.file.parent.mkdir(parents=True, exist_ok=True)
        self._out = locked(self.file)

    def close(self) -> None:
        """Lets go of the file."""
        if self._out is not None:
            with contextlib.suppress(OSError):  # of a full disk it was told before
                self._out.close()
            self._out = None


def _ends(file: Path) -> int:
    """How many lines of a file were written to their end."""
    with file.open("rb") as kept:
        return sum(block.count(b"\n") for block in iter(lambda: kept.read(2**20), b""))
