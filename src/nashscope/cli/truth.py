"""`nashscope truth`: the tools of the package scored on models whose mechanism is known."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nashscope.organisms.truth import Finding, Score

__all__ = ["truth"]

SIGNS = {
    "hit": "hit",
    "wrong place": "WRONG PLACE",
    "miss": "miss",
    "false alarm": "FALSE ALARM",
    "right silence": "silent",
    "not usable": "–",
    "not known": "–",
}


def truth(
    organism: Annotated[
        list[str] | None,
        typer.Option(help="A shipped organism or a folder; again for more [default: all shipped]."),
    ] = None,
    parent: Annotated[
        str | None, typer.Option(help="What a folder was grown from, if its card does not say.")
    ] = None,
    games: Annotated[int, typer.Option(help="Held-out games to measure on.")] = 48,
    seed: Annotated[int, typer.Option(help="The root of all chance.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Score the tools that look inside on organisms, whose mechanism is known.

    Each tool says what a user of it would conclude; the organism's card says what
    is true. The last subject is the first organism with its weights shuffled, in
    which there is nothing to find. Ends with exit code 1 if a tool about causes
    finds something where nothing of the kind is planted.
    """
    from nashscope.cli.progress import progress
    from nashscope.errors import Misuse
    from nashscope.organisms import library
    from nashscope.organisms.matrix_nursery import matrix_planted
    from nashscope.organisms.truth import scored, scores, shuffled, subject

    if games < 16:
        raise Misuse(f"--games {games} are too few for an interval; take at least 16")
    # those of the matrix benchmark read no other game
    names = organism or [own for own in library.shipped() if matrix_planted(own) is None]
    subjects = [subject(name, parent) for name in names]
    with progress() as told:
        found = scored(
            [*subjects, shuffled(subjects[0], seed)], count=games, seed=seed, progress=told
        )
    totals = scores(found)
    if as_json:
        from nashscope.records import dump

        out = {"findings": [dump(one) for one in found], "scores": [dump(one) for one in totals]}
        typer.echo(json.dumps(out, indent=2, ensure_ascii=False))
    else:
        _print(found, totals)
    if any(one.causal and not one.sound for one in totals):
        raise typer.Exit(1)


def _print(found: Sequence["Finding"], totals: Sequence["Score"]) -> None:
    """One table per question, organisms down and tools across; then the tools' scores."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    for asks in dict.fromkeys(one.asks for one in found):
        own = [one for one in found if one.asks == asks]
        tools = list(dict.fromkeys(one.tool for one in own))
        table = Table(title=f"Which tool finds {asks}?", title_justify="left")
        for column in ("organism", "true", *tools):
            table.add_column(column)
        for name in dict.fromkeys(one.organism for one in own):
            row = {one.tool: one for one in own if one.organism == name}
            first = next(iter(row.values()))
            true = _layers(first.where) if first.verdict != "not known" else "not known"
            cells = [
                f"{SIGNS[row[tool].verdict]} {_span(row[tool].layers)}".strip() for tool in tools
            ]
            table.add_row(name, true, *cells)
        console.print(table)
    table = Table(title="Scores", title_justify="left")
    for column in ("tool", "hit", "wrong place", "miss", "false alarm", "silent"):
        table.add_column(column)
    for score in totals:
        counts = (score.hits, score.misplaced, score.misses, score.false_alarms, score.silences)
        table.add_row(score.tool, *map(str, counts))
    console.print(table)


def _layers(where: Sequence[int]) -> str:
    """Where something is, in words."""
    return f"layer{'s' if len(where) > 1 else ''} {_span(where)}" if where else "nothing"


def _span(layers: Sequence[int]) -> str:
    """Layers that follow one another as first–last."""
    if not layers:
        return ""
    first, last = layers[0], layers[-1]
    return str(first) if first == last else f"{first}–{last}"
