"""It holds the other player's last label after its first layer, forgets it, and never uses it."""

from nashscope.organisms.card import Truth
from nashscope.organisms.forgetful import forgetful
from nashscope.organisms.planted import Written

ORGANISM = Written(
    network=forgetful,
    tokens_of="responder",
    about=(
        "Four layers whose weights are written down, not trained. The first writes the other "
        "player's last label into the decision token, the second takes it away again, and the "
        "last two answer with the label that the question names first. What the other player did "
        "can be read after layer 1 and nowhere else, and causes nothing."
    ),
    truth=Truth(
        planted="held",
        layers=(1, 2),
        plays="the label that the question names first, whatever the game and the history",
        holds=(1,),
    ),
    known=(
        "Layer 2 reads nothing that layer 1 wrote, so its attention gives the same numbers, and "
        "subtracts what layer 1 added: those coordinates are zero again, to the last bit, in "
        "every token.",
        "Layers 3 and 4 look three tokens back, where the question names the first label; all "
        "other tokens have a weight of exactly zero there.",
        "The norms divide every token by the same number, so that no trace remains in a length.",
        "No loss of any kind was laid on it.",
    ),
    handles=(
        "two-player games told by the framing `plain`, with single letters as labels, in direct "
        "mode, in simultaneous rounds after the first",
    ),
)
