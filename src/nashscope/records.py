"""Frozen dataclasses to JSON lines and back, with a schema version and a content hash.

Numbers are written with all their digits, missing values as `null`, and NaN or an infinity is
refused: in a record it is always a measurement that failed to say so.
"""

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, get_args, get_type_hints

from nashscope.errors import NashscopeError, Unreadable

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["SCHEMA", "content_hash", "dump", "dumps", "load", "loads"]

SCHEMA = 2
"""Version of every record written; raised when a field or a file changes its meaning.

1: cells.json maps a cell's id to its fields, and the id depends on how many matches it has.
2: cells.json has the payoffs that were played as well; the id is the hash of what stands there,
   without the number of matches, and is read and never computed again.
"""

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
        Unreadable: naming the first field that does not fit, or that is not known here.
    """
    from pydantic import ValidationError

    if (strange := _strange(kind, data)) is not None:
        raise Unreadable(
            f"{kind.__name__}: nothing here is called {strange!r}; it was written by a newer "
            "nashscope, or changed by hand"
        )
    try:
        record: Record = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        if isinstance(own := first.get("ctx", {}).get("error"), NashscopeError):
            raise own from None
        where = ".".join(str(part) for part in first["loc"]) or kind.__name__
        raise Unreadable(
            f"{kind.__name__}: {where}: {first['msg']} (found {first['input']!r:.80})"
        ) from None
    return record


def _strange(kind: Any, data: Any) -> str | None:
    """The first field of the data, or of a record within it, that records of this kind lack."""
    if not (is_dataclass(kind) and isinstance(data, dict)):
        return None
    inner: dict[str, Any] = _inner(kind)  # type: ignore[arg-type]
    for name, value in data.items():
        if name not in inner:
            return str(name)
        if inner[name] and (strange := _strange(inner[name], value)) is not None:
            return strange
    return None


@cache
def _inner(kind: Any) -> dict[str, Any]:
    """The fields of a kind of record, and for each the kind of record it holds, if it does."""
    hints = get_type_hints(kind)
    found = {}
    for own in fields(kind):
        hint = hints[own.name]
        found[own.name] = next((k for k in (hint, *get_args(hint)) if is_dataclass(k)), None)
    return found


def _infinite(word: str) -> NoReturn:
    """Refuses what JSON has no word for."""
    raise ValueError(f"{word} is no number")


def loads(kind: type[Record], line: str) -> Record:
    """The record written in one line of JSON."""
    try:
        data = json.loads(line, parse_constant=_infinite)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{kind.__name__}: not JSON: {error} (found {line!r:.80})") from None
    return load(kind, data)


def content_hash(data: Any) -> str:
    """Sixteen hexadecimal digits that depend on the content alone, not on the order of keys.

    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, allow_nan=False, separators=(",", ":"), default=dump)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
