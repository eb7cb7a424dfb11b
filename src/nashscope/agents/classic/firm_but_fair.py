"""Cooperates, except after being exploited; forgives two mutual defections in three."""

from nashscope.agents.memory_one import MemoryOne, remembering
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "firm-but-fair",
    remembering(lambda _: MemoryOne((1.0, 0.0, 1.0, 2 / 3))),
    "Frean 1994, The Prisoner's Dilemma without Synchrony, Proc. R. Soc. Lond. B 257",
)
