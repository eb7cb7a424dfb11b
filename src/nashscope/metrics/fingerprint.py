"""How an agent answers what was played: its cooperation at first, after one round, after two.

Any agent has such a fingerprint, whether or not it looks further back than two rounds; for one that
does, the numbers are averages over the histories that came up. Beside it stands what each classic
strategy would have done in the very same situations, so that the nearest one can be named, and
those named together that these situations cannot tell apart.

Source: the memory-one numbers of Nowak and Sigmund 1993, Nature 364, measured instead of given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Literal

import numpy as np

from nashscope.agents import Agent, Decision, Question, Strategy, agent, decide, strategies
from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.games import JointAction, View
from nashscope.games.institution import cooperation, cooperative_actions
from nashscope.metrics.bounds import Part, bounded, mean_range
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over, missing, ratio_over
from nashscope.play import Cell, Transcript, framing_of

__all__ = ["Fingerprint", "Nearest", "asked_fingerprint", "fingerprint", "nearest"]

STATES = ("CC", "CD", "DC", "DD")
PAIRS = tuple(f"{before} {last}" for before, last in product(STATES, STATES))
UNIT = "probability of cooperation"
ALIKE = 1e-9
"""Below which two distances are the same."""


@dataclass(frozen=True)
class Fingerprint:
    """Cooperation in the first round and after what was played last, own move first.

    after: by what the last round was, "CC", "CD", "DC", "DD". after_two: by the last two, the older
        first, as in "CD DD"; empty where nobody asked. What never came up has no value.
    known: for every classic strategy that knows the game, what it would have shown in the same
        situations, by "first" and the keys of `after` and `after_two`.
    """

    first: Measure
    after: dict[str, Measure]
    after_two: dict[str, Measure] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def measures(self) -> dict[str, Measure]:
        """All of them, by "first" and the keys of `after` and `after_two`."""
        return {"first": self.first, **self.after, **self.after_two}


@dataclass(frozen=True)
class Nearest:
    """The classic strategies nearest to a fingerprint.

    names: those at the smallest distance; several cannot be told apart by what was seen.
    apart: the largest difference from them in any situation, the first round included.
    situations: how many situations were compared.
    """

    names: tuple[str, ...]
    apart: float
    situations: int


def fingerprint(matches: Sequence[Transcript], player: int) -> Fingerprint:
    """The fingerprint of one player of two, from matches of one game.

    Where the policy of a decision is known, its probability of cooperation counts, else the action
    that was decided; what the last round was is what was *done* in it. Rounds after an answer that
    nobody could read, and such answers themselves, do not count; the bounds have what they could
    have changed.
    """
    seen = [_seen(match, player) for match in matches if _two_cooperate(match)]
    unparsed = unparsed_rate(matches).value

    def measure(state: str) -> Measure:
        if not seen:
            return missing(_called(state), UNIT, unparsed)
        chances = [[c for s, c, _ in own if s == state and c is not None] for own in seen]
        sums, counts = [float(sum(own)) for own in chances], [float(len(own)) for own in chances]
        ratio = ratio_over(_called(state), sums, counts, UNIT, span=(0.0, 1.0), unparsed=unparsed)
        parts = (part for own in seen for s, c, _ in own if (part := _part(s, c, state)))
        return bounded(ratio, mean_range(parts))

    views = [(state, view) for own in seen for state, _, view in own if state and "?" not in state]
    good = cooperative_actions(matches[0].game.stage)[player] if seen else None
    known = _known(views, good) if good is not None else {}
    measures = {state: measure(state) for state in ("first", *STATES, *PAIRS)}
    return _whole(measures, known)


def asked_fingerprint(
    agent: Agent, cell: Cell, player: int = 0, depth: Literal[1, 2] = 2
) -> Fingerprint:
    """The fingerprint of an agent that is asked after made-up rounds of every kind.

    For agents whose own play never leads to some state: one that always defects says nothing of
    what it does after CC. One question per state and match of the cell, whose framings give the
    tellings; intervals are over them. The cell's agents are not looked at.

    depth: how many made-up rounds: 1 for 5 questions a match, 2 for 21. Strategies that count
        further than one round are told apart by the second.

    Raises:
        Misuse: if the game does not say what cooperation is.
    """
    stage = cell.repeated.stage
    good = cooperative_actions(stage)
    if None in good or stage.shape != (2, 2):
        raise Misuse(f"{cell.game} has no cooperative action among two for each of two players")
    game = replace(cell.repeated, rounds=max(cell.rounds, depth + 1))
    states = ("first", *STATES, *(PAIRS if depth > 1 else ()))
    views = {
        state: game.view(player, _played(state, good, player), (None, None)) for state in states
    }
    chances: dict[str, list[float | None]] = {state: [] for state in states}
    for match in range(cell.matches):
        framing, questions = framing_of(cell, match), []
        for number, view in enumerate(views.values()):
            chance = stream(cell.seed, "fingerprint", match, number)
            questions.append(Question(view, framing, chance))
        for state, decision in zip(states, decide(agent, questions), strict=True):
            chances[state].append(_chance(decision, good[player] or 0))
    measures = {}
    for state, values in chances.items():
        share = values.count(None) / len(values)
        measure = mean_over(_called(state), values, UNIT, span=(0.0, 1.0), unparsed=share)
        parts = (Part(0.0, 1.0) if value is None else Part(value, value) for value in values)
        measures[state] = bounded(measure, mean_range(parts))
    return _whole(measures, _known(list(views.items()), good[player] or 0))


def nearest(found: Fingerprint) -> Nearest | None:
    """The classic strategies whose numbers are nearest, and the largest difference from them.

    Over the first round and all states that came up; None if none did.
    """
    values = {s: m.value for s, m in found.measures.items() if m.value is not None}
    if not values or not found.known:
        return None
    apart = {
        name: max(abs(own[state] - value) for state, value in values.items())
        for name, own in found.known.items()
    }
    least = min(apart.values())
    names = tuple(name for name, distance in apart.items() if distance <= least + ALIKE)
    return Nearest(names, least, len(values))


def _whole(measures: dict[str, Measure], known: Mapping[str, Mapping[str, float]]) -> Fingerprint:
    """The measures in their places."""
    after = {state: measures[state] for state in STATES}
    two = {state: measures[state] for state in PAIRS if state in measures}
    return Fingerprint(measures["first"], after, two, known)


@cache
def _classics() -> dict[str, Strategy]:
    """The classic strategies by their names."""
    found = {name: agent(name) for name in strategies()}
    return {name: own for name, own in found.items() if isinstance(own, Strategy)}


def _known(views: Sequence[tuple[str, View]], good: int) -> dict[str, dict[str, float]]:
    """What every classic strategy does in these situations, by state, as a mean.

    One that does not know the game (without the usual order of payoffs, say) is left out.
    """
    found = {}
    for name, strategy in _classics().items():
        told: dict[str, list[float]] = {}
        answers: dict[tuple[int, tuple[JointAction, ...], JointAction], float] = {}
        try:
            for state, view in views:
                key = (view.round, view.history, view.now)
                if key not in answers:
                    answers[key] = float(strategy.rule(view)[good])
                told.setdefault(state, []).append(answers[key])
        except Misuse:
            continue
        found[name] = {state: float(np.mean(values)) for state, values in told.items()}
    return found


def _two_cooperate(match: Transcript) -> bool:
    """Whether the game is of two players and says of both what cooperation is."""
    good = cooperative_actions(match.game.stage)
    return len(good) == 2 and None not in good


def _seen(match: Transcript, player: int) -> list[tuple[str, float | None, View]]:
    """Every decision with each state that it belongs to, its chance of cooperation, and its view.

    "?" stands in a state for what nobody can tell; the chance is None where the answer is unread.
    """
    good = cooperative_actions(match.game.stage)[player] or 0
    rounds = [_letters(cooperation(match.game.stage, joint), player) for joint in match.actions]
    found = []
    for number, decisions in enumerate(match.rounds):
        moved = match.actions[number]
        now = tuple(action if p < player else None for p, action in enumerate(moved))
        view = match.game.view(player, list(match.actions[:number]), now)
        chance = _chance(decisions[player], good)
        states = ["first"] if number == 0 else [rounds[number - 1]]
        if number > 1:
            states.append(f"{rounds[number - 2]} {rounds[number - 1]}")
        found += [(state, chance, view) for state in states]
    return found


def _letters(joint: Sequence[bool | None], player: int) -> str:
    """A round in letters, the player's own move first: "CD", or "C?" where one is not known."""
    moves = (joint[player], joint[1 - player])
    return "".join("?" if move is None else "C" if move else "D" for move in moves)


