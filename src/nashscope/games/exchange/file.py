"""A game in a file of Gambit's, of whichever form: the first word says which."""

from collections.abc import Callable
from pathlib import Path

from nashscope.errors import Unreadable, shown
from nashscope.games.exchange.efg import parse_efg
from nashscope.games.exchange.nfg import parse_nfg, readable
from nashscope.games.normal import NormalForm
from nashscope.games.tree import Tree

__all__ = ["read_game"]

PARSERS: dict[str, Callable[[str, str], NormalForm | Tree]] = {"NFG": parse_nfg, "EFG": parse_efg}


def read_game(path: Path | str) -> NormalForm | Tree:
    """The game in a file: a strategic form (NFG) or a tree (EFG), whatever the file is called.

    Raises:
        Unreadable: naming the file, and the line with what was expected there.
        IllFormedGame: if the game contradicts itself.
    """
    path = Path(path)
    source = readable(path)
    kind = source.split(maxsplit=1)[0] if source.strip() else ""
    if kind not in PARSERS:
        raise Unreadable(
            f"{path} begins with {shown(kind)}; a file of a game begins with NFG (strategic form) "
            "or EFG (a tree), as Gambit's do"
        )
    return PARSERS[kind](source, str(path))
