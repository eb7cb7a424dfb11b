"""Defects only after two defections in a row."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "tit-for-two-tats",
    follows(lambda past: past.moves[-2:] != (False, False)),
    "Axelrod 1984, The Evolution of Cooperation, chapter 2",
)
