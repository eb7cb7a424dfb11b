"""Frozen dataclasses to JSON lines and back, with a schema version and a content hash.

Numbers are written with all their digits, missing values as `null`, and NaN or an infinity is
refused: in a record it is always a measurement that failed to say so.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from nashscope.errors import Unreadable

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["SCHEMA", "content_hash", "dump", "dumps", "load", "loads", "read_lines"]

SCHEMA = 1
"""Version of every record written; raised when a field changes its meaning."""

Record = TypeVar("Record")


_adapters: dict[Any, "TypeAdapter[Any]"] = {}


def _adapter(kind: Any) -> "TypeAdapter[Any]":
    """Reads and writes one kind of record; made once, since making one takes milliseconds."""
    from pydantic import TypeAdapter  # 0.1 s: not at start-up

    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(record: Any) -> Any:
    """The record as plain lists, dictionaries, strings and numbers."""
    return _adapter(type(record)).dump_python(record, mode="json")


def dumps(record: Any) -> str:
    """The record as one line of JSON, keys in the order of the fields."""
    try:
        return json.dumps(dump(record), allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise Unreadable(
            f"{type(record).__name__} cannot be written as JSON: {error}; "
            "a value that was not measured is None"
        ) from None


def load(kind: type[Record], data: Any) -> Record:
    """The record of this kind that `data` describes.

    Raises:
        Unreadable: naming the first field that does not fit.
    """
    from pydantic import ValidationError

    try:
        record: Record = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or kind.__name__
        raise Unreadable(
            f"{kind.__name__}: {where}: {first['msg']} (found {first['input']!r:.80})"
        ) from None
    return record


def loads(kind: type[Record], line: str) -> Record:
    """The record written in one line of JSON."""
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{kind.__name__}: not JSON: {error} (found {line!r:.80})") from None
    return load(kind, data)


def read_lines(kind: type[Record], path: Path) -> Iterator[Record]:
    """The records of a JSON-lines file, in order.

    Raises:
        Unreadable: naming the file and the line that does not fit.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield loads(kind, line)
            except Unreadable as error:
                raise Unreadable(f"{path}, line {number}: {error}") from None


def content_hash(data: Any) -> str:
    """Sixteen hexadecimal digits that depend on the content alone, not on the order of keys.

    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, allow_nan=False, separators=(",", ":"), default=dump)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
