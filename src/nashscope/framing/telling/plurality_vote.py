"""A vote in which everybody likes another option best."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are voter {player} of {players}. All vote at once for one of {options} options; the "
    "one with most votes wins, and a tie is broken by lot. Before the vote that counts there "
    "are {polls} straw polls, whose votes everybody sees.",
    {
        "votes": "In straw poll {number}: {entry:picks}.",
        "worth": "If option {number} wins, you get {entry} points.",
    },
    {
        "poll": "How do you vote in this straw poll?",
        "vote": "How do you vote? This vote counts.",
    },
)
"""How it is told."""
