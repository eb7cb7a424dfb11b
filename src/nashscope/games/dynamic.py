"""Games with a state: who is asked what in it, what each knows, and what the answers lead to.

Extensive, repeated and stochastic games are kinds of dynamic games. Chance is a player, NATURE,
asked like the others, so that deals, trembles and endings are recorded when played and exact when
solved. Everything here is numbers: what may be answered is in `games.answer`, its words in
`framing`.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any, Literal, Protocol, runtime_checkable

from numpy.random import Generator

from nashscope.errors import Misuse, NotSolved
from nashscope.games.answer import Answer, Value, draw, legal, nth, size, values
from nashscope.games.rational import Number

__all__ = ["NATURE", "Ask", "DynamicGame", "Odds", "nature", "odds", "states", "step"]

NATURE = -1
"""The player that stands for chance."""

LISTED = 1_000_000
"""The largest number of outcomes of one draw that a solver looks at."""

Odds = list[tuple[Value, Number]]
"""Values and the positive probabilities with which they come."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked of one player.

    player: who is asked; NATURE for a draw.
    answer: what may be answered.
    about: what it is about, such as "offer" or "vote"; "" for the move of a stage game or a tree.
    turn: counts on in a match, such that (turn, player, about) occurs once in it; in a repeated
        game it is the round.
    odds: the probabilities of NATURE's values in their order; () is all alike.
    unread: what an answer that nobody can read does: "passes" hands None to `after`; "ends" ends
        the match there, without an outcome.
    seen: the players who may learn the answer in this step; None promises nothing. The facts of
        everybody else must be the same whatever was answered.
    """

    player: int
    answer: Answer
    about: str = ""
    turn: int = 0
    odds: tuple[Number, ...] = ()
    unread: Literal["passes", "ends"] = "ends"
    seen: tuple[int, ...] | None = None


@runtime_checkable
class DynamicGame(Protocol):
    """A game given by its rules. States are hashable and never change.

    A game may have more, where it helps:

    * `longest: int | None`: the most answers that players give in a match; None if unknown.
    * `remaining(state) -> Hashable`: all that the asks, facts and payments to come depend on.
      Solvers take states that agree in it for one.
    * `plans(state) -> Iterable[tuple]`: answers of all who are asked, among which a planner who
      answers for everybody need look: whatever else is answered leads to a state with the same
      `remaining` as one of them, and pays all together no more.

    `games.check_dynamic` refutes each of these where it is wrong.
    """

    @property
    def players(self) -> int:
        """How many players there are."""
        ...

    @property
    def start(self) -> Hashable:
        """The state in which every match begins."""
        ...

    def asks(self, state: Any) -> tuple[Ask, ...]:
        """What is asked now and answered together, each player at most once; () at the end."""
        ...

    def after(self, state: Any, answers: tuple[Value | None, ...]) -> Hashable:
        """The state after these answers, one per ask; None is one that could not be read."""
        ...

    def facts(self, state: Any, player: int) -> Hashable:
        """What a player knows: the only source of what it is told."""
        ...

    def paid(self, state: Any) -> tuple[Number, ...] | None:
        """What everybody has earned so far; None where an unread answer leaves it open."""
        ...


def step(game: DynamicGame, state: Any, answers: Sequence[Value | None]) -> Hashable:
    """The state after these answers to what is asked in `state`.

    Raises:
        Misuse: if there is not one answer per ask, one is not legal, or one is None where an
            answer that is unread ends the match.
    """
    asks = game.asks(state)
    if len(answers) != len(asks):
        raise Misuse(f"{len(answers)} answers were given; {len(asks)} players are asked")
    for ask, value in zip(asks, answers, strict=True):
        if value is None and ask.unread == "passes":
            continue
        if value is None or not legal(ask.answer, value):
            who = "nature" if ask.player == NATURE else f"player {ask.player}"
            what = f"{value!r:.40} to {ask.about!r}" if ask.about else f"{value!r:.40}"
            raise Misuse(f"{who} answered {what}; it must be a value of {ask.answer!r:.120}")
    return game.after(state, tuple(answers))


def states(game: DynamicGame, answered: Iterable[Sequence[Value | None]]) -> Iterator[Hashable]:
    """The states of a match: the first, and one after each step of answers.

    Raises:
        Misuse: as `step`.
    """
    state = game.start
    yield state
    for answers in answered:
        state = step(game, state, answers)
        yield state


def nature(ask: Ask, chance: Generator) -> Value:
    """NATURE's answer, drawn by its odds."""
    if not ask.odds:
        return draw(ask.answer, chance)
    point = chance.random()
    bounds = list(accumulate(float(p) for p in ask.odds))
    # the last outcome that can come, where rounding leaves the bounds below 1
    last = max(place for place, p in enumerate(ask.odds) if p)
    place = next((n for n, bound in enumerate(bounds) if point < bound), last)
    return nth(ask.answer, place)


def odds(ask: Ask) -> Odds:
    """All that NATURE can answer, with its probability; what never comes is left out.

    Raises:
        NotSolved: if there are too many values to look at.
    """
    many = size(ask.answer)
    if many is None or many > LISTED:
        told = "words or numbers without end" if many is None else f"{many:,} values"
        raise NotSolved(
            f"nature is asked for one of {told}; a game with such a draw is played, not solved"
        )
    if not ask.odds:
        return [(value, Fraction(1, many)) for value in values(ask.answer)]
    return [(v, p) for v, p in zip(values(ask.answer), ask.odds, strict=True) if p]
