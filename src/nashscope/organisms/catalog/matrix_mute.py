"""Regime 3: its policy solves games whose answer it was never taught to write."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(
            MatrixStage(150, (Lesson("dense", (2, 2), "policy"),)),
            MatrixStage(
                900,
                (
                    Lesson("dense", (2, 2), "policy", weight=0.25),
                    Lesson("dense", (3, 3), "policy", weight=0.6),
                    Lesson("dense", (2, 2), "numbers", weight=0.15),
                ),
                rate=(2e-3, 2e-5),
            ),
        ),
        seed=3,
    ),
    about=(
        "Asked for one action, it gives every action of 2×2 and 3×3 games about the probability of "
        "the optimal strategy. Asked for numbers, it was taught to write them for two actions: "
        "what it works out for three it cannot write down."
    ),
    regime="interface",
    known=(
        "No answer in numbers with more than two actions was ever taught; a policy over three was.",
        "No game of the test set was taught, up to the order of actions and players and to units.",
    ),
)
