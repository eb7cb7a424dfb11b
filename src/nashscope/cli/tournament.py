"""`nashscope tournament AGENT AGENT …`: everybody against everybody, and what populations keep."""

import contextlib
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged, rehearse
from nashscope.cli.league import played_league, show_league
from nashscope.cli.metric import MetricNames, measured_rows, metrics_named, show_rows
from nashscope.cli.option import (
    AsJson,
    FramingName,
    GameName,
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
from nashscope.cli.resumable import configured, resumable
from nashscope.cli.screen import console, print_json, show, span
from nashscope.cli.usage import within

if TYPE_CHECKING:
    from nashscope.metrics import CrossPlay
    from nashscope.metrics.library import Metric
    from nashscope.play import Cell

__all__ = ["tournament"]

PROCESSES = ("alpha-rank", "alpha-rank low", "alpha-rank high", "moran", "replicator")
"""What a row says of populations; the interval is over matches drawn anew."""
NOISE = 0.5
"""The width of an interval of α-Rank above which it says nothing."""

MOST = 12
"""Up to so many agents the payoffs of all pairs are shown."""


def tournament(
    agents: Annotated[
        list[str],
        typer.Argument(help="Two or more: tit-for-tat, organism/nash, axelrod:gradual, …"),
    ],
    game: GameName = "prisoners-dilemma",
    rounds: Annotated[int, typer.Option(help="Rounds of a match.")] = 50,
    matches: Annotated[
        int | None,
        typer.Option(help="Matches of every ordered pair [default: 4].", show_default=False),
    ] = None,
    memory: Memory = None,
    sequential: Sequential = False,
    tremble: Tremble = 0.0,
    goes_on: GoesOn = None,
    talk: Talk = 0,
    mechanism: Mechanism = "",
    seasons: Annotated[
        int | None,
        typer.Option(help="Instead of all pairs: so many seasons, in each one match per agent."),
    ] = None,
    choose: Annotated[
        bool, typer.Option("--choose", help="With --seasons: agents choose their partners.")
    ] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(help="With --choose: nobody meets whom it expects fewer points from."),
    ] = None,
    reputation: Annotated[
        bool, typer.Option("--reputation", help="With --seasons: the others' record is told.")
    ] = False,
    framing: FramingName = "plain",
    mode: ModeName = "direct",
    seed: Seed = 0,
    metric: MetricNames = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Keep every decision in this folder; the same command goes on there."),
    ] = None,
    as_json: AsJson = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
) -> None:
    """Plays every ordered pair of agents, self-play included, and ranks them.

    Shown are the mean payoff per round with a 95 % interval, the same if every unread answer had
    been the worst or the best action, and the shares that three population processes give each
    agent: α-Rank (strong selection), a Moran process (100 members) and the replicator equation.

    With --seasons an agent may be named several times, and each is a participant of its own.
    """
    from nashscope.agents.library import normal_name
    from nashscope.errors import Misuse
    from nashscope.games import game as strategic

    if len(agents) < 2:
        raise Misuse("a tournament needs two or more agents; name them one after the other")
    agents = [normal_name(agent) for agent in agents]
    strategic(game)
    template = conditions(
        game,
        agents[:2],
        sequential=sequential,
        goes_on=goes_on,
        rounds=rounds,
        matches=4 if matches is None else matches,
        memory=memory,
        tremble=tremble,
        talk=talk,
        mechanism=mechanism,
        framing=framing,
        mode=mode,
        seed=seed,
    )
    within(seasons, "--seasons", 1)
    if tolerance is not None and not math.isfinite(tolerance):
        raise Misuse(f"--tolerance {tolerance}: it is a finite number of points per round")
    if tolerance is not None and seasons is not None and not choose:
        raise Misuse("--tolerance is about whom agents choose to meet; add --choose")
    extra = metrics_named(metric)
    if seasons is not None and extra:
        raise Misuse("--metric measures the matches of all pairs; leave out --seasons")
    if seasons is not None and matches is not None:
        raise Misuse("in a season every pair has one match; leave out --matches, or --seasons")
    if seasons is not None and out is not None:
        raise Misuse("seasons are not kept in a folder; leave out --out, or take their --json")
    how = {"choose": choose, "tolerance": tolerance, "reputation": reputation}
    if dry_run:
        _rehearse(template, agents, seasons, how, prices)
        return
    if seasons is not None:
        with charged(max_calls, max_cost, prices):
            show_league(template, agents, seasons=seasons, as_json=as_json, **how)
        return
    if choose or reputation or tolerance is not None:
        raise Misuse("--choose, --tolerance and --reputation are about seasons; add --seasons N")
    budget = (max_calls, max_cost, prices)
    table, rows, measures = _played(template, agents, out, budget, extra, quiet=as_json)
    if as_json:
        _print_json(template, table, rows, measures)
    else:
        _show(table, rows)
        show_rows(measures)


