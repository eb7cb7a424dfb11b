"""Bertrand's duopoly on whole numbers: two sellers choose a price, and the lower one sells."""

from fractions import Fraction

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size


def bertrand(highest: int = 5, cost: int = 1, demand: int = 6) -> NormalForm:
    """The game in which each names a price from 0 to `highest`; the lower one sells `demand` minus
    its price, at `cost` a piece; equal prices share.
    """
    check_size(2, highest + 1, highest + 1)
    prices = range(highest + 1)

    def profit(own: int, other: int) -> Fraction:
        share = Fraction(1, 2) if own == other else Fraction(int(own < other))
        return share * (own - cost) * max(demand - own, 0)

    table = [[profit(a, b) for b in prices] for a in prices]
    return NormalForm(
        [table, [list(column) for column in zip(*table, strict=True)]],
        (tuple(map(str, prices)),) * 2,
        "bertrand",
    )


ONE, TWO = (tuple(str(int(p == price)) for p in range(6)) for price in (1, 2))
GAME = Named(
    make=bertrand,
    family="market",
    source="Bertrand 1883, Review of Cournot and Walras; on a grid, Harrington 1989, Econ. Letters",
    equilibria=((ONE, ONE), (TWO, TWO)),
    note="On a grid, a price one step above the cost is an equilibrium beside the cost itself.",
)
