"""A telling with talk around the game: what was said before, and the invitation to speak."""

from dataclasses import dataclass, replace
from typing import Any

from nashscope.framing.answer import Unparsed
from nashscope.framing.form import read
from nashscope.framing.framing import Mode, Parts, in_parts, understood, words
from nashscope.framing.noted import INVITATION, quoted
from nashscope.games.answer import Value, Words
from nashscope.games.dynamic import Ask
from nashscope.games.wrapper.talk import Heard, Said

__all__ = ["Hearing"]


@dataclass(frozen=True)
class Hearing:
    """The telling of a game that is talked about before it is played.

    framing: of the game inside. players: how many there are.
    """

    framing: Any
    players: int

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words of a stage game's actions, where one is talked about."""
        labels: tuple[tuple[str, ...], ...] = self.framing.labels
        return labels

    def words(self, ask: Ask) -> tuple[str, ...] | None:
        """The words of the game's own answers; a message has none."""
        return None if isinstance(ask.answer, Words) else words(self.framing, ask)

    def parts(self, facts: Heard, ask: Ask, mode: Mode = "direct") -> Parts:
        """The game inside with what was said; or the invitation to say something."""
        speaking = isinstance(ask.answer, Words)
        # the game inside asks nothing while its players talk
        inner = replace(ask, answer=self._move(facts, ask)) if speaking else ask
        told, history, question = in_parts(self.framing, facts.inside, inner, mode)
        lines = [told, *(self._line(said, ask.player) for said in facts.said)]
        told = "\n".join(line for line in lines if line)
        return Parts(told, history, INVITATION if speaking else question)

    def read(self, reply: str, ask: Ask, mode: Mode = "direct") -> Value | Unparsed:
        """A message as it is; an answer of the game's own as its framing reads it."""
        if isinstance(ask.answer, Words):
            return read(ask.answer, reply)
        return understood(self.framing, reply, ask, mode)

    def _move(self, facts: Heard, ask: Ask) -> Any:
        """Some answer that the game inside may ask for, so that its rules can be told."""
        own = getattr(facts.inside, "ask", None)
        return ask.answer if own is None else own.answer

    def _line(self, said: Said, hearer: int) -> str:
        """What one player said, as another hears it."""
        who = "the other player" if self.players == 2 else f"player {said.player + 1}"
        who = "you" if said.player == hearer else who
        if not said.words:
            return f"Before the game {who} said nothing."
        return f"Before the game {who} said: {quoted(said.words)}"
