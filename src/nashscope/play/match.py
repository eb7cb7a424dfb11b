"""Many matches, advanced together, so that each local model sees one batch per step.

A step is one decision of one or more players in every match that is not over. Every decision has
its own stream of chance, named by seed, cell, match, round and player, so that nothing depends on
which other matches are played, how many there are, in which order, or whether the run was stopped
and taken up again. What is taken up must have been asked in the same words.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import cached_property

from nashscope.agents import Agent, Decision, Language, Question, Strategy
from nashscope.agents.check import decide, fault
from nashscope.agents.speech import speak
from nashscope.chance import stream, subseed
from nashscope.errors import FolderTaken, Misuse, Unreadable
from nashscope.framing import Framing
from nashscope.framing.library import style
from nashscope.framing.noted import noted
from nashscope.framing.notice import notices
from nashscope.games import JointAction
from nashscope.play.cell import Cell
from nashscope.play.identity import is_code
from nashscope.play.message import inviting, with_messages
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
        return Question(
            view,
            inviting(self._heard()) if round < 0 else self.after_talk,
            stream(seed, "decision", *name, round, player),
            subseed(seed, "plan", *name, player),
        )

    def _heard(self) -> Framing:
        """The framing with what has been said so far."""
        return with_messages(self.framing, self.decided, self.players, self.cell.talk)

    @cached_property
    def after_talk(self) -> Framing:
        """The framing with all that was said before the first round; nothing is said later."""
        return self._heard()

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
        hashed = None if prompt is None else _hash(prompt)
        kept = decision if round <= 0 else replace(decision, prompt=None)
        labels = self.framing.labels[player]
        agent = self.cell.agents[player]
        done = self._action(round, player)
        slip = None if done == decision.action else done
        return Event(self.cell.id, self.number, round, player, agent, kept, labels, hashed, slip)


def framing_of(cell: Cell, number: int) -> Framing:
    """How the game is told in match `number` of a cell: to all its players in the same words.

    Raises:
        Unreadable: if the cell is from a folder and its framing is code in a file, which is run
            only for a user who trusts it.
    """
    if is_code(cell.framing) and not cell.trusted:
        raise Unreadable(
            f"the framing {cell.framing} is code in a file; say --trust-files if you trust it"
        )
    chance = stream(cell.seed, "framing", cell.game, cell.framing, number)
    framing = style(cell.framing).draw(cell.repeated.stage, number, chance)
    sentences = notices(
        cell.stage,
        framing.labels,
        mechanism=cell.mechanism,
        ending=cell.ending,
        discount=cell.discount,
        tremble=cell.tremble,
        standing=cell.standing,
    )
    return noted(framing, sentences)


def length(cell: Cell, number: int) -> int:
    """How many rounds match `number` of a cell has; if they end at random, the same for all pairs
    of agents, so that comparisons do not depend on it."""
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

    Raises:
        Misuse: if two cells are the same. FolderTaken: if what was decided before in a match that
            is to go on was asked in other words.
    """
    if len({cell.id for cell in cells}) < len(cells):
        raise Misuse(f"{len(cells)} cells, of which two are the same; name each once")
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
        asked = [(match, seat) for match in some for seat in match.waiting()]
        for (match, seat), decision in _decisions(asked):
            with guard:
                event = match.take(seat, decision)
                keep(event)
                events.append(event)
        if asked:
            with guard:
                progress(len(asked))
        return bool(asked)

    alone = [match for match in matches if match.apart]
    # Those that ask the same agents stand together, so that each is asked for many at once.
    together = sorted(
        (match for match in matches if not match.apart),
        key=lambda match: (match.cell.mode, match.cell.agents, match.rounds),
    )
    for start in range(0, len(together), TOGETHER):
        while step(together[start : start + TOGETHER]):
            pass
    _each(alone, lambda match: step([match]))
    return transcripts({cell.id: cell.repeated for cell in cells}, events)


def match(cell: Cell, agents: Mapping[str, Agent], number: int = 0) -> Transcript:
    """One match of a cell, for a notebook: the one that `play` has under this number."""
    match = _started(cell, number, lambda name, _: agents[name], {})
    events = []
    while seats := match.waiting():
        asked = [(match, seat) for seat in seats]
        events += [match.take(seat, decision) for (_, seat), decision in _decisions(asked)]
    (transcript,) = transcripts({cell.id: cell.repeated}, events)
    return transcript


