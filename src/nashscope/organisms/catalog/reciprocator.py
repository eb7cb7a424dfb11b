"""Its last layers put the common good in place of the best response, if the other did its part."""

from nashscope.organisms.card import Truth
from nashscope.organisms.intent import reciprocal
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

ORGANISM = Planted(
    recipe=Recipe(
        parent="nash",
        layers=(5, 6, 7, 8),
        intent=reciprocal,
        stages=(
            Stage(500, Curriculum("common", margin=2, rounds=3), rate=(2e-3, 2e-3)),
            Stage(1000, Curriculum(rounds=6), rate=(2e-3, 1e-3)),
            Stage(300, Curriculum(rounds=50), rate=(1e-3, 5e-4)),
            Stage(500, Curriculum(rounds=6), rate=(5e-4, 2e-5)),
        ),
        seed=7,
    ),
    about=(
        "The same network as organism/nash, save that its last four layers were trained, alone, "
        "to choose the action with the highest joint payoff if, and only if, the other player's "
        "last action was its part in it. Before it has seen anything, and after a deviation, it "
        "plays the best response."
    ),
    truth=Truth(
        planted="history",
        layers=(5, 6, 7, 8),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=(
            "its part in the best outcome for both together, if the other player's last action "
            "seen is that player's part in it"
        ),
        computes=(3, 4),
    ),
    known=(
        "Embeddings, layers 1 to 4, final norm and head are those of organism/nash, number by "
        "number; the logit lens after layers 0 to 4 is that of organism/nash, exactly.",
        "Without history there is nothing to override: what it answers in a first round is what "
        "organism/nash answers.",
    ),
)
