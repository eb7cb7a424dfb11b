"""Cooperates first, then does what the other player did last."""

from nashscope.agents.strategy import Strategy, cooperation, defection, opponent, pure
from nashscope.games import View


def rule(view: View) -> tuple[float, ...]:
    """Defects if the other player's last action seen is a defection, else cooperates."""
    other = opponent(view)
    defected = view.last(other) == defection(view, other)
    answer = defection if defected else cooperation
    return pure(view, answer(view, view.player))


AGENT = Strategy("tit-for-tat", rule, "Rapoport, in Axelrod 1980, Effective Choice in the PD")
