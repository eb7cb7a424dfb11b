"""`nashscope fingerprint AGENT`: how it answers the last round, and how far it can be exploited."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, Samples, charged, rehearse
from nashscope.cli.option import AsJson, FramingName, GameName, Memory, ModeName, Seed, conditions
from nashscope.cli.progress import Tell, counted, progress
from nashscope.cli.screen import console, print_json, show, span
from nashscope.cli.usage import within

if TYPE_CHECKING:
    from nashscope.metrics import Fingerprint
    from nashscope.play import Cell
    from nashscope.play.match import Cast

__all__ = ["fingerprint"]


def fingerprint(
    agent: Annotated[str, typer.Argument(help="tit-for-tat, organism/nash, hf/…")],
    game: GameName = "prisoners-dilemma",
    opponent: Annotated[
        str | None,
        typer.Option(help="Measure it in matches with this agent, instead of asking it."),
    ] = None,
    rounds: Annotated[int, typer.Option(help="Rounds of a match.")] = 30,
    matches: Annotated[int, typer.Option(help="How many matches.")] = 8,
    memory: Memory = None,
    framing: FramingName = "plain",
    mode: ModeName = "direct",
    depth: Annotated[
        int, typer.Option(help="Made-up rounds before it is asked: 1 (5 questions) or 2 (21).")
    ] = 2,
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

    It is asked after one and after two made-up rounds of every kind, in MATCHES tellings; with
    --opponent the numbers are from whole matches, where its answer may depend on more than that.
    The nearest classic strategies are named, all of those that this cannot tell apart.
    Intervals are over tellings or matches. With --exploit also what the best opponent earns against
    it: with a window (--memory K) exactly, from its policy for every history; else a lower bound by
    a search.
    """
    from nashscope.errors import Misuse
    from nashscope.play.cast import casting

    cell = conditions(
        game,
        (agent, "random" if opponent is None else opponent),
        rounds=rounds,
        memory=memory,
        framing=framing,
        mode=mode,
        matches=matches,
        seed=seed,
    )
    if depth not in (1, 2):
        raise Misuse(f"--depth {depth}; it is 1 or 2 made-up rounds")
    asked = depth if opponent is None else None
    within(samples, "--samples", 1)
    hosted = {} if samples is None else {"samples": samples}
    if dry_run:

        def go() -> None:
            """The same questions, of stand-ins."""
            _measured(cell, casting(hosted, rehearsed=True), asked, exploit)

        rehearse(go, prices, cell.agents)
        return
    with charged(max_calls, max_cost, prices), progress(quiet=as_json) as tell:
        found, best = _measured(cell, casting(hosted), asked, exploit, tell)
    if as_json:
        _print_json(agent, opponent, found, best)
    else:
        _show(agent, found, best)


def _measured(
    cell: "Cell",
    cast: "Cast",
    asked: int | None,
    exploit: bool,
    tell: Tell = lambda *_: None,
) -> tuple["Fingerprint", dict[str, Any] | None]:
    """The fingerprint of the cell's first agent, and what is known of its best response.

    asked: after how many made-up rounds, by itself; None if it plays the cell. tell: is told what
        is being done.
    """
    from nashscope import metrics
    from nashscope.play import play
    from nashscope.records import dump

    name = cell.agents[0]
    tell(f"loading {name}", 0, 1)
    own = cast(name, cell)
    if asked is not None:
        tell(f"asking {name}", 0, 1)
        found = metrics.asked_fingerprint(own, cell, depth=2 if asked == 2 else 1)
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
        "after two": {state: dump(measure) for state, measure in found.after_two.items()},
        "nearest": None
        if like is None
        else {
            "strategy": like.names[0],
            "not told apart": list(like.names[1:]),
            "largest difference": like.apart,
            "situations": like.situations,
        },
        "best response": best,
    }
    print_json(told)


def _show(agent: str, found: "Fingerprint", best: dict[str, Any] | None) -> None:
    """A table of the numbers, the nearest known strategies, and the best response.

    Of the states of two rounds only those are shown that differ from the state of the last one.
    """
    from rich.text import Text

    from nashscope.metrics import nearest
    from nashscope.report.table import number

    screen = console()
    screen.print(Text(f"{agent}: probability of cooperation, its own move first"))
    differing = {
        state: measure
        for state, measure in found.after_two.items()
        if number(measure.value) != number(found.after[state[-2:]].value) and measure.n
    }
    shown = {"(first)": found.first, **found.after, **differing}
    unread = any(measure.least is not None for measure in shown.values())
    rows = [
        (
            state,
            number(measure.value),
            span(measure.low, measure.high),
            *([span(measure.least, measure.most)] if unread else []),
            str(measure.n),
        )
        for state, measure in shown.items()
    ]
    show(("after", "cooperates", "95 %", *(["if unread"] if unread else []), "n"), rows)
    if found.after_two and not differing:
        screen.print("after two rounds: as after the last of them")
    if shares := [m.unparsed for m in shown.values() if m.unparsed]:
        screen.print(f"unread answers: up to {number(max(shares))} of the decisions of a row")
    like = nearest(found)
    if like is not None:
        screen.print(f"nearest known strategy: {like.names[0]}, at most {number(like.apart)} away")
        if len(like.names) > 1:
            others = ", ".join(like.names[1:])
            screen.print(f"not told apart from it by {like.situations} situations: {others}")
    if best is not None:
        screen.print(f"best response ({best['kind']}):")
        notes: list[str] = []
        for name, value in best.items():
            if isinstance(value, dict):
                interval = span(value["low"], value["high"])
                screen.print(f"  {name}: {number(value['value'])} ({interval}), n {value['n']}")
                notes.append(value["note"])
            elif name != "kind":
                screen.print(f"  {name}: {value}")
        for note in filter(None, dict.fromkeys(notes)):
            screen.print(note)
