"""A tree as arrays, level by level, for methods that walk it many times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.tree import Chance, Information, Leaf, Move, Node, Tree

__all__ = ["Arrays", "arrays_of"]


@dataclass(frozen=True)
class Arrays:
    """A tree whose nodes are numbered level by level from the root.

    A slot is an information set together with an action; a policy is one number per slot.

    sets: the information sets, whose slots follow one another from `first[n]` to `first[n + 1]`.
    levels: where each level of nodes starts, and the end.
    parent: of each node; the root's is itself.
    slot: of the branch that leads to each node; -1 where chance or nothing leads there.
    chance: the probability of that branch where chance draws it, else 1.
    mover: the player who decided it, -1 for chance.
    payoffs: of each player at the ends, 0 at the other nodes.
    """

    sets: tuple[Information, ...]
    first: Int[ndarray, "_"]
    levels: tuple[int, ...]
    parent: Int[ndarray, "nodes"]
    slot: Int[ndarray, "nodes"]
    chance: Float[ndarray, "nodes"]
    mover: Int[ndarray, "nodes"]
    payoffs: Float[ndarray, "players nodes"]

    @property
    def owner(self) -> Int[ndarray, "slots"]:
        """The player of each slot."""
        players = [known.player for known in self.sets]
        return np.repeat(np.array(players, dtype=np.int64), np.diff(self.first))

    def branches(self, policy: Float[ndarray, "slots"]) -> Float[ndarray, "nodes"]:
        """The probability of the branch to each node."""
        # one more number for those without a slot, whose place is -1
        return np.asarray(np.where(self.slot >= 0, np.append(policy, 1.0)[self.slot], self.chance))

    def values(self, branch: Float[ndarray, "nodes"]) -> Float[ndarray, "players nodes"]:
        """What every player expects from every node on."""
        worth = self.payoffs.copy()
        for start, end in self._down(reverse=True):
            part = slice(start, end)
            for own in worth:
                own += np.bincount(
                    self.parent[part], branch[part] * own[part], minlength=len(self.parent)
                )
        return worth

    def reach(
        self, branch: Float[ndarray, "nodes"], which: Bool[ndarray, "nodes"]
    ) -> Float[ndarray, "nodes"]:
        """The product of the branches down to each node, of those chosen by `which`."""
        factor = np.where(which, branch, 1.0)
        found = np.ones(len(branch))
        for start, end in self._down():
            part = slice(start, end)
            found[part] = found[self.parent[part]] * factor[part]
        return found

    def table(self, policy: Float[ndarray, "slots"]) -> Table:
        """The policy by information set."""
        return {
            (known.player, known.name): tuple(policy[start:end].tolist())
            for known, start, end in zip(self.sets, self.first[:-1], self.first[1:], strict=True)
        }

    def _down(self, *, reverse: bool = False) -> Sequence[tuple[int, int]]:
        """The levels below the root, from the top or from the bottom."""
        spans = list(zip(self.levels[1:-1], self.levels[2:], strict=True))
        return spans[::-1] if reverse else spans


def arrays_of(tree: Tree) -> Arrays:
    """The arrays of a tree."""
    sets = tuple(tree.information.values())
    first = np.concatenate([[0], np.cumsum([len(known.actions) for known in sets])]).astype(int)
    place = {(known.player, known.name): int(at) for known, at in zip(sets, first, strict=False)}
    level: list[Node] = [tree.root]
    rows: list[tuple[int, int, float, int]] = [(0, -1, 1.0, -1)]
    levels, payoffs = [0, 1], []
    while level:
        below: list[Node] = []
        for number, node in enumerate(level, start=levels[-2]):
            if isinstance(node, Leaf):
                payoffs.append([float(u) for u in node.payoffs])
                continue
            payoffs.append([0.0] * tree.players)
            below.extend(node.children)
            if isinstance(node, Chance):
                rows.extend((number, -1, float(p), -1) for p in node.probabilities)
            else:
                assert isinstance(node, Move)
                start = place[node.player, node.information]
                rows.extend((number, start + a, 1.0, node.player) for a in range(len(node.actions)))
        level = below
        if level:
            levels.append(levels[-1] + len(level))
    parent, slot, drawn, mover = (np.array(column) for column in zip(*rows, strict=True))
    return Arrays(
        sets, first, tuple(levels), parent, slot, drawn, mover, np.array(payoffs).T.copy()
    )
