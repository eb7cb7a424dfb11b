"""Hawk-dove with types: each knows whether fighting would cost it much, and not what it costs
the other."""

from fractions import Fraction
from itertools import product

from nashscope.games.named import Named
from nashscope.games.rational import Number
from nashscope.games.tree import Move, Node, Tree, chance, leaf


def hawk_dove_types(
    value: Number = 4, weak: Number = 10, strong: Number = 2, share: Number | str = "1/2"
) -> Tree:
    """The game for a prize of `value`: two hawks fight, each wins with probability 1/2, and the
    loser pays what fighting costs its type; a hawk takes all from a dove; two doves share.

    share: the probability of being strong, drawn for each player alone.
    """
    odds = {"strong": Fraction(share), "weak": 1 - Fraction(share)}
    price = {"strong": Fraction(strong), "weak": Fraction(weak)}

    def end(types: tuple[str, str], first: int, second: int) -> Node:
        if first == second == 0:
            return leaf(*((Fraction(value) - price[kind]) / 2 for kind in types))
        if first == second:
            return leaf(Fraction(value) / 2, Fraction(value) / 2)
        return leaf(value, 0) if first == 0 else leaf(0, value)

    def play(types: tuple[str, str]) -> Node:
        second = [
            Move(1, types[1], ("hawk", "dove"), (end(types, a, 0), end(types, a, 1)))
            for a in (0, 1)
        ]
        return Move(0, types[0], ("hawk", "dove"), tuple(second))

    deals = {
        f"{a}-{b}": (odds[a] * odds[b], play((a, b)))
        for a, b in product(("strong", "weak"), repeat=2)
    }
    return Tree(chance(deals), 2, "hawk_dove_types")


GAME = Named(
    make=hawk_dove_types,
    family="anti-coordination",
    source="Maynard Smith and Parker 1976, The logic of asymmetric contests, Animal Behaviour 24",
    note="In the one equilibrium the strong play hawk, the weak dove, and each expects 7/4.",
)
