"""A framing by its name."""

from nashscope import names
from nashscope.errors import Unreadable
from nashscope.framing.bare import BareStyle
from nashscope.framing.framing import Style
from nashscope.framing.plain import PlainStyle
from nashscope.framing.story import PLOTS, StoryStyle

__all__ = ["ENTRY_POINTS", "style", "styles"]

ENTRY_POINTS = "nashscope.framings"
"""The entry-point group in which an installed package declares its own framings."""

SHIPPED: tuple[Style, ...] = (
    PlainStyle("neutral"),
    PlainStyle("words"),
    BareStyle(),
    *(StoryStyle(plot) for plot in PLOTS),
)

OWN: dict[str, Style] = {own.name: own for own in SHIPPED}


def styles() -> list[str]:
    """The names of the framings that come with the package."""
    return sorted(OWN)


def style(name: str) -> Style:
    """The framing of this name: one of the package, of an entry point, or `file.py:object`.

    Raises:
        UnknownName: with the closest names.

    >>> style("plain-words").name
    'plain-words'
    """
    if name in OWN:
        return OWN[name]
    declared = None if names.is_file(name) else names.entry(ENTRY_POINTS, name)
    if declared is None and not names.is_file(name):
        raise names.nearest(name, styles(), "framing")
    found = names.from_file(name) if declared is None else declared.load()
    if not isinstance(found, Style):
        raise Unreadable(f"{name} is a {type(found).__name__} without name and draw")
    return found
