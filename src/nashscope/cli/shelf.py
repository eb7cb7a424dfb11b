"""`nashscope agents`, `framings` and `models`: what there is, and how each is named."""

import importlib
from importlib.metadata import entry_points
from inspect import signature
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.option import AsJson, ModeName, reasoning
from nashscope.cli.screen import console, print_json, show

if TYPE_CHECKING:
    from nashscope.framing import Framing
    from nashscope.games import NormalForm
    from nashscope.names import Shelf

__all__ = ["agents", "framings", "models"]

OTHERS = (
    ("organism/NAME, hf/…, openai-api/…", "a language model; `nashscope models` lists the kinds"),
    ("belief:MODEL", "a model that says what it expects, and the best response to that"),
    ("dominance:MODEL", "a model that first looks for dominated actions"),
    ("predict:MODEL", "a model that first names the other's action"),
    ("memory-one:CC,CD,DC,DD", "cooperates with these probabilities after each outcome"),
    ("solved", "plays an equilibrium of the stage game"),
    ("human", "a person at this terminal"),
    ("axelrod:NAME", "a strategy of the Axelrod library"),
    ("path/to/file.py:object", "your own; docs/how-to/agent.md"),
)
"""Agents that are no classic strategy, as they are named."""


def agents(as_json: AsJson = False) -> None:
    """Lists the agents that can play: classic strategies, models, people, your own."""
    from nashscope.agents import classic
    from nashscope.agents.library import SHELF, strategies

    rows = []
    for name in strategies():
        module = importlib.import_module(f"{classic.__name__}.{name.replace('-', '_')}")
        made = getattr(module, "of", None)
        taken = "" if made is None else ",".join(f"{p}=…" for p in signature(made).parameters)
        takes = f"{name}[:{taken}]" if taken else name
        about = (module.__doc__ or "").partition("\n")[0]
        rows.append((takes, about, module.AGENT.source))
    declared = _declared(SHELF)
    if as_json:
        told = [dict(zip(("name", "about", "source"), row, strict=True)) for row in rows]
        print_json({"strategies": told, "others": dict(OTHERS), "declared": dict(declared)})
        return
    show(("strategy", "what it does"), [row[:2] for row in rows], words=range(2))
    show(("other agents", "who decides"), [*OTHERS, *declared], words=range(2))
    typer.echo("--json adds each strategy's source")


def framings(
    name: Annotated[
        str | None, typer.Argument(help="Show one in full, on an example.", metavar="[NAME]")
    ] = None,
    game: Annotated[str, typer.Option(help="The game of the example.")] = "prisoners-dilemma",
    mode: ModeName = "direct",
    rounds: Annotated[int, typer.Option(help="Rounds played before, in the example.")] = 1,
) -> None:
    """Lists the framings, the words in which a game is told, or shows one in full."""
    from nashscope.framing.library import SHELF
    from nashscope.games import game as named
    from nashscope.names import known

    stage = named(game)
    how = reasoning(mode)
    if name is not None:
        framing, text = _example(name, stage, rounds, how)
        typer.echo(text)
        meant = zip(framing.labels[0], stage.actions[0], strict=True)
        typer.echo("\nlabels: " + ", ".join(f"{label!r} is {action}" for label, action in meant))
        return
    rows = []
    for own in known(SHELF):
        framing, text = _example(own, stage, 0, how)
        rows.append((own, " / ".join(framing.labels[0]), text.strip().partition(". ")[0] + " …"))
    show(("framing", "labels", "begins"), rows, words=range(3))
    typer.echo("`nashscope framings NAME` shows one in full; your own is path/to/file.py:object")


def _example(name: str, stage: "NormalForm", rounds: int, mode: str) -> tuple["Framing", str]:
    """A telling of a game after rounds in which everybody chose the first action."""
    from nashscope.chance import stream
    from nashscope.errors import Misuse
    from nashscope.framing.library import style
    from nashscope.games import JointAction, Repeated

    if not 0 <= rounds <= 20:
        raise Misuse(f"--rounds is {rounds}; an example has 0 to 20")
    framing = style(name).draw(stage, 0, stream(0, "example", name))
    nobody = tuple(None for _ in range(stage.players))
    played: list[JointAction] = [tuple(0 for _ in range(stage.players))] * rounds
    view = Repeated(stage, rounds + 10).view(0, played, nobody)
    return framing, framing.render(view, reasoning(mode))


def models(as_json: AsJson = False) -> None:
    """Lists the kinds of model, what each needs, and whether it is installed."""
    from nashscope.errors import install
    from nashscope.models.library import SHELF
    from nashscope.names import known
    from nashscope.organisms import library

    ready = [f"organism/{name}" for name in library.shipped()]
    about = {
        "organism": ("organism/late-override", "small models of known mechanism", "torch"),
        "hf": ("hf/./my-model, hf/org/name", "open models: played, read, edited", "torch"),
        "openai-api": ("openai-api/SERVICE/MODEL", "hosted models: played", "openai"),
        "fake": ("fake/uniform", "no model; for trying things out", ""),
    }
    extras = {"organism": "hf", "hf": "hf", "openai-api": "api"}
    rows, missing = [], []
    for kind in known(SHELF):
        example, told, needs = about.get(kind, (f"{kind}/…", "of an installed package", ""))
        version = _version(needs)
        rows.append((example, told, version or "no"))
        if not version:
            missing.append(f"{kind}/ models need {needs}: {install(extras[kind])}")
    if as_json:
        told_all = [dict(zip(("example", "about", "installed"), row, strict=True)) for row in rows]
        print_json({"kinds": told_all, "organisms": ready})
        return
    show(("model", "what it is", "installed"), rows, words=range(3))
    for line in missing:
        typer.echo(line)
    console().print(f"organisms: {', '.join(name.partition('/')[2] for name in ready)}")
    typer.echo("docs/how-to/model.md and hosted.md say more; `nashscope doctor` checks one")


def _version(package: str) -> str:
    """The version of the package that a kind needs; "" where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    if not package:
        return "yes"
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def _declared(shelf: "Shelf") -> list[tuple[str, str]]:
    """What installed packages declare: names, and where each is from."""
    return [
        (entry.name, f"of {entry.dist.name if entry.dist else entry.value}")
        for entry in entry_points(group=shelf.group)
    ]
