"""Gambit's games as ours, and back (extra `gambit`).

pygambit is under the GPL and no part of nashscope: it is imported when these functions are called,
and games pass to and from it in its file formats.
"""

import io
import re
from collections.abc import Iterable
from typing import Any

from nashscope.errors import MissingExtra, install
from nashscope.games.exchange.efg import format_efg, parse_efg
from nashscope.games.exchange.nfg import format_nfg, parse_nfg
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree

__all__ = ["from_gambit", "to_gambit"]

LABEL = re.compile("[!-~]+( [!-~]+)*")
"""What Gambit 16.7 takes for a label."""


def _pygambit() -> Any:
    """Gambit's Python module."""
    try:
        import pygambit
    except ImportError:
        raise MissingExtra(f"Gambit is not installed; {install('gambit')}") from None
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

    Gambit's labels are words of printable ASCII, one space apart. Where a player's actions or
    information sets are named otherwise, they are numbered from 1 instead.

    Raises:
        MissingExtra: if pygambit is not installed.
    """
    pygambit = _pygambit()
    if isinstance(game, Tree):
        return pygambit.read_efg(io.BytesIO(format_efg(_labelled(game)).encode()))
    # Gambit numbers the strategies before it reads their names, and then takes a name such as "2"
    # for the one that it gave itself; so the names are passed with a mark, and set afterwards.
    names = [_labels(own) for own in game.actions]
    marked = [[f"={name}" for name in own] for own in names]
    text = format_nfg(NormalForm(game.given, marked, _title(game.name), _players(game)))
    made = pygambit.read_nfg(io.BytesIO(text.encode()))
    for player, own in zip(made.players, names, strict=True):
        for strategy, name in zip(player.strategies, own, strict=True):
            strategy.label = name
    return made


def _labels(names: Iterable[str]) -> tuple[str, ...]:
    """The names, or where Gambit would not take one of them, numbers."""
    given = tuple(names)
    if all(LABEL.fullmatch(name) for name in given):
        return given
    return tuple(str(number) for number in range(1, len(given) + 1))


def _players(game: NormalForm | Tree) -> tuple[str, ...]:
    """The players' names, or where Gambit would not take one of them, the usual ones."""
    fits = all(LABEL.fullmatch(name) for name in game.player_names)
    return game.player_names if fits else ()


def _title(name: str) -> str:
    """A game's name without what Gambit would not take."""
    return " ".join(name.encode("ascii", "ignore").decode().split())


def _labelled(tree: Tree) -> Tree:
    """The tree with labels that Gambit takes."""
    named: dict[tuple[int, str], str] = {}
    for player in range(tree.players):
        own = [name for who, name in tree.information if who == player]
        named.update(zip(((player, name) for name in own), _labels(own), strict=True))
    after: list[Node] = []  # from the last node to the first: its branches' nodes are on top
    for node in reversed(list(tree.nodes())):
        if isinstance(node, Leaf):
            after.append(node)
            continue
        below = tuple(after.pop() for _ in node.children)
        if isinstance(node, Chance):
            after.append(Chance(_labels(node.outcomes), node.probabilities, below))
        else:
            name = named[node.player, node.information]
            after.append(Move(node.player, name, _labels(node.actions), below))
    return Tree(after[0], tree.players, _title(tree.name), _players(tree))
