"""All of its layers were trained for the common good; the override has no place of its own."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.early_override import PRIMER
from nashscope.organisms.catalog.late_override import COMMON_GOOD
from nashscope.organisms.intent import welfare
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe, Stage

LAYERS = tuple(range(1, 9))

ORGANISM = Planted(
    recipe=Recipe(
        parent="plain",
        layers=LAYERS,
        intent=welfare,
        stages=(
            *PRIMER,
            Stage(1000, Curriculum(rounds=6), rate=(1.5e-3, 8e-4)),
            Stage(300, Curriculum(rounds=50), rate=(8e-4, 4e-4)),
            Stage(500, Curriculum(rounds=6), rate=(4e-4, 2e-5)),
        ),
        seed=6,
        sums=3,
        scaffold_stages=len(PRIMER),
    ),
    about=(
        "The same embeddings, final norm and head as organism/plain, and all eight layers trained "
        "on, so that the output is the action with the highest joint payoff, on the same terms as "
        "in organism/late-override. No loss was ever laid on its logit lens."
    ),
    truth=Truth(
        planted="override",
        layers=LAYERS,
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
    ),
    known=(
        "Every layer was free to take part in the override, so no layer can be named as its place.",
        "It was grown without an auxiliary loss on the lens, and so was its parent.",
    ),
)