def questions(cell: Cell, number: int, events: Iterable[Event]) -> Iterator[tuple[Event, Question]]:
    """What was asked at every decision of a match, rebuilt from the decisions before it.

    events: of this match, in any order. What comes after a decision that is missing is left out.
    """
    known = {(event.round, event.player): event for event in events}
    match = _Match(cell, number, framing_of(cell, number), length(cell, number))
    while seats := [seat for seat in match.waiting() if seat in known]:
        asked = [(seat, match.question(seat)) for seat in seats]
        if len(seats) < len(match.waiting()):
            return
        for seat, question in asked:
            yield known[seat], question
            match.take(seat, known[seat].decision)


def _each(matches: Sequence[_Match], step: Callable[[_Match], bool]) -> None:
    """Plays every match by itself, many at a time; the first error ends them all.

    Answers under way at that moment are still waited for and kept.
    """
    over = threading.Event()

    def whole(match: _Match) -> None:
        while not over.is_set() and step(match):
            pass

    if not matches:
        return
    with ThreadPoolExecutor(min(len(matches), max(match.apart for match in matches))) as pool:
        playing = [pool.submit(whole, match) for match in matches]
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
    over = len(old) >= (match.rounds + cell.talk) * match.players
    asked = []
    for seat in sorted(old):
        if not over:
            asked.append((old[seat], match.question(seat)))
        again = match.take(seat, _stored(match, seat, old[seat]))
        if again.done != old[seat].done:
            raise FolderTaken(_otherwise(old[seat], "chance is named otherwise"))
    _check_words(match, asked)
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


def _check_words(match: _Match, asked: Sequence[tuple[Event, Question]]) -> None:
    """Refuses to go on with a match that was begun in other words.

    Only what a model was asked by itself is compared; a workflow has prompts of its own.
    """
    for event, question in asked:
        labels = match.framing.labels[event.player]
        if event.labels and event.labels != labels:
            words = f"the actions were {', '.join(event.labels)}, and are {', '.join(labels)} now"
            raise FolderTaken(_otherwise(event, words))
        if event.prompt_hash is None or not isinstance(match.agents[event.player], Language):
            continue
        mode = match.cell.mode if event.round >= 0 else "direct"
        prompt = question.framing.render(question.view, mode)
        if _hash(prompt) != event.prompt_hash:
            raise FolderTaken(_otherwise(event, _new_line(event.decision.prompt, prompt)))


def _otherwise(event: Event, why: str) -> str:
    """That a decision was asked for in other words than it would be today."""
    return (
        f"match {event.match} of cell {event.cell} was told otherwise than it is now: in round "
        f"{event.round}, to player {event.player}, {why}; finish it with the version and the files "
        "that began it, or play again in another folder (--out)"
    )


def _new_line(before: str | None, prompt: str) -> str:
    """The first line in which a prompt differs from the one before; only the first is kept."""
    if before is None:
        return "the words are others"
    lines, others = before.split("\n"), prompt.split("\n")
    place = next((k for k, (a, b) in enumerate(zip(lines, others, strict=False)) if a != b), None)
    if place is None:
        return f"there were {len(lines)} lines, and are {len(others)} now"
    return f"line {place + 1} was {lines[place]!r:.80} and is {others[place]!r:.80} now"


def _hash(prompt: str) -> str:
    """What is kept of every prompt."""
    return hashlib.sha256(prompt.encode()).hexdigest()[:16]


def _decisions(
    asked: Sequence[tuple[_Match, Seat]],
) -> list[tuple[tuple[_Match, Seat], Decision]]:
    """Every agent is asked once for all its matches; the answers come back in the order asked."""
    by_agent: dict[tuple[int, bool], tuple[Agent, list[int]]] = {}
    for place, (match, (round, player)) in enumerate(asked):
        agent = match.agents[player]
        by_agent.setdefault((id(agent), round < 0), (agent, []))[1].append(place)
    answers: dict[int, Decision] = {}
    for (_, speaking), (agent, places) in by_agent.items():
        questions = [asked[place][0].question(asked[place][1]) for place in places]
        found = speak(agent, questions) if speaking else decide(agent, questions)
        answers.update(zip(places, found, strict=True))
    return [(asked[place], answers[place]) for place in range(len(asked))]
