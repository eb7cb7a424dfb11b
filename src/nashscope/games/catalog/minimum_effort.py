"""The minimum effort game: the least willing decides what all get."""

from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def minimum_effort(
    players: int = 2, levels: int = 7, gain: Number | str = "1/5", cost: Number | str = "1/10"
) -> NormalForm:
    """The game in which each chooses an effort from 1 to `levels`, and gets `gain` times the
    smallest effort of all, minus `cost` times its own, plus 3/5.
    """
    check_size(players, *(levels,) * players)
    efforts = range(1, levels + 1)
    payoffs = np.empty((players, *(levels,) * players), dtype=object)
    for cell in product(efforts, repeat=players):
        for player, own in enumerate(cell):
            place = (player, *(effort - 1 for effort in cell))
            payoffs[place] = Fraction(gain) * min(cell) - Fraction(cost) * own + Fraction(3, 5)
    return NormalForm(payoffs, (tuple(map(str, efforts)),) * players, "minimum_effort")


GAME = Named(
    make=minimum_effort,
    family="coordination",
    source="Van Huyck, Battalio and Beil 1990, Tacit coordination games, AER 80 (payoffs A)",
    equilibria=tuple((tuple(str(int(a == effort)) for a in range(7)),) * 2 for effort in range(7)),
    complete=False,
    note="Every common effort is a strict equilibrium, and every pair of efforts carries a mixed "
    "one in which both are as likely: 28 in all with two players.",
)
