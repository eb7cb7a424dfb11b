"""The volunteer's dilemma: one must pay for what all enjoy, and any one will do."""

from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def volunteers_dilemma(players: int = 3, benefit: Number = 4, cost: Number = 1) -> NormalForm:
    """The game in which all get `benefit` if anybody volunteers, and every volunteer pays `cost`.

    In the mixed equilibrium each stays out with probability (cost / benefit)^(1 / (players - 1)).
    """
    check_size(players, *(2,) * players)
    payoffs = np.empty((players, *(2,) * players))
    for cell in product((0, 1), repeat=players):
        saved = benefit if 0 in cell else 0
        for player, own in enumerate(cell):
            payoffs[(player, *cell)] = saved - (cost if own == 0 else 0)
    return NormalForm(payoffs, (("volunteer", "wait"),) * players, "volunteers_dilemma")


ONE, OUT, HALF = ("1", "0"), ("0", "1"), ("1/2", "1/2")
GAME = Named(
    make=volunteers_dilemma,
    family="anti-coordination",
    source="Diekmann 1985, Volunteer's dilemma, Journal of Conflict Resolution 29",
    equilibria=((ONE, OUT, OUT), (OUT, ONE, OUT), (OUT, OUT, ONE), (HALF, HALF, HALF)),
    complete=False,
    note="With one of the three out for sure, the other two have a mixed equilibrium of their own:"
    "each volunteers with probability 3/4.",
)
