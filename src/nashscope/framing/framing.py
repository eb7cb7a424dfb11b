"""What every framing can do."""

from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from numpy.random import Generator

from nashscope.framing.answer import Unparsed
from nashscope.games import NormalForm, View
from nashscope.games.answer import Value
from nashscope.games.dynamic import Ask

__all__ = [
    "MODES",
    "Framing",
    "GameFraming",
    "Mode",
    "Partial",
    "Parts",
    "Style",
    "in_parts",
    "rendered",
    "understood",
    "words",
]

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


@runtime_checkable
class GameFraming(Protocol):
    """One way of telling any game with a state, whatever is asked in it."""

    def words(self, ask: Ask) -> tuple[str, ...] | None:
        """The words of a choice's options in their order; None for other answers."""
        ...

    def parts(self, facts: Any, ask: Ask, mode: Mode = "direct") -> Parts:
        """The prompt, from the player's facts and what is asked alone."""
        ...

    def read(self, reply: str, ask: Ask, mode: Mode = "direct") -> Value | Unparsed:
        """The value that a reply states."""
        ...


def _of_any_game(framing: Any) -> bool:
    """Whether a framing is a `GameFraming`; a look at one name costs a fiftieth of `isinstance`."""
    return hasattr(framing, "words")


def words(framing: Any, ask: Ask) -> tuple[str, ...] | None:
    """The words of the options of a choice; None where something else is asked for.

    framing: a `Framing` of a game in strategic form, or a `GameFraming`; so in all that follow.
    """
    if _of_any_game(framing):
        told: tuple[str, ...] | None = framing.words(ask)
        return told
    labels: tuple[str, ...] = framing.labels[ask.player]
    return labels


def in_parts(framing: Any, facts: Any, ask: Ask, mode: Mode = "direct") -> Parts:
    """A prompt in the order in which it is told; of one that has no parts all is told at once."""
    parts: Parts
    if _of_any_game(framing):
        parts = framing.parts(facts, ask, mode)
    elif isinstance(framing, Partial):
        parts = framing.parts(facts, mode)
    else:
        told, _, question = framing.render(facts, mode).rpartition("\n")
        parts = Parts(told, "", question)
    return parts


def rendered(framing: Any, facts: Any, ask: Ask, mode: Mode = "direct") -> str:
    """The prompt."""
    if _of_any_game(framing):
        return "\n".join(part for part in framing.parts(facts, ask, mode) if part)
    return str(framing.render(facts, mode))


def understood(framing: Any, reply: str, ask: Ask, mode: Mode = "direct") -> Value | Unparsed:
    """The value that a reply states, or why it states none."""
    value: Value | Unparsed
    if _of_any_game(framing):
        value = framing.read(reply, ask, mode)
    else:
        value = framing.parse(reply, ask.player, mode)
    return value
