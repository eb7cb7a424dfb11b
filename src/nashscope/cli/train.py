"""`nashscope train sft|grpo|self-play`: models trained on matrix games."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashscope.cli.option import OpenModel, Out, Quiet, Seed
from nashscope.cli.screen import show

if TYPE_CHECKING:
    from nashscope.training import TrainingPlan

__all__ = ["train"]

train = typer.Typer(
    name="train",
    help="Train a model on zero-sum matrix games; needs the extra `train`.",
    no_args_is_help=True,
)

Sizes = Annotated[str, typer.Option(help="Sizes to train on, from easy to hard: 2,3x3.")]
HeldOut = Annotated[str, typer.Option(help="Sizes measured and never trained on.")]
Games = Annotated[
    Path | None, typer.Option(help='Your own games instead: lines of {"payoffs": [[1, -1], …]}.')
]
Questions = Annotated[int, typer.Option(help="How many questions; one pass is made.")]
Batch = Annotated[int, typer.Option(help="Questions of a step; of grpo, answers.")]
Rate = Annotated[float, typer.Option(help="Learning rate at the start.")]
Lora = Annotated[int, typer.Option(help="Rank of adapters; 0 trains all weights.")]
Curriculum = Annotated[
    bool, typer.Option("--curriculum/--mixed", help="Sizes one after another, or all at once.")
]
Seeds = Annotated[int, typer.Option(help="So many runs, with seeds one after another.")]
Evaluate = Annotated[int, typer.Option(help="Test games of each size that are measured.")]
SaveEvery = Annotated[int, typer.Option(help="Steps between checkpoints.")]
Track = Annotated[str, typer.Option(help="none, trackio or wandb, beside the CSV file.")]


@train.command()
def sft(
    model: OpenModel,
    sizes: Sizes = "2,3",
    held_out: HeldOut = "5,7",
    games: Games = None,
    questions: Questions = 20_000,
    batch: Batch = 32,
    rate: Rate = 1e-4,
    lora: Lora = 0,
    curriculum: Curriculum = True,
    seed: Seed = 0,
    seeds: Seeds = 1,
    evaluate: Evaluate = 100,
    save_every: SaveEvery = 200,
    track: Track = "none",
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Teaches a solver's answers. The last line printed is the folder of the trained model.

    The same command again goes on from the last checkpoint.
    """
    _run(
        {
            "method": "sft",
            "sizes": sizes,
            "held_out": held_out,
            "games": "" if games is None else str(games),
            "questions": questions,
            "batch": batch,
            "rate": rate,
            "lora": lora,
            "curriculum": curriculum,
            "seed": seed,
            "evaluate": evaluate,
            "save_every": save_every,
            "track": track,
        },
        model,
        seeds,
        out,
        quiet,
    )


