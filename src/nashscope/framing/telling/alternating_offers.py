"""Bargaining over a pie that shrinks."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are player {player} of {players}. You bargain over {pie} points, for at most "
    "{rounds} rounds. In round 1, 3 and so on player 1 offers a split and player 2 accepts or "
    "rejects it, in the rounds between it is the other way round. An agreement in a round "
    "after the first is worth less: for every round before it player 1 keeps {first} of its "
    "share and player 2 keeps {second}. Without an agreement nobody gets anything.",
    {
        "round": "This is round {value:next}.",
        "offer": "On the table is: {value:each}.",
        "rejected": "Rejected in round {number}: {entry:each}.",
    },
    {
        "offer": "Which split do you offer, the share of player 1 first?",
        "reply": "Do you accept?",
    },
)
"""How it is told."""
