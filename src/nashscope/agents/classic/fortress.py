"""Cooperates only after two defections of the other player in a row, and as long as it does."""

from nashscope.agents.past import Past, follows
from nashscope.agents.strategy import Strategy

NEXT = {(1, True): 1, (1, False): 2, (2, True): 1, (2, False): 3, (3, True): 3, (3, False): 1}
"""The state after the other player's move; in state 3 it cooperates."""


def plan(past: Past) -> bool:
    """Follows the three states of the machine."""
    state = 1
    for cooperated in past.moves:
        state = NEXT[state, cooperated]
    return state == 3


AGENT = Strategy(
    "fortress",
    follows(plan),
    "Ashlock and Kim 2008, Fingerprinting: Visualization and Automatic Analysis of Prisoner's "
    "Dilemma Strategies, IEEE Trans. Evolutionary Computation 12 (Fortress3)",
)
