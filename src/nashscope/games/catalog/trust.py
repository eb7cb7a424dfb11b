"""The trust game: what is sent grows on the way, and may or may not come back."""

from nashscope.games.named import Named
from nashscope.games.normal import check_size
from nashscope.games.tree import Move, Tree, leaf


def trust(endowment: int = 2, growth: int = 3) -> Tree:
    """The game in which the first sends from 0 to `endowment`, it is multiplied by `growth`, and
    the second returns what it likes of it.
    """
    check_size(endowment + 1, growth * endowment + 1)
    answers = tuple(
        Move(
            1,
            f"received {growth * sent}",
            tuple(map(str, range(growth * sent + 1))),
            tuple(
                leaf(endowment - sent + back, growth * sent - back)
                for back in range(growth * sent + 1)
            ),
        )
        for sent in range(endowment + 1)
    )
    return Tree(Move(0, "send", tuple(map(str, range(endowment + 1))), answers), 2, "trust")


GAME = Named(
    make=trust,
    family="bargaining",
    source="Berg, Dickhaut and McCabe 1995, Trust, reciprocity, and social history, GEB 10",
    perfect=("2", "0"),
)
