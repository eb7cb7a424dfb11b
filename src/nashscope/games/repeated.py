"""A stage game played round after round, and what a player knows when it must act."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import Any, Literal, NamedTuple

from numpy.random import Generator

from nashscope.errors import IllFormedGame
from nashscope.games.answer import Choice
from nashscope.games.dynamic import NATURE, Ask
from nashscope.games.history import History
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number

__all__ = ["JointAction", "Monitoring", "Order", "Played", "Repeated", "View"]

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


Phase = Literal["act", "tremble", "show", "go on", "over"]
"""What comes next in a repeated game."""


class Played(NamedTuple):
    """How far a repeated game has come: the state of its play.

    past: what was done in every finished round.
    records: what each player saw of it, where that may be something else; () where it is the past.
    now: what was done in this round so far, in the order of the players.
    decided: what was decided and may still tremble.
    phase: what comes next: the players act, NATURE lets them tremble, shows them what was done,
        or says whether another round follows; "over" at the end.
    earned: by every player, in its units of `stage.whole`, while no round is unread and nothing is
        discounted; the payoffs themselves if it is; None after an unread round.
    """

    past: History[JointAction]
    records: tuple[History[JointAction], ...]
    now: JointAction
    decided: JointAction
    phase: Phase
    earned: tuple[Any, ...] | None


@dataclass(frozen=True)
class Repeated:
    """A stage game, repeated.

    It is a dynamic game: its state is a `Played`, its facts are a `View`. An answer that nobody can
    read passes: the round counts for nobody, and nobody's payment is known from then on.

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
    ending: "fixed" after the last round; or "random", where the discount is the probability that
        another round follows, `rounds` are the most there are, and all rounds count alike.

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
    ending: Literal["fixed", "random"] = "fixed"

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
        if self.ending not in ("fixed", "random"):
            raise IllFormedGame(f"the ending is {self.ending!r}; it is 'fixed' or 'random'")
        if self.ending == "random" and self.discount is None:
            raise IllFormedGame("a random ending needs the probability that a round follows")
        _check_probability("tremble", self.tremble)

    @property
    def players(self) -> int:
        """How many players there are."""
        return self.stage.players

    @property
    def longest(self) -> int:
        """The most answers that players give."""
        return self.rounds * self.stage.players

    @cached_property
    def start(self) -> Played:
        """Before the first round."""
        nothing: History[JointAction] = History()
        own = bool(self.monitoring.misread)
        records = (nothing,) * (self.players if own else 0)
        return Played(nothing, records, (), (), "act", (0,) * self.players)

    def asks(self, state: Played) -> tuple[Ask, ...]:
        """The players of a round, together or in turn; or NATURE."""
        turn, now = len(state.past), state.now
        if state.phase == "act":
            asks = self._asked.get(turn)
            if asks is None:
                choices = enumerate(self.choices)
                asks = tuple(Ask(p, own, "", turn, unread="passes") for p, own in choices)
                self._asked[turn] = asks
            return asks if self.order == "simultaneous" else asks[len(now) : len(now) + 1]
        if state.phase == "tremble":
            return tuple(
                self._slip(player, action, f"tremble {player}", self.tremble, turn)
                for player, action in enumerate(state.decided, start=len(now))
                if self._may_slip(player, action)
            )
        if state.phase == "show":
            return tuple(
                self._slip(player, action, f"shown {what}", self.monitoring.misread, turn, seen)
                for player, action, what, seen in self._shown(now)
            )
        if state.phase == "go on":
            going = Fraction(self.discount or 0)
            return (Ask(NATURE, Choice(("end", "go on")), "another", turn, (1 - going, going)),)
        return ()

    def after(self, state: Played, answers: tuple[Any, ...]) -> Played:
        """What follows the players' decisions, or NATURE's draws."""
        phase = state.phase
        if phase == "act":
            if self.tremble and any(map(self._may_slip, count(len(state.now)), answers)):
                return state._replace(decided=answers, phase="tremble")
            return self._done(state, answers)
        if phase == "tremble":
            drawn, first = iter(answers), len(state.now)
            done = tuple(
                next(drawn) if self._may_slip(player, action) else action
                for player, action in enumerate(state.decided, start=first)
            )
            return self._done(state._replace(decided=()), done)
        if phase == "show":
            return self._next(state, self._recorded(state, answers))
        return state._replace(phase="act" if answers[0] else "over")

    def facts(self, state: Played, player: int) -> "View":
        """What a player sees of the past and of this round."""
        past = state.records[player] if state.records else state.past
        history = past.whole() if self.memory is None else past.last(self.memory)
        nobody = self._nobody
        now = nobody
        if self.order == "sequential" and state.phase == "act":
            now = (*state.now, *nobody[len(state.now) :])
        return View(self, player, len(state.past), history, now)

    def paid(self, state: Played) -> tuple[Number, ...] | None:
        """The sum of the rounds' payoffs; discounted, unless the discount ends the game."""
        if state.earned is None:
            return None
        if self._weighted:
            return state.earned
        scales = self.stage.whole[1]
        return tuple(Fraction(own, unit) for own, unit in zip(state.earned, scales, strict=True))

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What each player may answer."""
        return tuple(Choice(tuple(own)) for own in self.stage.actions)

    @cached_property
    def _asked(self) -> dict[int, tuple[Ask, ...]]:
        """What the players are asked in a round: made once, for all matches."""
        return {}

    @cached_property
    def _nobody(self) -> JointAction:
        """A round in which nobody has moved."""
        return (None,) * self.stage.players

    @property
    def _weighted(self) -> bool:
        """Whether a round counts less than the one before it."""
        return self.discount is not None and self.ending == "fixed"

    @cached_property
    def _paying(self) -> dict[JointAction, tuple[Any, ...]]:
        """What joint actions pay, as far as they have come up."""
        return {}

    def _worth(self, joint: Any) -> tuple[Any, ...]:
        """What a joint action pays, in units of `stage.whole`; where discounted, as it is."""
        if joint not in self._paying:
            exact = [own[joint] for own in self.stage.exact]
            whole = [int(own[joint]) for own in self.stage.whole[0]]
            self._paying[joint] = tuple(exact if self._weighted else whole)
        return self._paying[joint]

    def _may_slip(self, player: int, action: Any) -> bool:
        """Whether another action could come in the place of this one."""
        return action is not None and self.stage.shape[player] > 1

    def _slip(
        self,
        player: int,
        action: Any,
        about: str,
        probability: Number,
        turn: int,
        seen: tuple[int, ...] | None = None,
    ) -> Ask:
        """NATURE is asked what comes of an action: itself, or any other alike."""
        others = self.stage.shape[player] - 1
        slip = probability if isinstance(probability, float) else Fraction(probability)
        odds = [slip / others] * (others + 1)
        odds[action] = 1 - slip
        return Ask(NATURE, self.choices[player], about, turn, tuple(odds), seen=seen)

    def _shown(self, done: JointAction) -> list[tuple[int, Any, str, tuple[int, ...] | None]]:
        """Which actions may be misread: whose, what it was, how it is called, and by whom."""
        slipping = [(p, a) for p, a in enumerate(done) if self._may_slip(p, a)]
        if not self.monitoring.private:
            return [(player, action, f"{player}", None) for player, action in slipping]
        return [
            (player, action, f"{player} to {reader}", (reader,))
            for reader in range(self.players)
            for player, action in slipping
            if player != reader
        ]

    def _recorded(
        self, state: Played, answers: tuple[Any, ...]
    ) -> tuple[History[JointAction], ...]:
        """Everybody's record, with what NATURE showed of this round."""
        rows = [list(state.now) for _ in range(self.players)]
        for (player, _, _, seen), shown in zip(self._shown(state.now), answers, strict=True):
            for reader in range(self.players) if seen is None else seen:
                rows[reader][player] = shown
        return tuple(own.plus(tuple(row)) for own, row in zip(state.records, rows, strict=True))

    def _done(self, state: Played, actions: tuple[Any, ...]) -> Played:
        """The state when these actions have been done, by the next players in order."""
        now = actions if not state.now else state.now + actions
        if len(now) < self.players:
            return state._replace(now=now, phase="act")
        if not self.monitoring.misread:
            return self._next(state._replace(now=now), ())
        if self._shown(now):
            return state._replace(now=now, phase="show")
        return self._next(state._replace(now=now), tuple(own.plus(now) for own in state.records))

    def _next(self, state: Played, records: tuple[History[JointAction], ...]) -> Played:
        """The state after a finished round."""
        past, now, earned = state.past.plus(state.now), state.now, state.earned
        if None in now:
            earned = None
        elif earned is not None:
            weight = self.discount ** len(state.past) if self._weighted else 1  # type: ignore[operator]
            paid = self._worth(now)
            earned = tuple(have + weight * more for have, more in zip(earned, paid, strict=True))
        over = len(past) == self.rounds
        on: Phase = "act" if self.ending == "fixed" else "go on"
        return Played(past, records, (), (), "over" if over else on, earned)

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

    @property
    def ask(self) -> Ask:
        """What the player is asked."""
        return Ask(self.player, self.game.choices[self.player], "", self.round, unread="passes")

    def last(self, player: int) -> int | None:
        """The last action of a player that this view shows; None if it shows none.

        In a sequential round this is the action just taken, where there is one. A round in which
        the player gave no valid action is passed over.
        """
        if self.now[player] is not None:
            return self.now[player]
        before = (joint[player] for joint in reversed(self.history))
        return next((action for action in before if action is not None), None)
