"""`nashscope play GAME AGENT AGENT`: a few matches, shown as they went."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, Samples, charged, rehearse
from nashscope.cli.match import show_match
from nashscope.cli.measured import show_measures
from nashscope.cli.metric import MetricNames, measured_rows, metrics_named, show_metrics
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
from nashscope.cli.prompt import show_prompts
from nashscope.cli.resumable import configured, resumable
from nashscope.cli.usage import within

if TYPE_CHECKING:
    from nashscope.metrics.library import Metric
    from nashscope.play import Cell, Event, Transcript
    from nashscope.play.match import Cast

__all__ = ["play"]


def play(
    game: Annotated[
        str,
        typer.Argument(
            help="NAME, NAME:KEY=VALUE, a file (.nfg, .efg), FILE.py:OBJECT, or '3,3 0,5; 5,0 1,1'."
        ),
    ],
    agents: Annotated[
        list[str], typer.Argument(help="One per player: tit-for-tat, organism/nash, hf/…")
    ],
    rounds: Annotated[
        int | None, typer.Option(help="How many rounds; 1 is one-shot [default: 10].")
    ] = None,
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
    metric: MetricNames = None,
    as_json: Annotated[bool, typer.Option("--json", help="Events as JSON lines.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Keep every decision in this folder, for report and show."),
    ] = None,
    show_prompt: Annotated[
        bool, typer.Option("--show-prompt", help="Print what the players read, and play nothing.")
    ] = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    samples: Samples = None,
    dry_run: DryRun = False,
) -> None:
    """Plays matches of a game between agents and shows what happened."""
    from nashscope.play import play as played
    from nashscope.play.cast import casting

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
    extra = metrics_named(metric)
    within(samples, "--samples", 1)
    options = {} if samples is None else {"samples": samples}
    if dry_run:
        rehearse(lambda: played([cell], casting(options, rehearsed=True)), prices, agents)
        return
    if show_prompt:
        show_prompts(cell, casting(options))
        return
    found = _played(
        cell, casting(options), out, (max_calls, max_cost, prices), extra, as_json=as_json
    )
    if as_json:
        return
    for match in found:
        show_match(match, f"match {match.match + 1}")
    show_measures(found)
    show_metrics(extra, found)
    if out is not None:
        typer.echo(out)


def _played(
    cell: "Cell",
    cast: "Cast",
    out: Path | None,
    budget: tuple[int | None, float | None, Path | None],
    extra: "Mapping[str, Metric]",
    *,
    as_json: bool,
) -> "list[Transcript]":
    """The matches of a cell, kept in a folder if there is one."""
    from nashscope.metrics.summary import cell_rows
    from nashscope.play import play
    from nashscope.records import dump, dumps

    with contextlib.ExitStack() as stack:
        # a bar that redraws itself would write over what a person types
        tell = stack.enter_context(progress(quiet=as_json or "human" in cell.agents))
        config = configured({"play": dump(cell)}, (cell.game, cell.framing, *cell.agents))
        run = stack.enter_context(resumable(out, config, "play.matches")) if out else None
        stack.enter_context(charged(*budget, run))
        old = run.events() if run else []
        if run:
            run.keep_cells([cell])

        def keep(event: "Event") -> None:
            """One decision more."""
            if run:
                run.keep(event)
            if as_json:
                typer.echo(dumps(event))

        count = counted(tell, cell.decisions, len(old))
        matches = play([cell], cast, done=old, keep=keep, progress=count)
        if run:
            run.keep_results([*cell_rows(cell, matches), *measured_rows(extra, [cell], matches)])
            run.finish()
    return matches
