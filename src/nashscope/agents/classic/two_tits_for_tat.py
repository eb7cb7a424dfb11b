"""Answers every defection with two."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "two-tits-for-tat",
    follows(lambda past: all(past.moves[-2:])),
    "Axelrod 1984, The Evolution of Cooperation, chapter 2",
)
