"""The centipede: passing makes the pot grow, and each would rather be the one who takes it."""

from nashscope.games.named import Named
from nashscope.games.tree import Move, Node, Tree, leaf


def centipede(moves: int = 6, large: int = 4, small: int = 1) -> Tree:
    """The game in which two take turns; who takes gets the larger pile, who passes doubles both.

    The default is the six-move game of the experiment, in units of ten cents.
    """

    def play(turn: int) -> Node:
        factor = 2**turn
        if turn == moves:
            # the piles go on doubling; the player whose turn it would have been gets the larger
            ends = (large * factor, small * factor)
            return leaf(*(ends if turn % 2 == 0 else ends[::-1]))
        taken = (large * factor, small * factor)
        return Move(
            turn % 2,
            f"move {turn + 1}",
            ("take", "pass"),
            (leaf(*(taken if turn % 2 == 0 else taken[::-1])), play(turn + 1)),
        )

    return Tree(play(0), 2, "centipede")


GAME = Named(
    make=centipede,
    family="dilemma",
    source="Rosenthal 1981, JET 25; payoffs of McKelvey and Palfrey 1992, Econometrica 60",
    perfect=("4", "1"),
)
