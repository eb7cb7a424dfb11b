"""Backward induction on the states of a game that everybody sees and in which one moves at a time.

A tree repeats a state wherever it can be reached; here each is settled once.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games.answer import Value
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.dynamic import Ask, DynamicGame
from nashscope.games.rational import Number
from nashscope.games.solve.dynamic.graph import Branch, Joint, graph, joints
from nashscope.games.solve.dynamic.merging import name_of
from nashscope.games.solve.dynamic.planner import exact_or_float
from nashscope.games.solve.dynamic.stochastic import check_seen

__all__ = ["Induced", "state_induction"]


@dataclass(frozen=True)
class Induced:
    """A subgame-perfect equilibrium in pure strategies.

    payoffs: what everybody earns.
    choices: the answer of the player who moves, by what remains of the game.
    ties: how many of them have another that is as good: where there are any, this equilibrium is
        one of several.
    """

    payoffs: tuple[Number, ...]
    choices: dict[Hashable, Value] = field(repr=False)
    ties: int = 0


def state_induction(
    game: DynamicGame,
    prefer: Callable[[list[tuple[Number, ...]]], int] | None = None,
    *,
    time_limit: TimeLimit = 60.0,
) -> Induced:
    """The equilibrium in which every answer is best for whoever gives it, also off the path.

    prefer: chooses among equally good answers, given what all earn from there on after each; by
        default the first.

    Raises:
        IllFormedGame: if two are asked at once, or one is told the same in two states.
        NotSolved: if the time limit, in seconds, passes, there are too many states or answers, or
            a state comes back.

    >>> from nashscope.games import named
    >>> state_induction(named("centipede").make()).payoffs
    (Fraction(4, 1), Fraction(1, 1))
    """
    states = graph(game, _alone, Deadline.of(time_limit))
    if not states.acyclic:
        raise NotSolved(
            f"{name_of(game)} can come back to a state; it has no last move to begin with"
        )
    check_seen(states)
    worths: dict[Hashable, tuple[Number, ...]] = {}
    choices: dict[Hashable, Value] = {}
    ties = 0
    for key, place in states.places.items():
        if not place.moves:
            worths[key] = (0,) * game.players
            continue
        after = [_expected(branches, worths) for branches in place.moves.values()]
        if not place.asks:
            (worths[key],) = after
            continue
        mover = place.asks[0].player
        best = max(worth[mover] for worth in after)
        equal = [n for n, worth in enumerate(after) if worth[mover] == best]
        ties += len(equal) > 1
        chosen = equal[prefer([after[n] for n in equal]) if prefer else 0]
        (answer,) = list(place.moves)[chosen]
        assert answer is not None
        choices[key], worths[key] = answer, after[chosen]
    first = game.paid(game.start) or (0,) * game.players
    payoffs = (exact_or_float(a + b) for a, b in zip(first, worths[states.start], strict=True))
    return Induced(tuple(payoffs), choices, ties)


def _alone(game: DynamicGame, state: Any, asks: Sequence[Ask]) -> Iterable[Joint]:
    """The answers of the one player who is asked.

    Raises:
        IllFormedGame: if there are several.
    """
    if len(asks) > 1:
        raise IllFormedGame(
            f"{name_of(game)} asks {len(asks)} players at once; backward induction needs one at a "
            "time (solve_states solves zero-sum games, unfold makes a tree of any)"
        )
    return joints(game, state, asks)


def _expected(
    branches: list[Branch], worths: dict[Hashable, tuple[Number, ...]]
) -> tuple[Number, ...]:
    """What everybody earns from here on."""
    total: list[Number] = [0] * len(branches[0][1])
    for p, gains, key in branches:
        sums = zip(total, gains, worths[key], strict=True)
        total = [have + p * (gain + later) for have, gain, later in sums]
    return tuple(total)
