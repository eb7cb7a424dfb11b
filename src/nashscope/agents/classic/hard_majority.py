"""Cooperates only if the other player has cooperated more often than it has defected."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "hard-majority",
    follows(lambda past: 2 * sum(past.moves) > len(past.moves)),
    "Mittal and Deb 2009, Optimal Strategies of the Iterated Prisoner's Dilemma Problem",
)
