"""Bargaining over a pie that shrinks: who can wait is worth more than who speaks first."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice, Exact, Split
from nashscope.games.dynamic import Ask
from nashscope.games.named import Named
from nashscope.games.rational import Number

REPLY = Choice(("accept", "reject"))


class Bargain(NamedTuple):
    """The state: the round, the offer on the table, those that were rejected, and the agreement."""

    round: int
    offer: tuple[Any, ...] | None = None
    rejected: tuple[tuple[Any, ...], ...] = ()
    agreed: tuple[Any, ...] | None = None


class BargainFacts(NamedTuple):
    """What both know: the round, the offer on the table, and the offers rejected before."""

    round: int
    offer: tuple[Any, ...] | None
    rejected: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class AlternatingOffers:
    """In every round one offers a split of the pie, and the other accepts or rejects.

    The first player offers in the first, third … round. A share agreed upon in round t is worth
    share·discount^(t-1) to its player; without agreement nobody gets anything.

    unit: of the shares. first, second: the discounts of the two.
    """

    rounds: int = 3
    pie: Exact = Fraction(10)
    unit: Exact = Fraction(1)
    first: Exact = Fraction(9, 10)
    second: Exact = Fraction(9, 10)
    players = 2
    name = "alternating_offers"

    def __post_init__(self) -> None:
        if self.rounds < 1 or not (0 <= self.first <= 1 and 0 <= self.second <= 1):
            raise IllFormedGame(
                f"{self.rounds} rounds with discounts {self.first} and {self.second}; "
                "there is at least 1 round, and discounts are from 0 to 1"
            )
        Split(Fraction(self.pie), 2, Fraction(self.unit))

    @property
    def longest(self) -> int:
        """An offer and a reply in every round."""
        return 2 * self.rounds

    @property
    def start(self) -> Bargain:
        """Nothing offered yet."""
        return Bargain(0)

    def asks(self, state: Bargain) -> tuple[Ask, ...]:
        """An offer by one, or a reply by the other."""
        if state.agreed is not None or state.round == self.rounds:
            return ()
        proposer = state.round % 2
        if state.offer is None:
            offer = Split(Fraction(self.pie), 2, Fraction(self.unit))
            return (Ask(proposer, offer, "offer", 2 * state.round),)
        return (Ask(1 - proposer, REPLY, "reply", 2 * state.round + 1),)

    def after(self, state: Bargain, answers: tuple[Any, ...]) -> Bargain:
        """The offer on the table, the agreement, or the next round."""
        (answer,) = answers
        if state.offer is None:
            return state._replace(offer=answer)
        if answer == 0:
            return state._replace(agreed=state.offer)
        return Bargain(state.round + 1, None, (*state.rejected, state.offer))

    def facts(self, state: Bargain, player: int) -> BargainFacts:
        """Both know everything."""
        return BargainFacts(state.round, state.offer, state.rejected)

    def paid(self, state: Bargain) -> tuple[Number, ...]:
        """The discounted shares of an agreement."""
        if state.agreed is None:
            return (0, 0)
        discounts = (Fraction(self.first), Fraction(self.second))
        return tuple(
            share * own**state.round for share, own in zip(state.agreed, discounts, strict=True)
        )

    def remaining(self, state: Bargain) -> tuple[Any, ...]:
        """The round and the offer; what was rejected before changes nothing."""
        return (state.round, state.offer, state.agreed)


GAME = Named(
    make=AlternatingOffers,
    family="bargaining",
    source="Ståhl 1972, Bargaining Theory; Rubinstein 1982, Econometrica 50; "
    "with a horizon as in Shapira et al. 2024, GLEE, arXiv 2410.05254",
    perfect=("9", "1"),
    note="On a grid of shares there are ties; the equilibrium stated has every indifferent "
    "responder accept. With rounds 1, 2, 3 and discount 9/10 the first gets 10, 1, 9 of 10.",
)
