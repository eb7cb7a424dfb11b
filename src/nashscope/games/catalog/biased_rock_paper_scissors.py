"""Rock-paper-scissors in which one win counts for more: a model that recites 1/3 fails here."""

from nashscope.games.catalog.rock_paper_scissors import rock_paper_scissors
from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def biased_rock_paper_scissors(rock: Number = 2) -> NormalForm:
    """The game in which a win with rock pays `rock` and the other wins pay 1."""
    game = rock_paper_scissors(rock=rock)
    return NormalForm(game.given, game.actions, "biased_rock_paper_scissors")


GAME = Named(
    make=biased_rock_paper_scissors,
    family="zero-sum",
    source="a textbook variant; solved by hand from the indifference conditions",
    equilibria=((("1/4", "1/2", "1/4"), ("1/4", "1/2", "1/4")),),
    value="0",
    note="Paper, which beats the dear rock, is played most, not rock.",
)
