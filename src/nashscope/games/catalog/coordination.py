"""Pure coordination: any meeting place will do, if it is the same."""

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size
from nashscope.games.rational import Number


def coordination(places: int = 2, good: Number = 1) -> NormalForm:
    """The game in which both get `good` for choosing alike, and nothing else."""
    check_size(2, places, places)
    table = [[good if a == b else 0 for b in range(places)] for a in range(places)]
    return NormalForm(
        [table, table], (tuple(f"place {n + 1}" for n in range(places)),) * 2, "coordination"
    )


GAME = Named(
    make=coordination,
    family="coordination",
    source="Schelling 1960, The Strategy of Conflict, chapter 3",
    equilibria=(
        (("1", "0"), ("1", "0")),
        (("0", "1"), ("0", "1")),
        (("1/2", "1/2"), ("1/2", "1/2")),
    ),
)
