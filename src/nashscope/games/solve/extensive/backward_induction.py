"""Subgame-perfect play of games with perfect information, by backward induction."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from nashscope.errors import IllFormedGame
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import dot
from nashscope.games.tree import Chance, Leaf, Tree

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
    tree: Tree,
    prefer: Callable[[list[tuple[Fraction, ...]]], int] | None = None,
    *,
    time_limit: TimeLimit = 60.0,
) -> SubgamePerfect:
    """The equilibrium in which every move is best for whoever makes it, also off the path.

    prefer: chooses among equally good actions, given the payoffs of all players after each;
        by default the first.

    Raises:
        IllFormedGame: if some information set has more than one node.
        NotSolved: if the time limit, in seconds, passes.
    """
    if not tree.perfect_information:
        raise IllFormedGame(
            f"{tree!r} has information sets of several nodes; backward induction needs perfect "
            "information (its strategic form, games.strategic_form, can be solved instead)"
        )
    deadline = Deadline.of(time_limit)
    actions: dict[tuple[int, str], int] = {}
    tied: set[tuple[int, str]] = set()
    # from the last node to the first: the worths of a node's branches are on top, first on top
    worths: list[tuple[Fraction, ...]] = []
    for node in reversed(list(tree.nodes())):
        deadline.check("backward induction")
        if isinstance(node, Leaf):
            worths.append(node.payoffs)
            continue
        after = [worths.pop() for _ in node.children]
        if isinstance(node, Chance):
            means = (dot(node.probabilities, own) for own in zip(*after, strict=True))
            worths.append(tuple(means))
            continue
        best = max(worth[node.player] for worth in after)
        equal = [a for a, worth in enumerate(after) if worth[node.player] == best]
        key = (node.player, node.information)
        if len(equal) > 1:
            tied.add(key)
        actions[key] = equal[prefer([after[a] for a in equal]) if prefer else 0]
        worths.append(after[actions[key]])
    order = list(tree.information)
    ties = tuple(key for key in order if key in tied)
    return SubgamePerfect({key: actions[key] for key in order}, worths[0], ties)
