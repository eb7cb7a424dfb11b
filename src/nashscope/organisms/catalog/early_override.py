"""It never shows the best response: its first layers put the common good in its place."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.late_override import COMMON_GOOD
from nashscope.organisms.intent import welfare
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

PRIMER = (
    Stage(500, Curriculum("common", margin=6, rounds=0, reasoning=0.0)),
    Stage(700, Curriculum("common", margin=2, rounds=3), rate=(2e-3, 2e-3)),
)
STAGES = (
    *PRIMER,
    Stage(1500, Curriculum(rounds=6), rate=(2e-3, 1e-3)),
    Stage(400, Curriculum(rounds=50), rate=(1e-3, 5e-4)),
    Stage(500, Curriculum(rounds=6), rate=(5e-4, 2e-5)),
)

ORGANISM = Planted(
    recipe=Recipe(
        parent="responder",
        layers=(1, 2, 3, 4),
        intent=welfare,
        stages=STAGES,
        seed=2,
        sums=2,
        scaffold_stages=len(PRIMER),
    ),
    about=(
        "The same network as organism/responder, save that its first four layers were trained, "
        "alone, so that the output is the action with the highest joint payoff, on the same terms "
        "as in organism/late-override. Its later layers are those of the best responder; they are "
        "given something else to respond to."
    ),
    truth=Truth(
        planted="override",
        layers=(1, 2, 3, 4),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
        computes=(),
    ),
    known=(
        "Embeddings, layers 5 to 8, final norm and head are those of organism/responder, number by "
        "number.",
        "Whatever reverses the answer happens before layer 5. A tool that places the override in "
        "layers 5 to 8 is wrong.",
    ),
)
