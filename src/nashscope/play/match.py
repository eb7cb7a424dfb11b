"""Many matches, advanced together, so that each local model sees one batch per step.

Every game is played by one loop: who is asked what in a state, their answers, the state after it. A
step is one decision of one or more players in every match that is not over. Every decision has its
own stream of chance, named by seed, cell, match, turn and player, so that nothing depends on which
other matches are played, how many there are, in which order, or whether the run was stopped and
taken up again. What is taken up must have been asked in the same words.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import Any

from nashscope.agents import Agent, Decision, Language, Question, Strategy
from nashscope.agents.check import decide, unfit
from nashscope.agents.speech import speak
from nashscope.chance import stream, subseed
from nashscope.errors import FolderTaken, Misuse, Unreadable
from nashscope.framing.framing import words
from nashscope.framing.hearing import Hearing
from nashscope.framing.library import told_by
from nashscope.framing.noted import noted
from nashscope.framing.notice import notices
from nashscope.games.answer import Value, Words, decoded, encoded
from nashscope.games.dynamic import NATURE, Ask, DynamicGame, nature
from nashscope.play.cell import Cell
from nashscope.play.identity import is_code
from nashscope.play.transcript import Event, Transcript, transcripts

__all__ = ["Cast", "framing_of", "length", "match", "play", "questions"]

Cast = Callable[[str, Cell], Agent]
"""Gives the agent that a name stands for in a cell."""

Seat = tuple[int, int, str]
"""A turn, a player and what it is asked about."""

TOGETHER = 64
"""Most matches that advance in step: the keys and values of what they have heard are kept from
round to round, and of thousands at once most would be dropped before they are needed again."""

NOBODY = "nature"
"""What stands as the agent of a draw, and of the line that ends a match."""


@dataclass
class _Match:
    """A match under way.

    asks: what is asked now; given: the answers that are there, by the place of the ask.
    void: whether an answer that nobody could read has ended it. ended: whether its end was noted.
    """

    cell: Cell
    number: int
    framing: Any
    agents: tuple[Agent, ...] = ()
    state: Any = None
    asks: tuple[Ask, ...] = ()
    given: dict[int, Value | None] = field(default_factory=dict)
    void: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        self.game: DynamicGame = self.cell.played
        self.state = self.game.start
        self.asks = self.game.asks(self.state)

    @property
    def apart(self) -> int:
        """How many matches like this one may go on at once; 0 if it is better played in step.

        An agent that is neither a rule nor asked over a network may not be asked by several at
        once, and gains by being asked for many matches together.
        """
        limits = [a.apart if isinstance(a, Language) else 0 for a in self.agents]
        fits = [n > 0 or isinstance(a, Strategy) for n, a in zip(limits, self.agents, strict=True)]
        return max(limits) if all(fits) else 0

    def waiting(self, *of: int) -> list[int]:
        """The places of the asks that are not answered, all or those of some; none at the end.

        After `draws` NATURE is waited for no more.
        """
        return [
            place
            for place, ask in enumerate(self.asks)
            if place not in self.given and (not of or ask.player in of)
        ]

    def question(self, place: int) -> Question:
        """What the player is asked."""
        ask = self.asks[place]
        seed, name = self.cell.seed, (self.cell.id, self.number)
        # what is said, and what is asked besides the move of a stage or a tree, is named as well
        about = (ask.about,) if ask.about and not isinstance(ask.answer, Words) else ()
        return Question(
            self.game.facts(self.state, ask.player),
            self.framing,
            stream(seed, "decision", *name, ask.turn, ask.player, *about),
            subseed(seed, "plan", *name, ask.player),
            ask,
        )

    def take(self, place: int, decision: Decision) -> Event:
        """Notes a decision; the state moves on when all who were asked have decided."""
        ask = self.asks[place]
        event = self._event(ask, decision)
        self.given[place] = _value(ask, decision)
        if self.given[place] is None and ask.unread == "ends":
            self.void = True
        if len(self.given) == len(self.asks):
            self._go_on()
        return event

    def draws(self, known: Mapping[Seat, Event]) -> list[Event]:
        """The draws of NATURE that are due, and the line that ends the match; each once.

        A draw in `known` is not drawn again. The draws of a repeated game are told by its rounds,
        and stand in no line of their own.
        """
        events = []
        while True:
            for place in self.waiting(NATURE):
                ask = self.asks[place]
                old = known.get((ask.turn, NATURE, ask.about))
                value = (
                    self._drawn(ask) if old is None else decoded(ask.answer, old.decision.action)
                )
                self.given[place] = value
                if not self.cell.strategic:
                    decision = Decision(encoded(value))
                    events.append(self._line(ask.turn, ask.about, decision))
            if not self.asks or len(self.given) < len(self.asks):
                break
            self._go_on()
        if not self.asks and not self.ended:
            self.ended = True
            events += [] if self.cell.strategic else [self._end()]
        return events

    def _go_on(self) -> None:
        """The next state, and what is asked in it; nothing where the match is void."""
        answers = tuple(self.given[place] for place in range(len(self.asks)))
        self.given = {}
        if self.void:
            self.asks = ()
            return
        self.state = self.game.after(self.state, answers)
        self.asks = self.game.asks(self.state)

    def _drawn(self, ask: Ask) -> Value:
        """What NATURE answers."""
        cell, seed = self.cell, self.cell.seed
        if not cell.strategic:
            name = (cell.id, self.number, ask.turn, ask.about)
            return nature(ask, stream(seed, "nature", *name))
        if ask.about == "another":
            return int(ask.turn < length(cell, self.number))
        player, inside = int(ask.about.split()[1]), _inside(self.state)
        action = inside.decided[player - len(inside.now)]
        return self._done(ask.turn, player, action) or 0

    def _done(self, round: int, player: int, action: int | None) -> int | None:
        """What a player of a repeated game does who has decided on an action: it may tremble."""
        if action is None or not self.cell.tremble:
            return action
        alone = tuple(action if p == player else None for p in range(self.game.players))
        name = (self.cell.id, self.number, round, player)
        return self.cell.repeated.done(alone, stream(self.cell.seed, "tremble", *name))[player]

    def _event(self, ask: Ask, decision: Decision) -> Event:
        """The decision as it is stored."""
        turn, player = ask.turn, ask.player
        prompt = decision.prompt
        hashed = None if prompt is None else _hash(prompt)
        kept, slip = decision, None
        if self.cell.strategic:
            # every later prompt can be rendered again
            kept = decision if turn <= 0 else replace(decision, prompt=None)
            if not isinstance(ask.answer, Words):
                done = self._done(turn, player, decision.action)
                slip = None if done == decision.action else done
        elif decision.action is not None:
            kept = replace(decision, action=encoded(decision.action))
        labels = words(self.framing, ask) or ()
        agent = self.cell.agents[player]
        about = "" if self.cell.strategic else ask.about
        return Event(
            self.cell.id, self.number, turn, player, agent, kept, labels, hashed, slip, about
        )

    def _line(self, turn: int, about: str, decision: Decision, paid: Any = None) -> Event:
        """A line that is no player's."""
        return Event(
            self.cell.id, self.number, turn, NATURE, NOBODY, decision, about=about, paid=paid
        )

    def _end(self) -> Event:
        """The line that ends a match, with what everybody was paid."""
        paid = None if self.void else self.game.paid(self.state)
        told = None if paid is None else tuple(str(p) for p in paid)
        return self._line(0, "end", Decision(None, "void" if self.void else "over"), told)


