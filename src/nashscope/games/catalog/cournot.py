"""Cournot's duopoly on whole numbers: two sellers choose how much, and the price follows."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size


def cournot(intercept: int = 12, cost: int = 0, most: int = 6) -> NormalForm:
    """The game in which each sells from 0 to `most` at the price `intercept` minus all that is
    sold (0 at least), at `cost` a piece.
    """
    check_size(2, most + 1, most + 1)
    amounts = range(most + 1)

    def profit(own: int, other: int) -> int:
        return own * (max(intercept - own - other, 0) - cost)

    table = [[profit(a, b) for b in amounts] for a in amounts]
    return NormalForm(
        [table, [list(column) for column in zip(*table, strict=True)]],
        (tuple(map(str, amounts)),) * 2,
        "cournot",
    )


THREE, FOUR, FIVE = (tuple(str(int(a == amount)) for a in range(7)) for amount in (3, 4, 5))
GAME = Named(
    make=cournot,
    family="market",
    source="Cournot 1838, Recherches sur les principes mathématiques de la théorie des richesses",
    equilibria=((FOUR, FOUR), (THREE, FIVE), (FIVE, THREE)),
    note="Without the grid, each sells a third of the intercept minus the cost: 4, as here; but on "
    "whole numbers two lopsided equilibria join it.",
)
