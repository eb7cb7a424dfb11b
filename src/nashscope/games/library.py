"""A game by what a user writes: the same in every command and in every plan.

prisoners-dilemma               a game of the catalogue, or of an installed package
public-goods:players=4          the same with other parameters: those of its `make`
ordinal-3-7                     one of the 144 strict ordinal 2×2 games
my games/market.nfg             a file of Gambit, .nfg or .efg
my games/market.py:GAME         an object of one's own
openspiel/leduc_poker:players=3 a game of OpenSpiel, played as it is (extra `openspiel`)
3,3 0,5; 5,0 1,1                the payoffs themselves
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nashscope import names
from nashscope.errors import IllFormedGame, Misuse, UnknownName, Unreadable
from nashscope.games.check import check_game
from nashscope.games.dynamic import DynamicGame
from nashscope.games.exchange.file import read_game
from nashscope.games.exchange.inline import looks_inline, parse_inline
from nashscope.games.exchange.openspiel_state import openspiel_game
from nashscope.games.named import Named
from nashscope.games.normal import NormalForm
from nashscope.games.ordinal import family, ordinal_game
from nashscope.games.tree import Tree
from nashscope.names import Reference, Shelf

__all__ = ["SHELF", "catalogue", "game", "named", "normal_name", "read"]

SHELF = Shelf(
    kind="game",
    group="nashscope.games",
    types=(Named, NormalForm, Tree, DynamicGame),
    wanted="a Named, a NormalForm, a Tree or a game with a state",
    folder="nashscope.games.catalog",
    attribute="GAME",
    check=lambda value, name: check_game(value),
    listing="nashscope games",
)
"""Where games are found."""

ORDINAL = re.compile(r"ordinal-(\d+)-(\d+)")
OPENSPIEL = "openspiel/"
"""How the names of games begin that OpenSpiel has."""
OWN = "own"
"""The family of games that are in no catalogue."""


def catalogue() -> list[str]:
    """The names of all games of the catalogue.

    >>> "chicken" in catalogue()
    True
    """
    return SHELF.modules()


def named(text: str) -> Named:
    """The entry of a game, with what is known of it.

    Of a game with other parameters than the standard form's, its equilibria and value are not.

    Raises:
        UnknownName: with the closest names. Unreadable: for a file that cannot be read or run.
        IllFormedGame: for payoffs that are none. Misuse: for parameters that it has not.

    >>> named("public-goods:players=2,endowment=1").make().shape
    (2, 2)
    """
    reference = names.read(text)
    if reference.kind == "name" and looks_inline(text):
        return _own(partial(parse_inline, text), text)
    if reference.kind == "file" or _is_file(reference.base):
        if reference.parameters:
            raise Misuse(f"{reference.base} is a file; a game in a file takes no parameters")
        return _own(partial(read_game, reference.base), reference.base)
    if reference.base.startswith(OPENSPIEL):
        kind = reference.base.removeprefix(OPENSPIEL)
        return _own(partial(openspiel_game, kind, dict(reference.parameters)), reference.base)
    if place := ORDINAL.fullmatch(names.plain(reference.base)):
        entry = _ordinal(int(place[1]), int(place[2]))
    else:
        found = _found(replace(reference, parameters=()))
        entry = found if isinstance(found, Named) else _own(lambda: found, reference.base)
        if reference.parameters and entry is not found:
            kind = type(found).__name__
            raise Misuse(f"{reference.base} is a {kind}; only a Named takes parameters")
    if not reference.parameters:
        return entry
    make = partial(names.called, entry.make, reference.parameters, reference.base)
    return replace(entry, make=make, equilibria=(), value=None, perfect=None)


def read(text: str) -> NormalForm | Tree | DynamicGame:
    """The game that a text names, spells out, or tells the file of.

    Raises:
        As `named`; IllFormedGame: if its `make` gives anything else than a game.

    >>> read("3,3 0,5; 5,0 1,1").shape
    (2, 2)
    """
    made = named(text).make()
    if not isinstance(made, NormalForm | Tree | DynamicGame):
        kind = type(made).__name__
        raise IllFormedGame(f"{text} makes a {kind}; a game is a NormalForm, a Tree or has a state")
    return made


def game(text: str) -> NormalForm:
    """The game in strategic form that a text names, spells out, or tells the file of.

    Raises:
        As `read`; IllFormedGame: if it is a tree, or has a state.

    >>> game("prisoners-dilemma").actions[0]
    ('cooperate', 'defect')
    """
    made = read(text)
    if not isinstance(made, NormalForm):
        kind = "a game tree" if isinstance(made, Tree) else "a game with a state"
        raise IllFormedGame(
            f"{text} is {kind}, and this takes games in strategic form; `nashscope solve` takes all"
        )
    return made


def normal_name(text: str) -> str:
    """The text by which a game is written down: that of others that mean the same.

    >>> normal_name("Public_Goods:players=4,endowment=3")
    'public-goods:endowment=3,players=4'
    """
    if names.read(text).kind == "name" and looks_inline(text):
        return text
    plain = names.plain(text)
    return plain if ORDINAL.fullmatch(plain) else names.normal_name(text, SHELF)


def _found(reference: Reference) -> Named | NormalForm | Tree | DynamicGame:
    """The object of this name.

    Raises:
        UnknownName: with the closest names; Unreadable: for a file that is not there.
    """
    try:
        found: Named | NormalForm | Tree | DynamicGame = names.find(reference, SHELF)
    except UnknownName:
        if reference.kind == "object" or not Path(reference.base).suffix:
            raise
        raise Unreadable(
            f"there is no file {reference.base}; a game is a name, a file (.nfg, .efg), "
            "FILE.py:OBJECT, or payoffs, '3,3 0,5; 5,0 1,1'"
        ) from None
    return found


def _own(make: Callable[[], Any], source: str) -> Named:
    """The entry of a game that is in no catalogue."""
    return Named(make, OWN, source)


def _ordinal(row: int, column: int) -> Named:
    """The entry of a strict ordinal 2×2 game."""
    made = ordinal_game(row, column)
    source = "Robinson and Goforth 2005, The Topology of the 2×2 Games"
    return Named(lambda: made, family(made), source)


def _is_file(text: str) -> bool:
    """Whether a text is a file that is there, and not the name of anything: it has a dot."""
    path = Path(text)
    try:
        return bool(path.suffix) and path.suffix != ".py" and path.is_file()
    except (OSError, ValueError):  # too long for a path, or with a null in it
        return False
