"""Which rows a reader is fitted on and which it is tested on: whole groups, or rows within them."""

import numpy as np
from jaxtyping import Int, Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import Misuse

__all__ = ["folds_across", "folds_within"]


def folds_across(
    labels: Shaped[ndarray, "rows"],
    groups: Int[ndarray, "rows"],
    folds: int,
    chance: Generator,
) -> Int[ndarray, "rows"]:
    """The fold of every row; rows of one group share it, so that whole groups are held out.

    Groups are dealt in random order, each to the fold that has the fewest rows.

    Raises:
        Misuse: if there are fewer than two groups, or a label occurs in one group alone.
    """
    count = int(groups.max()) + 1
    if count < 2:
        raise Misuse("all rows are of one group; holding groups out needs at least two")
    if labels.dtype.kind in "biu":
        for label in np.unique(labels):
            if len(np.unique(groups[labels == label])) < 2:
                raise Misuse(
                    f"the label {label} occurs in one group only; when that is held out nothing "
                    "teaches it"
                )
    sizes = np.bincount(groups, minlength=count)
    room = np.zeros(min(folds, count))
    fold_of = np.empty(count, dtype=int)
    for group in chance.permutation(count):
        fold_of[group] = int(room.argmin())
        room[fold_of[group]] += sizes[group]
    return np.asarray(fold_of[groups])


def folds_within(
    kinds: Int[ndarray, "rows"], folds: int, chance: Generator
) -> Int[ndarray, "rows"] | None:
    """The fold of every row; rows of one kind are spread, so that every kind is seen in training.

    None if most kinds occur only once, so that none of them could be met again.
    """
    out = np.empty(len(kinds), dtype=int)
    often = 0
    for kind in np.unique(kinds):
        own = np.flatnonzero(kinds == kind)
        often += len(own) if len(own) > 1 else 0
        places = np.arange(len(own)) + int(chance.integers(folds))
        out[chance.permutation(own)] = places % folds
    return out if often > len(kinds) / 2 else None
