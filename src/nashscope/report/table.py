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
    """The value of a record with its interval and what it could be by answers that were not read.

    >>> with_interval({"value": 0.62, "low": 0.55, "high": 0.69, "limit": "at most"})
    'at most 0.62 [0.55, 0.69]'
    >>> with_interval({"value": 0.6, "low": None, "high": None, "least": 0.5, "most": 0.7})
    '0.60 (unread: 0.50 to 0.70)'
    """
    if row is None or row["value"] is None:
        return "–"
    text = number(row["value"], digits)
    if row.get("limit"):
        text = f"{row['limit']} {text}"
    if row["low"] is not None and row["high"] is not None:
        text += f" [{number(row['low'], digits)}, {number(row['high'], digits)}]"
    if row.get("least") is not None and row.get("most") is not None:
        text += f" (unread: {number(row['least'], digits)} to {number(row['most'], digits)})"
    return text
