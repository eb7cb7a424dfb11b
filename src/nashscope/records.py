"""Frozen dataclasses to JSON lines and back, with a schema version and a content hash.

Numbers are written with all their digits, missing values as `null`, and NaN or an infinity is
refused: in a record it is always a measurement that failed to say so.
"""

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, get_args, get_type_hints

from nashscope.errors import NashscopeError, Unreadable, shown

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

NEWER = "it was written by a newer nashscope, or changed by hand"

WANTED = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "decimal": "a number",
    "bool": "true or false",
    "string": "a text",
    "tuple": "a list",
    "list": "a list",
    "set": "a list",
    "frozen": "a list",
    "iterable": "a list",
    "dict": "a table of NAME: VALUE",
    "mapping": "a table of NAME: VALUE",
    "dataclass": "a table of its fields",
    "none": "null, or left out",
}
"""What pydantic wanted, in our words, by how its word for it begins."""


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


def load(kind: type[Record], data: Any, *, secret: bool = False) -> Record:
    """The record of this kind that `data` describes.

    secret: whether no value may be quoted in a message.

    Raises:
        Unreadable: naming the first field that does not fit, or that is not known here.
    """
    from pydantic import ValidationError

    if (strange := _strange(kind, data)) is not None:
        raise Unreadable(strange)
    try:
        record: Record = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raised = first.get("ctx", {}).get("error")
        if isinstance(raised, NashscopeError):
            raise raised from None
        text = _misfit(kind, first, "" if secret else shown(first["input"]))
        raise Unreadable(text) from (raised if isinstance(raised, Exception) else None)
    return record


def _misfit(kind: Any, found: Mapping[str, Any], value: str) -> str:
    """What is said of a value that does not fit: where it stands, what it is, what is wanted.

    found: what pydantic says of it; its words are not shown. value: as it is quoted, "" if not.
    """
    said, more = found["type"], found.get("ctx", {})
    # of a value that may be of several kinds, the place also names the kind that was tried
    place = [part for part in found["loc"] if isinstance(part, int) or part in _names(kind)]
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    where = "".join(parts).removeprefix(".") or _called(kind)
    if said in ("value_error", "assertion_error"):
        return f"{where} cannot be made: {more.get('error')}"
    if said.startswith("missing"):
        return f"{where} is missing; give it a value"
    wanted = WANTED.get(said) or more.get("expected") or WANTED.get(said.partition("_")[0])
    if said in ("too_long", "too_short"):
        length = more.get("max_length", more.get("min_length"))
        wanted = f"a list of {length}"
    quoted = f" is {value}" if value else " does not fit"
    example = f", [{found['input']}]" if said.startswith("tuple") and found["input"] else ""
    hint = f"{wanted}{example if isinstance(found['input'], str) and value else ''}"
    return f"{where}{quoted}; it must be {hint}"


def _called(kind: Any) -> str:
    """What a kind of record is called in messages."""
    return str(getattr(kind, "__name__", kind)).lower()


@cache
def _names(kind: Any) -> frozenset[str]:
    """The names of the fields of a kind of record, and of the records within it."""
    if not is_dataclass(kind):
        return frozenset()
    inner: dict[str, Any] = _inner(kind)  # type: ignore[arg-type]
    return frozenset(inner).union(*(_names(own) for own in inner.values() if own and own != kind))


def _strange(kind: Any, data: Any) -> str | None:
    """What is said of the first field of the data that records of this kind lack, at any depth."""
    if not (is_dataclass(kind) and isinstance(data, dict)):
        return None
    inner: dict[str, Any] = _inner(kind)  # type: ignore[arg-type]
    for name, value in data.items():
        if name not in inner:
            close = difflib.get_close_matches(str(name), inner, n=1)
            meant = f"did you mean {close[0]}?" if close else NEWER
            return f"{_called(kind)} has no field {shown(name)}; {meant}"
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
        why = error.msg if isinstance(error, json.JSONDecodeError) else error
        raise Unreadable(f"{shown(line)} is not JSON: {why}") from None
    return load(kind, data)


def content_hash(data: Any) -> str:
    """Sixteen hexadecimal digits that depend on the content alone, not on the order of keys.

    >>> content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(data, sort_keys=True, allow_nan=False, separators=(",", ":"), default=dump)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
