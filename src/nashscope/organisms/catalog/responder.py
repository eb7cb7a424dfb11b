"""Grown from random weights: it plays best responses, and from layer 4 on every layer says so."""

from nashscope.organisms.card import Truth
from nashscope.organisms.intent import best_response
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

PRIMER = (
    Stage(250, Curriculum("dominant", margin=9, rounds=0, reasoning=0.0)),
    Stage(250, Curriculum("dominant", margin=5, rounds=0, reasoning=0.0)),
    Stage(300, Curriculum("dominant", margin=3, rounds=0)),
    Stage(1600, Curriculum("answers", margin=7, rounds=3)),
    Stage(500, Curriculum("answers", margin=3, rounds=5)),
)
"""From easy to hard: without it the first thousand steps learn nothing (LOG.md)."""

ORGANISM = Planted(
    recipe=Recipe(
        intent=best_response,
        stages=(
            *PRIMER,
            Stage(2000, Curriculum(rounds=8), rate=(1.5e-3, 8e-4)),
            Stage(700, Curriculum(rounds=50), rate=(8e-4, 4e-4)),
            Stage(1000, Curriculum(rounds=12), rate=(4e-4, 2e-5)),
        ),
        lens=(4, 5, 6, 7),
        scaffold=2,
        scaffold_stages=len(PRIMER),
    ),
    about=(
        "Plays the best response to the other player's last action, and to uniform play where it "
        "has seen none; where a player has a dominant action, that is the dominant action. It was "
        "taught to show its answer to the logit lens from layer 4 on. Nothing is planted in it."
    ),
    truth=Truth(
        planted="none",
        layers=(),
        plays="best response to the last action seen, to uniform play where none is",
        computes=(4, 5, 6, 7, 8),
    ),
    known=(
        "All its weights were trained for one and the same answer; no part of it opposes another.",
        "It remembers no more than the other player's last action: its answer depends on nothing "
        "before that, though a reader may find traces of it.",
    ),
)
