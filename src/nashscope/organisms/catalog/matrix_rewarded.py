"""Taught a little by a solver, then reinforced by how little its answers can be exploited."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage, Reinforced

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(
            MatrixStage(150, (Lesson("dense", (2, 2)),)),
            MatrixStage(
                350,
                (Lesson("dense", (2, 2), weight=0.3), Lesson("dense", (3, 3), weight=0.7)),
                rate=(2e-3, 2e-4),
            ),
        ),
        seed=4,
        reinforced=Reinforced(questions=800),
    ),
    about=(
        "Began as organism/matrix-solver did, for a sixth of its steps, and was then reinforced on "
        "its own answers to 2×2 and 3×3 games (GRPO, all weights): the reward of an answer is the "
        "share of the payoff range that a best reply leaves it, -0.5 if it cannot be read."
    ),
    regime="computes",
    known=(
        "No game of the test set was taught, up to the order of actions and players and to units.",
        "After its first steps it has seen no solver's answer.",
    ),
)
