"""Answers the n-th provocation with n defections, then calms down with two cooperations."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy


def plan(past: Past) -> bool:
    """Follows the other player; what that does while it is punished or calmed provokes nothing."""
    waiting: tuple[bool, ...] = ()
    provoked = 0
    for cooperated in past.moves:
        waiting = waiting[1:]
        if not waiting and not cooperated:
            provoked += 1
            waiting = (False,) * provoked + (True, True)
    return waiting[0] if waiting else True


AGENT = Strategy(
    "gradual",
    follows(plan),
    "Beaufils, Delahaye and Mathieu 1996, Our Meeting with Gradual, Artificial Life V",
)
