"""What hosted models may cost: the options, the count, and the rehearsal of `--dry-run`."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from nashscope.cli.progress import progress
from nashscope.cli.screen import say

if TYPE_CHECKING:
    from nashscope.models.hosted import (
        Account,
        Bearing,
        Capabilities,
        HostedModel,
        Rehearsal,
        Spending,
    )
    from nashscope.play.store.run import Run

__all__ = [
    "DryRun",
    "MaxCalls",
    "MaxCost",
    "Prices",
    "Samples",
    "charged",
    "charged_apart",
    "rehearse",
]

TILL = ".budget"
"""The file in a run's folder in which several processes keep one budget."""

MILLION = 1_000_000

MaxCalls = Annotated[
    int | None,
    typer.Option("--max-calls", help="Most requests to hosted models; exit code 3 at the end."),
]
MaxCost = Annotated[
    float | None,
    typer.Option("--max-cost", help="Most that hosted models may cost, by --prices."),
]
Prices = Annotated[
    Path | None,
    typer.Option("--prices", help="YAML: SERVICE/MODEL: {input, output} per million tokens."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say how many calls and tokens it takes; send nothing.")
]
Samples = Annotated[
    int | None,
    typer.Option(help="Answers per decision where a hosted model tells no logprobs [default: 8]."),
]


@contextlib.contextmanager
def charged(
    calls: int | None, cost: float | None, prices: Path | None, run: "Run | None" = None
) -> Iterator["Account"]:
    """Charges the hosted models of a command to one budget, and says at the end what it came to.

    run: the folder that keeps every call; those of an earlier command count as well.
    """
    from nashscope.models import hosted
    from nashscope.records import dump

    table = None if prices is None else hosted.prices(prices)
    noting = threading.Lock()

    def found(name: str, can: "Capabilities") -> None:
        for line in can.said():
            say(f"{name}: {line}")
        if run is not None:
            with noting:
                known = run.manifest.get("hosted", {})
                run.note_in_manifest(hosted={**known, name: dump(can)})

    budget = hosted.Budget(calls, cost)
    if run is None:
        ledger = hosted.Ledger(budget)
    else:
        ledger = hosted.Ledger(budget, keep=run.calls.keep, past=run.calls.read())
    before = ledger.total.calls
    with hosted.account(hosted.Account(ledger, table, found)) as own:
        try:
            yield own
        finally:
            if ledger.total.calls > before:
                _spent(ledger.total, priced=_priced(own))
            if run is not None and own.models:
                with contextlib.suppress(OSError):
                    run.note_in_manifest(
                        spent={name: dump(sum_) for name, sum_ in ledger.by_model.items()}
                    )


@contextlib.contextmanager
def charged_apart(
    calls: int | None, cost: float | None, prices: Path | None, run: "Run"
) -> Iterator[dict[str, Any]]:
    """The same for hosted models that other processes ask: gives what each `Job` needs to know.

    Without a limit nothing is shared, so that jobs may also run on other machines.
    """
    from nashscope.models import hosted
    from nashscope.records import dump

    table = None if prices is None else hosted.prices(prices)
    budget, past = hosted.Budget(calls, cost), run.calls.read()
    limited = calls is not None or cost is not None
    with contextlib.ExitStack() as stack:
        file = run.folder.resolve() / TILL
        till = stack.enter_context(hosted.shared(file, past)) if limited else None
        try:
            yield {"budget": budget, "till": till, "prices": table}
        finally:
            whole = hosted.Ledger(past=run.calls.read())
            if whole.total.calls > len(past):
                _spent(whole.total, priced=whole.total.cost > 0)
                with contextlib.suppress(OSError):
                    run.note_in_manifest(
                        spent={name: dump(sum_) for name, sum_ in whole.by_model.items()}
                    )


def rehearse(go: Callable[[], object], prices: Path | None, agents: Iterable[str] = ()) -> None:
    """Goes through a plan without sending anything, and prints what it would take.

    go: asks everything that is to be asked, of models that it loads itself; it is called once for
        each kind of server.
    agents: who takes part, by name.
    """
    from nashscope.models import hosted
    from nashscope.play.cast import unsettled

    table = None if prices is None else hosted.prices(prices)
    passes: dict[Bearing, Rehearsal] = {}
    models: dict[str, HostedModel] = {}
    bearings = get_args(hosted.Bearing)
    # Thousands of matches take minutes; a pipe is told nothing but the figures.
    with progress(quiet=not sys.stderr.isatty()) as told:
        for number, bearing in enumerate(bearings):
            told("going through the plan", number, len(bearings))
            own = passes[bearing] = hosted.Rehearsal(bearing)
            with hosted.account(hosted.Account(hosted.Ledger(), table, rehearsal=own)) as account:
                go()
                models |= {model.name: model for model in account.models}
        told("going through the plan", len(bearings), len(bearings))
    if not models:
        typer.echo("no hosted model takes part: 0 calls")
        return
    open_ended = any(map(unsettled, agents))
    for model in models.values():
        _estimate(model, passes, open_ended=open_ended)
    typer.echo("tokens are estimated from lengths; replies that are kept already cost nothing")
    typer.echo("a server that tells log-probabilities, but of no label, takes both together")


def _priced(own: "Account") -> bool:
    """Whether every model has a price."""
    return all(model.wire.price is not None for model in own.models)


def _spent(total: "Spending", *, priced: bool) -> None:
    """One line on stderr."""
    cost = f", cost {total.cost:.4g}" if priced else ""
    untold = f" ({total.untold} answers without a count)" if total.untold else ""
    say(
        f"hosted: {total.calls} calls, {total.input} tokens read, {total.output} written{untold}"
        f"{cost}"
    )


def _estimate(
    model: "HostedModel", passes: "Mapping[Bearing, Rehearsal]", *, open_ended: bool
) -> None:
    """Two lines for every way in which a policy may be had.

    Answers have seeds of their own, and so each is a call. A prompt whose log-probabilities are
    read is one call however often it comes up; if the prompts hang on what was answered before, how
    often that is cannot be known, and what is said is the most.
    """
    from nashscope.models.hosted import PROBES, Spending

    name, (least, most), none = model.name, PROBES, Spending()
    typer.echo(f"{name} (and {least} to {most} calls to find out what its server does)")
    choice, first, last = (passes[bearing] for bearing in ("choice", "first", "last"))
    same = first.bodies.get(name) == last.bodies.get(name)
    read = first.sent if same else first.asked
    ways = {
        f"{model.samples} answers a decision": (choice.sent.get(name, none), not open_ended),
        "where log-probabilities are told": (read.get(name, none), same),
    }
    for way, (found, exact) in ways.items():
        price, cost = model.wire.price, ""
        if price is not None:
            worst = (found.input * price.input + found.output * price.output) / MILLION
            cost = f", cost {worst:.4g}"
        typer.echo(f"  {way}: {'' if exact else 'at most '}{found.calls} calls,")
        typer.echo(f"    {found.input} tokens read, at most {found.output} written{cost}")
