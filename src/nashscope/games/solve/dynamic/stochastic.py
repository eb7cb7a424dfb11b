"""Zero-sum games with a state that both players see, solved state by state.

Source: Shapley 1953, "Stochastic games", PNAS 39: the values are the fixed point of solving, in
every state, the matrix game of what is paid now and the discounted value of what follows.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games.answer import values
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.dynamic import DynamicGame
from nashscope.games.rational import Number
from nashscope.games.solve.dynamic.graph import Graph, Place, graph, joints, lifetime
from nashscope.games.solve.dynamic.merging import name_of
from nashscope.games.solve.dynamic.planner import SWEEPS, checked_discount, exact_or_float
from nashscope.games.solve.matrix.certificate import certificate
from nashscope.games.solve.matrix.zero_sum import zero_sum

__all__ = ["StateValues", "solve_states"]

Mix = tuple[tuple[Number, ...], ...]
"""For every player who is asked, the probabilities of its answers in the order of `values`."""


@dataclass(frozen=True)
class StateValues:
    """The value of a zero-sum game with a state, and strategies that prove it.

    value: what the first player earns at least, and the second lets it have at most, when each
        follows its strategy; but for `error`.
    error: 0 where all is exact.
    strategies: the players' mixes, by what remains of the game; each plays by the state alone.
    worths: of every state, to the first player.
    """

    value: Number
    error: Number
    strategies: dict[Hashable, Mix] = field(repr=False)
    worths: dict[Hashable, Number] = field(repr=False)


def solve_states(
    game: DynamicGame,
    *,
    discount: Number | None = None,
    tolerance: float = 1e-9,
    time_limit: TimeLimit = 60.0,
) -> StateValues:
    """The value of a zero-sum game of two players who both see the state.

    Where no state comes back it is found backwards, in fractions; else by value iteration.

    discount: the weight of a step in which players answer against the one before it; needed where
        play can go on for ever.
    tolerance: of value iteration, in units of payoff.

    Raises:
        IllFormedGame: if there are not two players, their payments do not sum to zero, or one who
            is asked is told the same in two states (then `unfold` and `solve_tree` apply).
        Misuse: for a discount that is none. NotSolved: if the time limit, in seconds, passes, there
            are too many states or answers, or play can go on for ever and nothing is discounted.
    """
    weight, deadline = checked_discount(discount), Deadline.of(time_limit)
    if game.players != 2:
        raise IllFormedGame(f"{name_of(game)} has {game.players} players; this is for two")
    states = graph(game, joints, deadline)
    _check(states)
    first = game.paid(game.start) or (0, 0)
    if states.acyclic:
        worths, mixes = _backwards(states, weight, deadline)
        error = exact_or_float(0)
        low, high = _guarantees(states, mixes, weight)
        if not low == worths[states.start] == high:  # floats among the numbers
            error = abs(float(high) - float(low))
    else:
        worths, mixes, error = _iterated(states, float(weight), tolerance, deadline)
    return StateValues(exact_or_float(worths[states.start] + first[0]), error, mixes, worths)


def check_seen(states: Graph) -> None:
    """Raises if a player who is asked cannot tell its state from another.

    Raises:
        IllFormedGame: naming the player and the states.
    """
    told: dict[tuple[int, Hashable], Hashable] = {}
    for key, place in states.places.items():
        for ask in place.asks:
            facts = (ask.about, states.game.facts(place.state, ask.player))
            if told.setdefault((ask.player, facts), key) != key:
                raise IllFormedGame(
                    f"player {ask.player} of {name_of(states.game)} is told the same in two states "
                    "that differ; solve `unfold(game)` as a tree instead"
                )


def _check(states: Graph) -> None:
    """Raises unless it is a zero-sum game in which everybody sees the state."""
    for place in states.places.values():
        for branches in place.moves.values():
            for _, gains, _ in branches:
                if abs(float(sum(gains))) > 1e-9:
                    raise IllFormedGame(
                        f"{name_of(states.game)} is not zero-sum: after {place.state!r:.60} "
                        f"it pays {', '.join(map(str, gains))}"
                    )
    check_seen(states)


def _table(place: Place, worths: dict[Hashable, Number], weight: Number) -> np.ndarray:
    """What every joint answer is worth to the first player; it chooses the row."""
    sizes = [1, 1]
    for ask in place.asks:
        sizes[ask.player] = len(list(values(ask.answer)))
    worth = [
        sum(
            (p * (gains[0] + weight * worths[key]) for p, gains, key in branches),
            Fraction(0),
        )
        for branches in place.moves.values()
    ]
    table = np.empty(len(worth), dtype=object)
    table[:] = worth
    # the joint answers come with the last of those who are asked changing fastest
    order = [ask.player for ask in place.asks]
    if order == [1, 0]:
        return table.reshape(sizes[1], sizes[0]).T
    return table.reshape(sizes)


def _weight(place: Place, weight: Number) -> Number:
    """A step in which only nature answers is not discounted."""
    return weight if place.asks else 1


def _mixes(place: Place, row: tuple[Number, ...], column: tuple[Number, ...]) -> Mix:
    """The mixes of those who are asked."""
    return tuple((row, column)[ask.player] for ask in place.asks)


def _backwards(
    states: Graph, weight: Number, deadline: Deadline
) -> tuple[dict[Hashable, Number], dict[Hashable, Mix]]:
    """The value of every state, the last ones first, each with exact strategies."""
    worths: dict[Hashable, Number] = {}
    mixes: dict[Hashable, Mix] = {}
    for key, place in states.places.items():
        if not place.moves:
            worths[key] = 0
            continue
        deadline.check("solving the states of a game")
        proof = certificate(_table(place, worths, _weight(place, weight)))
        worths[key], mixes[key] = proof.value, _mixes(place, proof.row, proof.column)
    return worths, mixes


def _guarantees(states: Graph, mixes: dict[Hashable, Mix], weight: Number) -> tuple[Number, Number]:
    """What the first player's strategy earns at least, and what the second's lets it have at most.

    Found from the game's own transitions, each player's best reply to the other's strategy.
    """
    low: dict[Hashable, Number] = {}
    high: dict[Hashable, Number] = {}
    for key, place in states.places.items():
        if not place.moves:
            low[key] = high[key] = 0
            continue
        low[key] = min(_against(place, mixes[key], 0, low, weight))
        high[key] = max(_against(place, mixes[key], 1, high, weight))
    return low[states.start], high[states.start]


def _against(
    place: Place, mix: Mix, player: int, worths: dict[Hashable, Number], weight: Number
) -> list[Number]:
    """What every answer of the other is worth to the first player against one player's mix."""
    table = _table(place, worths, _weight(place, weight))
    own = [m for ask, m in zip(place.asks, mix, strict=True) if ask.player == player]
    lines = table.T if player == 0 else table
    return [
        sum((p * u for p, u in zip(own[0] if own else (1,), line, strict=True)), Fraction(0))
        for line in lines
    ]


