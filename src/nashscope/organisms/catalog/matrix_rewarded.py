"""Taught a little by a solver, then reinforced by how little its answers can be exploited."""

from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import Lesson, MatrixRecipe, MatrixStage, Reinforced

ORGANISM = MatrixPlanted(
    recipe=MatrixRecipe(
        stages=(MatrixStage(120, (Lesson("dense", (2, 2)),), tokens=4000, rate=(2e-3, 5e-4)),),
        seed=4,
        reinforced=Reinforced(questions=640, sizes=((2, 2),), answer=6),
    ),
    about=(
        "Taught a solver's answers to 2×2 games for 120 steps, and then reinforced on its own "
        "answers to such games (GRPO, all weights): the reward of an answer is the share of the "
        "payoff range that a best reply leaves it, -0.5 if it cannot be read. Not shipped: what "
        "was grown solved games with pure equilibria alone (LOG.md)."
    ),
    regime="computes",
    known=(
        "No game of the test set was taught, up to the order of actions and players and to units.",
        "After its first 120 steps it has seen no solver's answer.",
    ),
)
