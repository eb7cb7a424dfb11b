"""Who meets whom: everybody everybody, or those who choose each other, season after season."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Literal

import numpy as np
from numpy.random import Generator

from nashscope.agents import Agent
from nashscope.agents.partner import Candidate, asked_preferences
from nashscope.chance import stream, subseed
from nashscope.errors import Misuse
from nashscope.games.institution import cooperation
from nashscope.games.welfare import best_joint_payoff
from nashscope.play.cell import Cell, Standing
from nashscope.play.match import Cast, play
from nashscope.play.transcript import Event, Transcript

__all__ = ["Meeting", "Partners", "Season", "league", "round_robin"]

Partners = Literal["random", "choice"]
"""How partners are found: drawn, or chosen by the participants."""


def round_robin(template: Cell, agents: Sequence[str], *, itself: bool = True) -> list[Cell]:
    """A cell for every ordered pair of agents, alike in everything else.

    template: the game and all conditions; its agents are not looked at. itself: whether every
        agent also meets itself.

    Raises:
        Misuse: if an agent is named twice, or the game is not for two.
    """
    if len(set(agents)) != len(agents):
        raise Misuse(f"an agent is named twice in {', '.join(agents)}; name each once")
    if not agents:
        raise Misuse("a tournament needs agents")
    pairs = product(agents, repeat=2)
    return [replace(template, agents=pair) for pair in pairs if itself or pair[0] != pair[1]]


@dataclass(frozen=True)
class Meeting:
    """One match of a season. places: of the two participants; match: what happened."""

    places: tuple[int, int]
    cell: Cell
    match: Transcript


@dataclass(frozen=True)
class Season:
    """What happened in a season.

    alone: the places of those who found no partner. asked: for every participant that was asked
        whom it wants, its probabilities over the others in the order of their places, else None.
    """

    number: int
    meetings: tuple[Meeting, ...]
    alone: tuple[int, ...]
    asked: tuple[tuple[float, ...] | None, ...] = ()


@dataclass
class _Memory:
    """What participants know after the seasons so far.

    expected: what each expects to earn per round with each other one. earned, rounds: what it
        earned with it in all, and in how many rounds that could be counted. standing: how often
        each cooperated, and in how many rounds it named an action.
    """

    expected: np.ndarray
    earned: np.ndarray
    rounds: np.ndarray
    standing: list[Standing] = field(default_factory=list)


def league(
    template: Cell,
    agents: Sequence[str],
    cast: Cast,
    *,
    seasons: int = 5,
    partners: Partners = "random",
    tolerance: float | None = None,
    reputation: bool = False,
    keep: Callable[[Event], None] = lambda event: None,
) -> list[Season]:
    """Seasons of pairwise matches among participants who may choose whom to meet.

    template: the game and all conditions of every match; its agents, number of matches and seed's
        use are set here. agents: one name per participant; a name may occur several times.
    partners: drawn at random, or chosen. A model is asked whom it wants, and told what it earned
        with each; anyone else expects of another one the mean of what it earned with it last and of
        what it expected before, at first the best joint payoff shared. Pairs form in the order of
        how well both together rank each other, and nobody takes a partner of whom it expects less
        than `tolerance` (points per round).
    reputation: whether players are told how often the other one cooperated in earlier seasons.
    keep: is given every decision.

    Source: Ashlock, Smucker, Stanley and Tesfatsion 1996, "Preferential partner selection in an
    evolutionary study of Prisoner's Dilemma", BioSystems 37. There offers are made in turn and may
    be refused; here pairs are matched at once, which leads to the same partners where preferences
    agree.

    Raises:
        Misuse: if there are fewer than two participants or no season.
    """
    if len(agents) < 2 or seasons < 1:
        raise Misuse(f"{len(agents)} participants, {seasons} seasons; it takes 2 and 1")
    stage = template.repeated.stage
    hoped = float(best_joint_payoff(stage)) / stage.players
    size = len(agents)
    memory = _Memory(
        np.full((size, size), hoped),
        np.zeros((size, size)),
        np.zeros((size, size)),
        [(0, 0)] * size,
    )
    least = -np.inf if tolerance is None else tolerance
    found = []
    for number in range(seasons):
        chance = stream(template.seed, "league", number)
        asked: list[tuple[float, ...] | None] = [None] * size
        ranks, allowed = np.zeros((size, size)), np.ones((size, size), dtype=bool)
        if partners == "choice":
            chooser = [cast(name, template) for name in agents]
            asked = [_asked(memory, p, chooser[p], reputation, chance) for p in range(size)]
            ranks, allowed = _ranks(memory, asked), memory.expected >= least
        pairs = _paired(ranks, allowed, chance)
        cells = [
            replace(
                template,
                agents=(agents[i], agents[j]),
                matches=1,
                seed=subseed(template.seed, "season", number, i, j) % 2**63,
                standing=_told(memory, (i, j)) if reputation else (),
            )
            for i, j in pairs
        ]
        matches = {own.cell: own for own in play(cells, cast, keep=keep)}
        meetings = tuple(
            Meeting(pair, cell, matches[cell.id]) for pair, cell in zip(pairs, cells, strict=True)
        )
        _remember(memory, meetings)
        met = {place for pair in pairs for place in pair}
        alone = tuple(p for p in range(size) if p not in met)
        found.append(Season(number, meetings, alone, tuple(asked)))
    return found


def _asked(
    memory: _Memory, place: int, agent: Agent, reputation: bool, chance: Generator
) -> tuple[float, ...] | None:
    """Whom a participant wants, if it is one that can be asked."""
    candidates = []
    for other in range(len(memory.standing)):
        if other != place:
            rounds = int(memory.rounds[place, other])
            mean = float(memory.earned[place, other]) / rounds if rounds else None
            record = memory.standing[other] if reputation and memory.standing[other][1] else None
            candidates.append(Candidate(mean, rounds, record))
    return asked_preferences(agent, candidates, chance)


def _ranks(memory: _Memory, asked: Sequence[tuple[float, ...] | None]) -> np.ndarray:
    """How each ranks each other one: the number of those it likes better."""
    liked = memory.expected.copy()
    for place, own in enumerate(asked):
        if own is not None:
            liked[place] = np.insert(own, place, -np.inf)
    return np.array([[np.sum(own > value) for value in own] for own in liked], dtype=float)


def _paired(ranks: np.ndarray, allowed: np.ndarray, chance: Generator) -> list[tuple[int, int]]:
    """Pairs in the order of how both rank each other; ties are broken by chance."""
    pairs = [
        (i, j) for i, j in combinations(range(len(ranks)), 2) if allowed[i, j] and allowed[j, i]
    ]
    luck = {pair: chance.random() for pair in pairs}
    pairs.sort(key=lambda pair: (ranks[pair] + ranks[pair[::-1]], luck[pair]))
    taken: set[int] = set()
    chosen = []
    for pair in pairs:
        if not taken & set(pair):
            taken |= set(pair)
            # who sits where is drawn too, so that seats say nothing about standing
            chosen.append(pair if chance.random() < 0.5 else pair[::-1])
    return sorted(chosen)


def _told(memory: _Memory, pair: tuple[int, int]) -> tuple[Standing | None, ...]:
    """The records of two players; None for one who has not played."""
    return tuple(memory.standing[place] if memory.standing[place][1] else None for place in pair)


def _remember(memory: _Memory, meetings: Sequence[Meeting]) -> None:
    """Takes in what happened in a season."""
    for meeting in meetings:
        own, places = meeting.match, meeting.places
        paid = [earned for k in range(len(own.rounds)) if (earned := own.payoffs(k)) is not None]
        told = [cooperation(own.game.stage, joint) for joint in own.actions]
        for seat, place in enumerate(places):
            other = places[1 - seat]
            if paid:
                mean = float(np.mean([earned[seat] for earned in paid]))
                memory.expected[place, other] = (memory.expected[place, other] + mean) / 2
                memory.earned[place, other] += mean * len(paid)
                memory.rounds[place, other] += len(paid)
            known = [joint[seat] for joint in told if joint[seat] is not None]
            done, rounds = memory.standing[place]
            memory.standing[place] = (done + known.count(True), rounds + len(known))
