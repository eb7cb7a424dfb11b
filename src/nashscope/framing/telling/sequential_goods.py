"""A public good paid for in turn."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are player {player} of {players}. Everybody gives once, in the order of their "
    "numbers; a gift is a whole number from 0 to {most} and costs as much. All gifts together "
    "return {share} of their sum to everybody, and your own gift times all gifts before it "
    "returns {bonus} of that to you. If all gifts sum to less than {needed}, everybody pays "
    "{penalty}.",
    {
        "gifts": "The gifts before yours: {value}.",
    },
    {
        "gift": "How much do you give?",
    },
)
"""How it is told."""
