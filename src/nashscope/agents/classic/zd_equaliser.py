"""Decides alone what the other player earns in the long run: half-way between P and R."""

from nashscope.agents.memory_one import MemoryOne, remembering, round_payoffs, zero_determinant
from nashscope.agents.strategy import Strategy
from nashscope.games import View


def numbers(view: View) -> MemoryOne:
    """In the usual payoffs (3/4, 1/4, 1/2, 1/4), known as ZDSet-2."""
    middle = round_payoffs(view.stage, view.player)[:, [0, 3]].mean(axis=1).tolist()
    return zero_determinant(view.stage, view.player, (0.0, -1.0), middle, share=0.75)


AGENT = Strategy(
    "zd-equaliser",
    remembering(numbers),
    "Boerlijst, Nowak and Sigmund 1997, Equal Pay for All Prisoners, Amer. Math. Monthly 104; "
    "Press and Dyson 2012, PNAS 109",
)
