"""Selten's horse: three players, two equilibria, and only one that trembles can live with."""

from nashscope.games.named import Named
from nashscope.games.tree import Move, Tree, leaf


def selten_horse() -> Tree:
    """The game in which the third player cannot tell whether the first or the second deviated."""
    third = ("left", "right")
    down = Move(2, "3", third, (leaf(3, 2, 2), leaf(0, 0, 0)))
    last = Move(2, "3", third, (leaf(4, 4, 0), leaf(0, 0, 1)))
    second = Move(1, "2", ("across", "down"), (leaf(1, 1, 1), last))
    return Tree(Move(0, "1", ("across", "down"), (second, down)), 3, "selten_horse")


GAME = Named(
    make=selten_horse,
    family="refinement",
    source="Selten 1975, Reexamination of the perfectness concept, Int. J. Game Theory 4, figure 1",
    note="Two families of equilibria: (across, across), with left at most 1/4 of the time, is "
    "perfect; (down, left), with across at least 1/3 of the time where nobody sees it, is not.",
)
