"""A small game with a state, written out as a tree, so that every solver of trees applies."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nashscope.errors import NotSolved
from nashscope.games.answer import Answer, Choice, Value, encoded, size, values
from nashscope.games.dynamic import NATURE, Ask, DynamicGame
from nashscope.games.rational import Number
from nashscope.games.rule import Rule, spread
from nashscope.games.tree import Chance, Leaf, Move, Node, Tree

__all__ = ["Known", "Unfolded", "branch", "unfold"]

Known = tuple[str, Value] | None
"""What a player remembers: its last information set, which says all that it knew before, and what
it answered there; None before it was asked."""


@dataclass(frozen=True, eq=False, repr=False)
class Unfolded(Tree):
    """A tree that was made of a game with a state.

    asked: for every information set what its player is told there, and asked.
    """

    asked: Mapping[tuple[int, str], tuple[Hashable, Ask]] = field(default_factory=dict, repr=False)

    def policy(self, rules: Sequence[Rule | None]) -> dict[tuple[int, str], list[Number]]:
        """The players' rules as a policy for this tree; a player without a rule is left out.

        Raises:
            IllFormedProfile: if a rule answers with what is no value, or no distribution.
        """
        table: dict[tuple[int, str], list[Number]] = {}
        for key, (facts, ask) in self.asked.items():
            rule = rules[key[0]]
            if rule is not None:
                given = dict(spread(rule, facts, ask))
                table[key] = [given.get(value, 0) for value in values(ask.answer)]
        return table


@dataclass
class _Place:
    """A node that is being made: where it stands, and those behind it that are ready.

    known: of every player. given: the answers of those asked before in the same step.
    name: of the information set; "" for a draw.
    """

    state: Any
    asks: tuple[Ask, ...]
    given: tuple[Value, ...]
    known: tuple[Known, ...]
    name: str
    branches: list[Value]
    children: list[Node] = field(default_factory=list)


def unfold(game: DynamicGame, limit: int = 100_000) -> Unfolded:
    """The tree of a game with a state.

    Players who are asked together move one after the other without seeing it; what nature never
    answers is left out. A player's
    information set is all that it was ever told when asked, and what it answered: it has perfect
    recall, whatever its facts leave out.

    limit: the most nodes that are made.

    Raises:
        NotSolved: beyond the limit, or if somebody is asked for words or for one of more values
            than that.

    >>> from nashscope.games import Repeated, game
    >>> len(list(unfold(Repeated(game("chicken"), rounds=2)).nodes()))
    31
    """
    return _Unfolding(game, limit).tree()


def branch(answer: Answer, value: Value) -> str:
    """What the branch of a value is called in a tree.

    >>> branch(Choice(("accept", "reject")), 1), branch(Choice(("a", "b")), 0)
    ('reject', 'a')
    """
    if isinstance(answer, Choice) and isinstance(value, int):
        return answer.options[value]
    return _told(encoded(value))


def _told(data: Any) -> str:
    """Plain data in a few signs."""
    return "/".join(map(_told, data)) if isinstance(data, list) else str(data)


class _Unfolding:
    """The tree under way; without recursion, for a match may be long."""

    def __init__(self, game: DynamicGame, limit: int) -> None:
        self.game, self.limit, self.count = game, limit, 0
        self.names: dict[tuple[int, Known, str, Hashable], str] = {}
        self.asked: dict[tuple[int, str], tuple[Hashable, Ask]] = {}

    def tree(self) -> Unfolded:
        """All of it."""
        game = self.game
        open_places: list[_Place] = []
        ready: _Place | Node = self._node(
            game.start, game.asks(game.start), (), (None,) * game.players
        )
        while True:
            if isinstance(ready, _Place):
                open_places.append(ready)
            elif not open_places:
                break
            else:
                open_places[-1].children.append(ready)
            place = open_places[-1]
            if len(place.children) == len(place.branches):
                ready = self._made(open_places.pop())
            else:
                ready = self._below(place, place.branches[len(place.children)])
        return Unfolded(ready, game.players, getattr(game, "name", ""), asked=self.asked)

    def _node(
        self, state: Any, asks: tuple[Ask, ...], given: tuple[Value, ...], known: tuple[Known, ...]
    ) -> "_Place | Leaf":
        """A place where somebody is asked, or an end."""
        self.count += 1
        if self.count > self.limit:
            raise NotSolved(
                f"{self._name} has more than {self.limit:,} nodes when written out as a tree; "
                "give it fewer steps or values, or a larger limit"
            )
        if not asks:
            return self._end(state)
        ask = asks[len(given)]
        many = size(ask.answer)
        if many is None or many > self.limit:
            who = "nature" if ask.player == NATURE else f"player {ask.player}"
            what = "words or a number without end" if many is None else f"one of {many:,} values"
            raise NotSolved(
                f"in {self._name} {who} is asked for {what} ({ask.about!r}); "
                "such a game is played, and not written out as a tree"
            )
        name = "" if ask.player == NATURE else self._information(state, ask, known[ask.player])
        branches = list(values(ask.answer))
        if ask.player == NATURE and ask.odds:
            branches = [value for value, p in zip(branches, ask.odds, strict=True) if p]
        return _Place(state, asks, given, known, name, branches)

    def _information(self, state: Any, ask: Ask, known: Known) -> str:
        """The name of the information set in which a player is asked."""
        facts = self.game.facts(state, ask.player)
        key = (ask.player, known, ask.about, facts)
        if key not in self.names:
            self.names[key] = name = f"{len(self.names) + 1} {ask.about}".strip()
            self.asked[ask.player, name] = (facts, ask)
        return self.names[key]

    @property
    def _name(self) -> str:
        return getattr(self.game, "name", "") or type(self.game).__name__

    def _end(self, state: Any) -> Leaf:
        """What is paid when nobody is asked any more."""
        return Leaf(tuple(Fraction(payoff) for payoff in self.game.paid(state) or ()))

    def _below(self, place: _Place, value: Value) -> "_Place | Leaf":
        """The node behind a branch."""
        ask, known = place.asks[len(place.given)], place.known
        if ask.player != NATURE:
            p = ask.player
            known = (*known[:p], (place.name, value), *known[p + 1 :])
        given = (*place.given, value)
        if len(given) < len(place.asks):
            return self._node(place.state, place.asks, given, known)
        state = self.game.after(place.state, given)
        return self._node(state, self.game.asks(state), (), known)

    def _made(self, place: _Place) -> Node:
        """The node of a place behind which everything is ready."""
        ask, children = place.asks[len(place.given)], tuple(place.children)
        names = tuple(branch(ask.answer, value) for value in place.branches)
        if ask.player == NATURE:
            even = (Fraction(1, len(names)),) * len(names)
            exact = tuple(Fraction(p) for p in ask.odds if p)
            total = sum(exact)  # floats sum to 1 but for rounding
            return Chance(names, tuple(p / total for p in exact) or even, children)
        return Move(ask.player, place.name, names, children)
