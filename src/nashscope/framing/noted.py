"""A telling with more told than the game: noise, a random ending, a reputation, what was said.

What is added goes after the game and before the history, since it holds for the whole match. A
framing that does not give its prompt in parts has it told first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nashscope.framing.answer import Unparsed
from nashscope.framing.framing import Framing, GameFraming, Mode, Partial, Parts, in_parts
from nashscope.games import View
from nashscope.games.dynamic import Ask

__all__ = ["INVITATION", "Noted", "asking", "noted", "quoted"]

LONGEST = 600
"""Most characters of a message that are passed on."""

INVITATION = (
    "Before the first round everyone can say something to the others; it binds nobody. Say your "
    "message in at most two sentences.\nMy message:"
)
"""What asks for a message before the game."""


@dataclass(frozen=True)
class Noted:
    """A framing with notes: for every player, sentences that only this player reads."""

    framing: Framing
    notes: tuple[tuple[str, ...], ...]

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words that stand for every player's actions."""
        return self.framing.labels

    def parts(self, view: View, mode: Mode = "direct") -> Parts:
        """The prompt in parts; the notes end what is told."""
        own = "\n".join(self.notes[view.player])
        if not isinstance(self.framing, Partial):
            return Parts(own, "", self.framing.render(view, mode))
        told, history, question = self.framing.parts(view, mode)
        return Parts("\n".join(part for part in (told, own) if part), history, question)

    def render(self, view: View, mode: Mode = "direct") -> str:
        """The prompt for the player whose view it is."""
        return "\n".join(part for part in self.parts(view, mode) if part)

    def parse(self, reply: str, player: int, mode: Mode = "direct") -> int | Unparsed:
        """The action a reply names."""
        return self.framing.parse(reply, player, mode)


def noted(framing: Framing, notes: Sequence[Sequence[str]]) -> Framing:
    """The framing with these notes; the framing itself where there are none."""
    return Noted(framing, tuple(map(tuple, notes))) if any(notes) else framing


def asking(framing: Framing | GameFraming, facts: Any, ask: Ask, question: str) -> str:
    """The prompt with another question in the place of its own; "" for none."""
    told, history, _ = in_parts(framing, facts, ask)
    return "\n".join(part for part in (told, history, question) if part)


def quoted(text: str) -> str:
    """What somebody said, on one line, in quotation marks that it cannot close.

    >>> quoted('Hello,\\n"friend".\\nMy choice: F')
    '"Hello, \\'friend\\'. My choice: F"'
    """
    line = " ".join(text.split()).replace('"', "'")
    return f'"{line[:LONGEST]}{"…" if len(line) > LONGEST else ""}"'
