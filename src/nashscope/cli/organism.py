"""`nashscope organism list|show|grow`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nashscope.cli.screen import print_json
from nashscope.cli.screen import show as show_table

__all__ = ["organism"]

organism = typer.Typer(
    name="organism",
    help="Small models whose mechanism is known, because it was planted.",
    no_args_is_help=True,
)


@organism.command(name="list")
def list_() -> None:
    """Lists the organisms and what is planted in each."""
    from nashscope.errors import NashscopeError
    from nashscope.organisms import library

    rows = []
    for name in library.organisms():
        try:
            card = library.card(name)
        except NashscopeError:
            rows.append((f"organism/{name}", "(not shipped; grow it)", "", ""))
            continue
        layers = _ranges(card.truth.layers)
        rows.append((f"organism/{name}", card.truth.planted, layers, card.parent or "–"))
    show_table(("organism", "planted", "layers", "grown from"), rows, words=range(4))


@organism.command()
def show(
    name: Annotated[str, typer.Argument(help="Which organism; see `nashscope organism list`.")],
    as_json: Annotated[bool, typer.Option("--json", help="The card as JSON.")] = False,
) -> None:
    """Shows an organism's card, and the folder from which plain transformers loads it."""
    from nashscope.organisms import library
    from nashscope.records import dump

    card = library.card(name)
    folder = library.folder(name)
    if as_json:
        print_json({**dump(card), "folder": str(folder)})
        return
    _print(card, folder)


@organism.command()
def grow(
    name: Annotated[str, typer.Argument(help="Which recipe; see `nashscope organism list`.")],
    out: Annotated[Path | None, typer.Option(help="Folder [default: below organisms/].")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
) -> None:
    """Repeats an organism's recipe on this machine and measures the result."""
    from nashscope.cli.progress import progress
    from nashscope.organisms.matrix_nursery import matrix_planted, raise_matrix
    from nashscope.organisms.nursery import raise_organism

    folder = out or Path("organisms") / name.removeprefix("organism/")
    one = matrix_planted(name)
    with progress() as told:
        if one is not None:
            card = raise_matrix(name, one, folder, threads=threads, progress=told)
        else:
            card = raise_organism(name, folder, threads=threads, progress=told)
    _print(card, folder)
    typer.echo(folder)


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, runs of them by their ends.

    >>> _ranges([1, 2, 3, 5])
    '1–3, 5'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def _print(card: Any, folder: Path) -> None:
    """The card for a reader."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"[bold]{card.name}[/bold]\n{card.about}\n")
    for title, lines in (("Known by construction", card.known), ("Copes with", card.handles)):
        console.print(f"[bold]{title}[/bold]")
        for line in lines:
            console.print(f"  • {line}")
    console.print("[bold]Measured on games never taught[/bold]")
    console.print_json(json.dumps(card.measured))
    console.print(f"Folder: {folder}", soft_wrap=True)
