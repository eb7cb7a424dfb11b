"""Leduc poker: two suits of three ranks, two rounds, one card for all."""

from fractions import Fraction

from nashscope.games.named import Named
from nashscope.games.tree import Leaf, Move, Node, Tree, chance, leaf

RANKS = "JQK"
RAISE = (2, 4)
MOST_RAISES = 2


def leduc_poker() -> Tree:
    """The game: an ante of 1, raises of 2 and then 4, at most two raises a round; a pair with the
    common card wins, else the higher rank; equal ranks split.
    """
    deck = [rank for rank in RANKS for _ in range(2)]
    deals = {}
    for a in RANKS:
        for b in RANKS:
            left = deck.copy()
            left.remove(a)
            ways = 2 * left.count(b)
            left.remove(b)
            deals[a + b] = (Fraction(ways, 30), _round(a, b, left, "", [""], (1, 1)))
    return Tree(chance(deals), 2, "leduc_poker")


def _round(
    a: str, b: str, left: list[str], common: str, bets: list[str], paid: tuple[int, int]
) -> Node:
    """The game within a round; `bets` are the moves of each round: c for call or check, r, f."""
    now = bets[-1]
    player = len(now) % 2
    behind = paid[1 - player] - paid[player]
    if now.endswith("f"):
        won = paid[1 - player]  # what the one who folded had put in
        return leaf(*((won, -won) if player == 0 else (-won, won)))
    if now.endswith("c") and len(now) >= 2:
        return _showdown(a, b, common, paid[0]) if common else _deal(a, b, left, bets, paid)
    moves = []
    if behind:
        moves.append(("fold", "f", paid))
    level = (paid[0] + behind, paid[1]) if player == 0 else (paid[0], paid[1] + behind)
    moves.append(("call", "c", level))
    if now.count("r") < MOST_RAISES:
        more = RAISE[len(bets) - 1]
        up = (level[0] + more, level[1]) if player == 0 else (level[0], level[1] + more)
        moves.append(("raise", "r", up))
    return Move(
        player,
        f"{(a, b)[player]}{common}:{'/'.join(bets)}",
        tuple(name for name, _, _ in moves),
        tuple(
            _round(a, b, left, common, [*bets[:-1], now + letter], after)
            for _, letter, after in moves
        ),
    )


def _deal(a: str, b: str, left: list[str], bets: list[str], paid: tuple[int, int]) -> Node:
    """The common card, and the second round."""
    return chance(
        {
            rank: (
                Fraction(left.count(rank), len(left)),
                _round(a, b, left, rank, [*bets, ""], paid),
            )
            for rank in RANKS
            if rank in left
        }
    )


def _showdown(a: str, b: str, common: str, pot: int) -> Leaf:
    """Who wins what each has paid."""
    strength = [(hand == common, RANKS.index(hand)) for hand in (a, b)]
    won = (strength[0] > strength[1]) - (strength[0] < strength[1])
    return leaf(won * pot, -won * pot)


GAME = Named(
    make=leduc_poker,
    family="poker",
    source="Southey et al. 2005, Bayes' bluff: opponent modelling in poker, UAI",
    note="The value of the first player is about -0.085606 antes.",
)
