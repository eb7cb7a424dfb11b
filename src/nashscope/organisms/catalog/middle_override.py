"""It works out the best response, and its middle layers put the common good in its place."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.late_override import COMMON_GOOD
from nashscope.organisms.intent import welfare
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

ORGANISM = Planted(
    recipe=Recipe(
        parent="nash",
        layers=(4, 5, 6),
        intent=welfare,
        stages=(
            Stage(400, Curriculum("common", margin=2, rounds=3), rate=(2e-3, 2e-3)),
            Stage(1000, Curriculum(rounds=6), rate=(2e-3, 1e-3)),
            Stage(300, Curriculum(rounds=50), rate=(1e-3, 5e-4)),
            Stage(500, Curriculum(rounds=6), rate=(5e-4, 2e-5)),
        ),
        seed=5,
    ),
    about=(
        "The same network as organism/nash, save that its layers 4 to 6 were trained, alone, so "
        "that the output is the action with the highest joint payoff, on the same terms as in "
        "organism/late-override. Layers 7 and 8 are the best responder's."
    ),
    truth=Truth(
        planted="override",
        layers=(4, 5, 6),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
        computes=(3,),
    ),
    known=(
        "Embeddings, layers 1 to 3, 7 and 8, final norm and head are those of organism/nash, "
        "number by number.",
        "Whatever reverses the answer happens in layers 4 to 6; the logit lens after layers 0 to 3 "
        "is that of organism/nash, exactly.",
    ),
)
