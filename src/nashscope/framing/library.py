"""A framing by its name."""

import importlib
import pkgutil
from pathlib import Path

from nashscope import names
from nashscope.framing.check import Checked, check_style
from nashscope.framing.framing import Style
from nashscope.names import Shelf

__all__ = ["SHELF", "style", "styles"]


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
