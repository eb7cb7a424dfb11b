"""A two-player tree in sequence form: its matrices grow with the tree, not exponentially.

A sequence is an information set with an action, or the empty one; a plan gives every sequence the
product of the player's own probabilities along it. Plans are the x ≥ 0 with Ex = e.

Source: von Stengel 1996, "Efficient computation of behavior strategies", Games and Economic
Behavior 14; Koller, Megiddo and von Stengel 1996, ibid., for the linear program.
"""

from dataclasses import dataclass
from fractions import Fraction

from nashscope.games.rational import Number
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.tree import Chance, Information, Leaf, Move, Node, Tree

__all__ = ["Sequences", "payoff_entries", "rules", "sequences_of"]


@dataclass(frozen=True)
class Sequences:
    """One player's sequences, the empty one first.

    sets: the player's information sets, each after those that lead to it.
    first: the place of each set's first sequence; its actions follow one another.
    before: the place of the sequence that leads to each set.
    """

    player: int
    sets: tuple[Information, ...]
    first: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of sequences, the empty one included."""
        return 1 + sum(len(known.actions) for known in self.sets)

    def plan(self, table: Table) -> list[Number]:
        """The weight of every sequence under a behaviour policy."""
        weights: list[Number] = [Fraction(1)] * self.count
        for known, first, before in zip(self.sets, self.first, self.before, strict=True):
            for a, p in enumerate(table[self.player, known.name]):
                weights[first + a] = weights[before] * p
        return weights

    def behaviour(self, plan: list[Number]) -> Table:
        """The behaviour policy of a plan; uniform where the player's own moves never lead."""
        table: Table = {}
        for known, first in zip(self.sets, self.first, strict=True):
            count = len(known.actions)
            weights = [max(plan[first + a], 0) for a in range(count)]
            total = sum(weights)
            table[self.player, known.name] = tuple(
                w / total if total > 0 else Fraction(1, count) for w in weights
            )
        return table


def sequences_of(tree: Tree, player: int) -> Sequences:
    """The sequences of a player."""
    sets = sorted(
        (known for known in tree.information.values() if known.player == player),
        key=lambda known: len(known.own),
    )
    first, before, place = [], [], {}
    count = 1
    for known in sets:
        place[known.name] = count
        before.append(place[known.own[-1][0]] + known.own[-1][1] if known.own else 0)
        first.append(count)
        count += len(known.actions)
    return Sequences(player, tuple(sets), tuple(first), tuple(before))


def payoff_entries(
    tree: Tree,
    row: Sequences,
    column: Sequences,
    less: tuple[Fraction | int, Fraction | int] = (0, 0),
) -> dict[tuple[int, int], tuple[Fraction, ...]]:
    """The chance-weighted payoffs of both players, by their pairs of sequences.

    less: what is taken off each player's payoff at every end: it makes no other game.
    """
    place = [
        dict(zip((known.name for known in side.sets), side.first, strict=True))
        for side in (row, column)
    ]
    entries: dict[tuple[int, int], tuple[Fraction, ...]] = {}
    waiting: list[tuple[Node, Fraction, tuple[int, int]]] = [(tree.root, Fraction(1), (0, 0))]
    while waiting:
        node, weight, at = waiting.pop()
        if isinstance(node, Leaf):
            had = entries.get(at, (Fraction(0), Fraction(0)))
            gained = (weight * (u - off) for u, off in zip(node.payoffs, less, strict=True))
            entries[at] = tuple(h + g for h, g in zip(had, gained, strict=True))
        elif isinstance(node, Chance):
            for p, child in zip(node.probabilities, node.children, strict=True):
                waiting.append((child, weight * p, at))
        else:
            assert isinstance(node, Move)
            start = place[node.player][node.information]
            for a, child in enumerate(node.children):
                moved = (start + a, at[1]) if node.player == 0 else (at[0], start + a)
                waiting.append((child, weight, moved))
    return entries


def rules(side: Sequences) -> list[dict[int, int]]:
    """The rows of Ex = e: the empty sequence has weight 1; every set passes on what led to it."""
    rules: list[dict[int, int]] = [{0: 1}]
    for known, first, before in zip(side.sets, side.first, side.before, strict=True):
        rules.append({before: -1, **{first + a: 1 for a in range(len(known.actions))}})
    return rules
