"""Game to text and text to action: the only place where a prompt is made or an answer read."""

from nashscope.framing.answer import (
    Unparsed,
    Why,
    check_labels,
    outside_thoughts,
    parse,
    parse_reasoned,
)
from nashscope.framing.check import check_framing
from nashscope.framing.framing import MODES, Framing, Mode, Style
from nashscope.framing.library import style, styles
from nashscope.framing.plain import Plain, PlainStyle

__all__ = [
    "MODES",
    "Framing",
    "Mode",
    "Plain",
    "PlainStyle",
    "Style",
    "Unparsed",
    "Why",
    "check_framing",
    "check_labels",
    "outside_thoughts",
    "parse",
    "parse_reasoned",
    "style",
    "styles",
]
