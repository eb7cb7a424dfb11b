"""Gambit's games as ours, and back (extra `gambit`).

pygambit is under the GPL and no part of nashscope: it is imported when these functions are called,
and games pass to and from it in its file formats.
"""

import io
from typing import Any

from nashscope.errors import MissingExtra
from nashscope.games.efg import format_efg, parse_efg
from nashscope.games.nfg import format_nfg, parse_nfg
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Tree

__all__ = ["from_gambit", "to_gambit"]


def _pygambit() -> Any:
    """Gambit's Python module."""
    try:
        import pygambit
    except ImportError:
        raise MissingExtra("Gambit is not installed; pip install 'nashscope[gambit]'") from None
    return pygambit


def from_gambit(game: Any) -> NormalForm | Tree:
    """A game of pygambit: a tree where it is one, else a strategic form.

    Raises:
        IllFormedGame: if the tree lacks perfect recall.
    """
    if game.is_tree:
        return parse_efg(game.to_efg(), game.title)
    return parse_nfg(game.to_nfg(), game.title)


def to_gambit(game: NormalForm | Tree) -> Any:
    """The game as one of pygambit's, with exact payoffs.

    Raises:
        MissingExtra: if pygambit is not installed.
    """
    pygambit = _pygambit()
    if isinstance(game, Tree):
        return pygambit.read_efg(io.BytesIO(format_efg(game).encode()))
    # Gambit numbers the strategies before it reads their names, and then takes a name such as "2"
    # for the one that it gave itself; so the names are passed with a mark, and set afterwards.
    marked = [[f"={name}" for name in own] for own in game.actions]
    text = format_nfg(NormalForm(game.given, marked, game.name))
    made = pygambit.read_nfg(io.BytesIO(text.encode()))
    for player, own in zip(made.players, game.actions, strict=True):
        for strategy, name in zip(player.strategies, own, strict=True):
            strategy.label = name
    return made
