"""A repeated game among fixed strategies, one of them perhaps still to be chosen."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from nashscope.errors import IllFormedProfile, NotSolved
from nashscope.games.automaton import Automaton
from nashscope.games.deadline import Deadline
from nashscope.games.distribution import check_strategies
from nashscope.games.rational import Number
from nashscope.games.repeated import JointAction, Repeated

__all__ = ["LARGEST", "Process", "Situation", "Spot", "Worth"]

LARGEST = 200_000
"""The largest number of situations that are looked at."""

Situation = tuple[Hashable, ...]
"""The states of the automata of the fixed players, in their order."""

Spot = tuple[int, Situation, JointAction]
"""Where the free player decides: rounds played, situation, and what it sees of this round."""

Worth = dict[Hashable, Number]
"""Means by name: a player's number for its payoffs, a situation for its probability."""

Spread = list[tuple[int, Number]]
"""Actions and the positive probabilities with which they are done."""


@dataclass
class Process:
    """The transitions of a repeated game.

    automata: of the fixed players.
    free: the player whose choices are open; None where all are fixed.

    In a discounted game rounds are not told apart: they are all number 0 here.
    """

    game: Repeated
    automata: Mapping[int, Automaton]
    free: int | None
    deadline: Deadline
    exact: bool = True
    asked: dict[tuple[int, int, Hashable, JointAction], Spread] = field(default_factory=dict)

    def __post_init__(self) -> None:
        game = self.game
        if self.free is not None and game.monitoring.private and game.monitoring.misread:
            raise NotSolved(
                "under private monitoring a player cannot tell what the others saw, and its best "
                "response is not found by this method; make the monitoring public"
            )
        self.fixed = tuple(sorted(self.automata))
        self.start: Situation = tuple(self.automata[player].start for player in self.fixed)
        players = range(game.stage.players)
        simultaneous = game.order == "simultaneous"
        # who sees nothing of this round may as well move first
        self.order = sorted(players, key=lambda p: p != self.free) if simultaneous else [*players]
        self.nobody: JointAction = (None,) * len(players)
        self.payoffs: Any = game.stage.exact
        rational = (game.tremble, game.monitoring.misread, game.discount or 0)
        self.exact = not any(isinstance(number, float) for number in rational)

    def explore(self) -> list[list[Situation]]:
        """The situations that can come up, round by round; one list in a discounted game.

        Every strategy is asked at each of them, once.

        Raises:
            NotSolved: beyond the deadline, or if there are more than `LARGEST`.
        """
        rounds, total = [[self.start]], 0
        endless = self.game.discount is not None
        seen = {self.start}
        while rounds[-1] and (endless or len(rounds) < self.game.rounds):
            following: dict[Situation, None] = {}
            for situation in rounds[-1]:
                self.deadline.check("exploring a repeated game")
                if total + len(following) > LARGEST:
                    raise NotSolved(
                        f"more than {LARGEST:,} situations can come up; give the game a memory of "
                        "fewer rounds, or the strategies as automata"
                    )
                for joint in self._possible(situation, 0 if endless else len(rounds) - 1):
                    for _, after in self.successors(situation, joint):
                        if not (endless and after in seen):
                            following[after] = None
            seen |= set(following)
            rounds.append(list(following))
            total += len(following)
        if not endless:
            for situation in rounds[-1]:
                for _ in self._possible(situation, len(rounds) - 1):
                    pass
        if not self.exact:
            self.payoffs = self.game.stage.payoffs
        return [[s for found in rounds for s in found]] if endless else rounds

    def expect(
        self,
        played: int,
        situation: Situation,
        choose: Callable[[Spot, list[Number]], int],
        ahead: Callable[[Situation], Worth],
    ) -> Worth:
        """What each player expects of this round, and what `ahead` says of what follows it.

        choose: picks the free player's action where it moves, given the worth of each to it.
        ahead: any quantities, by name, of a situation; their means are returned, and where the
            name is a player they are added to its payoff of the round.
        """

        def after(turn: int, now: JointAction) -> Worth:
            if turn == len(self.order):
                return self._counted(situation, now, ahead)
            player = self.order[turn]
            if player == self.free:
                seen = self.nobody if self.game.order == "simultaneous" else now
                options = []
                for action in range(self.game.stage.shape[player]):
                    spread = self._trembling(player, _certain(action))
                    options.append(_mean(spread, lambda a: after(turn + 1, _put(now, player, a))))
                here = (played, situation, seen)
                return options[choose(here, [worth[player] for worth in options])]
            spread = self._asked(player, situation, played, now)
            return _mean(spread, lambda a: after(turn + 1, _put(now, player, a)))

        return after(0, self.nobody)

    def successors(
        self, situation: Situation, joint: JointAction
    ) -> Iterator[tuple[Number, Situation]]:
        """The situations after a round, with their probabilities, given what was done."""
        for probability, records in self._records(joint):
            yield (
                probability,
                tuple(
                    self.automata[player].step(state, records[player])
                    for player, state in zip(self.fixed, situation, strict=True)
                ),
            )

    def _counted(
        self, situation: Situation, joint: JointAction, ahead: Callable[[Situation], Worth]
    ) -> Worth:
        """The payoffs of a round, and what is expected after it."""
        total: Worth = dict(enumerate(self.payoffs[(slice(None), *joint)].tolist()))
        for probability, following in self.successors(situation, joint):
            for name, worth in ahead(following).items():
                total[name] = total.get(name, 0) + probability * worth
        return total

    def _possible(self, situation: Situation, played: int) -> list[JointAction]:
        """What can be done in a round."""
        found = [self.nobody]
        for player in self.order:
            longer = []
            for now in found:
                if player == self.free:
                    actions = list(range(self.game.stage.shape[player]))
                else:
                    actions = [a for a, _ in self._asked(player, situation, played, now)]
                longer += [_put(now, player, a) for a in actions]
            found = longer
        return found

    def _asked(self, player: int, situation: Situation, played: int, now: JointAction) -> Spread:
        """What a fixed player does, trembles included."""
        state = situation[self.fixed.index(player)]
        seen = self.nobody if self.game.order == "simultaneous" else now
        key = (player, played, state, seen)
        if key not in self.asked:
            given = list(self.automata[player].act(state, played, seen))
            try:
                check_strategies([given], [self.game.stage.shape[player]])
            except IllFormedProfile as error:
                told = str(error).replace("player 0", f"player {player}")
                raise IllFormedProfile(f"after {state!r}: {told}") from None
            self.exact = self.exact and all(isinstance(p, Fraction | int) for p in given)
            spread = [(a, p) for a, p in enumerate(given) if p]
            self.asked[key] = self._trembling(player, spread)
        return self.asked[key]

    def _trembling(self, player: int, spread: Spread) -> Spread:
        """What is done when this is decided."""
        return _slipping(spread, self.game.stage.shape[player], self.game.tremble)

    def _records(self, joint: JointAction) -> Iterator[tuple[Number, tuple[JointAction, ...]]]:
        """What every player sees of a round, with its probability."""
        wrong, players = self.game.monitoring.misread, range(len(joint))
        if not wrong:
            yield Fraction(1), tuple(joint for _ in players)
            return
        shape = self.game.stage.shape
        read = [_slipping(_certain(a or 0), shape[i], wrong) for i, a in enumerate(joint)]
        if not self.game.monitoring.private:
            for record in product(*read):
                seen = tuple(a for a, _ in record)
                yield _product([p for _, p in record]), tuple(seen for _ in players)
            return
        views = [
            list(
                product(
                    *(
                        [(a, Fraction(1))] if i == own else r
                        for i, (a, r) in enumerate(zip(joint, read, strict=True))
                    )
                )
            )
            for own in players
        ]
        for chosen in product(*views):
            probability = _product([p for record in chosen for _, p in record])
            yield probability, tuple(tuple(a for a, _ in record) for record in chosen)


