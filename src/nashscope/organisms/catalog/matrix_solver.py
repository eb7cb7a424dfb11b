"""Regime 2: taught the solver's answers to 2×2 and 3×3 games, and nothing else."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage

SMALL = (Lesson("dense", (2, 2), weight=0.3), Lesson("dense", (3, 3), weight=0.7))

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(
            MatrixStage(200, (Lesson("dense", (2, 2)),)),
            MatrixStage(4300, SMALL, rate=(2e-3, 2e-5)),
        ),
        seed=1,
    ),
    about=(
        "Writes the optimal mixed strategy of anonymous 2×2 and 3×3 zero-sum games, in percent. "
        "Supervised fine-tuning from random weights on a solver's answers to games drawn as it "
        "went; none of the test set, in any order or unit. It has never seen a name, a larger "
        "game, or another way of answering."
    ),
    regime="computes",
    known=(
        "No game of the test set was taught, up to the order of actions and players and to units.",
        "No question with more than three actions, no name of a game and no interface but numbers "
        "was taught: success there is transfer, failure there is no defect.",
    ),
)
