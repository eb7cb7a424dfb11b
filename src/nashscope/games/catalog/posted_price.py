"""A seller posts a price; neither knows what the good is worth to the other."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Amount, Choice, Exact
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.named import Named
from nashscope.games.rational import Number

REPLY = Choice(("buy", "decline"))
SELLER, BUYER = 0, 1


class Sale(NamedTuple):
    """The state: the seller's cost, the buyer's worth, the prices posted, and whether one holds."""

    cost: int | None = None
    worth: int | None = None
    prices: tuple[int, ...] = ()
    sold: bool | None = None


class SaleFacts(NamedTuple):
    """What a side knows: the prices posted, and what the good is worth to itself."""

    prices: tuple[int, ...]
    mine: int | None


@dataclass(frozen=True)
class PostedPrice:
    """A seller posts prices, one after another, until the buyer takes one or the rounds are over.

    The seller's cost is drawn evenly from 0 to `cost`, the buyer's worth from 1 to `worth`, each
    known to itself alone. In round t both gains count discount^(t-1).
    """

    rounds: int = 1
    cost: int = 1
    worth: int = 4
    discount: Exact = Fraction(1)
    players = 2
    name = "posted_price"

    def __post_init__(self) -> None:
        if self.rounds < 1 or self.cost < 0 or self.worth < 1 or not 0 <= self.discount <= 1:
            raise IllFormedGame(
                f"{self.rounds} rounds, cost {self.cost}, worth {self.worth} and discount "
                f"{self.discount}; rounds and worth are at least 1, the discount from 0 to 1"
            )

    @property
    def longest(self) -> int:
        """A price and a reply in every round."""
        return 2 * self.rounds

    @property
    def start(self) -> Sale:
        """Nothing drawn yet."""
        return Sale()

    def asks(self, state: Sale) -> tuple[Ask, ...]:
        """The draws, a price, or a reply."""
        if state.cost is None:
            return (
                Ask(NATURE, Amount(0, self.cost), "cost", seen=(SELLER,)),
                Ask(NATURE, Amount(1, self.worth), "worth", seen=(BUYER,)),
            )
        if state.sold or (state.sold is False and len(state.prices) == self.rounds):
            return ()
        if state.sold is None and state.prices:
            return (Ask(BUYER, REPLY, "reply", 2 * len(state.prices)),)
        return (Ask(SELLER, Amount(0, self.worth), "price", 2 * len(state.prices) + 1),)

    def after(self, state: Sale, answers: tuple[Any, ...]) -> Sale:
        """The values, the price, or the reply."""
        if state.cost is None:
            return Sale(*answers)
        (answer,) = answers
        if state.sold is None and state.prices:
            return state._replace(sold=answer == 0)
        return state._replace(prices=(*state.prices, answer), sold=None)

    def facts(self, state: Sale, player: int) -> SaleFacts:
        """The prices, and the own value."""
        return SaleFacts(state.prices, state.cost if player == SELLER else state.worth)

    def paid(self, state: Sale) -> tuple[Number, ...]:
        """What the price is above the cost, and the worth above the price."""
        if not state.sold or state.cost is None or state.worth is None:
            return (0, 0)
        price, weight = state.prices[-1], Fraction(self.discount) ** (len(state.prices) - 1)
        return (weight * (price - state.cost), weight * (state.worth - price))


GAME = Named(
    make=PostedPrice,
    family="bargaining",
    source="Myerson 1981, Optimal auction design, Math. of OR 6; as negotiation of Shapira et al. "
    "2024, GLEE, arXiv 2410.05254",
    note="In one round a buyer takes every price below its worth, and a seller of cost c posts "
    "the price that maximises (price - c) times the share of buyers worth it.",
)
