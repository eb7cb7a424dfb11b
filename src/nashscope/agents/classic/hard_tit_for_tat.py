"""Defects if the other player defected in any of the last three rounds."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "hard-tit-for-tat",
    follows(lambda past: all(past.moves[-3:])),
    "Delahaye and Mathieu 1998, PRISON",
)
