"""Subgame-perfect play of games with perfect information, by backward induction."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from nashscope.errors import IllFormedGame
from nashscope.games.tree import Chance, Leaf, Node, Tree

__all__ = ["SubgamePerfect", "backward_induction"]


@dataclass(frozen=True)
class SubgamePerfect:
    """A subgame-perfect equilibrium in pure strategies.

    actions: the action taken at every information set, by player and name.
    payoffs: what every player gets.
    ties: the information sets at which another action would have been as good for its player:
        where there are any, this equilibrium is one of several.
    """

    actions: dict[tuple[int, str], int]
    payoffs: tuple[Fraction, ...]
    ties: tuple[tuple[int, str], ...]


def backward_induction(
    tree: Tree, prefer: Callable[[list[tuple[Fraction, ...]]], int] | None = None
) -> SubgamePerfect:
    """The equilibrium in which every move is best for whoever makes it, also off the path.

    prefer: chooses among equally good actions, given the payoffs of all players after each;
        by default the first.

    Raises:
        IllFormedGame: if some information set has more than one node.
    """
    if not tree.perfect_information:
        raise IllFormedGame(
            f"{tree!r} has information sets of several nodes; backward induction needs perfect "
            "information (its strategic form, games.strategic_form, can be solved instead)"
        )
    actions: dict[tuple[int, str], int] = {}
    ties: list[tuple[int, str]] = []

    def value(node: Node) -> tuple[Fraction, ...]:
        if isinstance(node, Leaf):
            return node.payoffs
        worths = [value(child) for child in node.children]
        if isinstance(node, Chance):
            pairs = list(zip(node.probabilities, worths, strict=True))
            return tuple(
                sum((p * worth[i] for p, worth in pairs), Fraction(0)) for i in range(tree.players)
            )
        best = max(worth[node.player] for worth in worths)
        equal = [a for a, worth in enumerate(worths) if worth[node.player] == best]
        key = (node.player, node.information)
        if len(equal) > 1:
            ties.append(key)
        chosen = equal[prefer([worths[a] for a in equal]) if prefer else 0]
        actions[key] = chosen
        return worths[chosen]

    payoffs = value(tree.root)
    order = list(tree.information)
    return SubgamePerfect({key: actions[key] for key in order}, payoffs, tuple(ties))
