"""Tries out whether it can exploit: defects for ever if a defection goes unanswered."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy

OPENING = (False, True, True)


def plan(past: Past) -> bool:
    """D, C, C; then D for ever against cooperation in rounds 2 and 3, else tit-for-tat."""
    if len(past.own) < len(OPENING):
        return OPENING[len(past.own)]
    return past.other[1:3] != (True, True) and past.moves[-1]


AGENT = Strategy("prober", follows(plan), "Delahaye and Mathieu 1998, PRISON (prober)")
