"""Beer or quiche: a breakfast that tells, or hides, whether one is strong."""

from fractions import Fraction

from nashscope.games.named import Named
from nashscope.games.rational import Number
from nashscope.games.tree import Move, Node, Tree, chance, leaf


def beer_quiche(strong: Number | str = "9/10") -> Tree:
    """The game in which a newcomer, strong or weak, has beer or quiche, and a bully who sees only
    that duels or not.

    The newcomer gets 1 for the breakfast it likes (the strong like beer) and 2 if it need not
    duel; the bully gets 1 for a duel with the weak and 1 for none with the strong.
    """

    def answer(kind: str, breakfast: str) -> Node:
        liked = (kind == "strong") == (breakfast == "beer")
        return Move(
            1,
            breakfast,
            ("duel", "retreat"),
            (leaf(int(liked), int(kind == "weak")), leaf(int(liked) + 2, int(kind == "strong"))),
        )

    def newcomer(kind: str) -> Node:
        options = tuple(answer(kind, breakfast) for breakfast in ("beer", "quiche"))
        return Move(0, kind, ("beer", "quiche"), options)

    odds = Fraction(strong)
    return Tree(
        chance({"strong": (odds, newcomer("strong")), "weak": (1 - odds, newcomer("weak"))}),
        2,
        "beer_quiche",
    )


GAME = Named(
    make=beer_quiche,
    family="signalling",
    source="Cho and Kreps 1987, Signaling games and stable equilibria, QJE 102",
    note="Both types have beer, or both quiche, and the bully retreats; only the first outcome "
    "passes the intuitive criterion.",
)
