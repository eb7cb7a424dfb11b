"""The states of a game that everybody sees, and what answers lead from one to another."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from nashscope.errors import NotSolved
from nashscope.games.answer import Value, Words, size, values
from nashscope.games.deadline import Deadline
from nashscope.games.dynamic import NATURE, Ask, DynamicGame, odds
from nashscope.games.rational import Number
from nashscope.games.solve.dynamic.merging import name_of, remaining_of

__all__ = ["Branch", "Graph", "Joint", "Place", "graph", "joints", "lifetime", "outcomes"]

LARGEST = 3_000_000
"""The largest number of answers, in all states together, that are looked at."""

STEPS = 10_000
"""The most steps after which half of all play must be over, for the values to be found."""

Joint = tuple[Value | None, ...]
"""One answer per player who is asked, in their order."""

Branch = tuple[Number, tuple[Number, ...], Hashable]
"""A probability, what everybody earns on the way, and where it leads."""


@dataclass
class Place:
    """States that are taken for one.

    state: the first of them. asks: of the players in it; nature's are in the branches.
    moves: for every joint answer where it may lead. No moves: the game is over.
    """

    state: Any
    asks: tuple[Ask, ...] = ()
    moves: dict[Joint, list[Branch]] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """All states that can come up.

    places: by what remains of the game, each after all those that it leads to if `acyclic`.
    start: of the game.
    """

    game: DynamicGame
    places: dict[Hashable, Place]
    start: Hashable
    acyclic: bool


def joints(game: DynamicGame, state: Any, asks: Sequence[Ask]) -> Iterable[Joint]:
    """All joint answers of the players who are asked.

    Raises:
        NotSolved: if there are too many.
    """
    total = 1
    for ask in asks:
        # words are opaque to the game: silence stands for all of them
        many = 1 if isinstance(ask.answer, Words) else size(ask.answer)
        total = LARGEST + 1 if many is None else total * many
        if total > LARGEST:
            raise NotSolved(
                f"{name_of(game)} has too many joint answers to look at ({ask.about!r}); "
                "make it smaller, or let the game give `plans`"
            )
    return product(*([""] if isinstance(a.answer, Words) else values(a.answer) for a in asks))


def graph(
    game: DynamicGame,
    options: Callable[[DynamicGame, Any, Sequence[Ask]], Iterable[Joint]],
    deadline: Deadline,
) -> Graph:
    """Follows all options from the start; without recursion, for a match may be long.

    options: the joint answers that are looked at in a state.

    Raises:
        NotSolved: beyond the deadline, or if there are too many states and answers.
    """
    remaining = remaining_of(game)
    start = remaining(game.start)
    found: dict[Hashable, Place] = {start: Place(game.start)}
    done: dict[Hashable, Place] = {}
    opened: set[Hashable] = set()
    waiting, acyclic, count = [start], True, 0
    while waiting:
        key = waiting[-1]
        place = found[key]
        if key in done:
            waiting.pop()
        elif key in opened:  # all that it leads to is done
            done[key] = place
            waiting.pop()
        else:
            deadline.check("looking through the states of a game")
            opened.add(key)
            for following, state in _open(game, place, options, remaining).items():
                found.setdefault(following, Place(state))
                if following not in opened:
                    waiting.append(following)
                elif following not in done:
                    acyclic = False
            count += len(place.moves)
            if count > LARGEST:
                raise NotSolved(
                    f"{name_of(game)} has more than {LARGEST:,} answers in all its states; "
                    "make it smaller, or give it `remaining`"
                )
    return Graph(game, done, start, acyclic)


def _open(
    game: DynamicGame,
    place: Place,
    options: Callable[[DynamicGame, Any, Sequence[Ask]], Iterable[Joint]],
    remaining: Callable[[Any], Hashable],
) -> dict[Hashable, Any]:
    """Fills in the moves of a place; the states that they lead to."""
    state, asks = place.state, game.asks(place.state)
    if not asks:
        return {}
    place.asks = tuple(ask for ask in asks if ask.player != NATURE)
    before = game.paid(state) or ()
    reached: dict[Hashable, Any] = {}
    for joint in options(game, state, place.asks):
        branches: list[Branch] = []
        for answers, probability in outcomes(asks, joint):
            after = game.after(state, answers)
            key, paid = remaining(after), game.paid(after) or ()
            gains = tuple(new - old for new, old in zip(paid, before, strict=True))
            reached.setdefault(key, after)
            branches.append((probability, gains, key))
        place.moves[tuple(joint)] = branches
    return reached


def lifetime(states: Graph, weight: float, deadline: Deadline) -> float:
    """At most so many steps are played from any state, however all answer; later ones count less.

    weight: of a step in which players answer against the one before. A change of the values of all
    states by ε changes what any plan is worth by no more than ε times this.

    Raises:
        NotSolved: if play can go on for ever and nothing is discounted.
    """
    alive = {key: 1.0 for key, place in states.places.items() if place.moves}
    total, most = 0.0, 1.0
    for _ in range(STEPS):
        if most <= 0.5 or not alive:
            break
        deadline.check("finding how long a game can last")
        total += most
        alive = {
            key: (weight if states.places[key].asks else 1.0)
            * max(
                sum(float(p) * alive.get(after, 0.0) for p, _, after in branches)
                for branches in states.places[key].moves.values()
            )
            for key in alive
        }
        most = max(alive.values(), default=0.0)
    else:
        raise NotSolved(
            f"{name_of(states.game)} can come back to a state and go on for ever; give a discount"
        )
    # what is left after so many steps is left at most as often again after as many more
    return total / (1 - most)


def outcomes(asks: Sequence[Ask], joint: Joint) -> Iterator[tuple[Joint, Number]]:
    """The players' answers with nature's among them, and their probabilities."""
    draws = [odds(ask) for ask in asks if ask.player == NATURE]
    for drawn in product(*draws):
        probability: Number = 1
        for _, p in drawn:
            probability = probability * p
        told, dealt = iter(joint), (value for value, _ in drawn)
        yield tuple(next(dealt) if a.player == NATURE else next(told) for a in asks), probability
