"""Named games, one file each, with their source and their known solution.

A new file in this folder is a new game: nothing here lists them.
"""

import re
import sys

from nashscope import names
from nashscope.errors import IllFormedGame
from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.ordinal import family, ordinal_game
from nashscope.games.tree import Tree

__all__ = ["ENTRY_POINTS", "catalogue", "game", "named"]

ENTRY_POINTS = "nashscope.games"
"""The entry-point group in which an installed package declares its own games."""


def catalogue() -> list[str]:
    """The names of all games of the catalogue.

    >>> "chicken" in catalogue()
    True
    """
    return names.modules(sys.modules[__name__])


def named(name: str) -> Named:
    """The entry of a named game: from the catalogue, an entry point, or `file.py:object`.

    `ordinal-ROW-COLUMN` names the 144 strict ordinal 2×2 games, both numbers from 1 to 12.

    Raises:
        UnknownName: with the closest names.
    """
    if names.is_file(name):
        found = names.from_file(name)
        if isinstance(found, NormalForm | Tree):
            return Named(lambda: found, "own", name)
        if isinstance(found, Named):
            return found
        raise IllFormedGame(f"{name} is a {type(found).__name__}, not a Named, NormalForm or Tree")
    place = re.fullmatch(r"ordinal[-_](\d+)[-_](\d+)", name)
    if place:
        ordinal = ordinal_game(int(place[1]), int(place[2]))
        source = "Robinson and Goforth 2005, The Topology of the 2×2 Games"
        return Named(lambda: ordinal, family(ordinal), source)
    # The folder first: reading every installed package's metadata takes milliseconds.
    own = name.replace("-", "_") in catalogue()
    declared = None if own else names.entry(ENTRY_POINTS, name)
    found = (
        names.one_of(name, sys.modules[__name__], "game").GAME
        if declared is None
        else declared.load()
    )
    if not isinstance(found, Named):
        raise IllFormedGame(f"the game {name!r} is a {type(found).__name__}, not a Named")
    return found


def game(name: str) -> NormalForm:
    """The standard form of a named game in strategic form.

    >>> game("prisoners-dilemma").actions[0]
    ('cooperate', 'defect')
    """
    made = named(name).make()
    if not isinstance(made, NormalForm):
        raise IllFormedGame(
            f"{name} is a {type(made).__name__}, not a game in strategic form; "
            f"named({name!r}).make() gives it, and strategic_form() its strategic form"
        )
    return made
