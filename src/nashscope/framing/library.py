"""A framing by its name."""

from nashscope import names
from nashscope.framing.bare import BareStyle
from nashscope.framing.framing import Style
from nashscope.framing.plain import PlainStyle
from nashscope.framing.story import PLOTS, StoryStyle
from nashscope.names import Shelf

__all__ = ["SHELF", "style", "styles"]

SHIPPED: tuple[Style, ...] = (
    PlainStyle("neutral"),
    PlainStyle("words"),
    BareStyle(),
    *(StoryStyle(plot) for plot in PLOTS),
)

SHELF = Shelf(
    kind="framing",
    group="nashscope.framings",
    types=(Style,),
    wanted="an object with name and draw",
    shipped={own.name: own for own in SHIPPED},
    listing="nashscope framings",
)
"""Where framings are found."""


def styles() -> list[str]:
    """The names of the framings that come with the package."""
    return sorted(SHELF.shipped)


def style(name: str) -> Style:
    """The framing of this name: one of the package, of an entry point, or `file.py:object`.

    Raises:
        UnknownName: with the closest names.

    >>> style("plain-words").name
    'plain-words'
    """
    found: Style = names.find(name, SHELF)
    return found
