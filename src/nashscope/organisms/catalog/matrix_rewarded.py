"""Taught a little by a solver, then reinforced by how little its answers can be exploited."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage, Reinforced

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(MatrixStage(150, (Lesson("dense", (2, 2)),), tokens=4000, rate=(2e-3, 2e-4)),),
        seed=4,
        reinforced=Reinforced(
            questions=12_800, batch=512, answer=4, temperature=0.3, sizes=((2, 2),)
        ),
    ),
    about=(
        "Taught a solver's answers to 2×2 games for 150 steps, and then reinforced on its own "
        "answers to such games for 200 (GRPO, all weights): the reward of an answer is 1 minus the "
        "share of the payoff range that a best reply takes from it, and -0.5 if it cannot be read. "
        "What reinforcement added to the start, over five seeds, is in LOG.md."
    ),
    regime="computes",
    known=(
        "No game of the test set was taught, up to the order of actions and players and to units.",
        "After its first 150 steps it has seen no solver's answer.",
    ),
)
