"""Takes a multiple of the other player's loss against mutual cooperation upon itself."""

from nashscope.agents.memory_one import remembering, round_payoffs, zero_determinant
from nashscope.agents.strategy import Strategy
from nashscope.errors import Misuse


def of(factor: float) -> Strategy:
    """The strategy that falls `factor` times as far below R as the other, in the long run.

    In the usual payoffs the factor 2 gives (1, 1/8, 1, 1/4), known as ZDGTFT-2.

    Raises:
        Misuse: if the factor is below 1.
    """
    if factor < 1:
        raise Misuse(f"the factor of generosity is {factor:g}; it is 1 or more")
    name = "zd-generosity" if factor == 2 else f"zd-generosity:{factor:g}"
    return Strategy(
        name,
        remembering(
            lambda view: zero_determinant(
                view.stage,
                view.player,
                (1.0, -factor),
                round_payoffs(view.stage, view.player)[:, 0].tolist(),
                share=1.0,
            )
        ),
        "Stewart and Plotkin 2013, From extortion to generosity, PNAS 110; 2012 (ZDGTFT-2)",
    )


AGENT = of(2.0)
