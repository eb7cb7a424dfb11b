"""Wolves hidden among villagers; nobody says a word."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are player {player} of {players}. {wolves} of you are wolves, the others villagers, "
    "and only the wolves know who. By day all who are alive vote one of them out, ties are "
    "broken by lot; by night a wolf takes one. The villagers win when no wolf is left, the "
    "wolves when they are as many as the others. Who wins earns 1 point.",
    {
        "role": "You are a {value}.",
        "fellows": "Other wolves: {value:seats}.",
        "alive": "Alive are {value:seats}.",
        "lost": "Lost so far: {value:seats}.",
        "votes": "In vote {number}: {entry:picks}.",
    },
    {
        "vote": "Whom do you vote out?",
        "kill": "Whom do you take tonight?",
    },
)
"""How it is told."""
