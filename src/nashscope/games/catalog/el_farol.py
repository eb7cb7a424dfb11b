"""El Farol: a bar that is worth a visit while it is not crowded."""

from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def el_farol(
    players: int = 4, seats: int = 2, good: Number = 2, home: Number = 1, crowded: Number = 0
) -> NormalForm:
    """The game in which going pays `good` while at most `seats` go and `crowded` else; home pays
    `home`.
    """
    check_size(players, *(2,) * players)
    payoffs = np.empty((players, *(2,) * players))
    for cell in product((0, 1), repeat=players):
        going = good if cell.count(0) <= seats else crowded
        for player, stays in enumerate(cell):
            payoffs[(player, *cell)] = home if stays else going
    return NormalForm(payoffs, (("go", "stay"),) * players, "el_farol")


GO, STAY = ("1", "0"), ("0", "1")
GAME = Named(
    make=el_farol,
    family="anti-coordination",
    source="Arthur 1994, Inductive reasoning and bounded rationality, American Economic Review 84",
    equilibria=(
        (GO, GO, STAY, STAY),
        (GO, STAY, GO, STAY),
        (GO, STAY, STAY, GO),
        (STAY, GO, GO, STAY),
        (STAY, GO, STAY, GO),
        (STAY, STAY, GO, GO),
        (("1/2", "1/2"),) * 4,
    ),
    complete=False,
    note="Exactly two go in every pure equilibrium; when all toss a coin, the chance that at most "
    "one of the other three goes is one half.",
)
