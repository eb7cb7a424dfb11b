"""Files to be trusted at any moment: one writer, torn ends mended, a full disk said in a line."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from nashscope.errors import Failed, FolderTaken

__all__ = ["disk", "is_locked", "locked", "mended", "written"]

BLOCK = 65_536
"""Bytes read at a time, from the end of a file that may be larger than memory."""


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Turns what a disk can do wrong into one line; what was written before stays.

    Raises:
        Failed: in place of any OSError.
    """
    try:
        yield
    except OSError as error:
        raise Failed(
            f"cannot write to {folder}: {error.strerror or error}; what was finished is there, "
            "and the same command goes on from it"
        ) from error


def locked(file: Path) -> IO[str]:
    """A file opened for appending and locked, for as long as it is open.

    Raises:
        FolderTaken: if another process holds it. Failed: if it cannot be written.
    """
    import fcntl

    with disk(file.parent):
        lock = file.open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise FolderTaken(
            f"another process is writing to {file.parent}; wait for it, or name another with --out"
        ) from None
    return lock


def is_locked(file: Path) -> bool:
    """Whether another process holds this file locked."""
    import fcntl

    if not file.is_file():
        return False
    with file.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def mended(file: Path) -> str:
    """Cuts off a last line that was not written to its end, and says so; "" if there was none.

    Raises:
        Failed: if the file cannot be written.
    """
    if not file.is_file() or not file.stat().st_size:
        return ""
    with disk(file.parent), file.open("r+b") as torn:
        size = end = torn.seek(0, os.SEEK_END)
        whole = None
        while whole is None and end:
            begin = max(0, end - BLOCK)
            torn.seek(begin)
            found = torn.read(end - begin).rfind(b"\n")
            whole, end = (begin + found + 1 if found >= 0 else None), begin
        whole = whole or 0
        if whole == size:
            return ""
        torn.truncate(whole)
    return f"the last line of {file} was torn ({size - whole} bytes) and was cut off"


def written(file: Path, content: str | bytes) -> Path:
    """Writes a file, whole or not at all.

    Raises:
        Failed: if it cannot be written.
    """
    with disk(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        with draft.open("wb") as out:
            out.write(content.encode("utf-8") if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())
        return draft.replace(file)
