"""The beauty contest: guess a part of what the others guess."""

from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def beauty_contest(
    players: int = 3, highest: int = 5, part: Number | str = "2/3", prize: int = 6
) -> NormalForm:
    """The game in which each names a whole number from 0 to `highest`, and those nearest to `part`
    of the mean share the prize.
    """
    check_size(players, *(highest + 1,) * players)
    payoffs = np.empty((players, *(highest + 1,) * players), dtype=object)
    for cell in product(range(highest + 1), repeat=players):
        target = Fraction(part) * sum(cell) / players
        apart = [abs(guess - target) for guess in cell]
        winners = apart.count(min(apart))
        for player, distance in enumerate(apart):
            payoffs[(player, *cell)] = Fraction(prize * (distance == min(apart)), winners)
    names = tuple(str(guess) for guess in range(highest + 1))
    return NormalForm(payoffs, (names,) * players, "beauty_contest")


ZERO = ("1", "0", "0", "0", "0", "0")
GAME = Named(
    make=beauty_contest,
    family="guessing",
    source="Nagel 1995, Unraveling in guessing games, American Economic Review 85",
    equilibria=((ZERO, ZERO, ZERO),),
    note="Iterated strict dominance leaves 0 alone; with more players, or a part nearer to 1, that "
    "all name 1 can be an equilibrium of whole numbers too.",
)
