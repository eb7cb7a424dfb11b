"""The prisoner's dilemma: each gains by defecting, and both lose by it."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def prisoners_dilemma(t: Number = 5, r: Number = 3, p: Number = 1, s: Number = 0) -> NormalForm:
    """The game with temptation `t`, reward `r`, punishment `p` and sucker's payoff `s`.

    Defection dominates when T > R and P > S; it is a dilemma when also R > P.
    """
    return NormalForm(
        [[[r, s], [t, p]], [[r, t], [s, p]]],
        (("cooperate", "defect"),) * 2,
        "prisoners_dilemma",
    )


GAME = Named(
    make=prisoners_dilemma,
    family="dilemma",
    source="Flood and Dresher 1950, RAND; payoffs of Axelrod 1984, The Evolution of Cooperation",
    equilibria=((("0", "1"), ("0", "1")),),
)
