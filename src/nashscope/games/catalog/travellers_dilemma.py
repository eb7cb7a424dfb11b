"""The traveller's dilemma: reason undercuts, claim by claim, to the least."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size


def travellers_dilemma(low: int = 2, high: int = 10, bonus: int = 2) -> NormalForm:
    """The game in which both claim from `low` to `high` and get the lower claim; who claimed less
    gets `bonus` more, the other as much less.

    Basu's claims go from 2 to 100; the standard form here is smaller, so that all of its
    equilibria can be listed.
    """
    check_size(2, high - low + 1, high - low + 1)
    claims = range(low, high + 1)

    def pay(own: int, other: int) -> int:
        return min(own, other) + bonus * ((own < other) - (own > other))

    return NormalForm(
        [
            [[pay(a, b) for b in claims] for a in claims],
            [[pay(b, a) for b in claims] for a in claims],
        ],
        (tuple(map(str, claims)),) * 2,
        "travellers_dilemma",
    )


LEAST = ("1",) + ("0",) * 8
GAME = Named(
    make=travellers_dilemma,
    family="dilemma",
    source="Basu 1994, The traveler's dilemma, American Economic Review 84",
    equilibria=((LEAST, LEAST),),
)