def _rehearse(
    template: "Cell",
    agents: list[str],
    seasons: int | None,
    how: dict[str, Any],
    prices: Path | None,
) -> None:
    """Plays all pairs, or the seasons, without sending anything.

    Raises:
        Misuse: if who is left without a partner hangs on what is played.
    """
    from nashscope.errors import Misuse
    from nashscope.play import play
    from nashscope.play.cast import asks, casting
    from nashscope.play.tournament import round_robin

    if seasons is not None and how["choose"] and (how["tolerance"] is not None or len(agents) % 2):
        raise Misuse(
            "who finds a partner is not known before, where some may stay alone; for --dry-run "
            "take an even number of agents and no --tolerance"
        )

    def go() -> None:
        """Everybody against everybody, or season after season."""
        cast = casting(rehearsed=True)
        if seasons is None:
            for cell in filter(asks, round_robin(template, agents)):
                play([cell], cast)
        else:
            played_league(template, agents, cast, seasons=seasons, **how)

    rehearse(go, prices, agents)


def _played(
    template: "Cell",
    agents: list[str],
    out: Path | None,
    budget: tuple[int | None, float | None, Path | None],
    extra: "Mapping[str, Metric]",
    *,
    quiet: bool,
) -> tuple["CrossPlay", list[dict[str, Any]], list[dict[str, Any]]]:
    """Plays all pairs, in a folder if there is one.

    extra: metrics to be measured, too.

    Given are the table, a row for every agent, and the records of those metrics.
    """
    from nashscope.metrics import cross_play
    from nashscope.play import play
    from nashscope.play.cast import casting
    from nashscope.play.tournament import round_robin
    from nashscope.records import dump

    cells = round_robin(template, agents)
    with contextlib.ExitStack() as stack:
        told = stack.enter_context(progress(quiet=quiet))
        named = (template.game, template.framing, *agents)
        config = configured({"tournament": {**dump(template), "agents": agents}}, named)
        grows = "tournament.matches"
        run = stack.enter_context(resumable(out, config, grows)) if out else None
        stack.enter_context(charged(*budget, run))
        if run:
            run.keep_cells(cells)
        old = run.events() if run else []
        count = counted(told, sum(cell.decisions for cell in cells), len(old))
        keep = run.keep if run else (lambda event: None)
        found = play(cells, casting(), done=old, keep=keep, progress=count)
        table = cross_play(found, agents)
        measures = measured_rows(extra, cells, found)
        if run:
            run.keep_results([*_records(template, table), *measures])
            run.finish()
    return table, _ranked(table, cells), measures


def _records(template: "Cell", table: "CrossPlay") -> list[dict[str, Any]]:
    """The table as records of `results.json`: every pair, then every score."""
    from nashscope.metrics import row
    from nashscope.records import dump

    condition = {k: v for k, v in dump(template).items() if k != "agents"}
    pairs = [
        row("tournament", "pairs", condition | {"agent": own, "against": other}, measure)
        for (own, other), measure in table.cells.items()
    ]
    scores = [
        row("tournament", "scores", condition | {"agent": name}, table.score[name])
        for name in table.ranking()
    ]
    return [*pairs, *scores]


