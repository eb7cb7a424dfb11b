"""A metric by its name: one of the package, of an installed package, or a function of one's own."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

from nashscope import metrics, names
from nashscope.blame import raised_at
from nashscope.errors import NashscopeError, Unreadable, shown
from nashscope.metrics.check import check_metric
from nashscope.metrics.measure import Measure, missing, row
from nashscope.metrics.summary import STUDY, condition
from nashscope.names import Shelf
from nashscope.play import Cell, Transcript

__all__ = ["Metric", "extra_rows", "measured", "metric", "metric_names", "shelf"]

Metric = Callable[[Sequence[Transcript]], Measure]
"""What every metric is: a function from matches to a number that says how sure it is."""


def shelf() -> Shelf:
    """Where metrics are found: the shipped ones are the functions from matches to a measure."""
    every = {name: getattr(metrics, name) for name in metrics.__all__}
    return Shelf(
        kind="metric",
        group="nashscope.metrics",
        wanted="a function from matches to a Measure",
        shipped={names.plain(name): own for name, own in every.items() if _is_metric(own)},
        check=_check,
    )


def metric_names() -> list[str]:
    """The names of the package's metrics.

    >>> "cooperation-rate" in metric_names()
    True
    """
    return sorted(shelf().shipped)


def metric(name: str) -> Metric:
    """The metric of this name, or the function `path/to/file.py:function`.

    Raises:
        UnknownName: with the closest names. Misuse: if one's own fails `check_metric`.

    >>> metric("Welfare").__name__
    'welfare'
    """
    found: Metric = names.find(name, shelf())
    return found


def measured(named: Mapping[str, Metric], matches: Sequence[Transcript]) -> list[Measure]:
    """What metrics say of some matches; of one that fails there, that it measured nothing.

    Raises:
        Exception: what a metric of the package raises, and no user's code.
    """
    found = []
    for name, own in named.items():
        try:
            found.append(own(matches))
        except NashscopeError as error:
            found.append(missing(name, "", note=str(error)))
        except Exception as error:
            place = raised_at(error, own)
            if place is None:
                raise
            found.append(missing(name, "", note=place))
    return found


def extra_rows(
    named: Mapping[str, Metric], cells: Sequence[Cell], played: Sequence[Transcript]
) -> list[dict[str, Any]]:
    """What metrics say of every cell, as records of `results.json`."""
    by_cell: dict[str, list[Transcript]] = {}
    for match in played:
        by_cell.setdefault(match.cell, []).append(match)
    return [
        row(STUDY, "metrics", condition(cell), measure)
        for cell in cells
        if cell.id in by_cell
        for measure in measured(named, by_cell[cell.id])
    ]


def _is_metric(value: Any) -> bool:
    """Whether a function takes matches, needs nothing else, and gives a measure."""
    if not inspect.isfunction(value):
        return False
    hints, takes = get_type_hints(value), list(inspect.signature(value).parameters.values())
    matches = bool(takes) and hints.get(takes[0].name) == Sequence[Transcript]
    rest = all(own.default is not own.empty for own in takes[1:])
    return matches and rest and hints.get("return") is Measure


def _check(value: Any, name: str) -> None:
    """The conformance test of a user's own."""
    if not callable(value) or isinstance(value, type):
        raise Unreadable(
            f"{name} is {shown(value)}; a metric is a function from matches to a Measure"
        )
    check_metric(value)
