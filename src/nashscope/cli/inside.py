"""What the commands that look inside a model share: opening it, and where the answer goes."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.option import loading
from nashscope.cli.progress import progress
from nashscope.cli.resumable import configured
from nashscope.cli.screen import console, show, span

if TYPE_CHECKING:
    from nashscope.agents.situation import Situation, Situations
    from nashscope.games import NormalForm
    from nashscope.interp import Interval
    from nashscope.models.hf import HFModel
    from nashscope.report.block import Figure

__all__ = [
    "Answer",
    "Games",
    "Labels",
    "Rounds",
    "answered",
    "cells",
    "entry",
    "layer_of",
    "listed",
    "numbers",
    "opened",
    "target_of",
    "told",
]

Labels = Annotated[
    str, typer.Option("--labels", help="Own words for the actions, with commas: left,right.")
]
Games = Annotated[int, typer.Option("--games", help="Games with payoffs in the same order.")]
Rounds = Annotated[int, typer.Option("--rounds", help="Rounds of history in every prompt.")]


def opened(name: str, dtype: str | None, device_map: str | None) -> "HFModel":
    """A model that can be read and edited.

    Raises:
        UnknownName: if there is no model of this name.
        ModelRefused: if it is one without weights, such as one behind a service.
    """
    from nashscope import names
    from nashscope.errors import ModelRefused
    from nashscope.models import load

    options = loading(dtype, device_map)
    kind = names.read(name).base.partition("/")[0]
    if kind not in ("hf", "organism") and options:
        raise ModelRefused(f"{name} takes neither --dtype nor --device-map; it has no weights here")
    found = load(name, **options)
    try:
        from nashscope.models.hf import HFModel
    except ModuleNotFoundError:
        found = None  # type: ignore[assignment]
    else:
        if isinstance(found, HFModel):
            return found
    raise ModelRefused(
        f"{name} has no weights that could be read; name organism/NAME or hf/HUB-ID-OR-FOLDER"
    )


def layer_of(model: "HFModel", layer: int, first: int = 1) -> int:
    """A layer that the model has.

    Raises:
        IllFormedEdit: if it does not.
    """
    from nashscope.errors import IllFormedEdit

    if not first <= layer <= model.layers:
        raise IllFormedEdit(f"--layer {layer}: {model.name} has layers {first} to {model.layers}")
    return layer


def target_of(stage: "NormalForm", action: str | None) -> int:
    """The action asked about: by name; else that of the pure equilibria, else the first.

    Raises:
        UnknownName: with the actions there are.
    """
    from nashscope.agents.situation import nash_action
    from nashscope.names import nearest

    if action is None:
        return nash_action(stage) or 0
    if action not in stage.actions[0]:
        raise nearest(action, stage.actions[0], "action of this game")
    return stage.actions[0].index(action)


def listed(text: str) -> tuple[str, ...]:
    """Words between commas.

    >>> listed("left, right")
    ('left', 'right')

    Raises:
        Misuse: if there is nothing before, between or after commas.
    """
    from nashscope.errors import Misuse

    words = tuple(part.strip() for part in text.split(",")) if text.strip() else ()
    if not all(words):
        raise Misuse(f"{text!r} names nothing at one place; write words like left,right")
    return words


def numbers(text: str, option: str) -> tuple[float, ...]:
    """Finite numbers between commas.

    Raises:
        Misuse: naming the first that is none.

    >>> numbers("-1, 0.5", "--strengths")
    (-1.0, 0.5)
    """
    import math

    from nashscope.errors import Misuse

    found = []
    for part in listed(text) if text.strip(", ") else ():
        try:
            value = float(part)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise Misuse(f"{option}: {part!r} is no finite number; say it like {option} -1,0.5,1")
        found.append(value)
    if not found:
        raise Misuse(f"{option} names no number; say it like {option} -1,0.5,1")
    return tuple(found)


def told(texts: "Situations") -> tuple[list[str], list[tuple[str, ...]]]:
    """Prompts and their labels, as tools take them."""
    return texts.texts.tolist(), texts.labels.tolist()


def entry(found: "Interval", place: Any = ()) -> dict[str, Any]:
    """One mean as columns of the data: value, low, high and the number of games; nan as missing."""
    import math

    given = {name: float(getattr(found, name)[place]) for name in ("value", "low", "high")}
    return {k: v if math.isfinite(v) else None for k, v in given.items()} | {"n": found.groups}


def cells(found: "Interval", place: Any = ()) -> tuple[str, str]:
    """One mean as cells of a table: the value, and its interval."""
    from nashscope.report import number

    known = entry(found, place)
    return number(known["value"]), span(known["low"], known["high"])


@dataclass(frozen=True)
class Answer:
    """What a command found.

    question: what it means, in a sentence. columns, rows: the table, as it is shown.
    facts: what else is to be known, in sentences. figure: with all the data.
    files: other files by name, written by functions of their path.
    """

    question: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    facts: Sequence[str]
    figure: "Figure"
    files: Mapping[str, Callable[[Path], object]] = field(default_factory=dict)


def answered(
    tool: str,
    model: str,
    situation: "Situation",
    options: Mapping[str, Any],
    out: Path | None,
    find: Callable[[], Answer],
) -> None:
    """Finds the answer, prints it and writes it; the last line is the path of the page.

    The same question goes to the same folder and gives the same answer again.

    Raises:
        FolderTaken: if the folder holds something else.
    """
    from rich.text import Text

    from nashscope.cli.folder import run_folder
    from nashscope.play.store.run import open_run
    from nashscope.report import block, write_page

    asked = asdict(situation)
    if asked["history"] is None:
        del asked["history"]  # runs of before there was one keep their folders
    config = {"tool": tool, "model": model, **asked, **options}
    config = {k: list(v) if isinstance(v, tuple) else v for k, v in config.items()}
    files = (str(value) for value in options.values() if isinstance(value, str))
    config = configured(config, (model, situation.game, situation.framing, *files))
    folder = run_folder(out, config, tool, model, situation.game)
    with open_run(folder, config) as run:
        # a pipe is told nothing but the answer
        with progress(quiet=not sys.stderr.isatty()) as tell:
            tell(f"looking inside {model}", 0, 1)
            found = find()
            tell(f"looking inside {model}", 1, 1)
        screen = console()
        screen.print(Text(found.question))
        show(found.columns, found.rows)
        for fact in found.facts:
            screen.print(Text(fact))
        shown = block.Table(found.columns, found.rows)
        section = block.Section(tool, found.question, [found.figure, shown])
        facts = {k: str(v) for k, v in config.items() if v not in (None, [], "")}
        title = f"{tool}: {model}, {situation.game}"
        page = write_page(run, block.Page(title, found.question, found.facts, [section], facts))
        for file, write in found.files.items():
            write(run.folder / file)
        run.finish()
    typer.echo(f"{folder / 'figures' / found.figure.id}.csv")
    typer.echo(page)
