"""The public goods game: what one gives helps all, and costs the giver more than it returns."""

from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def public_goods(players: int = 3, endowment: int = 2, multiplier: Number | str = 2) -> NormalForm:
    """The game in which each gives from 0 to `endowment`; what is given is multiplied and shared.

    Giving nothing dominates while the multiplier is below the number of players; giving all is
    best together while it is above 1.
    """
    check_size(players, *(endowment + 1,) * players)
    gifts = range(endowment + 1)
    payoffs = np.empty((players, *(len(gifts),) * players), dtype=object)
    for cell in product(gifts, repeat=players):
        for player, own in enumerate(cell):
            payoffs[(player, *cell)] = endowment - own + Fraction(multiplier) * sum(cell) / players
    return NormalForm(payoffs, (tuple(map(str, gifts)),) * players, "public_goods")


NOTHING = ("1", "0", "0")
GAME = Named(
    make=public_goods,
    family="dilemma",
    source="Isaac and Walker 1988, Group size effects in public goods provision, QJE 103",
    equilibria=((NOTHING, NOTHING, NOTHING),),
)
