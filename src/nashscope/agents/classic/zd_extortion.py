"""Makes sure of a multiple of the other player's gain over mutual defection."""

from nashscope.agents.memory_one import remembering, round_payoffs, zero_determinant
from nashscope.agents.strategy import Strategy
from nashscope.errors import Misuse


def of(factor: float) -> Strategy:
    """The strategy that gets `factor` times the other's surplus over P in the long run.

    In the usual payoffs the factor 2 gives (8/9, 1/2, 1/3, 0), known as Extort-2.

    Raises:
        Misuse: if the factor is below 1.
    """
    if factor < 1:
        raise Misuse(f"the factor of extortion is {factor:g}; it is 1 or more")
    name = "zd-extortion" if factor == 2 else f"zd-extortion:{factor:g}"
    return Strategy(
        name,
        remembering(
            lambda view: zero_determinant(
                view.stage,
                view.player,
                (1.0, -factor),
                round_payoffs(view.stage, view.player)[:, 3].tolist(),
                share=0.5,
            )
        ),
        "Press and Dyson 2012, PNAS 109; Stewart and Plotkin 2012, PNAS 109 (Extort-2)",
    )


AGENT = of(2.0)
