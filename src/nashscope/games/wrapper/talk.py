"""Cheap talk around any game: who may speak to whom, when, in which order, and how much.

Words are opaque here: they reach the facts of those who hear them, and change nothing else.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Words
from nashscope.games.dynamic import NATURE, Ask, DynamicGame
from nashscope.games.history import History
from nashscope.games.rational import Number

__all__ = ["Heard", "Said", "Talk", "Talking"]

SPEAK = "speak"
"""What the asks for words are about."""


class Said(NamedTuple):
    """One message: when, by whom, and the words; None where they could not be read."""

    turn: int
    player: int
    words: str | None


class Heard(NamedTuple):
    """The facts of a game with talk: those of the game inside, and what its player has heard."""

    inside: Any
    said: tuple[Said, ...]


class Talking(NamedTuple):
    """The state of a game with talk: that of the game inside, and all that was said.

    now: how many messages of the talk under way.
    """

    inside: Any
    said: History[Said]
    now: int = 0


@dataclass(frozen=True)
class Talk:
    """Rounds of talk before a game, or before each of its steps in which players are asked.

    Messages of a round are heard when it is over; in turn, when the next one speaks. The turns of
    talk begin at -rounds and count on.

    inner: the game. rounds: how many rounds a talk has.
    who: who may speak; None for everybody.
    to: for every player who hears it; None for everybody, itself included.
    order: whether all speak at once, or in turn, each having heard those before it.
    most: the longest message, in characters.
    when: whether they talk at the start alone, or before every step.

    Raises:
        IllFormedGame: naming the field that cannot be.
    """

    inner: DynamicGame
    rounds: int
    who: tuple[int, ...] | None = None
    to: tuple[tuple[int, ...], ...] | None = None
    order: Literal["together", "in turn"] = "together"
    most: int = 600
    when: Literal["start", "every step"] = "start"

    def __post_init__(self) -> None:
        players = range(self.inner.players)
        if self.rounds < 0:
            raise IllFormedGame(f"{self.rounds} rounds of talk; there are 0 or more")
        if self.when not in ("start", "every step"):
            raise IllFormedGame(f"they talk {self.when!r}; it is 'start' or 'every step'")
        if self.order not in ("together", "in turn"):
            raise IllFormedGame(f"the order is {self.order!r}; it is 'together' or 'in turn'")
        if len(set(self.speakers)) < len(self.speakers) or not set(self.speakers) <= {*players}:
            raise IllFormedGame(f"players {self.who} speak; there are 0 to {len(players) - 1}")
        if self.to is not None and (
            len(self.to) != len(players) or not {p for own in self.to for p in own} <= {*players}
        ):
            raise IllFormedGame(f"{self.to} hear; give for each of {len(players)} players who")

    @property
    def name(self) -> str:
        """The name of the game inside."""
        return getattr(self.inner, "name", "")

    @property
    def players(self) -> int:
        """How many players there are."""
        return self.inner.players

    @property
    def speakers(self) -> tuple[int, ...]:
        """Who may speak."""
        return tuple(range(self.inner.players)) if self.who is None else self.who

    @property
    def longest(self) -> int | None:
        """The most answers of a match, words included."""
        inside: int | None = getattr(self.inner, "longest", None)
        if inside is None:
            return None
        return inside + self._talk * (1 if self.when == "start" else max(1, inside))

    @property
    def _talk(self) -> int:
        """How many messages a talk has."""
        return self.rounds * len(self.speakers)

    @property
    def start(self) -> Talking:
        """Nothing was said, and nothing done."""
        begins = self.when == "start" or self._moves(self.inner.start)
        return Talking(self.inner.start, History(), 0 if begins else self._talk)

    def asks(self, state: Talking) -> tuple[Ask, ...]:
        """Those who speak now; after the talk, those whom the game inside asks."""
        speakers = self.speakers
        if state.now == self._talk:
            return self.inner.asks(state.inside)
        round, place = divmod(len(state.said), len(speakers))
        turn, words = round - self.rounds, Words(self.most)
        now = speakers if self.order == "together" else speakers[place : place + 1]
        return tuple(Ask(p, words, SPEAK, turn, (), "passes", self._hearers(p)) for p in now)

    def after(self, state: Talking, answers: tuple[Any, ...]) -> Talking:
        """The state after messages, or after answers to the game inside."""
        if state.now == self._talk:
            inside = self.inner.after(state.inside, answers)
            talks = self.when == "every step" and self._moves(inside)
            return Talking(inside, state.said, 0 if talks else self._talk)
        said = state.said
        for ask, words in zip(self.asks(state), answers, strict=True):
            said = said.plus(Said(ask.turn, ask.player, words))
        return Talking(state.inside, said, state.now + len(answers))

    def facts(self, state: Talking, player: int) -> Heard:
        """What the game inside tells the player, and what it heard, itself included."""
        said = state.said.whole()
        if self.to is not None:
            said = tuple(own for own in said if player in {own.player, *self.to[own.player]})
        return Heard(self.inner.facts(state.inside, player), said)

    def paid(self, state: Talking) -> tuple[Number, ...] | None:
        """What the game inside pays: talk is free."""
        return self.inner.paid(state.inside)

    def remaining(self, state: Talking) -> Hashable:
        """What remains of the game inside, and where the talk is."""
        inside = getattr(self.inner, "remaining", None)
        left = state.inside if inside is None else inside(state.inside)
        return (left, state.now)

    def _moves(self, inside: Any) -> bool:
        """Whether players are asked in a state of the game inside."""
        return any(ask.player != NATURE for ask in self.inner.asks(inside))

    def _hearers(self, player: int) -> tuple[int, ...] | None:
        """Who may learn a player's words; None for everybody."""
        return None if self.to is None else (player, *self.to[player])
