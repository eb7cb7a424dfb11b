"""Tit-for-tat that forgives a defection as often as it can without being exploited."""

from nashscope.agents.memory_one import MemoryOne, remembering, round_payoffs
from nashscope.agents.strategy import Strategy
from nashscope.games import View


def numbers(view: View) -> MemoryOne:
    """Cooperates after a defection with probability min(1 - (T-R)/(R-S), (R-P)/(T-P)).

    With the usual payoffs 5, 3, 1, 0 that is 1/3.
    """
    r, s, t, p = (float(x) for x in round_payoffs(view.stage, view.player)[0])
    forgiveness = min(1 - (t - r) / (r - s), (r - p) / (t - p)) if t > p and r > s else 1.0
    forgiveness = min(max(forgiveness, 0.0), 1.0)
    return MemoryOne((1.0, forgiveness, 1.0, forgiveness))


AGENT = Strategy(
    "generous-tit-for-tat",
    remembering(numbers),
    "Nowak and Sigmund 1992, Tit for tat in heterogeneous populations, Nature 355",
)
