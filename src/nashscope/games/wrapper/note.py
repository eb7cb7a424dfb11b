"""Notes to oneself around any game: a memory stored with the match and read by nobody else."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Words
from nashscope.games.dynamic import NATURE, Ask, DynamicGame
from nashscope.games.history import History
from nashscope.games.rational import Number

__all__ = ["Noted", "Noting", "WithNotes"]

NOTE = "note"
"""What the asks for notes are about."""


class WithNotes(NamedTuple):
    """The facts of a game with notes: those of the game inside, and the player's own, oldest first.

    None stands for a note that could not be read.
    """

    inside: Any
    notes: tuple[str | None, ...]


class Noted(NamedTuple):
    """The state of a game with notes.

    notes: of every time that all wrote, one per player. steps: how many steps players have taken
    since. due: whether notes are written now.
    """

    inside: Any
    notes: History[tuple[str | None, ...]]
    steps: int = 0
    due: bool = False


@dataclass(frozen=True)
class Noting:
    """A game in which every player writes itself a note after some steps.

    Notes are words: they change nothing but the facts of whoever wrote them. Nobody writes when the
    game is over.

    inner: the game. every: after how many steps in which players were asked. most: the longest
    note, in characters.

    Raises:
        IllFormedGame: if notes are to come after no steps.
    """

    inner: DynamicGame
    every: int = 1
    most: int = 600

    def __post_init__(self) -> None:
        if self.every < 1:
            raise IllFormedGame(f"notes after every {self.every} steps; give 1 or more")

    @property
    def name(self) -> str:
        """The name of the game inside."""
        return getattr(self.inner, "name", "")

    @property
    def players(self) -> int:
        """How many players there are."""
        return self.inner.players

    @property
    def longest(self) -> int | None:
        """The most answers of a match, notes included."""
        inside: int | None = getattr(self.inner, "longest", None)
        return None if inside is None else inside + inside // self.every * self.players

    @property
    def start(self) -> Noted:
        """Nothing noted, nothing done."""
        return Noted(self.inner.start, History())

    def asks(self, state: Noted) -> tuple[Ask, ...]:
        """Everybody's note, or what the game inside asks."""
        if not state.due:
            return self.inner.asks(state.inside)
        turn, words = len(state.notes), Words(self.most)
        everybody = range(self.inner.players)
        return tuple(Ask(p, words, NOTE, turn, (), "passes", (p,)) for p in everybody)

    def after(self, state: Noted, answers: tuple[Any, ...]) -> Noted:
        """The state with the notes, or after a step of the game inside."""
        if state.due:
            return Noted(state.inside, state.notes.plus(answers))
        moved = any(ask.player != NATURE for ask in self.inner.asks(state.inside))
        inside, steps = self.inner.after(state.inside, answers), state.steps + moved
        due = steps == self.every and bool(self.inner.asks(inside))
        return Noted(inside, state.notes, 0 if steps == self.every else steps, due)

    def facts(self, state: Noted, player: int) -> WithNotes:
        """What the game inside tells the player, and its own notes."""
        own = tuple(notes[player] for notes in state.notes)
        return WithNotes(self.inner.facts(state.inside, player), own)

    def paid(self, state: Noted) -> tuple[Number, ...] | None:
        """What the game inside pays."""
        return self.inner.paid(state.inside)

    def remaining(self, state: Noted) -> Hashable:
        """What remains of the game inside, and when notes are due."""
        inside = getattr(self.inner, "remaining", None)
        left = state.inside if inside is None else inside(state.inside)
        return (left, state.steps, state.due)
