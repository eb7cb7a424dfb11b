"""Trees drawn at random, with perfect recall by construction: what a player knows is its memory."""

from fractions import Fraction
from zlib import crc32

import numpy as np

from nashscope.games import Chance, Leaf, Move, Tree


def random_tree(seed, players=2, depth=4, zero_sum=False, signals=0.4):
    """A tree of at most this depth; another player's move or a draw is seen with `signals`."""
    chance = np.random.default_rng(seed)

    def node(left, memories):
        if left == 0 or chance.random() < 0.15:
            paid = chance.integers(-3, 4, players).tolist()
            if zero_sum:
                paid[-1] = -sum(paid[:-1])
            return Leaf(tuple(map(Fraction, paid)))
        mover = int(chance.integers(-1, players))
        if mover < 0:
            odds = (Fraction(1, 3), Fraction(2, 3))
            after = [seen(memories, None, left, branch) for branch in (0, 1)]
            return Chance(("heads", "tails"), odds, tuple(node(left - 1, m) for m in after))
        name = "".join(memories[mover]) or "start"
        moves = 2 + crc32(name.encode()) % 2  # the same wherever the name is the same
        after = [seen(memories, mover, left, branch) for branch in range(moves)]
        actions = tuple(f"move {m}" for m in range(moves))
        return Move(mover, name, actions, tuple(node(left - 1, m) for m in after))

    def seen(memories, mover, left, branch):
        """What everybody remembers after a branch; the mover what it did."""
        public = [player == mover or chance.random() < signals for player in range(players)]
        return [
            (*memory, f"{'I' if player == mover else left}{branch} ") if public[player] else memory
            for player, memory in enumerate(memories)
        ]

    return Tree(node(depth, [()] * players), players)


def random_policy(tree, seed):
    """A behaviour policy in small fractions, some of them 0."""
    chance = np.random.default_rng(seed)
    table = {}
    for key, known in tree.information.items():
        weights = chance.integers(0, 4, len(known.actions))
        weights[chance.integers(len(weights))] += 1
        table[key] = tuple(Fraction(int(w), int(weights.sum())) for w in weights)
    return table
