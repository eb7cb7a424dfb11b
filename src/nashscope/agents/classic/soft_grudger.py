"""Punishes a defection with four of its own, and then makes peace with two cooperations."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy

PUNISHMENT = (False, False, False, False, True, True)


def plan(past: Past) -> bool:
    """Follows the other player's moves; while punishing, it looks at none of them."""
    waiting: tuple[bool, ...] = ()
    for cooperated in past.moves:
        waiting = waiting[1:]
        if not waiting and not cooperated:
            waiting = PUNISHMENT
    return waiting[0] if waiting else True


AGENT = Strategy(
    "soft-grudger",
    follows(plan),
    "Li, Hingston and Kendall 2011, Engineering Design of Strategies for Winning Iterated "
    "Prisoner's Dilemma Competitions, IEEE Trans. Computational Intelligence and AI in Games 3",
)
