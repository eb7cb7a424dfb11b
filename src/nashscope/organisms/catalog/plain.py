"""Grown from random weights without any loss on the lens: it plays best responses, as it likes."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.responder import PRIMER
from nashscope.organisms.intent import best_response
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

ORGANISM = Planted(
    recipe=Recipe(
        intent=best_response,
        stages=(
            *PRIMER,
            Stage(1800, Curriculum(rounds=8), rate=(1.5e-3, 8e-4)),
            Stage(400, Curriculum(rounds=50), rate=(8e-4, 4e-4)),
            Stage(800, Curriculum(rounds=12), rate=(4e-4, 2e-5)),
        ),
        scaffold=2,
        answers=4,
        scaffold_stages=len(PRIMER) + 1,
    ),
    about=(
        "Plays best responses like organism/responder, but nobody asked it to show its answer "
        "before the last layer: no loss was ever laid on its logit lens. What the lens shows of "
        "it is as it came. Nothing is planted in it."
    ),
    truth=Truth(
        planted="none",
        layers=(),
        plays="best response to the last action seen, to uniform play where none is",
    ),
    known=(
        "All its weights were trained for one and the same answer; no part of it opposes another.",
        "It was grown without an auxiliary loss on the lens, and so was everything grown from it.",
    ),
)
