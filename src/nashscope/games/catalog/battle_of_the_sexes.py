"""The battle of the sexes: both want to meet, each at another place."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number


def battle_of_the_sexes(best: Number = 3, second: Number = 2, apart: Number = 0) -> NormalForm:
    """The game in which a meeting pays `best` to the one whose place it is and `second` to the
    other, and missing each other pays both `apart`.
    """
    return NormalForm(
        [[[best, apart], [apart, second]], [[second, apart], [apart, best]]],
        (("ballet", "boxing"),) * 2,
        "battle_of_the_sexes",
    )


GAME = Named(
    make=battle_of_the_sexes,
    family="coordination",
    source="Luce and Raiffa 1957, Games and Decisions, section 5.3",
    equilibria=(
        (("1", "0"), ("1", "0")),
        (("0", "1"), ("0", "1")),
        (("3/5", "2/5"), ("2/5", "3/5")),
    ),
)
