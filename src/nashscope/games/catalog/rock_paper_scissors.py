"""Rock-paper-scissors: each beats one and loses to one; with stakes that may differ."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, zero_sum_game
from nashscope.games.rational import Number


def rock_paper_scissors(rock: Number = 1, paper: Number = 1, scissors: Number = 1) -> NormalForm:
    """The game in which a win with rock, paper or scissors pays that much, and a tie nothing.

    The equilibrium plays each as often as its two opponents' stakes say: rock, paper and scissors
    in the proportion scissors' win, rock's win, paper's win.
    """
    return zero_sum_game(
        [[0, -paper, rock], [paper, 0, -scissors], [-rock, scissors, 0]],
        (("rock", "paper", "scissors"),) * 2,
        "rock_paper_scissors",
    )


GAME = Named(
    make=rock_paper_scissors,
    family="zero-sum",
    source="von Neumann and Morgenstern 1944, Theory of Games and Economic Behavior, section 14.8",
    equilibria=((("1/3", "1/3", "1/3"), ("1/3", "1/3", "1/3")),),
    value="0",
)
