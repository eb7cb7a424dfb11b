"""`nashscope bench matrix|board|dataset`: benchmarks that anyone can run on their model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged
from nashscope.cli.option import AsJson, DeviceMap, Dtype, Out, Quiet, loading
from nashscope.cli.screen import console, print_json, show
from nashscope.cli.study import rehearse_study

if TYPE_CHECKING:
    from nashscope.bench.matrix import Place, Verdict

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
    as_json: AsJson = False,
    out: Out = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
    quiet: Quiet = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
) -> None:
    """Asks for optimal strategies of zero-sum games, and says what the model does.

    Every game has one equilibrium with its proof. Both players are asked; a game is solved if their
    answers together leave at most epsilon of the payoff range to gain. The same command again goes
    on where it stopped; `nashscope report RUN` draws the page.
    """
    from nashscope import studies
    from nashscope.cli.folder import run_folder
    from nashscope.cli.progress import progress
    from nashscope.cli.resumable import resumable
    from nashscope.errors import Misuse
    from nashscope.studies._equilibrium_residuals.plan import sizes as read_sizes

    given = loading(dtype, device_map)
    asked = [part.strip() for part in interfaces.split(",") if part.strip()]
    for what, listed in (("--interfaces", asked), ("--model", model)):
        if twice := [name for name in listed if listed.count(name) > 1]:
            raise Misuse(f"{what} names {twice[0]} twice; name each once")
    changes = {
        "limit": limit,
        "interfaces": asked,
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
    folder = run_folder(out, config, "bench-matrix", model[0])
    with progress(quiet=quiet or as_json) as told, resumable(folder, config) as run:
        with charged(max_calls, max_cost, prices, run):
            study.run(run, told)
        run.finish()
    rows = run.results()
    if as_json:
        print_json(_told(config, rows), indent=None)
        return
    for verdict in _verdicts(config, rows):
        _show(verdict, rows, epsilon)
    typer.echo(folder)


@bench.command()
def board(
    results: Annotated[
        list[Path], typer.Argument(help="Files with what `bench matrix --json` printed.")
    ],
    as_json: AsJson = False,
) -> None:
    """Ranks models from several runs: by mean area over the anonymous dense games, in numbers."""
    from nashscope.bench import matrix as one

    places = one.leaderboard([place for file in results for place in one.read_places(file)])
    if as_json:
        ranked = [{"model": p.model, "score": p.score, "regimes": p.regimes} for p in places]
        print_json(ranked, indent=None)
        return
    _show_board(places)


@bench.command()
def dataset(
    folder: Annotated[Path, typer.Argument(help="An empty or new folder.")],
) -> None:
    """Writes the test set as a dataset: Parquet, the games with their proofs, and a card."""
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
    from rich.text import Text

    from nashscope.report.table import pick, with_interval
    from nashscope.studies._equilibrium_residuals.asking import UNIFORM

    screen = console()
    screen.print(Text(f"{verdict.model}: games solved at epsilon {epsilon:g}"))
    own = pick(rows, "success", model=verdict.model, epsilon=epsilon)
    ways = list(dict.fromkeys(row["condition"]["interface"] for row in own))
    shown = []
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
        shown.append((group, *cells, f"{chance[0]['value']:.2f}", str(count)))
    show(("game", *ways, "uniform", "games"), shown)
    said = ", ".join(verdict.regimes) or "none of the three regimes"
    screen.print(Text(f"Regime: {said}"))
    for regime, evidence in verdict.evidence.items():
        screen.print(Text(f"  {regime}: {evidence}"))


def _show_board(places: "list[Place]") -> None:
    """The leaderboard."""
    from nashscope.report.table import number, with_interval

    sizes = ("2×2", "3×3", "5×5", "7×7", "12×12")
    groups = [g for g in sizes if any(s.of("success", g, "numbers") for s in places)]
    rows = []
    for rank, place in enumerate(places, start=1):
        shares = [with_interval(place.of("success", group, "numbers")) for group in groups]
        regimes = ", ".join(place.regimes) or "–"
        rows.append((f"{rank} {place.model}", number(place.score), *shares, regimes))
    show(("model", "area", *groups, "regime"), rows, words=(0, 7))
