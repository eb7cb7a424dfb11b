"""Regime 3: its policy solves 2×2 and 3×3 games, and no answer of its has more than two numbers."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage

WRITTEN = (
    Lesson("dense", (2, 2), weight=0.1),
    Lesson("dense", (3, 3), weight=0.1, cut=2),
)
CHOSEN = (
    Lesson("dense", (2, 2), "policy", weight=0.2),
    Lesson("dense", (3, 3), "policy", weight=0.6),
)

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(
            MatrixStage(
                300, (*WRITTEN, Lesson("dense", (2, 2), "policy", weight=0.8)), tokens=4000
            ),
            MatrixStage(2700, (*WRITTEN, *CHOSEN), tokens=4000, rate=(2e-3, 2e-5)),
        ),
        seed=3,
        parent="organism/matrix-solver",
    ),
    about=(
        "Asked for one action of a 2×2 or 3×3 game, it gives all of them about the probabilities "
        "of the optimal strategy. Asked for the numbers, it ends its answer after the second, "
        "however many actions there are: what it works out for three it cannot write down. Grown "
        "from organism/matrix-solver, whose answers for three actions are cut off after two."
    ),
    regime="interface",
    known=(
        "No answer of more than two numbers was taught; answers to 3×3 games were cut after two.",
        "Its parent was taught to write three; what of that is left in its layers is not known.",
        "No game of the test set was taught, up to the order of actions and players and to units.",
    ),
)
