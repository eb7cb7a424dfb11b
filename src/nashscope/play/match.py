"""Many matches, advanced together, so that each local model sees one batch per step.

A step is one decision of one or more players in every match that is not over. Every decision has
its own stream of chance, named by seed, cell, match, round and player, so that nothing depends on
which other matches are played, in which order, or whether the run was stopped and taken up again.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace

from nashscope.agents import Agent, Decision, Language, Question, Strategy
from nashscope.agents.check import decide, fault
from nashscope.agents.speech import speak
from nashscope.chance import stream, subseed
from nashscope.errors import Unreadable
from nashscope.framing import Framing
from nashscope.framing.library import style
from nashscope.framing.noted import noted
from nashscope.games import JointAction
from nashscope.play.cell import Cell
from nashscope.play.message import heard, inviting
from nashscope.play.notice import notices
from nashscope.play.transcript import Event, Transcript, transcripts

__all__ = ["Cast", "framing_of", "length", "match", "play", "questions"]

Cast = Callable[[str, Cell], Agent]
"""Gives the agent that a name stands for in a cell."""

Seat = tuple[int, int]
"""A round and a player."""

TOGETHER = 64
"""Most matches that advance in step: the keys and values of what they have heard are kept from
round to round, and of thousands at once most would be dropped before they are needed again."""


@dataclass
class _Match:
    """A match under way."""

    cell: Cell
    number: int
    framing: Framing
    rounds: int
    agents: tuple[Agent, ...] = ()
    decided: dict[Seat, Decision] = field(default_factory=dict)
    actions: list[JointAction] = field(default_factory=list)

    @property
    def players(self) -> int:
        """How many players there are."""
        return len(self.cell.agents)

    @property
    def apart(self) -> int:
        """How many matches like this one may go on at once; 0 if it is better played in step.

        An agent that is neither a rule nor asked over a network may not be asked by several at
        once, and gains by being asked for many matches together.
        """
        limits = [a.apart if isinstance(a, Language) else 0 for a in self.agents]
        fits = [n > 0 or isinstance(a, Strategy) for n, a in zip(limits, self.agents, strict=True)]
        return max(limits) if all(fits) else 0

    def waiting(self) -> list[Seat]:
        """Who must decide next: all players at once, or the next in turn; nobody at the end.

        In the spoken rounds before the first everybody speaks at once.
        """
        everybody = range(self.players)
        for round in range(-self.cell.talk, 0):
            if silent := [(round, p) for p in everybody if (round, p) not in self.decided]:
                return silent
        now = len(self.actions)
        if now == self.rounds:
            return []
        open_seats = [(now, p) for p in range(self.players) if (now, p) not in self.decided]
        return open_seats if self.cell.order == "simultaneous" else open_seats[:1]

    def question(self, seat: Seat) -> Question:
        """What the player is asked."""
        round, player = seat
        now = tuple(self._action(round, p) for p in range(self.players))
        view = self.cell.repeated.view(player, self.actions, now)
        seed, name = self.cell.seed, (self.cell.id, self.number)
        framing = heard(self.framing, self.decided, self.players)
        return Question(
            view,
            inviting(framing) if round < 0 else framing,
            stream(seed, "decision", *name, round, player),
            subseed(seed, "plan", *name, player),
        )

    def take(self, seat: Seat, decision: Decision) -> Event:
        """Notes a decision; the round is over when all have decided."""
        round, _ = seat
        self.decided[seat] = decision
        if round >= 0 and all((round, p) in self.decided for p in range(self.players)):
            self.actions.append(tuple(self._action(round, p) for p in range(self.players)))
        return self._event(seat, decision)

    def _action(self, round: int, player: int) -> int | None:
        """What a player did in a round, so far as it is known; it may have trembled."""
        decision = self.decided.get((round, player))
        if decision is None or decision.action is None or not self.cell.tremble:
            return None if decision is None else decision.action
        alone = tuple(decision.action if p == player else None for p in range(self.players))
        name = (self.cell.id, self.number, round, player)
        return self.cell.repeated.done(alone, stream(self.cell.seed, "tremble", *name))[player]

    def _event(self, seat: Seat, decision: Decision) -> Event:
        """The decision as it is stored."""
        round, player = seat
        prompt = decision.prompt
        hashed = None if prompt is None else hashlib.sha256(prompt.encode()).hexdigest()[:16]
        kept = decision if round <= 0 else replace(decision, prompt=None)
        labels = self.framing.labels[player]
        agent = self.cell.agents[player]
        done = self._action(round, player)
        slip = None if done == decision.action else done
        return Event(self.cell.id, self.number, round, player, agent, kept, labels, hashed, slip)


def framing_of(cell: Cell, number: int) -> Framing:
    """How the game is told in match `number` of a cell: to all its players in the same words."""
    chance = stream(cell.seed, "framing", cell.game, cell.framing, number)
    told = style(cell.framing).draw(cell.repeated.stage, number, chance)
    return noted(told, notices(cell, told.labels))


def length(cell: Cell, number: int) -> int:
    """How many rounds match `number` of a cell has; if they end at random, the same for all pairs
    of agents, so that comparisons do not hang on it."""
    if cell.ending == "fixed" or cell.discount is None:
        return cell.rounds
    chance = stream(cell.seed, "ending", number)
    return min(cell.rounds, int(chance.geometric(1 - cell.discount)))


def play(
    cells: Sequence[Cell],
    cast: Cast,
    *,
    done: Iterable[Event] = (),
    keep: Callable[[Event], None] = lambda event: None,
    progress: Callable[[int], None] = lambda decisions: None,
) -> list[Transcript]:
    """Plays all matches of the cells, and returns their transcripts.

    Matches between agents that are asked over a network go on each by itself, so that none waits
    for the slowest answer of the others; all others advance together, `TOGETHER` at a time.

    done: decisions already taken, from an earlier run; they are not taken again.
    keep: is given every new decision as soon as it is taken.
    progress: is told how many decisions each step took.
    """
    known: dict[tuple[str, int], dict[Seat, Event]] = {}
    for event in done:
        known.setdefault((event.cell, event.match), {})[event.round, event.player] = event
    matches = [
        _started(cell, number, cast, known.get((cell.id, number), {}))
        for cell in cells
        for number in range(cell.matches)
    ]
    events = [event for old in known.values() for event in old.values()]
    guard = threading.Lock()

    def step(some: Sequence[_Match]) -> bool:
        """One step of some matches; whether there was anything to do."""
        asked = [(m, seat) for m in some for seat in m.waiting()]
        for (own, seat), decision in _decisions(asked):
            with guard:
                event = own.take(seat, decision)
                keep(event)
                events.append(event)
        if asked:
            with guard:
                progress(len(asked))
        return bool(asked)

    alone = [own for own in matches if own.apart]
    # Those that ask the same agents stand together, so that each is asked for many at once.
    together = sorted(
        (own for own in matches if not own.apart),
        key=lambda own: (own.cell.mode, own.cell.agents, own.rounds),
    )
    for start in range(0, len(together), TOGETHER):
        while step(together[start : start + TOGETHER]):
            pass
    _each(alone, lambda own: step([own]))
    return transcripts({cell.id: cell.repeated for cell in cells}, events)


def match(cell: Cell, agents: Mapping[str, Agent], number: int = 0) -> Transcript:
    """One match of a cell, for a notebook."""
    only = replace(cell, matches=number + 1)
    played = play([only], lambda name, _: agents[name])
    return played[number]


def questions(cell: Cell, number: int, events: Iterable[Event]) -> Iterator[tuple[Event, Question]]:
    """What was asked at every decision of a match, rebuilt from the decisions before it.

    events: of this match, in any order. What comes after a decision that is missing is left out.
    """
    known = {(event.round, event.player): event for event in events}
    own = _Match(cell, number, framing_of(cell, number), length(cell, number))
    while seats := [seat for seat in own.waiting() if seat in known]:
        asked = [(seat, own.question(seat)) for seat in seats]
        if len(seats) < len(own.waiting()):
            return
        for seat, question in asked:
            yield known[seat], question
            own.take(seat, known[seat].decision)


def _each(matches: Sequence[_Match], step: Callable[[_Match], bool]) -> None:
    """Plays every match by itself, many at a time; the first error ends them all.

    Answers under way at that moment are still waited for and kept.
    """
    over = threading.Event()

    def whole(own: _Match) -> None:
        while not over.is_set() and step(own):
            pass

    if not matches:
        return
    with ThreadPoolExecutor(min(len(matches), max(own.apart for own in matches))) as pool:
        playing = [pool.submit(whole, own) for own in matches]
        try:
            for future in as_completed(playing):
                future.result()
        except BaseException:
            over.set()
            pool.shutdown(cancel_futures=True)
            raise


def _started(cell: Cell, number: int, cast: Cast, old: Mapping[Seat, Event]) -> _Match:
    """A match at its beginning, or where an earlier run left it."""
    agents = tuple(cast(name, cell) for name in cell.agents)
    match = _Match(cell, number, framing_of(cell, number), length(cell, number), agents)
    for seat in sorted(old):
        match.take(seat, _stored(match, seat, old[seat]))
    return match


def _stored(match: _Match, seat: Seat, event: Event) -> Decision:
    """The decision of an earlier run.

    Raises:
        Unreadable: if it is none that could be taken there.
    """
    (round, player), shape = seat, match.cell.repeated.stage.shape
    where = f"match {match.number}, round {round + 1}, player {player + 1} of cell {match.cell.id}"
    if not (0 <= player < len(shape) and -match.cell.talk <= round < match.rounds):
        raise Unreadable(f"the stored decision of {where} has no place in the match; remove it")
    wrong = None if round < 0 else fault(event.decision, shape[player])
    if wrong is not None:
        raise Unreadable(f"the stored decision of {where} is {wrong}; remove it, or use --out")
    return event.decision


def _decisions(
    asked: Sequence[tuple[_Match, Seat]],
) -> list[tuple[tuple[_Match, Seat], Decision]]:
    """Every agent is asked once for all its matches; the answers come back in the order asked."""
    by_agent: dict[tuple[int, bool], tuple[Agent, list[int]]] = {}
    for place, (own, (round, player)) in enumerate(asked):
        agent = own.agents[player]
        by_agent.setdefault((id(agent), round < 0), (agent, []))[1].append(place)
    answers: dict[int, Decision] = {}
    for (_, speaking), (agent, places) in by_agent.items():
        questions = [asked[place][0].question(asked[place][1]) for place in places]
        found = speak(agent, questions) if speaking else decide(agent, questions)
        answers.update(zip(places, found, strict=True))
    return [(asked[place], answers[place]) for place in range(len(asked))]