@train.command()
def grpo(
    model: OpenModel,
    sizes: Sizes = "2,3",
    held_out: HeldOut = "5,7",
    games: Games = None,
    questions: Questions = 2_000,
    batch: Batch = 64,
    generations: Annotated[int, typer.Option(help="Answers to each question.")] = 8,
    penalty: Annotated[
        float, typer.Option(help="Reward of what cannot be read; of a strategy: 1 - residual.")
    ] = -0.5,
    answer: Annotated[int, typer.Option(help="Most tokens of an answer.")] = 64,
    temperature: Annotated[float, typer.Option(help="Of the answers learned from.")] = 1.0,
    rate: Rate = 1e-5,
    lora: Lora = 0,
    curriculum: Curriculum = True,
    seed: Seed = 0,
    seeds: Seeds = 1,
    evaluate: Evaluate = 100,
    save_every: SaveEvery = 200,
    track: Track = "none",
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Reinforces answers by how little they can be exploited (GRPO).

    The last line printed is the folder of the trained model; the same command again goes on from
    the last checkpoint.
    """
    _run(
        {
            "method": "grpo",
            "sizes": sizes,
            "held_out": held_out,
            "games": "" if games is None else str(games),
            "questions": questions,
            "batch": batch,
            "generations": generations,
            "penalty": penalty,
            "answer": answer,
            "temperature": temperature,
            "rate": rate,
            "lora": lora,
            "curriculum": curriculum,
            "seed": seed,
            "evaluate": evaluate,
            "save_every": save_every,
            "track": track,
        },
        model,
        seeds,
        out,
        quiet,
    )


@train.command(name="self-play")
def self_play(
    model: OpenModel,
    out: Annotated[Path, typer.Option(help="A new folder for the curve and both adapters.")],
    baseline: Annotated[
        str, typer.Option(help="group (per game and player), moving average, or alignment.")
    ] = "group",
    size: Annotated[str, typer.Option(help="Rows and columns of the games.")] = "2",
    games: Annotated[int, typer.Option(help="Different games.")] = 4,
    matches: Annotated[int, typer.Option(help="Matches of each game in a step.")] = 16,
    rounds: Annotated[int, typer.Option(help="Rounds of a match; alignment needs several.")] = 1,
    steps: Annotated[int, typer.Option(help="Steps of the optimiser.")] = 100,
    rate: Rate = 1e-3,
    rank: Annotated[int, typer.Option(help="Rank of the adapters.")] = 8,
    seed: Seed = 0,
    quiet: Quiet = False,
) -> None:
    """Lets two players learn against each other, each with an adapter of its own on one model.

    They draw actions from their policies over the labels; the last line printed is the folder.
    """
    from nashscope.cli.progress import progress
    from nashscope.errors import FolderTaken, Interrupted, Misuse
    from nashscope.studies._equilibrium_residuals.plan import sizes as read_sizes
    from nashscope.training import BASELINES, SelfPlay
    from nashscope.training.selfplay import play_into

    kind = next((known for known in BASELINES if known == baseline), None)
    if kind is None:
        raise Misuse(f"the baseline is {baseline!r}; it is one of {', '.join(BASELINES)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FolderTaken(f"{out} is not empty; name another folder with --out")
    plan = SelfPlay(kind, read_sizes(size)[0], games, matches, rounds, steps, rate, rank, seed=seed)
    if quiet:
        _silence()
    try:
        with progress(quiet=quiet) as told:
            lessons = play_into(_folder(model), plan, out, told)
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted; self-play keeps nothing before its end: remove {out} and begin again"
        ) from None
    course = [float(lesson.exploitability.mean()) for lesson in lessons]
    typer.echo(f"exploitability of the pair, in payoff ranges {_sparkline(course)}")
    typer.echo(out)


def _run(fields: dict[str, Any], model: str, seeds: int, out: Path | None, quiet: bool) -> None:
    """Runs a plan with one seed or several, and prints what came of it."""
    from nashscope.cli.folder import run_folder
    from nashscope.cli.progress import progress
    from nashscope.errors import Interrupted, Misuse
    from nashscope.studies._equilibrium_residuals.plan import sizes as read_sizes
    from nashscope.training import TrainingPlan, check_training, seeded_plans
    from nashscope.training import train as trained

    if seeds < 1:
        raise Misuse(f"{seeds} seeds are asked for; ask for 1 or more")
    fields |= {"sizes": read_sizes(fields["sizes"])}
    fields |= {"held_out": read_sizes(fields["held_out"]) if fields["held_out"] else ()}
    plan = check_training(TrainingPlan(_folder(model), **fields))
    for one in seeded_plans(plan, seeds):
        folder = run_folder(out, asdict(one), plan.method, model)
        if out is not None and seeds > 1:
            folder = out / f"seed-{one.seed}"
        # Under `accelerate launch` or `torchrun` every process comes here, and one speaks.
        speaks = os.environ.get("RANK", "0") == "0"
        if quiet:
            _silence()
        try:
            with progress(quiet=quiet or not speaks) as told:
                made = trained(one, folder, told)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted; {folder} keeps a checkpoint every {one.save_every} steps, and the "
                "same command goes on from the last one"
            ) from None
        if speaks:
            _show(one, folder)
            typer.echo(made)


def _silence() -> None:
    """Keeps the libraries from remarks; what ends a run is still said."""
    import logging

    for name in ("transformers", "trl", "datasets", "accelerate", "peft"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _folder(model: str) -> str:
    """The folder or hub id that transformers loads a model from."""
    from nashscope import names
    from nashscope.errors import Misuse

    kind, slash, rest = str(names.read(model)).partition("/")
    if kind == "organism" and slash:
        from nashscope.organisms import library

        return str(library.folder(rest))
    if kind == "hf" and rest:
        return rest
    raise Misuse(f"{model} has no weights that can be trained; name organism/NAME or hf/FOLDER")


def _sparkline(values: list[float], width: int = 30) -> str:
    """A course in one line: how it went, and its first and last value."""
    count = min(width, len(values))
    low, spread = min(values), max(values) - min(values)
    picked = [values[place * len(values) // count] for place in range(count)]
    bars = "▁▂▃▄▅▆▇█"
    drawn = "".join(bars[int(7 * (v - low) / spread) if spread > 0 else 0] for v in picked)
    return f"{drawn} {values[0]:.3g} → {values[-1]:.3g}"


def _courses(folder: Path) -> None:
    """The curves of a run, one line each."""
    import csv

    file = folder / "curve.csv"
    rows = list(csv.DictReader(file.open(encoding="utf-8"))) if file.is_file() else []
    for name in ("loss", "reward", "unread"):
        if course := [float(row[name]) for row in rows if row.get(name)]:
            typer.echo(f"{name:<8}{_sparkline(course)}")


def _show(plan: "TrainingPlan", folder: Path) -> None:
    """The curves, and success before and after, one line per size."""
    from nashscope.report.table import with_interval

    _courses(folder)
    measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    if not measured["after"]:
        return
    rows = []
    for group, after in measured["after"].items():
        name = f"{group} (held out)" if after["held out"] else group
        before = measured["before"][group]["success"]
        success = after["success"]
        rows.append((name, with_interval(before), with_interval(success), str(success["n"])))
    show((f"{plan.method}, seed {plan.seed}", "before", "after", "games"), rows)
