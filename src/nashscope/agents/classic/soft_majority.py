"""Cooperates as long as the other player has cooperated at least as often as it has defected."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "soft-majority",
    follows(lambda past: 2 * sum(past.moves) >= len(past.moves)),
    "Axelrod 1980, More Effective Choice in the Prisoner's Dilemma (go by majority)",
)
