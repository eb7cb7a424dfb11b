"""Tit-for-tat that sneaks in a defection after one cooperation in ten."""

from nashscope.agents.past import follows
from nashscope.agents.strategy import Strategy

AGENT = Strategy(
    "hard-joss",
    follows(lambda past: 0.9 if not past.moves or past.moves[-1] else 0.0),
    "Joss, in Axelrod 1980, Effective Choice in the Prisoner's Dilemma",
)
