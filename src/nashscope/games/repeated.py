"""A stage game played round after round, and what a player knows when it must act."""

from dataclasses import dataclass
from typing import Literal

from numpy.random import Generator

from nashscope.errors import IllFormedGame
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number

__all__ = ["JointAction", "Monitoring", "Order", "Repeated", "View"]

Order = Literal["simultaneous", "sequential"]
"""Whether the players of a round act at once, or in turn, each seeing those before it."""

JointAction = tuple[int | None, ...]
"""One entry per player: the action, or None where it gave no valid one (or has not moved yet)."""


def _check_probability(name: str, value: Number) -> None:
    """Raises if a field is not a probability."""
    if not 0 <= value <= 1:
        raise IllFormedGame(f"{name} is {value}; it is a probability, between 0 and 1")


@dataclass(frozen=True)
class Monitoring:
    """What becomes known of the actions of a round.

    misread: the probability with which an action is taken for another one, any other being
        equally likely. Payoffs always follow the true actions.
    private: whether every player misreads the others on its own, and never itself (private
        monitoring); or all see one and the same record (public monitoring).
    """

    misread: Number = 0
    private: bool = False

    def __post_init__(self) -> None:
        _check_probability("misread", self.misread)


PERFECT = Monitoring()
"""Everybody sees every action as it was."""


@dataclass(frozen=True)
class Repeated:
    """A stage game, repeated.

    rounds: how many rounds are played; 1 is the one-shot game. It is the horizon, unless the game
        is discounted.
    memory: how many past rounds a player sees; None for all of them.
    order: simultaneous, or sequential in the order of the players.
    announced: whether players are told the number of rounds.
    discount: None for a finite horizon, in which all rounds count alike; else the weight of a
        round against the one before it, in a game without end.
    tremble: the probability with which a player does something else than it decided, any other
        action being equally likely. What is done is seen, subject to `monitoring`, and counts.
    monitoring: how the players see what was done.

    Raises:
        IllFormedGame: naming the field that cannot be.
    """

    stage: NormalForm
    rounds: int = 1
    memory: int | None = None
    order: Order = "simultaneous"
    announced: bool = True
    discount: Number | None = None
    tremble: Number = 0
    monitoring: Monitoring = PERFECT

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise IllFormedGame(f"the horizon is {self.rounds} rounds; it must be at least 1")
        if self.memory is not None and self.memory < 0:
            raise IllFormedGame(f"memory is {self.memory} rounds; it must be 0 or more, or None")
        if self.order not in ("simultaneous", "sequential"):
            raise IllFormedGame(f"order is {self.order!r}; it is 'simultaneous' or 'sequential'")
        if self.discount is not None and not 0 <= self.discount < 1:
            raise IllFormedGame(
                f"the discount is {self.discount}; it must be at least 0 and below 1, or None "
                "for a game that ends after its rounds"
            )
        _check_probability("tremble", self.tremble)

    def view(self, player: int, played: list[JointAction], now: JointAction) -> "View":
        """What `player` knows after the rounds `played`, when `now` is this round so far."""
        seen = len(played) if self.memory is None else min(self.memory, len(played))
        hidden = (None,) * len(now) if self.order == "simultaneous" else now
        return View(self, player, len(played), tuple(played[len(played) - seen :]), hidden)

    def done(self, decided: JointAction, chance: Generator) -> JointAction:
        """What is done when this is what was decided: a tremble may put another action in place."""
        return tuple(self._slipped(i, a, self.tremble, chance) for i, a in enumerate(decided))

    def seen(self, done: JointAction, chance: Generator) -> tuple[JointAction, ...]:
        """What each player sees when this is what was done."""
        wrong, everybody = self.monitoring.misread, range(len(done))
        if not self.monitoring.private:
            record = tuple(self._slipped(i, a, wrong, chance) for i, a in enumerate(done))
            return tuple(record for _ in everybody)
        return tuple(
            tuple(a if i == own else self._slipped(i, a, wrong, chance) for i, a in enumerate(done))
            for own in everybody
        )

    def _slipped(
        self, player: int, action: int | None, probability: Number, chance: Generator
    ) -> int | None:
        """The action, or with some probability another one of the same player."""
        others = self.stage.shape[player] - 1
        if action is None or others == 0 or not probability or chance.random() >= probability:
            return action
        drawn = int(chance.integers(others))
        return drawn + (drawn >= action)


@dataclass(frozen=True)
class View:
    """What a player knows when it must act.

    round: number of rounds already played.
    history: the joint actions of the last rounds it remembers, oldest first.
    now: the actions already taken in this round by those who move before it; None elsewhere.
    """

    game: Repeated
    player: int
    round: int = 0
    history: tuple[JointAction, ...] = ()
    now: JointAction = (None, None)

    @property
    def stage(self) -> NormalForm:
        """The game of each round."""
        return self.game.stage

    def last(self, player: int) -> int | None:
        """The last action of a player that this view shows; None if it shows none.

        In a sequential round this is the action just taken, where there is one. A round in which
        the player gave no valid action is passed over.
        """
        latest = [self.now[player], *(joint[player] for joint in reversed(self.history))]
        return next((action for action in latest if action is not None), None)
