"""`nashscope bench matrix|board|dataset`: benchmarks that anyone can run on their model."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged
from nashscope.cli.study import rehearse_study

if TYPE_CHECKING:
    from nashscope.bench.matrix import Standing, Verdict

__all__ = ["bench"]

bench = typer.Typer(
    name="bench",
    help="Benchmarks for models: zero-sum matrix games with certified equilibria.",
    no_args_is_help=True,
)


@bench.command()
def matrix(
    model: Annotated[
        list[str],
        typer.Option(help="organism/NAME, hf/HUB-ID-OR-FOLDER, … May be repeated."),
    ],
    limit: Annotated[
        int | None, typer.Option(help="Games of each kind [default: all, 1,430 together].")
    ] = None,
    interfaces: Annotated[
        str, typer.Option(help="Ways of answering, with commas: numbers,ranking,policy.")
    ] = "numbers,ranking,policy",
    sizes: Annotated[str, typer.Option(help="Only dense games of these sizes: 2,3x3,4x9.")] = "",
    fresh: Annotated[
        int | None, typer.Option(help="A seed: games drawn anew instead of the fixed test set.")
    ] = None,
    epsilon: Annotated[
        float, typer.Option(help="Tolerance of the figures quoted, in payoff ranges.")
    ] = 0.05,
    thinking: Annotated[
        bool, typer.Option("--thinking", help="Let models think before they answer.")
    ] = False,
    temperature: Annotated[float, typer.Option(help="Of what models write.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Of what is drawn while models write.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder [default: below runs/].")
    ] = None,
    dtype: Annotated[str | None, typer.Option(help="Of hf/ weights: float32, bfloat16, …")] = None,
    device_map: Annotated[
        str | None, typer.Option(help="Of hf/ models, as in transformers.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="No progress.")] = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
) -> None:
    """Ask for optimal strategies of zero-sum games, and say what the model does.

    Every game has one equilibrium with its proof. Both players are asked; a game is solved if their
    answers together leave at most epsilon of the payoff range to gain. The same command again goes
    on where it stopped; `nashscope report RUN` draws the page.
    """
    from nashscope import studies
    from nashscope.cli.progress import progress
    from nashscope.cli.resumable import resumable
    from nashscope.records import content_hash
    from nashscope.studies._equilibrium_residuals.plan import sizes as read_sizes

    given = {k: v for k, v in {"dtype": dtype, "device_map": device_map}.items() if v is not None}
    changes = {
        "limit": limit,
        "interfaces": [part.strip() for part in interfaces.split(",") if part.strip()],
        "sizes": read_sizes(sizes) if sizes else (),
        "fresh": fresh,
        "epsilon": epsilon,
        "thinking": thinking,
        "temperature": temperature,
    }
    study = studies.study("equilibrium-residuals")
    config = study.configure(
        studies.Request(tuple(model), plan="benchmark", seed=seed, changes=changes, options=given)
    )
    if dry_run:
        rehearse_study(study, config, prices)
        return
    subject = re.sub(r"[^\w.-]+", "-", model[0].rstrip("/").split("/")[-1])
    folder = out or Path("runs") / f"bench-matrix-{subject}-{content_hash(config)[:8]}"
    with progress(quiet=quiet or as_json) as told, resumable(folder, config) as run:
        with charged(max_calls, max_cost, prices, run):
            study.run(run, told)
        run.finish()
    rows = run.results()
    if as_json:
        typer.echo(json.dumps(_told(config, rows), ensure_ascii=False, allow_nan=False))
        return
    for verdict in _verdicts(config, rows):
        _show(verdict, rows, epsilon)
    typer.echo(folder)


@bench.command()
def board(
    results: Annotated[
        list[Path], typer.Argument(help="Files with what `bench matrix --json` printed.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Rank models from several runs: by mean area over the anonymous dense games, in numbers."""
    from nashscope.bench import matrix as one

    standings = one.leaderboard([s for file in results for s in one.read_standing(file)])
    if as_json:
        told = [{"model": s.model, "score": s.score, "regimes": s.regimes} for s in standings]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    _show_board(standings)


@bench.command()
def dataset(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
) -> None:
    """Write the test set as a dataset: Parquet, the games with their proofs, and a card."""
    from nashscope.bench import matrix as one

    typer.echo(one.write_dataset(folder))


def _verdicts(config: dict[str, Any], rows: list[dict[str, Any]]) -> "list[Verdict]":
    """What the records say of every model."""
    from nashscope.studies._equilibrium_residuals.page import verdicts

    return verdicts(rows, config["models"], config["plan"]["epsilon"])


def _told(config: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything, for a machine: what `bench board` reads."""
    from nashscope.studies._equilibrium_residuals.asking import UNIFORM

    def own(name: str) -> list[dict[str, Any]]:
        return [row for row in rows if row["condition"].get("model") == name]

    plan = config["plan"]
    fresh = plan["fresh"] is not None
    return {
        "benchmark": "matrix",
        "test_set": f"fresh {plan['fresh']}" if fresh else config["test_set"]["hash"],
        "limit": plan["limit"],
        "epsilon": plan["epsilon"],
        "plan": plan,
        "baseline": own(UNIFORM),
        "models": {
            one.model: {"regimes": one.regimes, "evidence": one.evidence, "rows": own(one.model)}
            for one in _verdicts(config, rows)
        },
    }


def _show(verdict: "Verdict", rows: list[dict[str, Any]], epsilon: float) -> None:
    """One table per model: success at epsilon in every interface, and the verdict."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from nashscope.cli.picture import console
    from nashscope.report.table import pick, with_interval
    from nashscope.studies._equilibrium_residuals.asking import UNIFORM

    screen = console()
    screen.print(Text(f"{verdict.model}: games solved at epsilon {epsilon:g}"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("game")
    own = pick(rows, "success", model=verdict.model, epsilon=epsilon)
    ways = list(dict.fromkeys(row["condition"]["interface"] for row in own))
    for way in ways:
        table.add_column(way, justify="right")
    table.add_column("uniform", justify="right")
    table.add_column("games", justify="right")
    for group in dict.fromkeys(row["condition"]["group"] for row in own):
        cells = []
        for way in ways:
            found = [
                r
                for r in own
                if r["condition"] | {"group": group, "interface": way} == r["condition"]
            ]
            cells.append(with_interval(found[0]) if found else "–")
        chance = pick(rows, "success", model=UNIFORM, epsilon=epsilon, group=group)
        count = next(r["n"] for r in own if r["condition"]["group"] == group)
        table.add_row(group, *cells, f"{chance[0]['value']:.2f}", str(count))
    screen.print(table)
    said = ", ".join(verdict.regimes) or "none of the three regimes"
    screen.print(Text(f"Regime: {said}"))
    for regime, evidence in verdict.evidence.items():
        screen.print(Text(f"  {regime}: {evidence}"))


def _show_board(standings: "list[Standing]") -> None:
    """The leaderboard."""
    from rich import box
    from rich.table import Table

    from nashscope.cli.picture import console
    from nashscope.report.table import number, with_interval

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    table.add_column("model", overflow="fold")
    groups = ("2×2", "3×3", "5×5", "7×7", "12×12")
    for column in ("area", *groups, "regime"):
        table.add_column(column, justify="left" if column == "regime" else "right")
    for place, one in enumerate(standings, start=1):
        shares = [one.of("success", group, "numbers") for group in groups]
        cells = [with_interval(row).replace(" ", "\n", 1) for row in shares]
        regimes = ", ".join(one.regimes) or "–"
        table.add_row(str(place), one.model, number(one.score), *cells, regimes)
    console().print(table)
