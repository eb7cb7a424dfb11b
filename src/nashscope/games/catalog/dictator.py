"""The dictator game: one decides how to share, the other takes what it gets."""

from nashscope.games.named import Named
from nashscope.games.tree import Move, Tree, leaf


def dictator(pie: int = 4) -> Tree:
    """The game in which the first gives from 0 to `pie` to the second."""
    ends = tuple(leaf(pie - gift, gift) for gift in range(pie + 1))
    return Tree(Move(0, "give", tuple(map(str, range(pie + 1))), ends), 2, "dictator")


GAME = Named(
    make=dictator,
    family="bargaining",
    source="Kahneman, Knetsch and Thaler 1986, Fairness and the assumptions of economics, "
    "J. Business 59",
    perfect=("4", "0"),
)
