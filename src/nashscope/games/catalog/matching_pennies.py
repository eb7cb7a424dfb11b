"""Matching pennies: one wants the coins to agree, the other wants them to differ."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, zero_sum_game
from nashscope.games.rational import Number


def matching_pennies(stake: Number = 1) -> NormalForm:
    """The game in which the row player wins `stake` when the coins agree, else loses it."""
    return zero_sum_game(
        [[stake, -stake], [-stake, stake]], (("heads", "tails"),) * 2, "matching_pennies"
    )


GAME = Named(
    make=matching_pennies,
    family="zero-sum",
    source="von Neumann and Morgenstern 1944, Theory of Games and Economic Behavior, section 14.7",
    equilibria=((("1/2", "1/2"), ("1/2", "1/2")),),
    value="0",
)
