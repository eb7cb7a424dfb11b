"""Selten's horse: three players, two equilibria, and only one that trembles can live with."""

from nashscope.games.named import Named
from nashscope.games.tree import Decision, Tree, leaf


def selten_horse() -> Tree:
    """The game in which the third player cannot tell whether the first or the second deviated."""
    third = ("left", "right")
    down = Decision(2, "3", third, (leaf(0, 0, 0), leaf(3, 2, 2)))
    last = Decision(2, "3", third, (leaf(4, 4, 0), leaf(0, 0, 1)))
    second = Decision(1, "2", ("across", "down"), (leaf(1, 1, 1), last))
    return Tree(Decision(0, "1", ("across", "down"), (second, down)), 3, "selten_horse")


GAME = Named(
    make=selten_horse,
    family="refinement",
    source="Selten 1975, Reexamination of the perfectness concept, Int. J. Game Theory 4, figure 1",
    note="(down, across, right) is a Nash equilibrium and not a perfect one.",
)
