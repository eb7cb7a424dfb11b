"""States that are taken for one, and what is asked and answered in them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from nashscope.errors import IllFormedProfile, Misuse
from nashscope.games.answer import Value
from nashscope.games.deadline import Deadline
from nashscope.games.dynamic import NATURE, Ask, DynamicGame, Odds, odds
from nashscope.games.rational import Number
from nashscope.games.rule import Rule, spread

__all__ = ["Field", "Remaining", "Spot", "exactly", "name_of", "remaining_of"]

Remaining = Callable[[Any], Hashable]
"""What of a state the rest of the game depends on."""


class Spot(NamedTuple):
    """What happens in a state, the free player aside.

    asks: what is asked. place: of the free player among those who are asked; None if it is not.
    joint: the answers of all others, with their probability; None at the free player's place.
    """

    asks: tuple[Ask, ...]
    place: int | None
    joint: tuple[tuple[tuple[Value | None, ...], Number], ...]


class Field:
    """A game in which all players but one follow rules.

    rules: one per player; the free player's is not looked at. free: that player, or None.
    remaining: which states are taken for one; by default as the game itself says.

    Raises:
        IllFormedProfile: if a rule is missing, or there is no such player.
    """

    def __init__(
        self,
        game: DynamicGame,
        rules: Sequence[Rule | None],
        free: int | None,
        remaining: Remaining | None,
        deadline: Deadline,
    ) -> None:
        players = game.players
        if len(rules) != players or (free is not None and not 0 <= free < players):
            raise IllFormedProfile(
                f"{len(rules)} rules and player {free} were given; "
                f"{name_of(game)} has {players} players, numbered from 0"
            )
        for player, rule in enumerate(rules):
            if rule is None and player != free:
                raise IllFormedProfile(f"player {player} has no rule")
        self.game, self.rules, self.free, self.deadline = game, rules, free, deadline
        self.remaining = remaining or remaining_of(game)
        self.first: dict[Hashable, Any] = {}
        self.compared: set[Hashable] = set()
        self.spots: dict[Hashable, Spot] = {}

    def key(self, state: Any) -> Hashable:
        """What the state is taken for; the first two that are taken for one are compared.

        Raises:
            Misuse: if they are asked otherwise, or a rule answers otherwise.
        """
        key = self.remaining(state)
        first = self.first.setdefault(key, state)
        if first is not state and key not in self.compared and first != state:
            self.compared.add(key)
            self._compare(first, state)
        return key

    def spot(self, key: Hashable, state: Any) -> Spot:
        """What happens in a state; every rule is asked once for all that are taken for one."""
        spot = self.spots.get(key)
        if spot is None:
            self.deadline.check("looking through the states of a game")
            spot = self.spots[key] = self._spot(state)
        return spot

    def paid(self, state: Any) -> tuple[Number, ...]:
        """What everybody has earned so far."""
        paid = self.game.paid(state)
        if paid is None:
            raise Misuse(f"{name_of(self.game)} pays None in {state!r:.80}; all answers were read")
        return paid

    def _spot(self, state: Any) -> Spot:
        asks = self.game.asks(state)
        place: int | None = None
        each: list[Any] = []
        for number, ask in enumerate(asks):
            if ask.player == self.free:
                place = number
                each.append([(None, 1)])
            else:
                each.append(self._answers(state, ask))
        joint = []
        for row in product(*each) if asks else ():
            weight: Number = 1
            for _, p in row:
                weight = weight * p
            joint.append((tuple(value for value, _ in row), weight))
        return Spot(asks, place, tuple(joint))

    def _answers(self, state: Any, ask: Ask) -> Odds:
        """What nature or a rule answers."""
        if ask.player == NATURE:
            return odds(ask)
        rule = self.rules[ask.player]
        assert rule is not None
        return spread(rule, self.game.facts(state, ask.player), ask)

    def _compare(self, first: Any, other: Any) -> None:
        """Raises if two states differ in what is asked now, or in how the rules answer."""
        here, there = self._spot(first), self._spot(other)
        if [replace(ask, turn=0) for ask in here.asks] != [
            replace(ask, turn=0) for ask in there.asks
        ]:
            what = "but different things are asked in them"
        elif here.joint != there.joint:
            what = "but a rule answers otherwise; give `remaining=` what the rules look at, too"
        else:
            return
        raise Misuse(
            f"two states of {name_of(self.game)} are taken for one ({first!r:.60}), {what}"
        )


def name_of(game: DynamicGame) -> str:
    """What a game is called in a message."""
    return getattr(game, "name", "") or type(game).__name__


def exactly(weight: Number) -> Number:
    """A weight that divides without rounding where it is exact."""
    return weight if isinstance(weight, float) else Fraction(weight)


def remaining_of(game: DynamicGame) -> Remaining:
    """Which states a game itself takes for one; none where it does not say."""
    said: Remaining | None = getattr(game, "remaining", None)
    return (lambda state: state) if said is None else said
