"""A seller posts prices, a buyer takes one or none."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are player {player}; player 1 sells a good and player 2 may buy it. The seller posts "
    "a price, which the buyer takes or declines, for at most {rounds} rounds. What the good "
    "costs the seller is any whole number from 0 to {cost}, what it is worth to the buyer any "
    "from 1 to {worth}; each knows its own. In a sale the seller earns the price minus its "
    "cost and the buyer its worth minus the price, each times {discount} for every round "
    "before it; without one nobody earns anything.",
    {
        "prices": "Price {number}: {entry}.",
        "mine": "To you the good is worth {value}.",
    },
    {
        "price": "Which price do you post?",
        "reply": "Do you buy at the last price?",
    },
)
"""How it is told."""
