"""What happened: one record per decision, and a match as the decisions make it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents import Decision
from nashscope.games import JointAction, Repeated

__all__ = ["Event", "Transcript", "transcripts"]


@dataclass(frozen=True)
class Event:
    """One decision in its place: a line of `transcripts.jsonl`.

    cell: id of the cell; match: its number in the cell; round: counted from 0.
    labels: the words that stood for the player's actions in this match.
    prompt_hash: of the prompt; the prompt itself is stored in the first round only, since every
        later one can be rendered again from the cell and the decisions before it.
    done: the action that a tremble put in the place of the one decided; None where it did not.

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


@dataclass(frozen=True)
class Transcript:
    """Everything that happened in a match.

    rounds: for every round one decision per player; a match that is not finished has fewer rounds
        than its game, and so may one that ends at random.
    slips: where trembles replaced actions, by round and player.
    messages: what was said before the game, by spoken round and player; None for silence.
    """

    cell: str
    match: int
    agents: tuple[str, ...]
    game: Repeated
    rounds: tuple[tuple[Decision, ...], ...]
    labels: tuple[tuple[str, ...], ...] = ()
    slips: dict[tuple[int, int], int] = field(default_factory=dict)
    messages: tuple[tuple[str | None, ...], ...] = ()

    @cached_property
    def actions(self) -> list[JointAction]:
        """The joint action that was done in every round; `rounds` has what was decided."""
        return [
            tuple(self.slips.get((k, p), d.action) for p, d in enumerate(decisions))
            for k, decisions in enumerate(self.rounds)
        ]

    def payoffs(self, round: int) -> Float[ndarray, "players"] | None:
        """What every player earned in a round; None if some answer could not be read."""
        joint = self.actions[round]
        if None in joint:
            return None
        stage: Float[ndarray, "players *actions"] = self.game.stage.payoffs
        earned: Float[ndarray, "players"] = np.array([own[joint] for own in stage])
        return earned


def transcripts(
    games: dict[str, Repeated], events: Iterable[Event], players: int = 2
) -> list[Transcript]:
    """The matches that the events make up, by cell and number; an unfinished round is left out.

    games: the game of every cell, by its id.
    """
    found: dict[tuple[str, int], dict[tuple[int, int], Event]] = {}
    for event in events:
        match = found.setdefault((event.cell, event.match), {})
        match[event.round, event.player] = event
    return [
        _transcript(cell, number, games[cell], match)
        for (cell, number), match in sorted(found.items())
        if cell in games
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


def _words(event: Event | None) -> str | None:
    """What was said; None for silence."""
    return event.decision.reply if event and event.decision.outcome == "said" else None
