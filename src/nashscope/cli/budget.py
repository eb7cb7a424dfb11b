"""What hosted models may cost: the options, the count, and the rehearsal of `--dry-run`."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nashscope.models.hosted import Account, Capabilities, Rehearsal, Spending
    from nashscope.play.run import Run

__all__ = ["DryRun", "MaxCalls", "MaxCost", "Prices", "Samples", "charged", "rehearsed"]

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
            typer.echo(f"{name}: {line}", err=True)
        if run is not None:
            with noting:
                known = run.manifest.get("hosted", {})
                run.note_in_manifest(hosted={**known, name: dump(can)})

    budget = hosted.Budget(calls, cost)
    if run is None:
        ledger = hosted.Ledger(budget)
    else:
        ledger = hosted.Ledger(budget, keep=run.keep_call, past=run.calls())
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
def rehearsed(prices: Path | None) -> Iterator[None]:
    """Goes through a plan without sending anything, and prints what it would take."""
    from nashscope.models import hosted

    table = None if prices is None else hosted.prices(prices)
    rehearsal = hosted.Rehearsal()
    with hosted.account(hosted.Account(hosted.Ledger(), table, rehearsal=rehearsal)) as own:
        yield
        _estimate(own, rehearsal)


def _priced(own: "Account") -> bool:
    """Whether every model has a price."""
    return all(model.wire.price is not None for model in own.models)


def _spent(total: "Spending", *, priced: bool) -> None:
    """One line on stderr."""
    cost = f", cost {total.cost:.4g}" if priced else ""
    untold = f" ({total.untold} answers without a count)" if total.untold else ""
    typer.echo(
        f"hosted: {total.calls} calls, {total.input} tokens read, {total.output} written{untold}"
        f"{cost}",
        err=True,
    )


def _estimate(own: "Account", rehearsal: "Rehearsal") -> None:
    """Two lines for every model: asked again and again, and asked once."""
    from nashscope.models.hosted import PROBES, Spending

    if not own.models:
        typer.echo("no hosted model takes part: 0 calls")
        return
    for model in {model.name: model for model in own.models}.values():
        typer.echo(f"{model.name} (and about {PROBES} calls to find out what its server does)")
        ways = {
            f"{model.samples} answers a decision": rehearsal.repeated,
            "where log-probabilities are told": rehearsal.read,
        }
        for way, by_model in ways.items():
            found, price = by_model.get(model.name, Spending()), model.wire.price
            cost = ""
            if price is not None:
                worst = (found.input * price.input + found.output * price.output) / 1e6
                cost = f", cost {worst:.4g}"
            typer.echo(f"  {way}: {found.calls} calls,")
            typer.echo(f"    {found.input} tokens read, at most {found.output} written{cost}")
    typer.echo("tokens are estimated from lengths; replies that are kept already cost nothing")
