"""Kuhn poker: three cards, one round of betting, and bluffs that pay."""

from itertools import permutations

from nashscope.games.named import Named
from nashscope.games.tree import Move, Node, Tree, chance, leaf


def kuhn_poker() -> Tree:
    """The game with cards J, Q, K: each player puts in 1 and may bet 1 more, once."""
    deals = {f"{a}{b}": ("1/6", _play(a, b, "")) for a, b in permutations("JQK", 2)}
    return Tree(chance(deals), 2, "kuhn_poker")


def _play(first: str, second: str, history: str) -> Node:
    """The game after a deal and the moves so far: p for pass, b for bet."""
    won = 1 if "JQK".index(first) > "JQK".index(second) else -1
    if history == "pp":
        return leaf(won, -won)
    if history in ("bb", "pbb"):
        return leaf(2 * won, -2 * won)
    if history == "bp":
        return leaf(1, -1)
    if history == "pbp":
        return leaf(-1, 1)
    player = len(history) % 2
    card = (first, second)[player]
    return Move(
        player,
        card + history,
        ("pass", "bet"),
        (_play(first, second, history + "p"), _play(first, second, history + "b")),
    )


GAME = Named(
    make=kuhn_poker,
    family="poker",
    source="Kuhn 1950, A simplified two-person poker, Contributions to the Theory of Games I",
    value="-1/18",
    note="The first player has a family of optimal policies: it bets J with some probability up "
    "to 1/3, and K three times as often.",
)
