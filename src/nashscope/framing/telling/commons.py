"""The fishery: a pool that grows back."""

from nashscope.framing.facts import Telling

__all__ = ["TELLING"]

TELLING = Telling(
    "You are fisher {player} of {players}. Every month each fisher says how many units of "
    "fish to catch from one lake, all at once. Then what is left in the lake is multiplied by "
    "{growth}, up to {stock} units. If all want more than there is, it is divided up. Catch "
    "as much as you can over all months.",
    {
        "month": "This is month {value:next}.",
        "stock": "The lake holds {value} units of fish.",
        "mine": "You have caught {value} so far.",
        "catches": "Month {number}: {entry:each}.",
        "limit": "If nobody takes more than {value}, the lake will be as full again.",
        "months": "There are {value} months.",
        "collapse": "Below {value} units the fish die out.",
    },
    {
        "harvest": "How much do you catch this month?",
    },
)
"""How it is told."""
