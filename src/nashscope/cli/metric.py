"""Metrics that a command measures besides those that it always does: `--metric NAME`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from nashscope.metrics.library import Metric
    from nashscope.play import Cell, Transcript
    from nashscope.play.store.run import Run

__all__ = [
    "MetricNames",
    "keep_metrics",
    "measured_rows",
    "metrics_named",
    "show_metrics",
    "show_rows",
]

MetricNames = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        metavar="NAME",
        help="Measure this, too: welfare-over-equilibrium, path/to/file.py:f. May be repeated.",
    ),
]


def metrics_named(asked: Sequence[str] | None) -> "dict[str, Metric]":
    """The metrics by what they were asked for as; looked up before anything is played.

    Raises:
        UnknownName: with the closest names. Misuse: for one that fails its test.
    """
    if not asked:
        return {}
    from nashscope.metrics.library import metric

    return {name: metric(name) for name in asked}


def measured_rows(
    named: "Mapping[str, Metric]", cells: "Sequence[Cell]", played: "Sequence[Transcript]"
) -> list[dict[str, Any]]:
    """What metrics say of every cell, as records of `results.json`."""
    if not named:
        return []
    from nashscope.metrics.library import extra_rows

    return extra_rows(named, cells, played)


def keep_metrics(run: "Run", named: "Mapping[str, Metric]") -> None:
    """Adds what metrics say of every cell of a run to its results, whenever it was played."""
    if not named:
        return
    from nashscope.errors import Misuse
    from nashscope.play import transcripts

    cells = run.cells
    if not cells:
        raise Misuse(f"{run.folder} holds no matches, and --metric measures matches")
    played = transcripts(cells, run.events())
    run.keep_results([*run.results(), *measured_rows(named, list(cells.values()), played)])


def show_metrics(named: "Mapping[str, Metric]", matches: "Sequence[Transcript]") -> None:
    """Prints what metrics say of some matches, a line each."""
    if not named:
        return
    from nashscope.cli.screen import console
    from nashscope.metrics.library import measured
    from nashscope.records import dump
    from nashscope.report.table import with_interval

    for measure in measured(named, matches):
        text = f"{measure.metric}: {with_interval(dump(measure))} {measure.unit}"
        console().print(text.rstrip())
        if measure.note:
            console().print(f"{measure.metric}: {measure.note}")


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Prints a table of what metrics say of every pair."""
    if not rows:
        return
    from nashscope.cli.screen import show, span
    from nashscope.report.table import number

    told = [
        (
            row["condition"]["agents"],
            row["metric"],
            number(row["value"]),
            span(row["low"], row["high"]),
            row["unit"],
        )
        for row in rows
    ]
    show(("pair", "metric", "value", "95 %", "unit"), told, words=(0, 1, 4))