def _inside(state: Any) -> Any:
    """The state of a game, also where it is talked about."""
    return getattr(state, "inside", state)


def _value(ask: Ask, decision: Decision) -> Value | None:
    """What a decision answers; silence for a message that was none."""
    if isinstance(ask.answer, Words):
        said = decision.reply if decision.outcome == "said" else ""
        return (said or "")[: ask.answer.most]
    action: Value | None = decision.action
    return action


def framing_of(cell: Cell, number: int) -> Any:
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
    if not cell.strategic:
        framing = told_by(cell.framing, cell.game, cell.base).draw(cell.base, number, chance)
        return Hearing(framing, cell.base.players) if cell.talk else framing
    framing = told_by(cell.framing, cell.game, cell.base).draw(cell.repeated.stage, number, chance)
    sentences = notices(
        cell.stage,
        framing.labels,
        mechanism=cell.mechanism,
        ending=cell.ending,
        discount=cell.discount,
        tremble=cell.tremble,
        standing=cell.standing,
    )
    framing = noted(framing, sentences)
    return Hearing(framing, cell.stage.players) if cell.talk else framing


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
    keep: is given every new decision, and every new draw, as soon as it is taken.
    progress: is told how many decisions each step took.

    Raises:
        Misuse: if two cells are the same. FolderTaken: if what was decided before in a match that
            is to go on was asked in other words.
    """
    if len({cell.id for cell in cells}) < len(cells):
        raise Misuse(f"{len(cells)} cells, of which two are the same; name each once")
    known: dict[tuple[str, int], dict[Seat, Event]] = {}
    for event in done:
        known.setdefault((event.cell, event.match), {})[_seat_of(event)] = event
    events = [event for old in known.values() for event in old.values()]
    guard = threading.Lock()

    def kept(new: Iterable[Event]) -> None:
        """Keeps events that are not there yet."""
        for event in new:
            if _seat_of(event) not in known.get((event.cell, event.match), {}):
                keep(event)
                events.append(event)

    matches = []
    for cell in cells:
        for number in range(cell.matches):
            match, drawn = _started(cell, number, cast, known.get((cell.id, number), {}))
            kept(drawn)
            matches.append(match)

    def step(some: Sequence[_Match]) -> bool:
        """One step of some matches; whether there was anything to do."""
        asked = [(match, place) for match in some for place in match.waiting()]
        for (match, place), decision in _decisions(asked):
            with guard:
                kept([match.take(place, decision), *match.draws({})])
        if asked:
            with guard:
                progress(len(asked))
        return bool(asked)

    alone = [match for match in matches if match.apart]
    # Those that ask the same agents stand together, so that each is asked for many at once.
    together = sorted(
        (match for match in matches if not match.apart),
        key=lambda match: (match.cell.mode, match.cell.agents, match.cell.rounds),
    )
    for start in range(0, len(together), TOGETHER):
        while step(together[start : start + TOGETHER]):
            pass
    _each(alone, lambda match: step([match]))
    return transcripts({cell.id: cell for cell in cells}, events)


def match(cell: Cell, agents: Mapping[str, Agent], number: int = 0) -> Transcript:
    """One match of a cell, for a notebook: the one that `play` has under this number."""
    match, events = _started(cell, number, lambda name, _: agents[name], {})
    while places := match.waiting():
        asked = [(match, place) for place in places]
        for (_, place), decision in _decisions(asked):
            events += [match.take(place, decision), *match.draws({})]
    (transcript,) = transcripts({cell.id: cell}, events)
    return transcript


def questions(cell: Cell, number: int, events: Iterable[Event]) -> Iterator[tuple[Event, Question]]:
    """What was asked at every decision of a match, rebuilt from the decisions before it.

    events: of this match, in any order. What comes after a decision that is missing is left out.
    """
    known = {_seat_of(event): event for event in events}
    match = _Match(cell, number, framing_of(cell, number))
    match.draws(known)
    while places := match.waiting():
        asked = [(place, _known(known, match.asks[place])) for place in places]
        if any(event is None for _, event in asked):
            return
        told = [(match.question(place), place, event) for place, event in asked if event]
        for question, place, event in told:
            yield event, question
            match.take(place, _as_value(match.asks[place], event.decision))
        match.draws(known)


def _seat_of(event: Event) -> Seat:
    """What an event answers."""
    return event.round, event.player, event.about


def _known(known: Mapping[Seat, Event], ask: Ask) -> Event | None:
    """The event that answers an ask; lines of repeated games do not say what about."""
    exact = known.get((ask.turn, ask.player, ask.about))
    return exact or known.get((ask.turn, ask.player, ""))


def _as_value(ask: Ask, decision: Decision) -> Decision:
    """A stored decision with its action as the game has it."""
    if decision.action is None or isinstance(ask.answer, Words):
        return decision
    return replace(decision, action=decoded(ask.answer, decision.action))


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


def _started(
    cell: Cell, number: int, cast: Cast, old: Mapping[Seat, Event]
) -> tuple[_Match, list[Event]]:
    """A match at its beginning, or where an earlier run left it, and the draws that came up."""
    agents = tuple(cast(name, cell) for name in cell.agents)
    match = _Match(cell, number, framing_of(cell, number), agents)
    drawn = match.draws(old)
    asked = []
    taken = 0
    while places := [place for place in match.waiting() if _known(old, match.asks[place])]:
        questions = [match.question(place) for place in places]
        for place, question in zip(places, questions, strict=True):
            ask, event = match.asks[place], _known(old, match.asks[place])
            assert event is not None
            asked.append((event, question))
            again = match.take(place, _stored(match, ask, event))
            if again.done != event.done:
                raise FolderTaken(_otherwise(event, "chance is named otherwise"))
            taken += 1
        drawn += match.draws(old)
    if taken < sum(event.player != NATURE for event in old.values()):
        raise Unreadable(_misplaced(match, old))
    if match.asks:
        _check_words(match, asked)
    return match, drawn


def _misplaced(match: _Match, old: Mapping[Seat, Event]) -> str:
    """That some stored decision answers nothing that was asked."""
    last = max(event.round for event in old.values())
    return (
        f"match {match.number} of cell {match.cell.id} has a stored decision, of round {last + 1} "
        "or before, that has no place in the match; remove it"
    )


def _stored(match: _Match, ask: Ask, event: Event) -> Decision:
    """The decision of an earlier run.

    Raises:
        Unreadable: if it is none that could be taken there.
    """
    where = (
        f"match {match.number}, round {event.round + 1}, player {event.player + 1} of cell "
        f"{match.cell.id}"
    )
    if isinstance(ask.answer, Words):
        return event.decision
    try:
        decision = _as_value(ask, event.decision)
    except Unreadable as error:
        raise Unreadable(f"the stored decision of {where}: {error}; remove it") from None
    if (wrong := unfit(decision, ask.answer)) is not None:
        raise Unreadable(f"the stored decision of {where} is {wrong}; remove it, or use --out")
    return decision


def _check_words(match: _Match, asked: Sequence[tuple[Event, Question]]) -> None:
    """Refuses to go on with a match that was begun in other words.

    Only what a model was asked by itself is compared; a workflow has prompts of its own.
    """
    for event, question in asked:
        labels = question.labels
        if event.labels and event.labels != labels:
            text = f"the actions were {', '.join(event.labels)}, and are {', '.join(labels)} now"
            raise FolderTaken(_otherwise(event, text))
        if event.prompt_hash is None or not isinstance(match.agents[event.player], Language):
            continue
        mode = "direct" if isinstance(question.ask.answer, Words) else match.cell.mode
        prompt = question.prompt(mode)
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
    asked: Sequence[tuple[_Match, int]],
) -> list[tuple[tuple[_Match, int], Decision]]:
    """Every agent is asked once for all its matches; the answers come back in the order asked."""
    by_agent: dict[tuple[int, bool], tuple[Agent, list[int]]] = {}
    for number, (match, place) in enumerate(asked):
        ask = match.asks[place]
        agent = match.agents[ask.player]
        speaking = isinstance(ask.answer, Words)
        by_agent.setdefault((id(agent), speaking), (agent, []))[1].append(number)
    answers: dict[int, Decision] = {}
    for (_, speaking), (agent, numbers) in by_agent.items():
        questions = [asked[number][0].question(asked[number][1]) for number in numbers]
        decisions = speak(agent, questions) if speaking else decide(agent, questions)
        answers.update(zip(numbers, decisions, strict=True))
    return [(asked[number], answers[number]) for number in range(len(asked))]
