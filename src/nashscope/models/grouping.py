"""Which prompts are run together."""

from collections.abc import Sequence

import numpy as np

__all__ = ["Origin", "grouped"]

Origin = tuple[int, int]
"""The memory in which a prompt's beginning was found, and the row of it."""

SMALL = 4
"""Groups are put together while so many times as many prompts would fit."""


def grouped(
    lengths: Sequence[int], most: int, origins: Sequence[Origin | None] | None = None
) -> list[list[int]]:
    """The prompts' numbers in groups of at most `most` tokens, padding included.

    Prompts that were together before stay together, in the same order, so that what was read of
    them need not be moved; the others are put together by their lengths. A group is divided by
    powers of two, so that its parts seldom change while its prompts grow.

    >>> grouped([5, 9, 5, 9], 20)
    [[0, 2], [1, 3]]
    >>> grouped([5, 9, 5, 9], 20, [(1, 0), (2, 1), (2, 0), (1, 1)])
    [[0, 3], [2, 1]]
    """
    known = origins or [None] * len(lengths)
    families: dict[int | None, list[int]] = {}
    for number in map(int, np.argsort(lengths, kind="stable")):
        own = known[number]
        families.setdefault(None if own is None else own[0], []).append(number)
    for family, numbers in families.items():
        if family is not None:
            numbers.sort(key=lambda number: known[number] or (0, 0))
    groups: list[list[int]] = []
    # What is read anew is not padded to what goes on by a few tokens.
    unknown = families.pop(None, [])
    for numbers in families.values():
        for part in _divided(numbers, lengths, most):
            few = all(SMALL * _tokens(group, lengths) <= most for group in (part, *groups[-1:]))
            if groups and few:
                groups[-1] = groups[-1] + part
            else:
                groups.append(part)
    return groups + _divided(unknown, lengths, most)


def _tokens(numbers: Sequence[int], lengths: Sequence[int]) -> int:
    """Tokens of prompts that are padded to the longest of them."""
    return len(numbers) * max(lengths[number] for number in numbers)


def _divided(numbers: Sequence[int], lengths: Sequence[int], most: int) -> list[list[int]]:
    """A family in parts that fit, each as large as a power of two allows."""
    parts: list[list[int]] = []
    start = 0
    while start < len(numbers):
        size = 1
        while start + size < len(numbers):
            if _tokens(numbers[start : start + 2 * size], lengths) > most:
                break
            size *= 2
        parts.append(list(numbers[start : start + size]))
        start += size
    return parts
