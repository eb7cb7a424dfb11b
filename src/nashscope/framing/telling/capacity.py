"""Shares of a limited capacity."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are service {player} of {players}. In each of {rounds} rounds all services ask at "
    "once for units of a shared capacity of {capacity}. While all wishes together do not "
    "exceed it, everybody gets what it asks for. If they sum to more, they get in the way of "
    "each other, and everybody gets its wish times the square of the ratio of the capacity to "
    "that sum. Get as much as you can in all rounds together.",
    {
        "round": "This is round {value:next}.",
        "wishes": "In round {number} they asked for: {entry:each}.",
        "capacity": "",
    },
    {
        "share": "How many units do you ask for?",
    },
)
"""How it is told."""
