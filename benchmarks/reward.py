"""Does reinforcement by exploitability improve on its start, and is it worth a solver's answers?

`python benchmarks/reward.py FOLDER [--seeds 5] [--steps 200]`, about 55 minutes on one core: grows
organism/matrix-rewarded's start, trains it on by GRPO with its recipe and on as many questions with
a solver's answers, and asks every result 600 fresh 2×2 games. What is in the folder is not made
again. `LOG.md` has what came of it.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch reads it

from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from nashscope.bench import matrix
from nashscope.models import loading
from nashscope.organisms.catalog.matrix_rewarded import ORGANISM
from nashscope.organisms.matrix_nursery import raise_matrix
from nashscope.training import TrainingPlan, train

FRESH, DRAWN, ASKED = 777, 800, 600
"""The seed of the games that are asked, how many are drawn, and how many of those are asked."""


def main() -> None:
    """One line for the start and for every method and seed."""
    given = ArgumentParser(description=__doc__)
    given.add_argument("folder", type=Path)
    given.add_argument("--seeds", type=int, default=5)
    given.add_argument("--steps", type=int, default=200)
    asked = given.parse_args()
    start = asked.folder / "start"
    if not start.exists():
        alone = replace(ORGANISM, recipe=replace(ORGANISM.recipe, reinforced=None))
        raise_matrix("organism/start", alone, start, threads=1, progress=lambda *_: None)
    print(told("start", start), flush=True)
    assert ORGANISM.recipe.reinforced is not None
    recipe = asdict(ORGANISM.recipe.reinforced)
    questions = asked.steps * recipe["batch"] // recipe["generations"]
    for seed in range(asked.seeds):
        common = {"seed": seed, "evaluate": 0, "held_out": (), "questions": questions}
        rewarded = TrainingPlan(str(start), "grpo", **{**recipe, **common})
        supervised = TrainingPlan(
            str(start),
            "sft",
            batch=questions // asked.steps,
            rate=rewarded.rate,
            sizes=rewarded.sizes,
            **common,
        )
        for plan in (rewarded, supervised):
            name = f"{plan.method}-{seed}"
            print(told(name, train(plan, asked.folder / name)), flush=True)


def told(name: str, folder: Path) -> str:
    """What a model solves at ε = 0.05 of fresh games, in numbers."""
    drawn = matrix.dense(FRESH, [(2, 2)], DRAWN)
    items = [item for item in drawn if not matrix.in_test_set(item.table[None])[0]][:ASKED]
    answers = matrix.ask(loading.load(f"hf/{folder}"), items, "numbers")
    games = matrix.solved({item.id: item for item in items}, answers)
    mixed = [game for game in games if game.mixed]
    lost = [1.0 if one.residual is None else min(one.residual, 1.0) for one in answers]
    return (
        f"{name}: {matrix.success(games, matrix.STATED).value:.3f} of {len(games)}, "
        f"{matrix.success(mixed, matrix.STATED).value:.3f} of {len(mixed)} mixed ones, "
        f"mean residual {np.mean(lost):.4f}"
    )


if __name__ == "__main__":
    main()
