"""Shapley's game: fictitious play goes round for ever."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm


def shapley() -> NormalForm:
    """The game in which the row player wants to match, the column player to be one step ahead."""
    return NormalForm(
        [[[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]],
        (("a", "b", "c"),) * 2,
        "shapley",
    )


GAME = Named(
    make=shapley,
    family="cyclic",
    source="Shapley 1964, Some topics in two-person games, Advances in Game Theory, section 5",
    equilibria=((("1/3", "1/3", "1/3"), ("1/3", "1/3", "1/3")),),
)
