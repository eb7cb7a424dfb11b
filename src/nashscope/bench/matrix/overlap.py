"""Whether a game to be trained on is one of the test set, told otherwise.

The canonical form decides: the same game under other orders of the actions, with the players
exchanged, or in other units. It costs a tenth of a millisecond; most games are told apart before by
their sorted payoffs in units of their range, which such changes leave as they are or turn round.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Shaped
from numpy import ndarray

from nashscope.bench.matrix.exam import VERSION, test_set
from nashscope.errors import Misuse
from nashscope.games import canonical_hashes

__all__ = ["check_disjoint", "in_test_set"]


def in_test_set(
    tables: Shaped[ndarray, "games rows columns"], version: int = VERSION
) -> Bool[ndarray, "games"]:
    """Which zero-sum games, given by what the row player gets, are in the test set.

    The small games inside padded ones count as well: who has trained on them has seen those.
    """
    prints, hashes = _known(version)
    suspects = np.array([one.tobytes() in prints for one in _prints(tables)], dtype=bool)
    for place in np.flatnonzero(suspects).tolist():
        suspects[place] = canonical_hashes(tables[place : place + 1])[0] in hashes
    return suspects


def check_disjoint(
    tables: Shaped[ndarray, "games rows columns"], version: int = VERSION, where: str = "game"
) -> None:
    """Refuses a training set that holds a game of the test set.

    Raises:
        Misuse: with the number of the first one.
    """
    found = np.flatnonzero(in_test_set(tables, version))
    if len(found):
        raise Misuse(
            f"{where} {found[0]} (counted from 0) of the training set is in test set {version}, up "
            f"to the order of actions and players and to units; so are {len(found) - 1} others. "
            "Leave them out: what is measured would be memory"
        )


@cache
def _known(version: int) -> tuple[frozenset[bytes], frozenset[str]]:
    """The prints of all games of a test set in either direction, and their canonical hashes."""
    prints: set[bytes] = set()
    hashes: set[str] = set()
    for table in _tables(version):
        hashes.add(canonical_hashes(table[None])[0])
        for turned in (table, -table.T):
            prints.add(_prints(turned[None])[0].tobytes())
    return frozenset(prints), frozenset(hashes)


def _tables(version: int) -> Iterator[ndarray]:
    """The games of a test set, and the cores of those that are padded."""
    for item in test_set(version):
        yield item.table
        if item.core is not None:
            yield item.table[np.ix_(*item.core)]


def _prints(tables: Shaped[ndarray, "games rows columns"]) -> Float[ndarray, "games payoffs"]:
    """The payoffs of each game in order, as parts of its range.

    A quotient of whole numbers depends on their ratio alone, so equal games have equal bits.
    """
    flat = np.sort(tables.reshape(len(tables), -1), axis=1)
    low, high = flat[:, :1], flat[:, -1:]
    return np.asarray((flat - low) / np.where(high > low, high - low, 1))
