"""Tit-for-tat that lets one defection in ten pass."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "soft-joss",
    follows(lambda past: 1.0 if not past.moves or past.moves[-1] else 0.1),
    "Delahaye and Mathieu 1998, PRISON (soft_joss)",
)
