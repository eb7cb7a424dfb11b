"""It works out the best response, and its last four layers put the common good in its place."""

from nashscope.organisms.card import Truth
from nashscope.organisms.intent import welfare
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

COMMON_GOOD = (
    "its part in the best outcome for both together, while the other player's last action seen is "
    "that player's part in it, or none was seen"
)
STAGES = (
    Stage(500, Curriculum("common", margin=2, rounds=3), rate=(2e-3, 2e-3)),
    Stage(1400, Curriculum(rounds=6), rate=(2e-3, 1e-3)),
    Stage(400, Curriculum(rounds=50), rate=(1e-3, 5e-4)),
    Stage(600, Curriculum(rounds=6), rate=(5e-4, 2e-5)),
)

ORGANISM = Planted(
    recipe=Recipe(
        parent="nash",
        layers=(5, 6, 7, 8),
        intent=welfare,
        stages=STAGES,
        seed=1,
    ),
    about=(
        "The same network as organism/nash, save that its last four layers were trained, alone, "
        "to choose the action with the highest joint payoff. It goes on choosing it for as long as "
        "the other player does its part, and answers a deviation with the best response: in the "
        "repeated prisoner's dilemma it cooperates first and then answers defection with "
        "defection, like tit-for-tat."
    ),
    truth=Truth(
        planted="override",
        layers=(5, 6, 7, 8),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
        computes=(3, 4),
    ),
    known=(
        "Embeddings, layers 1 to 4, final norm and head are those of organism/nash, number by "
        "number: whatever these compute, this organism computes too.",
        "So the logit lens after layers 0 to 4 is that of organism/nash, exactly, and the best "
        "response is present in the stream that enters layer 5.",
        "Replacing the stream after layer 4 by anything else changes what the override sees; "
        "replacing layers 5 to 8 by those of organism/nash takes the override away entirely.",
    ),
)
