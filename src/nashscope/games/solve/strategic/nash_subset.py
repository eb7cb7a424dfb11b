"""From extreme equilibria to the whole set of equilibria of a two-player game.

Source: Avis, Rosenberg, Savani and von Stengel 2010, "Enumeration of Nash equilibria for
two-player games", Economic Theory 42, Theorem 3 (Winkels 1979, Jansen 1981): the equilibria are the
union of products of convex hulls, one for every maximal biclique of the graph whose edges are the
extreme equilibria. The bicliques are found here as the closed sets of that graph, by intersection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.games.rational import Number

__all__ = ["Component", "Mix", "bicliques", "maximal", "touching"]

Mix = tuple[Number, ...]
"""A probability for every action: fractions where the solver is exact."""


@dataclass(frozen=True)
class Component:
    """A maximal convex set of equilibria: every mixture of the extreme strategies of one player
    together with every mixture of those of the other is an equilibrium (a maximal Nash subset).

    strategies: per player, the extreme strategies.
    members: the places of its extreme equilibria in `Equilibria.equilibria`; with more than two
        players, of those of them that are listed there, at least one.
    """

    strategies: tuple[tuple[Mix, ...], ...]
    members: tuple[int, ...]

    @property
    def single(self) -> bool:
        """Whether this is one isolated equilibrium."""
        return all(len(extreme) == 1 for extreme in self.strategies)

    @cached_property
    def vertices(self) -> tuple[Float[ndarray, "_ _"], ...]:
        """Per player the extreme strategies as floats, `[extreme, actions]`."""
        return tuple(np.array(extreme, dtype=float) for extreme in self.strategies)


def maximal(pairs: Sequence[tuple[Mix, ...]]) -> tuple[Component, ...]:
    """The components of a two-player game, from the strategies of all its extreme equilibria."""
    left, right = (list(dict.fromkeys(side)) for side in zip(*pairs, strict=True))
    edges = [(left.index(own), right.index(other)) for own, other in pairs]
    return tuple(
        Component(
            (tuple(left[p] for p in sorted(own)), tuple(right[q] for q in sorted(other))),
            tuple(n for n, (p, q) in enumerate(edges) if p in own and q in other),
        )
        for own, other in bicliques(edges)
    )


def bicliques(edges: Sequence[tuple[int, int]]) -> list[tuple[frozenset[int], frozenset[int]]]:
    """The maximal sets of left and right nodes in which every left meets every right node.

    >>> bicliques([(0, 0), (0, 1), (1, 1)])
    [(frozenset({0}), frozenset({0, 1})), (frozenset({0, 1}), frozenset({1}))]
    """
    met: dict[int, set[int]] = {}
    for left, right in edges:
        met.setdefault(left, set()).add(right)
    closed: set[frozenset[int]] = set()
    for rights in met.values():
        own = frozenset(rights)
        closed |= {own} | {own & other for other in closed}
    found = [
        (frozenset(left for left, rights in met.items() if shared <= rights), shared)
        for shared in closed
        if shared
    ]
    return sorted(found, key=lambda pair: (sorted(pair[0]), sorted(pair[1])))


def touching(parts: Sequence[set[int]]) -> tuple[tuple[int, ...], ...]:
    """Which components share an extreme equilibrium, directly or through others.

    parts: the extreme equilibria of each. Returns tuples of the places of components.

    >>> touching([{0, 1}, {2}, {1, 3}])
    ((0, 2), (1,))
    """
    groups: list[tuple[set[int], set[int]]] = []
    for place, members in enumerate(parts):
        near = [group for group in groups if group[1] & members]
        groups = [group for group in groups if not group[1] & members]
        places = {place}.union(*(group[0] for group in near))
        groups.append((places, members.union(*(group[1] for group in near))))
    return tuple(sorted(tuple(sorted(places)) for places, _ in groups))
