"""Records of `results.json` as flat rows, for tables, figures and CSV files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["as_csv", "flat", "number", "pick", "with_interval"]

Row = Mapping[str, Any]


def pick(
    results: Iterable[Row], part: str, metric: str | None = None, **condition: Any
) -> list[Row]:
    """The records of a part of a study, with this metric and these entries in their condition."""
    return [
        row
        for row in results
        if row["part"] == part
        and (metric is None or row["metric"] == metric)
        and all(row["condition"].get(key) == value for key, value in condition.items())
    ]


def flat(results: Iterable[Row]) -> list[dict[str, Any]]:
    """The records with their conditions as columns of their own.

    >>> flat([{"part": "p", "condition": {"round": 1}, "metric": "m", "value": 2}])
    [{'part': 'p', 'round': 1, 'metric': 'm', 'value': 2}]
    """
    rows = []
    for row in results:
        out: dict[str, Any] = {}
        for key, value in row.items():
            if key == "condition":
                out.update(value)
            else:
                out[key] = value
        rows.append(out)
    return rows


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV with one line of column names; what is missing is empty."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def number(value: float | None, digits: int = 2) -> str:
    """A number for a reader; a dash where nothing was measured.

    >>> number(0.5), number(None), number(-0.001)
    ('0.50', '–', '0.00')
    """
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def with_interval(row: Row | None, digits: int = 2) -> str:
    """The value of a record with its interval, as in "0.62 [0.55, 0.69]"."""
    if row is None or row["value"] is None:
        return "–"
    value = number(row["value"], digits)
    if row["low"] is None or row["high"] is None:
        return value
    return f"{value} [{number(row['low'], digits)}, {number(row['high'], digits)}]"
