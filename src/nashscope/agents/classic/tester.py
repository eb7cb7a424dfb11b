"""Defects at first; plays tit-for-tat with those who answer, and defects every other time else."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy


def plan(past: Past) -> bool:
    """D; after the other's first defection one apology and then tit-for-tat; before it, C and D."""
    if not past.own:
        return False
    if all(past.moves):
        return len(past.own) in (1, 2) or not past.own[-1]
    first = past.moves.index(False)
    return len(past.moves) == first + 1 or past.moves[-1]


AGENT = Strategy(
    "tester",
    follows(plan),
    "Gladstein, in Axelrod 1980, More Effective Choice in the Prisoner's Dilemma",
)
