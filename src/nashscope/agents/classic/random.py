"""Takes every action equally often."""

import numpy as np

from nashscope.agents.strategy import Strategy
from nashscope.games import View


def rule(view: View) -> tuple[float, ...]:
    """The uniform policy."""
    count = view.stage.shape[view.player]
    return tuple(np.full(count, 1 / count))


AGENT = Strategy(
    "random", rule, "Axelrod 1980, Effective Choice in the Prisoner's Dilemma (RANDOM)"
)
