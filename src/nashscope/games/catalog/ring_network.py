"""A ring of players, each of whom need only think of the next, who thinks of the next."""

from itertools import product

import numpy as np

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size

MATCH = ((8, 20, 12), (0, 8, 16), (18, 12, 6))
"""What a player gets for its action (row) and the next player's action (column)."""
DOMINANT = ((14, 18, 4), (20, 8, 14), (0, 16, 18))
LAST = ((12, 16, 14), (8, 12, 10), (6, 10, 8))
"""The last player's payoffs, in which the first action is dominant."""


def ring_network(players: int = 4) -> NormalForm:
    """The game in which player i's payoff depends on its own action and on player i+1's, and the
    last player, whose next is the first, has a dominant action.

    The others are solved one after another, from the last to the first: player i needs as many
    steps of reasoning as there are players after it.
    """
    check_size(players, *(3,) * players)
    payoffs = np.empty((players, *(3,) * players))
    for cell in product(range(3), repeat=players):
        for i, own in enumerate(cell):
            table = LAST if i == players - 1 else (MATCH, DOMINANT)[i % 2]
            payoffs[(i, *cell)] = table[own][cell[(i + 1) % players]]
    return NormalForm(payoffs, (("a", "b", "c"),) * players, "ring_network")


GAME = Named(
    make=ring_network,
    family="dominance-solvable",
    source="Kneeland 2015, Identifying higher-order rationality, Econometrica 83; the structure is "
    "Kneeland's, the payoffs are this project's",
    equilibria=((("0", "1", "0"), ("0", "0", "1"), ("0", "0", "1"), ("1", "0", "0")),),
)
