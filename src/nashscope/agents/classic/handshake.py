"""Cooperates for ever with those who open as it does, C then D, and with nobody else."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy

OPENING = (True, False)


def plan(past: Past) -> bool:
    """C, D; then what the other player's opening deserves."""
    if len(past.own) < len(OPENING):
        return OPENING[len(past.own)]
    return past.other[: len(OPENING)] == OPENING


AGENT = Strategy(
    "handshake",
    follows(plan),
    "Robson 1990, Efficiency in Evolutionary Games: Darwin, Nash and the Secret Handshake",
)
