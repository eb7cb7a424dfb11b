"""One seed, a tree of named streams; there is no global randomness anywhere.

A stream is named by where it is used (`stream(7, "match", 12, "player", 0)`), so it does not
depend on how many others were drawn before it, on batch size or on the order of completion.
"""

import hashlib
import operator

import numpy as np
from numpy.random import Generator

__all__ = ["stream", "subseed"]


def subseed(seed: int, *path: str | int | float | np.integer) -> int:
    """A 128-bit integer that depends on nothing but the seed and the path.

    >>> subseed(0, "match", 1) == subseed(0, "match", 1)
    True
    >>> subseed(0, "match", 1) == subseed(0, "match", "1")
    False
    """
    text = repr((operator.index(seed), *map(_plain, path))).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:16], "little")


def stream(seed: int, *path: str | int | float | np.integer) -> Generator:
    """The random generator named `path` under `seed`.

    >>> int(stream(0, "match", 3).integers(10**6)) == int(stream(0, "match", 3).integers(10**6))
    True
    """
    return np.random.Generator(np.random.PCG64(subseed(seed, *path)))


def _plain(part: str | int | float | np.integer) -> str | int | float:
    """A part of a path as Python's own: numpy's numbers have another text, which changed once."""
    if isinstance(part, str):
        return str(part)
    return float(part) if isinstance(part, float) else operator.index(part)
