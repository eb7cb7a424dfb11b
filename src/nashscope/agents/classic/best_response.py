"""Answers the other player's last action as well as possible."""

import numpy as np

from nashscope.agents.strategy import Strategy
from nashscope.games import View


def rule(view: View) -> tuple[float, ...]:
    """The best response to the last actions seen; to uniform play where none is.

    Best responses that tie are taken equally often.
    """
    stage, player = view.stage, view.player
    beliefs = [
        np.full(count, 1 / count) if view.last(p) is None else np.eye(count)[view.last(p) or 0]
        for p, count in enumerate(stage.shape)
    ]
    worth = stage.action_values(beliefs)[player]
    best = worth >= worth.max() - 1e-12 * max(stage.spread, 1e-300)
    return tuple(best / best.sum())


AGENT = Strategy(
    "best-response", rule, "Cournot 1838, Recherches, chapter 7 (best reply to the last move)"
)
