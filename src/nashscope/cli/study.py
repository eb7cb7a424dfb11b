"""`nashscope study NAME`, `nashscope studies` and `nashscope report RUN`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.budget import DryRun, MaxCalls, MaxCost, Prices, charged, rehearse
from nashscope.cli.metric import MetricNames, keep_metrics, metrics_named
from nashscope.cli.option import DeviceMap, Dtype, Out, Quiet, Seed, loading
from nashscope.cli.progress import progress
from nashscope.cli.resumable import TrustFiles, configured, resumable
from nashscope.cli.runs import LATEST, RunName, command_of, located
from nashscope.cli.screen import console, say
from nashscope.errors import Misuse
from nashscope.settings import assignments

if TYPE_CHECKING:
    from nashscope.play.store.run import Run
    from nashscope.studies import Study

__all__ = ["rehearse_study", "report", "studies", "study"]


def study(
    name: Annotated[str, typer.Argument(help="Which study; see `nashscope studies`.")],
    model: Annotated[
        list[str] | None,
        typer.Option(help="Subject: organism/NAME, hf/HUB-ID-OR-FOLDER. May be repeated."),
    ] = None,
    opponents: Annotated[
        str, typer.Option(help="Agents to play against, with commas: tit-for-tat,always-d.")
    ] = "",
    plan: Annotated[
        str, typer.Option(help="How much is done; see `nashscope studies`.")
    ] = "standard",
    seed: Seed = 0,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="Sets a field of the plan: --set matches=4. May be repeated."),
    ] = None,
    metric: MetricNames = None,
    out: Out = None,
    base: Annotated[
        str | None,
        typer.Option(help="What the first model was tuned from [default: an organism's parent]."),
    ] = None,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
    jobs: Annotated[
        int, typer.Option(help="Processes, where the study can use several; each loads the models.")
    ] = 1,
    quiet: Quiet = False,
    max_calls: MaxCalls = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    dry_run: DryRun = False,
) -> None:
    """Runs a study and writes its report; the same command again goes on where it stopped.

    The last line printed is the path of the report.
    """
    from nashscope import studies as shelf
    from nashscope.cli.folder import run_folder
    from nashscope.play.identity import is_code

    options = loading(dtype, device_map)
    chosen = shelf.study(name)
    if jobs < 1:
        raise Misuse(f"--jobs {jobs}; it is at least 1")
    request = shelf.Request(
        tuple(model or ()),
        _named(opponents),
        plan,
        seed,
        assignments(change or [], "--set", "matches=4"),
        options,
        base,
    )
    config = configured(
        chosen.configure(request), [name, *request.models, *request.opponents, base or ""]
    )
    if is_code(name):
        config["study"] = name  # by which `report` finds it again
    extra = metrics_named(metric)
    if dry_run:
        rehearse_study(chosen, config, prices)
        return
    folder = run_folder(out, config, chosen.name, (model or ["none"])[0])
    with progress(quiet=quiet) as told, resumable(folder, config) as run:
        run.jobs = jobs
        with charged(max_calls, max_cost, prices, run):
            chosen.run(run, told)
        keep_metrics(run, extra)
        told("drawing the report", 0, 1)
        page = chosen.page(run)
        told("drawing the report", 1, 1)
        run.finish()
    typer.echo(page)


def _named(opponents: str) -> tuple[str, ...]:
    """The agents between commas.

    Raises:
        Misuse: if nothing stands before, between or after commas.
    """
    named = tuple(part.strip() for part in opponents.split(",")) if opponents else ()
    if not all(named):
        raise Misuse(f"--opponents {opponents!r} names nobody at one place; write one,two")
    if twice := [name for name in named if named.count(name) > 1]:
        raise Misuse(f"--opponents names {twice[0]} twice; name each once")
    return named


def rehearse_study(chosen: "Study", config: dict[str, Any], prices: Path | None) -> None:
    """Says what a study would ask of hosted models, and asks nothing.

    Raises:
        Misuse: if the study cannot say.
    """
    go = chosen.rehearse
    if go is None:
        raise Misuse(f"{chosen.name} does not say beforehand what it asks; leave out --dry-run")
    if chosen.size is not None:
        typer.echo(chosen.size(config))
    rehearse(lambda: go(config), prices, [*config.get("models", ()), *config.get("opponents", ())])


def studies() -> None:
    """Lists the studies, their questions and plans."""
    from rich.padding import Padding
    from rich.text import Text

    from nashscope import studies as shelf

    screen = console()
    for name in shelf.studies():
        known = shelf.study(name)
        screen.print(Text(name, style="bold"))
        screen.print(Padding(Text(f"{known.question}\n{known.source}"), (0, 0, 0, 2)))
        for plan, about in known.plans.items():
            screen.print(Padding(Text(f"--plan {plan}: {about}"), (0, 0, 0, 2)))
    screen.print("`nashscope study NAME --model … --dry-run` counts the decisions of a plan.")


def report(
    run: RunName = LATEST,
    trust_files: TrustFiles = False,
) -> None:
    """Draws the report of a run from the files in its folder: a study's own, or that of any play.

    Runs of `nashscope run`, `tournament --out` and `import` belong to no study. Code that a folder
    names is run only with --trust-files.
    """
    from nashscope import studies as shelf
    from nashscope.play.identity import is_code
    from nashscope.play.store.run import read_run
    from nashscope.report import played_page

    found = read_run(located(run), trusted=trust_files)
    if "tool" in found.config:
        typer.echo(_of_tool(found))
        return
    named = found.config.get("study")
    if named is not None and is_code(str(named)) and not trust_files:
        raise Misuse(f"the study {named} is code in a file; say --trust-files if you trust it")
    typer.echo(played_page(found) if named is None else shelf.study(str(named)).page(found))


def _of_tool(found: "Run") -> Path:
    """The page of `lens`, `probe`, `steer` or `patch`, which is drawn as the answer is found.

    Raises:
        Unreadable: if it is not there.
    """
    from nashscope.errors import Unreadable

    tool = found.config["tool"]
    if found.report.is_file():
        say(f"the page of {tool} was drawn with its answer, and this is it")
        return found.report
    raise Unreadable(
        f"{found.folder} has no page: {tool} did not come to its end; say again "
        f"`{command_of(found.manifest)}`"
    )
