"""Takes every action equally often."""

from typing import Any

import numpy as np

from nashscope.agents.strategy import Strategy
from nashscope.errors import Misuse
from nashscope.games import View
from nashscope.games.answer import size
from nashscope.games.dynamic import Ask
from nashscope.games.rule import uniform_rule

MANY = 1_000_000
"""Most values that are listed for a draw."""


def rule(view: View) -> tuple[float, ...]:
    """The uniform policy."""
    count = view.stage.shape[view.player]
    return tuple(np.full(count, 1 / count))


def anywhere(facts: Any, ask: Ask) -> Any:
    """Every value equally often, drawn from the list of them where there are few."""
    many = size(ask.answer)
    if many is None or many > MANY:
        raise Misuse("random answers where there are at most a million answers to choose from")
    return uniform_rule(facts, ask)


AGENT = Strategy(
    "random",
    rule,
    "Axelrod 1980, Effective Choice in the Prisoner's Dilemma (RANDOM)",
    anywhere,
)
