"""The same game several times in a row, whose players know how the earlier ones went.

A match of a series is whatever game is inside, talk and notes included; each begins anew.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from nashscope.errors import IllFormedGame
from nashscope.games.dynamic import Ask, DynamicGame
from nashscope.games.rational import Number

__all__ = ["InSeries", "Row", "Series"]


class InSeries(NamedTuple):
    """The facts of a match in a series.

    match: its number, from 0. inside: what the game inside tells the player.
    before: for every earlier match what the player knew at its end, and what everybody earned in
    it; None where an unread answer leaves that open.
    """

    match: int
    inside: Any
    before: tuple[tuple[Any, tuple[Number, ...] | None], ...]


class Row(NamedTuple):
    """The state of a series: that of the match under way, and how the earlier ones ended.

    shift: what is added to the turns of this match, so that they count on.
    last: the largest turn so far.
    """

    inside: Any
    ends: tuple[Any, ...] = ()
    shift: int = 0
    last: int = 0


@dataclass(frozen=True)
class Series:
    """A game played several times; all matches count alike.

    Raises:
        IllFormedGame: if there is no match, or nobody is asked anything in the game.
    """

    inner: DynamicGame
    matches: int

    def __post_init__(self) -> None:
        if self.matches < 1:
            raise IllFormedGame(f"a series of {self.matches} matches; give 1 or more")
        if not self.inner.asks(self.inner.start):
            raise IllFormedGame("nobody is asked anything in the game of the series")

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
        """The most answers of all matches."""
        inside: int | None = getattr(self.inner, "longest", None)
        return None if inside is None else inside * self.matches

    @property
    def start(self) -> Row:
        """The first match begins."""
        return Row(self.inner.start)

    def asks(self, state: Row) -> tuple[Ask, ...]:
        """What is asked in the match under way."""
        asks = self.inner.asks(state.inside)
        if not state.shift:
            return asks
        return tuple(replace(ask, turn=ask.turn + state.shift) for ask in asks)

    def after(self, state: Row, answers: tuple[Any, ...]) -> Row:
        """The match goes on, or the next one begins."""
        last = max(state.last, *(ask.turn for ask in self.asks(state)))
        inside = self.inner.after(state.inside, answers)
        if self.inner.asks(inside) or len(state.ends) + 1 == self.matches:
            return Row(inside, state.ends, state.shift, last)
        first = min(ask.turn for ask in self.inner.asks(self.inner.start))
        return Row(self.inner.start, (*state.ends, inside), last + 1 - first, last)

    def facts(self, state: Row, player: int) -> InSeries:
        """What the match tells, and how the earlier ones went."""
        before = tuple((self.inner.facts(end, player), self.inner.paid(end)) for end in state.ends)
        return InSeries(len(state.ends), self.inner.facts(state.inside, player), before)

    def paid(self, state: Row) -> tuple[Number, ...] | None:
        """The sum over all matches."""
        paid = [self.inner.paid(match) for match in (*state.ends, state.inside)]
        known = [own for own in paid if own is not None]
        if len(known) < len(paid):
            return None
        return tuple(sum(own) for own in zip(*known, strict=True))

    def remaining(self, state: Row) -> Hashable:
        """What remains of this match, and how many come after it."""
        inside = getattr(self.inner, "remaining", None)
        left = state.inside if inside is None else inside(state.inside)
        return (self.matches - len(state.ends), left)
