"""What is best for all players together."""

from fractions import Fraction

import numpy as np

from nashscope.games.normal import NormalForm

__all__ = ["best_joint_payoff", "cooperative", "welfare_cells"]


def best_joint_payoff(game: NormalForm) -> Fraction:
    """The largest sum of all players' payoffs in any cell, exactly.

    >>> from nashscope.games import game
    >>> best_joint_payoff(game("prisoners-dilemma"))
    Fraction(6, 1)
    """
    best: Fraction = game.exact.sum(axis=0).max()
    return best


def welfare_cells(game: NormalForm) -> list[tuple[int, ...]]:
    """The cells in which the sum of all players' payoffs is largest, in the order of the table."""
    joint = game.exact.sum(axis=0)
    return [tuple(int(a) for a in cell) for cell in np.argwhere(joint == joint.max())]


def cooperative(game: NormalForm) -> tuple[int | None, ...]:
    """Each player's action in the cells that are best for all together.

    None for a player where several such cells tie and disagree about that player's action.

    >>> from nashscope.games import game
    >>> cooperative(game("prisoners-dilemma")), cooperative(game("battle-of-the-sexes"))
    ((0, 0), (None, None))
    """
    choices = [set(own) for own in zip(*welfare_cells(game), strict=True)]
    return tuple(own.pop() if len(own) == 1 else None for own in choices)
