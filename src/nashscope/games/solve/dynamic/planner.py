"""The most that all can earn together, by a planner who sees all and answers for everybody."""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nashscope.errors import Misuse, NotSolved
from nashscope.games.answer import legal
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.dynamic import NATURE, Ask, DynamicGame
from nashscope.games.rational import Number
from nashscope.games.solve.dynamic.graph import (
    Graph,
    Joint,
    Place,
    graph,
    joints,
    lifetime,
    outcomes,
)
from nashscope.games.solve.dynamic.merging import name_of, remaining_of

__all__ = ["Optimum", "one_owner"]

SWEEPS = 100_000
"""The most sweeps of value iteration."""


@dataclass(frozen=True)
class Optimum:
    """The best plan for all together.

    value: the sum of what everybody earns under it; a fraction where it is exact.
    error: no plan earns more than the value plus this, nor does this one earn less than the value
        minus it; 0 where it is exact.
    plan: the answers of all who are asked, by what remains of the game.
    """

    value: Number
    error: Number
    plan: dict[Hashable, Joint] = field(repr=False)


def one_owner(
    game: DynamicGame,
    *,
    discount: Number | None = None,
    tolerance: float = 1e-9,
    time_limit: TimeLimit = 60.0,
) -> Optimum:
    """The most that all can earn together: what an owner of everything would get.

    In a game in which all are paid alike this is the value of the team, times its players. Joint
    answers are looked at one by one, or those alone that the game gives as `plans`.

    discount: the weight of a step in which players answer against the one before it; needed where
        play can go on for ever.
    tolerance: of the value where states come back, in units of payoff: value iteration finds it.

    Raises:
        Misuse: for a discount that is none. NotSolved: if the time limit, in seconds, passes,
            there are too many states or answers, or the plan played again earns something else.

    >>> from nashscope.games import Repeated, game
    >>> one_owner(Repeated(game("prisoners-dilemma"), rounds=3)).value
    Fraction(18, 1)
    """
    weight = checked_discount(discount)
    deadline = Deadline.of(time_limit)
    states = graph(game, _options, deadline)
    if states.acyclic:
        worth = _backwards(states, weight)
        value, error = worth[states.start], exact_or_float(0)
        if discount is None:
            _replay(states, _plan(states, worth, weight), value, deadline)
    else:
        worth, error = _iterated(states, float(weight), tolerance, deadline)
        value = worth[states.start]
    first = sum(game.paid(game.start) or ())
    return Optimum(exact_or_float(value + first), error, _plan(states, worth, weight))


def checked_discount(discount: Number | None) -> Number:
    """The weight of a step against the one before; 1 where nothing is discounted.

    Raises:
        Misuse: if it is not between 0 and 1.
    """
    if discount is not None and not 0 <= discount < 1:
        raise Misuse(f"the discount is {discount}; it must be at least 0 and below 1")
    return 1 if discount is None else discount


def exact_or_float(number: Number) -> Number:
    """The number, a fraction where it is exact."""
    return number if isinstance(number, float) else Fraction(number)


def _options(game: DynamicGame, state: Any, asks: Sequence[Ask]) -> Iterable[Joint]:
    """The joint answers that are looked at: those of the game's plans, where it has any."""
    plans = getattr(game, "plans", None)
    if plans is None or any(ask.player == NATURE for ask in game.asks(state)):
        return joints(game, state, asks)
    return [tuple(plan) for plan in plans(state)]


def _expected(branches: Any, worth: dict[Hashable, Number], weight: Number) -> Number:
    """What a joint answer earns all together, and what follows."""
    total: Number = 0
    for p, gains, key in branches:
        total = total + p * (sum(gains) + weight * worth[key])
    return total


def _best(place: Place, worth: dict[Hashable, Number], weight: Number) -> tuple[Joint, Number]:
    """The first of the best joint answers, and what it is worth."""
    weight = weight if place.asks else 1
    best: tuple[Joint, Number] | None = None
    for joint, branches in place.moves.items():
        value = _expected(branches, worth, weight)
        if best is None or value > best[1]:
            best = (joint, value)
    assert best is not None
    return best


def _plan(states: Graph, worth: dict[Hashable, Number], weight: Number) -> dict[Hashable, Joint]:
    """The first of the best joint answers in every state."""
    places = states.places.items()
    return {key: _best(place, worth, weight)[0] for key, place in places if place.moves}


def _backwards(states: Graph, weight: Number) -> dict[Hashable, Number]:
    """The worth of every state, the last ones first."""
    worth: dict[Hashable, Number] = {}
    for key, place in states.places.items():
        worth[key] = _best(place, worth, weight)[1] if place.moves else 0
    return worth


def _iterated(
    states: Graph, discount: float, tolerance: float, deadline: Deadline
) -> tuple[dict[Hashable, Number], float]:
    """The worth of every state by value iteration, and how far it may be off.

    Source: Puterman 1994, Markov Decision Processes, Theorem 6.3.1: a sweep that changes nothing by
    more than ε leaves the values, and the greedy plan's, within 2·ε·δ/(1 - δ) of the optimum. Here
    the steps that can be played after the first stand for δ/(1 - δ).
    """
    later = lifetime(states, discount, deadline) - 1
    worth: dict[Hashable, Number] = dict.fromkeys(states.places, 0.0)
    for _ in range(SWEEPS):
        deadline.check("value iteration")
        after = {
            key: _best(place, worth, discount)[1] if place.moves else 0.0
            for key, place in states.places.items()
        }
        change = max(abs(float(after[key] - worth[key])) for key in worth)
        worth = after
        if 2 * change * later <= tolerance:
            return worth, 2 * change * later
    raise NotSolved(f"value iteration did not come within {tolerance:g}; give a larger tolerance")


def _replay(states: Graph, plan: dict[Hashable, Joint], value: Number, deadline: Deadline) -> None:
    """Plays the plan through the game itself and compares what it earns.

    Raises:
        NotSolved: if it is something else.
    """
    game, remaining = states.game, remaining_of(states.game)
    total: Number = 0
    ahead: dict[Any, Number] = {game.start: 1}
    while ahead:
        deadline.check("playing a plan")
        following: dict[Any, Number] = {}
        for state, weight in ahead.items():
            asks = game.asks(state)
            if not asks:
                continue
            joint = plan[remaining(state)]
            players = [ask for ask in asks if ask.player != NATURE]
            if not all(legal(a.answer, v) for a, v in zip(players, joint, strict=True)):
                raise NotSolved(
                    f"a plan of {name_of(game)} is no answer in {state!r:.80}: "
                    "`remaining` takes states for one that are not"
                )
            for answers, p in outcomes(asks, joint):
                after = game.after(state, answers)
                gain = sum(game.paid(after) or ()) - sum(game.paid(state) or ())
                total = total + weight * p * gain
                following[after] = following.get(after, 0) + weight * p
        ahead = following
    if not math.isclose(total, value, rel_tol=1e-9, abs_tol=1e-9):
        raise NotSolved(
            f"the plan for {name_of(game)} earns {total} when played, not {value}: "
            "`remaining` takes states for one that are not"
        )
