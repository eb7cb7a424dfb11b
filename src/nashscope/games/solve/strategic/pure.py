"""Equilibria in which every player plays one action for certain, for any number of players."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from nashscope.games.normal import NormalForm

__all__ = ["pure_equilibria", "pure_strategies"]

ZERO, ONE = Fraction(0), Fraction(1)


def pure_equilibria(game: NormalForm) -> list[tuple[int, ...]]:
    """All cells that no player gains by leaving, in the order of the table, decided exactly.

    >>> from nashscope.games import game
    >>> pure_equilibria(game("chicken"))
    [(0, 1), (1, 0)]
    """
    stable = np.ones(game.shape, dtype=bool)
    for player, table in enumerate(game.given):
        stable &= table == table.max(axis=player, keepdims=True)
    return [tuple(int(action) for action in cell) for cell in np.argwhere(stable)]


def pure_strategies(game: NormalForm, cell: Sequence[int]) -> list[tuple[Fraction, ...]]:
    """The strategies, in fractions, of the players who choose a cell for certain."""
    return [
        tuple(ONE if a == action else ZERO for a in range(count))
        for action, count in zip(cell, game.shape, strict=True)
    ]
