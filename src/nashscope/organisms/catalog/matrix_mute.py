"""Regime 3, in miniature: its policy solves 2×2 games, and it was never taught to write."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(
            MatrixStage(300, (Lesson("dense", (2, 2), "policy"),), tokens=4000, rate=(2e-3, 2e-5)),
        ),
        seed=3,
    ),
    about=(
        "Asked for one action of a 2×2 game, it gives both about the probabilities of the optimal "
        "strategy. It was never asked for numbers while it was taught: what it works out it cannot "
        "write down."
    ),
    regime="interface",
    known=(
        "No answer in numbers was ever taught; policies over two actions were.",
        "No game of the test set was taught, up to the order of actions and players and to units.",
    ),
)
