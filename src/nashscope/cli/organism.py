"""`nashscope organism list|show|grow`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from nashscope.cli.screen import console, print_json, say
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
    name: Annotated[
        str, typer.Argument(help="Which organism; a grown one's folder, or FILE.py:ORGANISM.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The card as JSON.")] = False,
) -> None:
    """Shows an organism's card, and the folder from which plain transformers loads it.

    Of one that is not grown yet, what is planted in it and known of it.
    """
    from nashscope.organisms import library
    from nashscope.organisms.card import read_card
    from nashscope.records import dump

    if not Path(name).is_dir() and library.title(name) not in library.shipped():
        planted = library.planted(name)
        title = library.title(name)
        if as_json:
            about = {"name": title, "about": planted.about, "known": planted.known}
            print_json({**about, "folder": None})
        else:
            _print_known(title, planted.about, {"Known by construction": planted.known})
            say(f"not grown; `nashscope organism grow {name}` grows it")
        return
    grown = Path(name).is_dir()
    card = read_card(Path(name)) if grown else library.card(name)
    folder = Path(name) if grown else library.folder(name)
    if as_json:
        print_json({**dump(card), "folder": str(folder)})
        return
    _print(card, folder)


@organism.command()
def grow(
    name: Annotated[
        str, typer.Argument(help="Which recipe; see `nashscope organism list`; FILE.py:ORGANISM.")
    ],
    out: Annotated[Path | None, typer.Option(help="Folder [default: below organisms/].")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
) -> None:
    """Repeats an organism's recipe on this machine and measures the result."""
    from nashscope.cli.progress import progress
    from nashscope.errors import Misuse
    from nashscope.organisms import library
    from nashscope.organisms.matrix_nursery import matrix_planted, raise_matrix
    from nashscope.organisms.nursery import raise_organism

    if threads < 1:
        raise Misuse(f"--threads is {threads}; it must be at least 1")
    folder = out or Path("organisms") / library.title(name)
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


def _print_known(name: str, about: str, parts: Mapping[str, Sequence[str]]) -> None:
    """What an organism is, and lists of what is known of it."""
    from rich.text import Text

    screen = console()
    screen.print(Text(name, style="bold"))
    screen.print(Text(about))
    for title, lines in parts.items():
        screen.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            screen.print(Text(_item(line, "  • ")))


def _print(card: Any, folder: Path) -> None:
    """The card for a reader."""
    from rich.text import Text

    screen = console()
    parts = {"Known by construction": card.known, "Copes with": card.handles}
    _print_known(card.name, card.about, parts)
    screen.print(Text("\nMeasured on games never taught", style="bold"))
    for name, part in card.measured.items():
        _print_part(name, part)
    screen.print(Text(f"\nFolder: {folder}"), soft_wrap=True)


def _print_part(name: str, part: Any) -> None:
    """What was measured of one thing: a table where its entries have the same names, else lines."""
    from rich.text import Text

    screen = console()
    if not isinstance(part, dict):
        screen.print(Text(f"{name}: {_value(part)}"))
        return
    inner = [entry for entry in part.values() if isinstance(entry, dict)]
    alike = len(inner) == len(part) and len({tuple(entry) for entry in inner}) == 1
    if alike and not any(isinstance(value, dict) for value in inner[0].values()):
        rows = [(key, *map(_value, entry.values())) for key, entry in part.items()]
        show_table((name, *inner[0]), rows)
        return
    screen.print(Text(name))
    for place, values in _leaves(part):
        told = values if isinstance(values, str) else ", ".join(f"{k} {v}" for k, v in values)
        screen.print(Text(_item(f"{place}: {told}", "  ")))


def _item(text: str, sign: str) -> str:
    """A line of a list, its later lines under its first word."""
    import textwrap

    width = console().width
    return textwrap.fill(text, width, initial_indent=sign, subsequent_indent="    ")


def _leaves(part: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The innermost entries, each with the names on the way to it."""
    for key, value in part.items():
        place = f"{above}, {key}" if above else key
        if not isinstance(value, dict):
            yield place, _value(value)
        elif any(isinstance(entry, dict) for entry in value.values()):
            yield from _leaves(value, place)
        else:
            yield place, [(name, _value(entry)) for name, entry in value.items()]


def _value(value: Any) -> str:
    """A measured value as it is shown."""
    from nashscope.report.table import number

    if isinstance(value, list):
        return " ".join(map(_value, value))
    return number(value) if isinstance(value, float) else str(value)
