"""JSON files that say what they held, so that one that was edited or torn is never believed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nashscope.errors import Unreadable
from nashscope.play.store.disk import written
from nashscope.records import content_hash

__all__ = ["json_of", "keep_rows", "kept_rows"]

Rows = list[dict[str, Any]]


def json_of(file: Path, kind: type) -> Any:
    """The content of a JSON file, which is a list or an object.

    Raises:
        Unreadable: if it is torn, or something else.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file} is torn, or was changed: {error}; put the file back") from None
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror or error}") from None
    if not isinstance(content, kind):
        wanted = "an object" if kind is dict else "a list"
        raise Unreadable(f"{file} holds a {type(content).__name__}, not {wanted}; put it back")
    return content


def keep_rows(file: Path, rows: Sequence[Mapping[str, Any]], **facts: Any) -> None:
    """Writes records with the hash of them, whole or not at all. facts: what else is noted."""
    plain = [dict(row) for row in rows]
    told = {"content": content_hash(plain), **facts, "rows": plain}
    written(file, json.dumps(told, indent=1, allow_nan=False) + "\n")


def kept_rows(file: Path) -> tuple[Rows, dict[str, Any]] | None:
    """The records of a file and what else is noted there; None if there is no file.

    Files of format 1 are a list, and cannot show whether they were edited.

    Raises:
        Unreadable: if it was edited, or torn.
    """
    if not file.is_file():
        return None
    told = json_of(file, object)
    if isinstance(told, list):
        return told, {}
    rows = told.pop("rows", None) if isinstance(told, dict) else None
    if not isinstance(rows, list) or told.pop("content", None) != content_hash(rows):
        raise Unreadable(
            f"{file} was changed after it was written; put it back, or delete it: then the same "
            "command computes it again"
        )
    return rows, told
