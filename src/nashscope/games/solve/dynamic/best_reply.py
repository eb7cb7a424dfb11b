"""The best that one player can do in a game with a state, and what players gain by it.

Against fixed rules a player faces a decision process. Where something is hidden from it, its
situation is a belief: the states that agree with all it was told, with their probabilities. That is
exact, by dynamic programming over situations; states merge by what remains of the game in them.

Source: Åström 1965, "Optimal control of Markov processes with incomplete state information",
J. Math. Anal. Appl. 10.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nashscope.errors import NotSolved
from nashscope.games.answer import Value, Words, size, values
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.dynamic import LISTED, Ask, DynamicGame
from nashscope.games.rational import Number
from nashscope.games.rule import Rule
from nashscope.games.solve.dynamic.merging import Field, Remaining, exactly, name_of

__all__ = ["Reply", "best_reply", "dynamic_payoffs", "dynamic_regrets"]

LARGEST = 1_000_000
"""The largest number of situations that are looked at."""

REPLAYED = 20_000
"""Up to this many states the reply is played again from the start, without merging any."""

DIGITS = 12
"""Beliefs whose probabilities are floats and agree to so many digits are one."""

Candidates = Callable[[Any, Ask], Iterable[Value]]
"""The answers that are tried, given what the player knows and is asked."""

Belief = tuple[tuple[Hashable, Any, Number], ...]
"""States that agree with what a player was told: what each is taken for, itself, how probable."""


@dataclass(frozen=True)
class Reply:
    """A best reply to rules.

    player: whose. value: what it earns; a fraction or an int where all numbers are exact.
    exact: whether no answer earns more; False where words, or only some candidates, were tried:
        then the value is a lower bound.
    replayed: whether the reply was played again from the start through the game itself, no states
        merged, and earned the value; False where that would take too many states.
    choices: the answer in every situation that was looked at, by what remains of the game in it;
        where several states are possible, by all of them with their probabilities.
    """

    player: int
    value: Number
    exact: bool
    replayed: bool
    choices: dict[Hashable, Value] = field(repr=False)


def best_reply(
    game: DynamicGame,
    player: int,
    others: Sequence[Rule | None],
    *,
    remaining: Remaining | None = None,
    candidates: Candidates | None = None,
    time_limit: TimeLimit = 60.0,
) -> Reply:
    """The best that one player can do against the rules of the others, remembering everything.

    others: one rule per player; the player's own is not looked at, and may be None.
    remaining: what the rest of the game and the rules depend on; by default as the game says.
    candidates: the answers that are tried, where all are too many; the value is a lower bound then.

    Raises:
        IllFormedProfile: if a rule is missing, or answers with what is no value.
        Misuse: if states are taken for one in which a rule answers otherwise.
        NotSolved: if the time limit, in seconds, passes, there are too many situations or answers,
            or the reply played again earns something else.

    >>> from nashscope.games import named
    >>> ultimatum = named("ultimatum").make()
    >>> best_reply(ultimatum, 0, [None, lambda facts, ask: [1, 0]]).value  # all is accepted
    Fraction(4, 1)
    """
    field = Field(game, others, player, remaining, Deadline.of(time_limit))
    return _Search(field, player, candidates).reply()


def dynamic_payoffs(
    game: DynamicGame,
    rules: Sequence[Rule],
    *,
    remaining: Remaining | None = None,
    time_limit: TimeLimit = 60.0,
) -> tuple[Number, ...]:
    """What every player earns when all follow their rules.

    Raises:
        IllFormedProfile, Misuse, NotSolved: as `best_reply`.
    """
    field = Field(game, rules, None, remaining, Deadline.of(time_limit))
    total: list[Number] = list(field.paid(game.start))
    ahead = {field.key(game.start): (game.start, exactly(1))}
    while ahead:
        following: dict[Hashable, tuple[Any, Number]] = {}
        for key, (state, weight) in ahead.items():
            before = field.paid(state)
            for answers, p in field.spot(key, state).joint:
                after = game.after(state, answers)
                _put(following, field.key(after), after, weight * p)
                gains = zip(field.paid(after), before, strict=True)
                total = [t + weight * p * (a - b) for t, (a, b) in zip(total, gains, strict=True)]
        ahead = following
    return tuple(total)


def dynamic_regrets(
    game: DynamicGame,
    rules: Sequence[Rule],
    *,
    remaining: Remaining | None = None,
    time_limit: TimeLimit = 60.0,
) -> tuple[Number, ...]:
    """What every player would gain by its best reply to the rules of the others."""
    deadline = Deadline.of(time_limit)
    earned = dynamic_payoffs(game, rules, remaining=remaining, time_limit=deadline)
    gains: list[Number] = []
    for player, own in enumerate(earned):
        reply = best_reply(game, player, rules, remaining=remaining, time_limit=deadline)
        gain = reply.value - own
        # rounding leaves small negative numbers; exact numbers have none
        gains.append(max(0.0, gain) if isinstance(gain, float) else gain)
    return tuple(gains)


@dataclass
class _Situation:
    """Where the player decides: for every answer what it brings at once, and what may follow."""

    options: list[tuple[Value, Number, list[tuple[Number, Hashable]]]]
    next: int = 0
    worth: Number | None = None
    choice: Value | None = None


class _Search:
    """The search for one player's best reply, without recursion."""

    def __init__(self, field: Field, player: int, candidates: Candidates | None) -> None:
        self.field, self.player, self.candidates = field, player, candidates
        self.exact = candidates is None
        self.situations: dict[Hashable, _Situation] = {}
        self.beliefs: dict[Hashable, Belief] = {}

    def reply(self) -> Reply:
        """The best reply."""
        start = self.field.game.start
        first = {self.field.key(start): (start, exactly(1))}
        gain, branches = self._until_asked(first)
        for _, name in branches:
            self._solve(name)
        value = self.field.paid(start)[self.player] + gain
        for p, name in branches:
            value = value + p * self._worth(name)
        replayed = self._replay(value)
        choices = {
            name: own.choice for name, own in self.situations.items() if own.choice is not None
        }
        return Reply(self.player, _plain(value), self.exact, replayed, choices)

    def _worth(self, name: Hashable) -> Number:
        worth = self.situations[name].worth
        assert worth is not None
        return worth

    def _solve(self, first: Hashable) -> None:
        """Settles a situation, after all that may follow it."""
        under_way: dict[Hashable, None] = {}
        waiting = [first]
        while waiting:
            name = waiting[-1]
            own = self.situations.get(name)
            if own is None:
                own = self.situations[name] = self._opened(name)
                under_way[name] = None
            if own.worth is not None:
                waiting.pop()
                continue
            unsettled = self._unsettled(own, under_way)
            if unsettled:
                waiting.append(unsettled[0])
                continue
            self._settle(own)
            under_way.pop(name)
            waiting.pop()

    def _unsettled(self, own: _Situation, under_way: dict[Hashable, None]) -> list[Hashable]:
        """A situation that must be settled before this one; options before `next` are done."""
        while own.next < len(own.options):
            for _, name in own.options[own.next][2]:
                if name in under_way:
                    raise NotSolved(
                        f"{name_of(self.field.game)} comes back to a situation that is taken for "
                        "the same; let `remaining` tell the turns apart"
                    )
                after = self.situations.get(name)
                if after is None or after.worth is None:
                    return [name]
            own.next += 1
        return []

    def _settle(self, own: _Situation) -> None:
        """Chooses the first of the best answers."""
        for value, gain, branches in own.options:
            worth = gain
            for p, name in branches:
                worth = worth + p * self._worth(name)
            if own.worth is None or worth > own.worth:
                own.worth, own.choice = worth, value
        own.options = []

    def _opened(self, name: Hashable) -> _Situation:
        """A situation with all that each answer leads to."""
        if len(self.situations) >= LARGEST:
            raise NotSolved(
                f"more than {LARGEST:,} situations can come up in {name_of(self.field.game)}; "
                "give the game `remaining`, fewer steps or `candidates`"
            )
        belief = self.beliefs[name]
        field, options = self.field, []
        for value in self._values(belief):
            field.deadline.check("finding a best reply")
            ahead, gain = self._answered(belief, value)
            later, branches = self._until_asked(ahead)
            options.append((value, gain + later, branches))
        return _Situation(options)

    def _values(self, belief: Belief) -> list[Value]:
        """The answers that are tried."""
        key, state, _ = belief[0]
        spot = self.field.spot(key, state)
        assert spot.place is not None
        ask = spot.asks[spot.place]
        if self.candidates is not None:
            return list(self.candidates(self.field.game.facts(state, self.player), ask))
        many = size(ask.answer)
        if isinstance(ask.answer, Words):
            self.exact = False
            return [""]
        if many is None or many > LISTED:
            raise NotSolved(
                f"player {self.player} has too many answers to {ask.about!r}; give `candidates`"
            )
        return list(values(ask.answer))

    def _answered(
        self, belief: Belief, value: Value
    ) -> tuple[dict[Hashable, tuple[Any, Number]], Number]:
        """The states after an answer, and what it brings at once."""
        field, player, game = self.field, self.player, self.field.game
        ahead: dict[Hashable, tuple[Any, Number]] = {}
        gain: Number = 0
        for key, state, weight in belief:
            spot, before = field.spot(key, state), field.paid(state)[player]
            place = spot.place
            assert place is not None
            for answers, p in spot.joint:
                after = game.after(state, (*answers[:place], value, *answers[place + 1 :]))
                gain = gain + weight * p * (field.paid(after)[player] - before)
                _put(ahead, field.key(after), after, weight * p)
        return ahead, gain

    def _until_asked(
        self, ahead: dict[Hashable, tuple[Any, Number]]
    ) -> tuple[Number, list[tuple[Number, Hashable]]]:
        """What is earned until the player is asked again, and the situations it is asked in.

        ahead: states by what they are taken for, each with its probability.
        """
        gain: Number = 0
        told: dict[Hashable, dict[Hashable, tuple[Any, Number]]] = {}
        while ahead:
            following: dict[Hashable, tuple[Any, Number]] = {}
            for key, (state, weight) in ahead.items():
                spot = self.field.spot(key, state)
                if spot.place is None:
                    gain = gain + self._passed(key, state, weight, following)
                    continue
                facts: Hashable = None
                if len(ahead) > 1 or told:
                    about = spot.asks[spot.place].about
                    facts = (self.field.game.facts(state, self.player), about)
                _put(told.setdefault(facts, {}), key, state, weight)
            ahead = following
        return gain, [self._named(alike) for alike in told.values()]

    def _passed(
        self,
        key: Hashable,
        state: Any,
        weight: Number,
        following: dict[Hashable, tuple[Any, Number]],
    ) -> Number:
        """Notes the states after a step without the player; what it earns in it."""
        gain: Number = 0
        joint = self.field.spot(key, state).joint
        before = self.field.paid(state)[self.player] if joint else 0
        for answers, p in joint:
            after = self.field.game.after(state, answers)
            gain = gain + weight * p * (self.field.paid(after)[self.player] - before)
            _put(following, self.field.key(after), after, weight * p)
        return gain

    def _named(self, alike: dict[Hashable, tuple[Any, Number]]) -> tuple[Number, Hashable]:
        """The situation of states that look alike, and the probability that one of them comes."""
        if len(alike) == 1:
            ((key, (state, weight)),) = alike.items()
            self.beliefs.setdefault(key, ((key, state, 1),))
            return weight, key
        total = exactly(sum((w for _, w in alike.values()), Fraction(0)))
        belief = tuple((key, state, w / total) for key, (state, w) in alike.items())
        name = frozenset((key, _rounded(p)) for key, _, p in belief)
        self.beliefs.setdefault(name, belief)
        return total, name

    def _replay(self, value: Number) -> bool:
        """Plays the reply through the game itself, no states merged; whether that was possible.

        Raises:
            NotSolved: if it earns something else.
        """
        field = Field(
            self.field.game, self.field.rules, self.player, lambda state: state, self.field.deadline
        )
        again = _Search(field, self.player, self.candidates)
        start = field.game.start
        total, branches = again._until_asked({start: (start, exactly(1))})
        total = total + field.paid(start)[self.player]
        waiting, count = branches, 0
        while waiting:
            weight, name = waiting.pop()
            belief = again.beliefs[name]
            count += len(belief)
            choice = self._chosen(belief)
            if count > REPLAYED or choice is None:
                return False
            ahead, gain = again._answered(belief, choice)
            later, branches = again._until_asked(ahead)
            total = total + weight * (gain + later)
            waiting += [(weight * p, following) for p, following in branches]
        if not math.isclose(total, value, rel_tol=1e-9, abs_tol=1e-9) or (
            not isinstance(value, float) and total != value
        ):
            raise NotSolved(
                f"the reply of player {self.player} earns {total} when played through "
                f"{name_of(field.game)}, not {value}: states were taken for one that are not"
            )
        return True

    def _chosen(self, belief: Belief) -> Value | None:
        """What the reply answers in a situation whose states are not merged."""
        merged: dict[Hashable, tuple[Any, Number]] = {}
        for _, state, weight in belief:
            _put(merged, self.field.key(state), state, exactly(weight))
        _, name = self._named(merged)
        own = self.situations.get(name)
        return None if own is None else own.choice


def _put(
    ahead: dict[Hashable, tuple[Any, Number]], key: Hashable, state: Any, weight: Number
) -> None:
    """Adds the probability of a state to that of those it is taken for one with."""
    there = ahead.get(key)
    ahead[key] = (state, weight) if there is None else (there[0], there[1] + weight)


def _rounded(p: Number) -> Number:
    """A probability, without the last digits of a float."""
    return round(p, DIGITS) if isinstance(p, float) else p


def _plain(number: Number) -> Number:
    """A number as it is, an int as a fraction."""
    return Fraction(number) if isinstance(number, int) else number
