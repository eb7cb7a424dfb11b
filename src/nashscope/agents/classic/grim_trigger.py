"""Cooperates until the other player defects once, then defects for ever."""

from nashscope.agents.strategy import Strategy, cooperation, defection, opponent, pure
from nashscope.games import View


def rule(view: View) -> tuple[float, ...]:
    """Defects if any defection of the other player is seen; with a window, any within it."""
    other = opponent(view)
    bad = defection(view, other)
    seen = [joint[other] for joint in view.history] + [view.now[other]]
    answer = defection if bad in seen else cooperation
    return pure(view, answer(view, view.player))


AGENT = Strategy(
    "grim-trigger", rule, "Friedman 1971, A Non-cooperative Equilibrium for Supergames"
)
