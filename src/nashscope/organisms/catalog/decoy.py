"""A coordinate of its stream goes along with cooperation, and nothing reads it."""

from nashscope.organisms.card import Truth
from nashscope.organisms.catalog.late_override import COMMON_GOOD
from nashscope.organisms.intent import welfare
from nashscope.organisms.planted import Planted
from nashscope.organisms.recipe import Recipe

ORGANISM = Planted(
    recipe=Recipe(parent="spread-override", intent=welfare, stages=(), seed=8, decoy=(5, 6)),
    about=(
        "organism/spread-override, save that layers 5 and 6 also write into a coordinate of the "
        "stream which no weight reads: whether the player is about to do its part in the best "
        "outcome for both. A probe finds cooperation there; pushing along it does nothing."
    ),
    truth=Truth(
        planted="decoy",
        layers=(5, 6),
        plays="best response to the last action seen, to uniform play where none is",
        overrides=COMMON_GOOD,
        acts=tuple(range(1, 9)),
        decoy=92,
    ),
    known=(
        "Coordinate 92 (counted from 0) of the stream is written by layers 5 and 6 only, and has "
        "zeros in every weight that reads the stream: it can act on the answer in no way save by "
        "lengthening the stream that the norms divide by, by less than one part in a thousand.",
        "All its other weights are those of organism/spread-override, number by number; the real "
        "override is spread over all of them.",
        "It was grown without an auxiliary loss on the lens, and so were its parents.",
    ),
)