def _part(seen: str, chance: float | None, state: str) -> Part | None:
    """What a decision could add to the mean of a state; None if it cannot belong to it."""
    if len(seen) != len(state) or any(a not in ("?", b) for a, b in zip(seen, state, strict=True)):
        return None
    low, high = (0.0, 1.0) if chance is None else (chance, chance)
    return Part(low, high, optional="?" in seen)


def _played(state: str, good: JointAction, player: int) -> list[JointAction]:
    """The rounds that a state stands for, seen from a player; none for "first"."""
    return [] if state == "first" else list(_rounds(state, good, player))


def _rounds(state: str, good: JointAction, player: int) -> Iterator[JointAction]:
    """The joint actions of a state, oldest first."""
    for letters in state.split():
        moves = letters if player == 0 else letters[::-1]
        yield tuple(
            action if move == "C" else 1 - (action or 0)
            for move, action in zip(moves, good, strict=True)
        )


def _chance(decision: Decision, good: int) -> float | None:
    """The probability of the cooperative action, so far as it is known; None if unread."""
    if decision.action is None:
        return None
    policy = decision.policy
    return float(decision.action == good) if policy is None else float(np.clip(policy[good], 0, 1))


def _called(state: str) -> str:
    """The name under which a state's number is reported."""
    return "cooperation at first" if state == "first" else f"cooperation after {state}"
