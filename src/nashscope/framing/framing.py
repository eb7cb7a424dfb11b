"""What every framing can do."""

from typing import Literal, NamedTuple, Protocol, runtime_checkable

from numpy.random import Generator

from nashscope.framing.answer import Unparsed
from nashscope.games import NormalForm, View

__all__ = ["MODES", "Framing", "Mode", "Partial", "Parts", "Style"]

Mode = Literal["direct", "cot", "scratchpad"]
"""Whether the model answers at once, thinks aloud first, or fills in a worksheet first."""

MODES: tuple[Mode, ...] = ("direct", "cot", "scratchpad")
"""All modes."""


class Parts(NamedTuple):
    """A prompt in the order in which it is told; the parts are joined by line breaks.

    told: what stays the same all through a match. history: what was seen of the past rounds.
    question: what is asked now.
    """

    told: str
    history: str
    question: str


@runtime_checkable
class Framing(Protocol):
    """One way of telling one game: the labels and the order of telling are fixed."""

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words that stand for every player's actions."""
        ...

    def render(self, view: View, mode: Mode = "direct") -> str:
        """The prompt for the player whose view it is."""
        ...

    def parse(self, reply: str, player: int, mode: Mode = "direct") -> int | Unparsed:
        """The action a reply names; `parse(labels[player][action], player) == action`."""
        ...


@runtime_checkable
class Partial(Framing, Protocol):
    """A framing that gives its prompt in parts, so that more can be told between them."""

    def parts(self, view: View, mode: Mode = "direct") -> Parts:
        """The parts of `render(view, mode)`."""
        ...


@runtime_checkable
class Style(Protocol):
    """Draws a framing for every match, so that labels and orders are counterbalanced."""

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        ...

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Framing:
        """The framing of match number `match`."""
        ...