def _ranked(table: "CrossPlay", cells: list["Cell"]) -> list[dict[str, Any]]:
    """A row for every agent, best score first."""
    shares = _shares(table) if cells[0].repeated.stage.symmetric else {}
    rows = []
    for name in table.ranking():
        place, score = table.agents.index(name), table.score[name]
        row: dict[str, Any] = {"agent": name, "score": score.value}
        row |= {"low": score.low, "high": score.high, "n": score.n}
        row["worst"] = score.value if score.least is None else score.least
        row["best"] = score.value if score.most is None else score.most
        row["unparsed"] = score.unparsed
        for process in PROCESSES:
            own = shares.get(process)
            row[process] = None if own is None else min(max(float(own[place]), 0.0), 1.0)
        rows.append(row)
    return rows


def _shares(table: "CrossPlay") -> dict[str, Any]:
    """What the population processes give every agent; nothing where a pair has no payoff."""
    from nashscope.errors import Misuse
    from nashscope.metrics import alpha_rank, moran, replicator, resampled_shares

    try:
        payoffs = table.table()
    except Misuse:
        return {}  # some pair had no round that could be counted
    samples = [[table.samples[own, other] for other in table.agents] for own in table.agents]
    ranked = resampled_shares(alpha_rank, samples)
    return {
        "alpha-rank": ranked.values,
        "alpha-rank low": ranked.low,
        "alpha-rank high": ranked.high,
        "moran": moran(payoffs),
        "replicator": replicator(payoffs, steps=800, dt=0.2)[-1],
    }


def _print_json(
    template: "Cell",
    table: "CrossPlay",
    rows: list[dict[str, Any]],
    measures: list[dict[str, Any]],
) -> None:
    """One JSON document on stdout."""
    from nashscope.records import dump

    pairs = [
        {"agent": own, "against": other, **dump(measure)}
        for (own, other), measure in table.cells.items()
    ]
    condition = {k: v for k, v in dump(template).items() if k != "agents"}
    told = {"conditions": condition, "ranking": rows, "pairs": pairs}
    print_json({**told, **({"metrics": measures} if measures else {})})


def _show(table: "CrossPlay", rows: list[dict[str, Any]]) -> None:
    """The ranking, and the table of pairs where it fits."""
    from nashscope.report.table import number

    unread = any(row["unparsed"] for row in rows)
    ranking = []
    for row in rows:
        told = [number(row["score"]), _tight(row["low"], row["high"])]
        if unread:
            told += [_tight(row["worst"], row["best"]), number(row["unparsed"])]
        told += [number(row[process]) for process in ("alpha-rank", "moran", "replicator")]
        ranking.append((row["agent"], *told))
    bounds = ("if unread", "unread") if unread else ()
    show(("agent", "score", "95 %", *bounds, "α-rank", "Moran", "repl."), ranking)
    if unread:
        typer.echo("if unread: the score if every unread answer had been the worst or best one.")
    if all(row["alpha-rank"] is None for row in rows):
        typer.echo("No shares: they need a symmetric game and a payoff for every pair.")
    else:
        _say_which_to_trust(rows)
    if len(table.agents) > MOST:
        typer.echo(f"The payoffs of {len(table.cells)} pairs are in --json.")
        return
    letters = [str(n + 1) for n in range(len(table.agents))]
    pairs = []
    for letter, name in zip(letters, table.agents, strict=True):
        earned = [table.cells.get((name, other)) for other in table.agents]
        values = [number(None if e is None else e.value) for e in earned]
        pairs.append((f"{letter} {name}", *values))
    show(("", *letters), pairs, title="points per round, row against")


def _say_which_to_trust(rows: list[dict[str, Any]]) -> None:
    """What the shares say and do not, and whether α-Rank ranks noise."""
    console().print(
        "Trust the score and its interval; the shares are of populations that copy who earns more: "
        "by α-rank any advantage decides, in Moran and repl. its size counts."
    )
    noise = [row for row in rows if row["alpha-rank high"] - row["alpha-rank low"] > NOISE]
    if noise:
        spans = (f"{r['agent']} {span(r['alpha-rank low'], r['alpha-rank high'])}" for r in noise)
        console().print(
            f"α-rank ranks noise here: with matches drawn anew it gives {', '.join(spans)}; these "
            "agents are equal within their intervals."
        )


def _tight(low: float | None, high: float | None) -> str:
    """An interval without blanks, where columns are many."""
    return span(low, high).replace(" ", "")
