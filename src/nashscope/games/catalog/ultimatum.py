"""The ultimatum game: one proposes how to share, the other may refuse for both."""

from nashscope.games.named import Named
from nashscope.games.tree import Move, Tree, leaf


def ultimatum(pie: int = 4) -> Tree:
    """The game in which the first offers from 0 to `pie` to the second, who accepts or rejects."""
    answers = tuple(
        Move(1, f"offered {offer}", ("accept", "reject"), (leaf(pie - offer, offer), leaf(0, 0)))
        for offer in range(pie + 1)
    )
    return Tree(Move(0, "offer", tuple(map(str, range(pie + 1))), answers), 2, "ultimatum")


GAME = Named(
    make=ultimatum,
    family="bargaining",
    source="Güth, Schmittberger and Schwarze 1982, An experimental analysis of ultimatum "
    "bargaining, JEBO 3",
    perfect=("4", "0"),
    note="Nothing offered leaves the second indifferent; if it then rejects, the subgame-perfect "
    "outcome is (3, 1).",
)
