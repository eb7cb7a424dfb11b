"""What happened: one record per decision, and a match as the decisions make it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents import Decision
from nashscope.games import JointAction, Repeated
from nashscope.games.dynamic import NATURE
from nashscope.play.cell import Cell

__all__ = ["Event", "Transcript", "transcripts"]


@dataclass(frozen=True)
class Event:
    """One decision in its place: a line of `transcripts.jsonl`.

    cell: id of the cell; match: its number in the cell; round: counted from 0.
    labels: the words that stood for the player's actions in this match.
    prompt_hash: of the prompt; the prompt itself is stored in the first round only, since every
        later one can be rendered again from the cell and the decisions before it.
    done: the action that a tremble put in the place of the one decided; None where it did not.
    about: what was asked, where that is not the move of a stage; "end" ends a match.
    paid: in the line that ends a match, what everybody earned, fractions as text; None if an
        unread answer leaves it open.

    In a game with a state the player -1 is nature, whose draws have lines like decisions, and every
    prompt is stored.

    What is said before the game has negative rounds, the last of them -1.
    """

    cell: str
    match: int
    round: int
    player: int
    agent: str
    decision: Decision
    labels: tuple[str, ...] = ()
    prompt_hash: str | None = None
    done: int | None = None
    about: str = ""
    paid: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Transcript:
    """Everything that happened in a match.

    rounds: for every round one decision per player; a match that is not finished has fewer rounds
        than its game, and so may one that ends at random.
    slips: where trembles replaced actions, by round and player.
    messages: what was said before the game, by spoken round and player; None for silence.
    events: of a game with a state, which has no rounds, everything in its order; paid: what it paid
        everybody at its end, None where it did not come to one that can be said; over: whether it
        has ended.
    """

    cell: str
    match: int
    agents: tuple[str, ...]
    game: Any
    rounds: tuple[tuple[Decision, ...], ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    slips: dict[tuple[int, int], int] = field(default_factory=dict)
    messages: tuple[tuple[str | None, ...], ...] = ()
    events: tuple[Event, ...] = ()
    paid: tuple[Fraction, ...] | None = None
    over: bool = False

    @cached_property
    def actions(self) -> list[JointAction]:
        """The joint action that was done in every round; `rounds` has what was decided."""
        return [
            tuple(self.slips.get((k, p), d.action) for p, d in enumerate(decisions))
            for k, decisions in enumerate(self.rounds)
        ]

    @property
    def decisions(self) -> list[Decision]:
        """What was decided, in its order; without what was said before a repeated game."""
        if not self.events:
            return [decision for decisions in self.rounds for decision in decisions]
        return [event.decision for event in self.events if event.player != NATURE]

    @property
    def answers(self) -> list[Any]:
        """What every player answered every time; None where it could not be read."""
        if not self.events:
            return [action for joint in self.actions for action in joint]
        moves = (event.decision for event in self.events if event.player != NATURE)
        return [move.action for move in moves if move.outcome not in ("said", "silent")]

    def payoffs(self, round: int) -> Float[ndarray, "players"] | None:
        """What every player earned in a round; None if some answer could not be read."""
        joint = self.actions[round]
        if None in joint:
            return None
        stage: Float[ndarray, "players *actions"] = self.game.stage.payoffs
        earned: Float[ndarray, "players"] = np.array([own[joint] for own in stage])
        return earned


def transcripts(cells: Mapping[str, Cell], events: Iterable[Event]) -> list[Transcript]:
    """The matches that the events make up, by cell and number; an unfinished round is left out.

    cells: by their ids; events of others are passed over.
    """
    found: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        if event.cell in cells:
            found.setdefault((event.cell, event.match), []).append(event)
    return [
        _transcript(key, number, cells[key].repeated, {(e.round, e.player): e for e in match})
        if cells[key].strategic
        else _course(key, number, cells[key], match)
        for (key, number), match in sorted(found.items())
    ]


def _transcript(
    cell: str, number: int, game: Repeated, events: dict[tuple[int, int], Event]
) -> Transcript:
    """One match from its events."""
    players = game.stage.players
    rounds: list[tuple[Decision, ...]] = []
    while all((len(rounds), p) in events for p in range(players)):
        rounds.append(tuple(events[len(rounds), p].decision for p in range(players)))
    seats: Sequence[Event | None] = [events.get((0, p)) for p in range(players)]
    slips = {seat: event.done for seat, event in events.items() if event.done is not None}
    spoken = range(min((round for round, _ in events), default=0), 0)
    said = [[events.get((round, p)) for p in range(players)] for round in spoken]
    return Transcript(
        cell,
        number,
        tuple(event.agent if event else "" for event in seats),
        game,
        tuple(rounds),
        tuple(event.labels if event else () for event in seats),
        slips,
        tuple(tuple(_words(event) for event in round) for round in said),
    )


def _course(key: str, number: int, cell: Cell, events: Sequence[Event]) -> Transcript:
    """One match of a game with a state, from its events in the order in which they were kept."""
    ending = next((e for e in events if e.player == NATURE and e.about == "end"), None)
    paid = None if ending is None or ending.paid is None else tuple(map(Fraction, ending.paid))
    return Transcript(
        key,
        number,
        cell.agents,
        cell.base if cell.at_hand else None,
        events=tuple(events),
        paid=paid,
        over=ending is not None,
    )


def _words(event: Event | None) -> str | None:
    """What was said; None for silence."""
    return event.decision.reply if event and event.decision.outcome == "said" else None
