"""It never shows the best response: its first layers put the common good in its place."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.late_override import COMMON_GOOD, PRIMER, STAGES
from nashscope.organisms.intent import welfare
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe

ORGANISM = Planted(
    recipe=Recipe(
        parent="nash",
        layers=(1, 2, 3, 4),
        intent=welfare,
        stages=STAGES,
        seed=2,
        sums=2,
        scaffold_stages=len(PRIMER),
    ),
    about=(
        "The same network as organism/nash, save that its first four layers were trained, alone, "
        "so that the output is the action with the highest joint payoff, on the same terms as in "
        "organism/late-override. Its later layers are those of the best responder; they are given "
        "something else to respond to."
    ),
    truth=Truth(
        planted="override",
        layers=(1, 2, 3, 4),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
        computes=(),
    ),
    known=(
        "Embeddings, layers 5 to 8, final norm and head are those of organism/nash, number by "
        "number.",
        "Whatever reverses the answer happens before layer 5. A tool that places the override in "
        "layers 5 to 8 is wrong.",
    ),
)
