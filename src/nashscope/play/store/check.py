"""Whether decisions are such as play here writes: what was edited, lost or torn is found and named.

Every measure and every resumption rests on the transcripts, so they are checked wherever they are
read: a decision fits its cell, and all that comes before it in its match is there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nashscope.agents.check import fault
from nashscope.errors import Unreadable
from nashscope.games.dynamic import NATURE
from nashscope.play.cell import Cell
from nashscope.play.match import length
from nashscope.play.store.course import Course
from nashscope.play.store.lines import CHANGED
from nashscope.play.transcript import Event

__all__ = ["Tally", "checked", "tally"]

NEAR = 1e-3
"""By how much a sum of probabilities may be above 1, as networks in half precision compute it."""


@dataclass
class _Course:
    """How far a match has come. rounds: how many it has; now: the round under way, in which
    `decided` have decided."""

    rounds: int
    now: int
    decided: set[int] = field(default_factory=set)
    seats: set[tuple[Any, ...]] = field(default_factory=set)


def checked(cells: Mapping[str, Cell], lines: Iterable[tuple[Path, int, Event]]) -> list[Event]:
    """The decisions, in their order.

    cells: all that the run has, by their ids. lines: every decision with its file and line.

    Raises:
        Unreadable: naming the file and the line that cannot have been written by play.
    """
    courses: dict[tuple[str, int], _Course | Course] = {}
    found = []
    for file, number, event in lines:
        cell = cells.get(event.cell)
        fault = (
            f"cells.json says nothing of cell {event.cell}"
            if cell is None
            else _alone(cell, event) or _in_turn(cell, event, courses)
        )
        if fault:
            raise Unreadable(f"{file}, line {number}: {fault}; {CHANGED}")
        found.append(event)
    return found


def _alone(cell: Cell, event: Event) -> str:
    """What is wrong with a decision by itself; "" if nothing is."""
    players = len(cell.agents)
    nature = event.player == NATURE and not cell.strategic
    if not (nature or 0 <= event.player < players):
        return f"player {event.player} of {players}, counted from 0"
    agent = "nature" if nature else cell.agents[event.player]
    if event.agent != agent:
        return f"player {event.player} is {event.agent!r} and not {agent!r}"
    if not 0 <= event.match < cell.matches:
        return f"match {event.match} of {cell.matches}, counted from 0"
    if event.decision.mass is not None and not 0 <= event.decision.mass <= 1 + NEAR:
        return f"a mass of {event.decision.mass:g}; it is a probability"
    if not cell.strategic:
        return ""
    # rounds of play from elsewhere are numbered there, and some may be missing
    if event.round < -cell.talk or (cell.framing and event.round >= cell.rounds):
        return f"round {event.round} of {cell.rounds}, counted from 0"
    count = cell.repeated.stage.shape[event.player]
    spoken = event.round < 0
    if spoken and (event.decision.action, event.done) != (None, None):
        return "an action in a round before the first, in which players speak"
    if not spoken and (wrong := fault(event.decision, count)) is not None:
        return wrong
    if event.done is not None and not (cell.tremble and 0 <= event.done < count):
        return f"done {event.done}; it is an action that a tremble put there"
    if event.labels and (len(event.labels) != count or len(set(event.labels)) < count):
        return f"the labels {', '.join(event.labels)} for {count} actions"
    return ""


def _in_turn(cell: Cell, event: Event, courses: dict[tuple[str, int], _Course | Course]) -> str:
    """Whether a decision comes when it is due; of play from elsewhere only, whether it is new."""
    key = (event.cell, event.match)
    if not cell.at_hand:
        # its rules are somebody's code, which is not run for reading: only what is new is asked
        asked = (event.round, event.player, event.about)
        course = courses.setdefault(key, _Course(0, 0))
        assert isinstance(course, _Course)
        if asked in course.seats:
            return f"player {event.player} answers {event.about!r} twice in turn {event.round}"
        course.seats.add(asked)
        return ""
    if key not in courses and not cell.strategic:
        courses[key] = Course(cell)
    elif key not in courses:
        rounds = length(cell, event.match) if cell.framing else cell.rounds
        courses[key] = _Course(rounds, -cell.talk)
    course = courses[key]
    if isinstance(course, Course):
        return course.take(event)
    seat = (event.round, event.player)
    if seat in course.seats:
        return f"player {event.player} decides twice in round {event.round} of match {event.match}"
    course.seats.add(seat)
    if not cell.framing:
        return ""
    if event.round >= course.rounds:
        return f"round {event.round} of match {event.match}, which has {course.rounds}"
    if event.round != course.now:
        return (
            f"round {event.round} of match {event.match}, but round {course.now} is not complete "
            "before it"
        )
    course.decided.add(event.player)
    if len(course.decided) == len(cell.agents):
        course.now, course.decided = course.now + 1, set()
    return ""


@dataclass(frozen=True)
class Tally:
    """How much of what was planned was played.

    planned: matches of all cells. finished: those with all their decisions. begun: those with some
        and not all.
    """

    planned: int
    finished: int
    begun: int

    @property
    def whole(self) -> bool:
        """Whether nothing is left to play."""
        return self.finished == self.planned

    def __str__(self) -> str:
        """As it is told: "72 of 108 matches"; those that are half played are named."""
        part = f" and parts of {self.begun} more" if self.begun else ""
        return f"{self.finished} of {self.planned} matches{part}"


def tally(cells: Mapping[str, Cell], events: Iterable[Event]) -> Tally:
    """How many matches were played to their end; imported ones ended where they end."""
    events = list(events)
    there = Counter((event.cell, event.match) for event in events)
    ended = {(e.cell, e.match) for e in events if e.player == NATURE and e.about == "end"}
    finished = begun = 0
    for (key, number), count in there.items():
        cell = cells[key]
        if not cell.strategic:
            finished += (key, number) in ended
            begun += (key, number) not in ended
            continue
        due = (length(cell, number) + cell.talk) * len(cell.agents) if cell.framing else count
        finished += count >= due
        begun += count < due
    return Tally(sum(cell.matches for cell in cells.values()), finished, begun)
