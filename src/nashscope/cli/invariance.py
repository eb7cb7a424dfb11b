"""`nashscope invariance --model NAME`: how much of a policy is about the telling."""

from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged, rehearse
from nashscope.cli.option import AsJson, GameName, ModeName, Seed, reasoning
from nashscope.cli.progress import Tell, progress
from nashscope.cli.screen import console, print_json, show, span
from nashscope.cli.usage import within

if TYPE_CHECKING:
    from nashscope.metrics import Measure
    from nashscope.play import Cell
    from nashscope.play.match import Cast

__all__ = ["invariance"]


def invariance(
    model: Annotated[
        list[str],
        typer.Option(help="organism/NAME, hf/…, or any other agent. May be repeated."),
    ],
    game: GameName = "prisoners-dilemma",
    draws: Annotated[int, typer.Option(help="How many tellings are compared.")] = 24,
    samples: Annotated[
        int, typer.Option(help="Answers per prompt, of models that tell no probabilities.")
    ] = 20,
    mode: ModeName = "direct",
    seed: Seed = 0,
    as_json: AsJson = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
) -> None:
    """Changes the telling and not the game, and measures how far the policy moves.

    Labels, order of cells, players, units of payoff, and a story or a bare matrix. Each number is a
    mean total variation, 0 to 1, with a 95 % interval over tellings; "asked again" is the control.
    """
    from nashscope import metrics
    from nashscope.games import game as named
    from nashscope.play import Cell
    from nashscope.play.cast import asks, casting

    how = reasoning(mode)
    within(draws, "--draws", 1)
    within(samples, "--samples", 1)
    stage = named(game)
    cells = {name: Cell(game, (name,) * stage.players, mode=how) for name in dict.fromkeys(model)}

    def asked(
        cells: "dict[str, Cell]", cast: "Cast", tell: Tell = lambda *_: None
    ) -> "dict[str, dict[str, Measure]]":
        """The measures of every model."""
        measured = {}
        for name, cell in cells.items():
            tell(f"loading {name}", 0, 1)
            agent = cast(name, cell)
            tell(f"asking {name}", 0, 1)
            measured[name] = metrics.invariance(
                agent, stage, draws=draws, samples=samples, seed=seed
            )
        return measured

    hosted = {"samples": samples}
    if dry_run:
        few = {name: cell for name, cell in cells.items() if asks(cell)}
        rehearse(lambda: asked(few, casting(hosted, rehearsed=True)), prices, few)
        return
    with charged(max_calls, max_cost, prices), progress(quiet=as_json) as tell:
        found = asked(cells, casting(hosted), tell)
    if as_json:
        from nashscope.records import dump

        told = {
            name: {change: dump(measure) for change, measure in own.items()}
            for name, own in found.items()
        }
        print_json({"game": game, "models": told})
        return
    for name, own in found.items():
        _show(name, own)


def _show(name: str, found: dict[str, "Measure"]) -> None:
    """One table per model."""
    from rich.text import Text

    from nashscope.report.table import number

    console().print(Text(f"{name}: how far its policy moves (total variation)"))
    unread = any(m.least is not None for m in found.values())
    rows = [
        (
            change,
            number(m.value),
            span(m.low, m.high),
            *([span(m.least, m.most)] if unread else []),
            str(m.n),
            number(m.unparsed),
        )
        for change, m in found.items()
    ]
    bounds = ("if unread",) if unread else ()
    show(("what is changed", "moves", "95 %", *bounds, "tellings", "unread"), rows)
