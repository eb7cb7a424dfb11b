"""The stag hunt: a better equilibrium that needs trust, and a safer one that does not."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def stag_hunt(
    both: Number = 4, alone: Number = 1, safe: Number = 3, hares: Number = 3
) -> NormalForm:
    """The game in which two stag hunters get `both` each, a lone one gets `alone`, and a hare
    hunter gets `safe` beside a stag hunter and `hares` beside another hare hunter.
    """
    return NormalForm(
        [[[both, alone], [safe, hares]], [[both, safe], [alone, hares]]],
        (("stag", "hare"),) * 2,
        "stag_hunt",
    )


GAME = Named(
    make=stag_hunt,
    family="coordination",
    source="Rousseau 1755; Skyrms 2004, The Stag Hunt and the Evolution of Social Structure",
    equilibria=(
        (("1", "0"), ("1", "0")),
        (("0", "1"), ("0", "1")),
        (("2/3", "1/3"), ("2/3", "1/3")),
    ),
    note="(stag, stag) is payoff-dominant; (hare, hare) is risk-dominant: 2·2 > 1·1 in losses.",
)
