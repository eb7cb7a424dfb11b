"""A framing by its name."""

import importlib
import pkgutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nashscope import names
from nashscope.errors import Misuse
from nashscope.framing.branching import BranchingStyle
from nashscope.framing.check import Checked, check_style
from nashscope.framing.facts import FactsStyle, Telling
from nashscope.framing.framing import Style
from nashscope.games import NormalForm, Tree
from nashscope.names import Shelf

__all__ = ["SHELF", "style", "styles", "told_by"]


def _shipped() -> dict[str, Style]:
    """The framings of every module of this folder that has `STYLES`, by their names."""
    found: dict[str, Style] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if f"{__package__}.{module.name}" != __name__:
            styles = getattr(importlib.import_module(f"{__package__}.{module.name}"), "STYLES", ())
            found |= {style.name: style for style in styles}
    return found


SHELF = Shelf(
    kind="framing",
    group="nashscope.framings",
    types=(Style,),
    wanted="an object with name and draw",
    shipped=_shipped(),
    listing="nashscope framings",
)
"""Where framings are found."""


_checked: dict[int, Checked] = {}
"""Users' own framings by their numbers, which stay theirs since the framings are kept here."""


def styles() -> list[str]:
    """The names of the framings that come with the package."""
    return sorted(SHELF.shipped)


def told_by(name: str, game: str, made: Any) -> Any:
    """What draws the tellings of a game under the framing of this name.

    game, made: the game's name, and the game itself. In "plain" a tree is told by all its ways, and
    a game with a state by the telling that the package has for it, else by its facts.

    Raises:
        UnknownName: with the closest names. Misuse: if the framing tells games in strategic form
            alone.
    """
    if isinstance(made, NormalForm):
        return style(name)
    if name != "plain":
        if name in SHELF.shipped:
            raise Misuse(f"the framing {name} tells games in strategic form; {game} is told plain")
        return style(name)
    if isinstance(made, Tree):
        return BranchingStyle()
    return FactsStyle(_telling(names.plain(names.read(game).base)))


def _telling(game: str) -> Telling | None:
    """The telling that the package has for a game of its catalogue."""
    module = f"nashscope.framing.telling.{game.replace('-', '_')}"
    if not game.replace("-", "_").isidentifier() or find_spec(module) is None:
        return None
    made: Telling = importlib.import_module(module).TELLING
    return made


def style(name: str) -> Style:
    """The framing of this name: one of the package, of an entry point, or `file.py:object`.

    One that is not the package's own is looked at when it is loaded, and again when it first draws
    for a game.

    Raises:
        UnknownName: with the closest names.
        BrokenFraming: if it does not have the form of a framing.

    >>> style("plain-words").name
    'plain-words'
    """
    found: Style = names.find(name, SHELF)
    if any(found is shipped for shipped in SHELF.shipped.values()):
        return found
    if id(found) not in _checked:
        _checked[id(found)] = Checked(check_style(found, name))
    return _checked[id(found)]
