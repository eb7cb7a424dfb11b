"""`nashscope fingerprint AGENT`: how it answers the last round, and how far it can be exploited."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, Samples, charged, rehearse
from nashscope.cli.option import AsJson, FramingName, Memory, ModeName, Seed, conditions
from nashscope.cli.progress import Tell, counted, progress
from nashscope.cli.screen import console, print_json, show, span

if TYPE_CHECKING:
    from nashscope.metrics import Fingerprint
    from nashscope.play import Cell
    from nashscope.play.match import Cast

__all__ = ["fingerprint"]


def fingerprint(
    agent: Annotated[str, typer.Argument(help="tit-for-tat, organism/nash, hf/…")],
    game: Annotated[str, typer.Option(help="A two-player game.")] = "prisoners-dilemma",
    opponent: Annotated[
        str | None,
        typer.Option(help="Measure it in matches with this agent, instead of asking it."),
    ] = None,
    rounds: Annotated[int, typer.Option(help="Rounds of a match.")] = 30,
    matches: Annotated[int, typer.Option(help="How many matches.")] = 8,
    memory: Memory = None,
    framing: FramingName = "plain",
    mode: ModeName = "direct",
    exploit: Annotated[
        bool, typer.Option(help="Also find the best response; exact with --memory, else searched.")
    ] = False,
    seed: Seed = 0,
    as_json: AsJson = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    samples: Samples = None,
    dry_run: DryRun = False,
) -> None:
    """Measures an agent's cooperation after CC, CD, DC and DD (its own move first).

    It is asked after one made-up round of every kind, in MATCHES tellings; with --opponent the
    numbers are from whole matches, where its answer may depend on more than the last round.
    Intervals are over tellings or matches. With --exploit also what the best opponent earns against
    it: with a window (--memory K) exactly, from its policy for every history; else a lower bound by
    a search.
    """
    from nashscope.play.cast import casting

    cell = conditions(
        game,
        (agent, opponent or "random"),
        rounds=rounds,
        memory=memory,
        framing=framing,
        mode=mode,
        matches=matches,
        seed=seed,
    )
    hosted = {} if samples is None else {"samples": samples}
    if dry_run:

        def go() -> None:
            """The same questions, of stand-ins."""
            _measured(cell, casting(hosted, rehearsed=True), opponent is None, exploit)

        rehearse(go, prices, cell.agents)
        return
    with charged(max_calls, max_cost, prices), progress(quiet=as_json) as tell:
        found, best = _measured(cell, casting(hosted), opponent is None, exploit, tell)
    if as_json:
        _print_json(agent, opponent, found, best)
    else:
        _show(agent, found, best)


def _measured(
    cell: "Cell",
    cast: "Cast",
    alone: bool,
    exploit: bool,
    tell: Tell = lambda *_: None,
) -> tuple["Fingerprint", dict[str, Any] | None]:
    """The fingerprint of the cell's first agent, and what is known of its best response.

    alone: whether it is asked by itself, or plays the cell. tell: is told what is being done.
    """
    from nashscope import metrics
    from nashscope.play import play
    from nashscope.records import dump

    name = cell.agents[0]
    tell(f"loading {name}", 0, 1)
    own = cast(name, cell)
    if alone:
        tell(f"asking {name}", 0, 1)
        found = metrics.asked_fingerprint(own, cell)
    else:
        found = metrics.fingerprint(play([cell], cast, progress=counted(tell, cell.decisions)), 0)
    if exploit:
        tell(f"looking for the best response to {name}", 0, 1)
    else:
        return found, None
    if cell.memory is not None:
        exact = metrics.exploitability(own, cell)
        measures = {name: dump(measure) for name, measure in exact.items()}
        return found, {"kind": "exact", **measures}
    searched = metrics.searched_best_response(own, cell)
    return found, {
        "kind": "lower bound by search",
        "response": searched.response,
        "best response earns": dump(searched.value),
    }


def _print_json(
    agent: str, opponent: str | None, found: "Fingerprint", best: dict[str, Any] | None
) -> None:
    """One JSON document on stdout."""
    from nashscope.metrics import nearest
    from nashscope.records import dump

    like = nearest(found)
    told = {
        "agent": agent,
        "opponent": opponent,
        "first": dump(found.first),
        "after": {state: dump(measure) for state, measure in found.after.items()},
        "nearest": None if like is None else {"strategy": like[0], "largest difference": like[1]},
        "best response": best,
    }
    print_json(told)


def _show(agent: str, found: "Fingerprint", best: dict[str, Any] | None) -> None:
    """A table of the five numbers, the nearest known strategy, and the best response."""
    from rich.text import Text

    from nashscope.metrics import nearest
    from nashscope.report.table import number

    screen = console()
    screen.print(Text(f"{agent}: probability of cooperation, its own move first"))
    rows = [
        (state, number(measure.value), span(measure.low, measure.high), str(measure.n))
        for state, measure in {"(first)": found.first, **found.after}.items()
    ]
    show(("after", "cooperates", "95 %", "n"), rows)
    if found.first.unparsed:
        screen.print(f"unread answers: {number(found.first.unparsed)} of all decisions")
    like = nearest(found)
    if like is not None:
        screen.print(f"nearest known strategy: {like[0]}, at most {number(like[1])} away")
    if best is not None:
        screen.print(f"best response ({best['kind']}):")
        for name, value in best.items():
            if isinstance(value, dict):
                interval = span(value["low"], value["high"])
                screen.print(f"  {name}: {number(value['value'])} ({interval}), n {value['n']}")
            elif name != "kind":
                screen.print(f"  {name}: {value}")
