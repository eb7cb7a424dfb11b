"""Colonel Blotto: soldiers are spread over battlefields in secret; the larger force wins each."""

from itertools import product

from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, check_size, zero_sum_game


def colonel_blotto(soldiers: int = 4, fields: int = 3) -> NormalForm:
    """The game in which both spread their soldiers and get the fields won minus those lost."""
    check_size(*(soldiers + 1,) * fields)
    spreads = [s for s in product(range(soldiers + 1), repeat=fields) if sum(s) == soldiers]
    check_size(2, len(spreads), len(spreads))

    def won(own: tuple[int, ...], other: tuple[int, ...]) -> int:
        return sum((a > b) - (a < b) for a, b in zip(own, other, strict=True))

    return zero_sum_game(
        [[won(a, b) for b in spreads] for a in spreads],
        (tuple("-".join(map(str, s)) for s in spreads),) * 2,
        "colonel_blotto",
    )


GAME = Named(
    make=colonel_blotto,
    family="zero-sum",
    source="Borel 1921, La théorie du jeu; Hart 2008, Discrete Colonel Blotto games, IJGT 36",
    complete=False,
    value="0",
)
