"""`nashscope truth`: the tools of the package scored on models whose mechanism is known."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.option import AsJson, Seed
from nashscope.cli.screen import print_json, show
from nashscope.cli.usage import within

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
    games: Annotated[int, typer.Option(help="Held-out games to measure on; at least 16.")] = 48,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Scores the tools that look inside on organisms, whose mechanism is known.

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
    within(games, "--games", 16)
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
        print_json(out)
    else:
        _print(found, totals)
    if any(one.causal and not one.sound for one in totals):
        raise typer.Exit(1)


def _print(found: Sequence["Finding"], totals: Sequence["Score"]) -> None:
    """One table per question, organisms down and tools across; then the tools' scores."""
    for asks in dict.fromkeys(one.asks for one in found):
        own = [one for one in found if one.asks == asks]
        tools = list(dict.fromkeys(one.tool for one in own))
        rows = []
        for name in dict.fromkeys(one.organism for one in own):
            row = {one.tool: one for one in own if one.organism == name}
            first = next(iter(row.values()))
            true = _layers(first.where) if first.verdict != "not known" else "not known"
            cells = [
                f"{SIGNS[row[tool].verdict]} {_span(row[tool].layers)}".strip() for tool in tools
            ]
            rows.append((name, true, *cells))
        words = range(2 + len(tools))
        show(("organism", "true", *tools), rows, words=words, title=f"Which tool finds {asks}?")
    counts = [
        (s.tool, *map(str, (s.hits, s.misplaced, s.misses, s.false_alarms, s.silences)))
        for s in totals
    ]
    show(("tool", "hit", "wrong place", "miss", "false alarm", "silent"), counts, title="Scores")


def _layers(where: Sequence[int]) -> str:
    """Where something is, in words."""
    return f"layer{'s' if len(where) > 1 else ''} {_span(where)}" if where else "nothing"


def _span(layers: Sequence[int]) -> str:
    """Layers that follow one another as first–last."""
    if not layers:
        return ""
    first, last = layers[0], layers[-1]
    return str(first) if first == last else f"{first}–{last}"
