"""Replies that were paid for are kept: one small file per reply, named by what was asked.

A file is written whole or not at all, so any number of processes may share the folder, on any file
system, and be killed at any moment.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nashscope.errors import Failed, Unreadable
from nashscope.records import content_hash, dumps, loads

__all__ = ["Answer", "Cache", "request_hash"]


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    alternatives: what it could have said first, each with its log-probability; None if not told.
    input, output: tokens read and written, as the server counts them.
    reached: the stop text, where the server says which.
    """

    text: str
    finish: Literal["stop", "length"]
    alternatives: tuple[tuple[str, float], ...] | None = None
    input: int | None = None
    output: int | None = None
    reached: str | None = None


def request_hash(url: str, body: dict[str, Any], repetition: int) -> str:
    """What tells one reply from another: server, request, and which repetition of it this is."""
    return content_hash([url, body, repetition])


@dataclass(frozen=True)
class Cache:
    """Replies in a folder; None keeps nothing."""

    folder: Path | None

    def find(self, request: str) -> Answer | None:
        """The reply to a request, if it is there and whole."""
        if self.folder is None:
            return None
        try:
            return loads(Answer, self._file(request).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, Unreadable):
            return None

    def keep(self, request: str, answer: Answer) -> None:
        """Writes a reply down.

        Raises:
            Failed: if the folder cannot be written.
        """
        if self.folder is None:
            return
        file = self._file(request)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    out.write(dumps(answer) + "\n")
                Path(draft).replace(file)
            except OSError:
                Path(draft).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise Failed(
                f"cannot keep replies in {self.folder}: {error.strerror or error}; set "
                "NASHSCOPE_CACHE to a folder with room"
            ) from None

    def _file(self, request: str) -> Path:
        assert self.folder is not None
        return self.folder / request[:2] / f"{request}.json"
