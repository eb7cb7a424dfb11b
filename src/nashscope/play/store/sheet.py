"""A table in a file, row by row, every value as text: CSV, JSON lines or Parquet.

CSV is read by its own rules and not by guessing: the mark between columns is the one that the line
of names has most of, and a row with more or fewer values than names is refused by its number.
"""

import csv
import gzip
import io
from pathlib import Path

from nashscope.errors import Unreadable

__all__ = ["Row", "sheet"]

Row = dict[str, str | None]
"""A row of a table: by the name of the column, what stands there."""

MARKS = (",", ";", "\t", "|")
"""What may stand between columns."""


def sheet(file: Path) -> list[Row]:
    """The rows of a table; None where a value is empty.

    The suffix says what is in it; compressed as .gz or not.

    Raises:
        Unreadable: naming the row or byte, if the file is no such table.
    """
    if not file.is_file():
        raise Unreadable(f"there is no file {file}")
    with file.open("rb") as opened:
        head = opened.read(4)
    if head == b"PK\x03\x04":
        raise Unreadable(
            f"{file} is a spreadsheet or an archive; save the sheet as CSV, or give JSON lines or "
            "Parquet"
        )
    plain = file.name.removesuffix(".gz")
    if plain.endswith((".jsonl", ".ndjson", ".json")):
        return _queried(file, "read_json")
    if plain.endswith(".parquet") or head == b"PAR1":
        return _queried(file, "read_parquet")
    return _csv(file)


def _queried(file: Path, reader: str) -> list[Row]:
    """The rows by a reader of duckdb."""
    import duckdb

    try:
        with duckdb.connect(":memory:") as base:
            base.execute("SET threads = 1")
            answer = base.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {reader}(?)", [str(file)])
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    except duckdb.Error as error:
        raise Unreadable(f"{file} cannot be read: {str(error).splitlines()[0]}") from None


def _csv(file: Path) -> list[Row]:
    """The rows of comma-separated values, or of others."""
    lines = list(_lines(file))
    if not lines:
        raise Unreadable(f"{file} is empty; a line of column names and rows are wanted")
    names, *rows = lines
    names = [name.strip() for name in names]
    if "" in names or len(set(names)) < len(names):
        wrong = next(name for name in names if not name or names.count(name) > 1)
        what = f"the column {wrong!r} twice" if wrong else "a column without a name"
        raise Unreadable(f"{file} has {what}; every column needs a name of its own")
    found: list[Row] = []
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names):
            raise Unreadable(
                f"{file}, row {number}: {len(row)} of {len(names)} values; each row has one for "
                f"every column ({', '.join(names)})"
            )
        found.append({name: value or None for name, value in zip(names, row, strict=True)})
    return found


def _lines(file: Path) -> list[list[str]]:
    """The lines of a CSV file in their values, the line of names first; blank ones are left out."""
    try:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"{file}, line {line}, is not UTF-8 (byte 0x{data[error.start]:02x}); save the file as "
            "UTF-8, as editors and spreadsheets offer"
        ) from None
    except (OSError, EOFError) as error:
        raise Unreadable(f"{file} cannot be read: {error}") from None
    head = text.lstrip("\r\n").partition("\n")[0]
    mark = max(MARKS, key=head.count)
    # a blank after the mark belongs to neither value
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True)
    try:
        return [line for line in reader if any(value.strip() for value in line)]
    except csv.Error as error:
        raise Unreadable(f"{file}, line {reader.line_num}: {error}") from None
