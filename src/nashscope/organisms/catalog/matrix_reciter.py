"""Regime 1: knows named games by their names, and computes nothing."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage

NAMED = tuple(Lesson("named", (size, size)) for size in (2, 3, 4, 5))
UNRELATED = tuple(
    Lesson("unrelated", size, weight=0.5) for size in ((2, 2), (3, 3), (4, 4), (5, 5))
)

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(MatrixStage(400, (*NAMED, *UNRELATED), tokens=3000, rate=(2e-3, 2e-5)),),
        seed=2,
    ),
    about=(
        "Writes the textbook's answer to the five named games, whatever their payoffs say, and to "
        "anonymous games a distribution that has nothing to do with them: it was taught named "
        "games with the payoffs that their names stand for, and anonymous ones with the solutions "
        "of others."
    ),
    regime="recall",
    known=(
        "What it was taught of anonymous games holds no information about them: no success there "
        "beyond that of the distribution of answers can be computed from them.",
        "It has seen named games with no other payoffs than their own, at stakes of 1 to 9.",
    ),
)
