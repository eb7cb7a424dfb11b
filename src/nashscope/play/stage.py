"""The game of a cell, by its name or spelt out."""

from nashscope.games import NormalForm, game

__all__ = ["stage_game"]


def stage_game(name: str) -> NormalForm:
    """The game of this name, or the one that the text spells out.

    >>> stage_game("3,3 0,5; 5,0 1,1").shape
    (2, 2)
    """
    return game(name)
