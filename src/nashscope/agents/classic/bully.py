"""Defects first, then does the opposite of what the other player did last."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "bully",
    follows(lambda past: bool(past.moves) and not past.moves[-1]),
    "Nachbar 1992, Evolution in the Finitely Repeated Prisoner's Dilemma, JEBO 19",
)