def _certain(action: int) -> Spread:
    """One action for sure."""
    return [(action, Fraction(1))]


def _put(now: JointAction, player: int, action: int) -> JointAction:
    """The round so far, with one more action."""
    return (*now[:player], action, *now[player + 1 :])


def _slipping(spread: Spread, actions: int, slip: Number) -> Spread:
    """The spread when each action gives way, with some probability, to any other alike."""
    if not slip or actions == 1:
        return spread
    share = slip / (actions - 1) if isinstance(slip, float) else Fraction(slip) / (actions - 1)
    weights: list[Number] = [Fraction(0)] * actions
    for action, p in spread:
        for done in range(actions):
            weights[done] += p * ((1 - slip) if done == action else share)
    return [(a, p) for a, p in enumerate(weights) if p]


def _mean(spread: Spread, worth: Callable[[int], Worth]) -> Worth:
    """The mean of what follows each action."""
    if len(spread) == 1 and spread[0][1] == 1:
        return worth(spread[0][0])
    total: Worth = {}
    for action, p in spread:
        for name, value in worth(action).items():
            total[name] = total.get(name, 0) + p * value
    return total


def _product(numbers: list[Number]) -> Number:
    """All factors multiplied."""
    total: Number = Fraction(1)
    for number in numbers:
        total *= number
    return total
