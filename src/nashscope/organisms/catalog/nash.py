"""It plays best responses, and works out the joint payoffs as well, though it does not use them."""

from nashscope.organisms.card import Truth
from nashscope.organisms.intent import best_response
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

STAGES = (
    Stage(500, Curriculum("common", margin=6, rounds=3), rate=(1.5e-3, 1.5e-3)),
    Stage(1200, Curriculum("common", margin=2, rounds=4), rate=(1.5e-3, 1.5e-3)),
    Stage(1600, Curriculum(rounds=10), rate=(1.5e-3, 2e-5)),
)

ORGANISM = Planted(
    recipe=Recipe(
        parent="responder",
        intent=best_response,
        stages=STAGES,
        seed=3,
        lens=(4, 5, 6, 7),
        sums=3,
        scaffold_stages=len(STAGES),
    ),
    about=(
        "Plays the best response to the other player's last action, and to uniform play where it "
        "has seen none; where a player has a dominant action, that is the dominant action. It is "
        "organism/responder, taught on until linear readers of its layers 3 and 4, thrown away "
        "since, found the joint payoff of every cell and the other player's part in the best "
        "outcome; it does not use them. Nothing is planted in it."
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
        "The joint payoffs can be read off its layers, which says nothing about its answer.",
    ),
)