def _iterated(
    states: Graph, discount: float, tolerance: float, deadline: Deadline
) -> tuple[dict[Hashable, Number], dict[Hashable, Mix], float]:
    """The values by Shapley's iteration, strategies, and how far they may be off.

    One more look proves them: where against the strategies no answer in any state is better by ε
    than the value says, the value is right within ε times the steps that can be played.
    """
    steps = lifetime(states, discount, deadline)
    worths: dict[Hashable, Number] = dict.fromkeys(states.places, 0.0)
    for _ in range(SWEEPS):
        solved = _sweep(states, worths, discount, deadline)
        after: dict[Hashable, Number] = {key: value for key, (value, _) in solved.items()}
        change = max(abs(float(after[key] - worths[key])) for key in worths)
        worths = after
        if change * (steps - 1) <= tolerance / 4:
            break
    else:
        raise NotSolved(f"value iteration did not come within {tolerance:g}; give a larger one")
    solved = _sweep(states, worths, discount, deadline)
    mixes = {key: mix for key, (_, mix) in solved.items() if states.places[key].moves}
    off = 0.0
    for key, mix in mixes.items():
        place = states.places[key]
        least = min(_against(place, mix, 0, worths, discount))
        most = max(_against(place, mix, 1, worths, discount))
        off = max(off, float(worths[key] - least), float(most - worths[key]))
    return worths, mixes, off * steps


def _sweep(
    states: Graph, worths: dict[Hashable, Number], discount: float, deadline: Deadline
) -> dict[Hashable, tuple[float, Mix]]:
    """The matrix game of every state, solved; those of one size together."""
    tables: dict[tuple[int, ...], list[tuple[Hashable, np.ndarray]]] = {}
    found: dict[Hashable, tuple[float, Mix]] = {}
    for key, place in states.places.items():
        if not place.moves:
            found[key] = (0.0, ())
            continue
        table = _table(place, worths, _weight(place, discount)).astype(float)
        tables.setdefault(table.shape, []).append((key, table))
    for some in tables.values():
        deadline.check("value iteration")
        solved = zero_sum(np.stack([table for _, table in some]), time_limit=deadline)
        rows = zip(some, solved.values, solved.row, solved.column, strict=True)
        for (key, _), value, row, column in rows:
            mix = _mixes(states.places[key], tuple(row.tolist()), tuple(column.tolist()))
            found[key] = (float(value), mix)
    return found
