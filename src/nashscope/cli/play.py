"""`nashscope play GAME AGENT AGENT`: a few matches, shown as they went."""

from typing import Annotated

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, Samples, charged, rehearse
from nashscope.cli.option import (
    FramingName,
    GoesOn,
    Mechanism,
    Memory,
    ModeName,
    Seed,
    Sequential,
    Talk,
    Tremble,
    conditions,
)
from nashscope.cli.progress import counted, progress

__all__ = ["play"]


def play(
    game: Annotated[str, typer.Argument(help="A game of the catalogue, or file.py:object.")],
    agents: Annotated[
        list[str], typer.Argument(help="One per player: tit-for-tat, organism/nash, hf/…")
    ],
    rounds: Annotated[int, typer.Option(help="How many rounds; 1 is one-shot.")] = 10,
    matches: Annotated[int, typer.Option(help="How many matches.")] = 1,
    memory: Memory = None,
    sequential: Sequential = False,
    tremble: Tremble = 0.0,
    goes_on: GoesOn = None,
    talk: Talk = 0,
    mechanism: Mechanism = "",
    framing: FramingName = "plain",
    mode: ModeName = "direct",
    seed: Seed = 0,
    json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    samples: Samples = None,
    dry_run: DryRun = False,
) -> None:
    """Plays matches of a game between agents and shows what happened."""
    from nashscope.play import play as played
    from nashscope.play.cast import casting
    from nashscope.records import dumps

    cell = conditions(
        game,
        agents,
        sequential=sequential,
        goes_on=goes_on,
        rounds=rounds,
        matches=matches,
        memory=memory,
        tremble=tremble,
        talk=talk,
        mechanism=mechanism,
        framing=framing,
        mode=mode,
        seed=seed,
    )
    options = {} if samples is None else {"samples": samples}
    if dry_run:
        rehearse(lambda: played([cell], casting(options, rehearsed=True)), prices, agents)
        return
    # a bar that redraws itself would write over what a person types
    quiet = progress(quiet=json or "human" in agents)
    with charged(max_calls, max_cost, prices), quiet as told:
        keep = (lambda event: typer.echo(dumps(event))) if json else (lambda event: None)
        found = played([cell], casting(options), keep=keep, progress=counted(told, cell.decisions))
    if not json:
        _show(cell, found)


def _show(cell: object, found: list) -> None:  # type: ignore[type-arg]
    """One table per match, then the measures."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from nashscope import metrics
    from nashscope.framing.noted import quoted
    from nashscope.play import Transcript
    from nashscope.report.table import number

    console = Console(highlight=False)
    transcripts: list[Transcript] = found
    for own in transcripts:
        names = own.game.stage.actions
        for said in own.messages:
            for player, words in enumerate(said):
                told = "says nothing" if words is None else f"says {quoted(words)}"
                console.print(Text(f"{player}: {own.agents[player]} {told}"))
        table = Table(title=f"match {own.match + 1}", title_justify="left")
        table.add_column("round", justify="right")
        for player, who in enumerate(own.agents):
            table.add_column(f"{player}: {who}", overflow="fold")
            table.add_column("p", justify="right")
        table.add_column("earned", justify="right")
        for k, decisions in enumerate(own.rounds):
            cells = []
            for player, decision in enumerate(decisions):
                if decision.action is None:
                    cells += [f"({decision.outcome})", "–"]
                else:
                    likely = decision.policy[decision.action] if decision.policy else None
                    slip = own.slips.get((k, player))
                    slipped = "" if slip is None else f" → {names[player][slip]}"
                    cells += [f"{names[player][decision.action]}{slipped}", number(likely)]
            earned = own.payoffs(k)
            paid = "–" if earned is None else ", ".join(f"{x:g}" for x in earned)
            table.add_row(str(k + 1), *cells, paid)
        console.print(table)
    for measure in (
        metrics.nash_distance(transcripts),
        metrics.cooperation_rate(transcripts),
        metrics.welfare(transcripts),
        metrics.unparsed_rate(transcripts),
    ):
        span = "" if measure.low is None else f" [{number(measure.low)}, {number(measure.high)}]"
        console.print(f"{measure.metric}: {number(measure.value)}{span} {measure.unit}")
