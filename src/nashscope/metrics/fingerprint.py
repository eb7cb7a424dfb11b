"""How an agent answers the last round: its cooperation after CC, CD, DC and DD.

Any agent has such a fingerprint, whether or not it looks further back than one round; for one that
does, the numbers are averages over the histories that came up.

Source: the memory-one numbers of Nowak and Sigmund 1993, Nature 364, measured instead of given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nashscope.agents import Agent, Decision, Question, decide
from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.games import JointAction
from nashscope.games.welfare import cooperative
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over, missing, ratio_over
from nashscope.play import Cell, Transcript, framing_of

__all__ = ["KNOWN", "Fingerprint", "asked_fingerprint", "fingerprint", "nearest"]

STATES = ("CC", "CD", "DC", "DD")
UNIT = "probability of cooperation"

KNOWN: dict[str, tuple[float, float, float, float]] = {
    "always-c": (1, 1, 1, 1),
    "always-d": (0, 0, 0, 0),
    "bully": (0, 1, 0, 1),
    "firm-but-fair": (1, 0, 1, 2 / 3),
    "generous-tit-for-tat": (1, 1 / 3, 1, 1 / 3),
    "grim-trigger": (1, 0, 0, 0),
    "random": (0.5, 0.5, 0.5, 0.5),
    "tit-for-tat": (1, 0, 1, 0),
    "win-stay-lose-shift": (1, 0, 0, 1),
    "zd-extortion": (8 / 9, 1 / 2, 1 / 3, 0),
    "zd-generosity": (1, 1 / 8, 1, 1 / 4),
}
"""The fingerprints of some strategies, in the usual payoffs."""


@dataclass(frozen=True)
class Fingerprint:
    """Cooperation in the first round and after every outcome of the last, own move first.

    after: by state, "CC", "CD", "DC", "DD"; a state that never came up has no value.
    """

    first: Measure
    after: dict[str, Measure]


def fingerprint(matches: Sequence[Transcript], player: int) -> Fingerprint:
    """The fingerprint of one player of two, from matches of one game.

    Where the policy of a decision is known, its probability of cooperation counts, else the action
    that was decided; what the last round was is what was *done* in it. Rounds after an answer that
    nobody could read, and such answers themselves, do not count.
    """
    sums = [_sums(own, player) for own in matches]
    known = [found for found in sums if found is not None]
    unparsed = unparsed_rate(matches).value

    def measure(state: str) -> Measure:
        name = _called(state)
        if not known:
            return missing(name, UNIT, unparsed)
        counts, totals = ([found[state][side] for found in known] for side in (0, 1))
        return ratio_over(name, counts, totals, UNIT, span=(0.0, 1.0), unparsed=unparsed)

    return Fingerprint(measure("first"), {state: measure(state) for state in STATES})


def asked_fingerprint(agent: Agent, cell: Cell, player: int = 0) -> Fingerprint:
    """The fingerprint of an agent that is asked after one made-up round of every kind.

    For agents whose own play never leads to some state: one that always defects says nothing of
    what it does after CC. One question per state and match of the cell, whose framings give the
    tellings; intervals are over them. The cell's agents are not looked at.

    Raises:
        Misuse: if the game does not say what cooperation is.
    """
    stage = cell.repeated.stage
    good = cooperative(stage)
    if None in good or stage.shape != (2, 2):
        raise Misuse(f"{cell.game} has no cooperative action among two for each of two players")
    game = cell.repeated if cell.rounds > 1 else replace(cell.repeated, rounds=2)
    chances: dict[str, list[float]] = {state: [] for state in ("first", *STATES)}
    missed = 0
    for match in range(cell.matches):
        framing, questions = framing_of(cell, match), []
        for number, state in enumerate(chances):
            played = [] if state == "first" else [_round(state, good, player)]
            chance = stream(cell.seed, "fingerprint", match, number)
            questions.append(Question(game.view(player, played, (None, None)), framing, chance))
        for state, decision in zip(chances, decide(agent, questions), strict=True):
            chance_of = _chance(decision, good[player] or 0)
            missed += chance_of is None
            chances[state] += [] if chance_of is None else [chance_of]
    share = missed / (len(chances) * cell.matches)
    measures = {
        state: mean_over(_called(state), values, UNIT, span=(0.0, 1.0), unparsed=share)
        for state, values in chances.items()
    }
    return Fingerprint(measures.pop("first"), measures)


def nearest(found: Fingerprint) -> tuple[str, float] | None:
    """The known strategy whose numbers are nearest, and the largest difference from it.

    Over the states that came up; None if none did.
    """
    seen = [(n, found.after[s].value) for n, s in enumerate(STATES)]
    measured = [(n, value) for n, value in seen if value is not None]
    if not measured:
        return None
    apart = {name: max(abs(own[n] - v) for n, v in measured) for name, own in KNOWN.items()}
    best = min(apart, key=lambda name: apart[name])
    return best, apart[best]


def _sums(match: Transcript, player: int) -> dict[str, tuple[float, float]] | None:
    """For every state, the sum of cooperation and how often it came up; None where the stage game
    does not say what cooperation is."""
    good = cooperative(match.game.stage)
    mine, theirs = good[player], good[1 - player]
    if mine is None or theirs is None or len(good) != 2:
        return None
    sums: dict[str, tuple[float, float]] = dict.fromkeys(("first", *STATES), (0.0, 0.0))
    for number, decisions in enumerate(match.rounds):
        decision = decisions[player]
        state = "first"
        if number:
            before = match.actions[number - 1]
            if None in before:
                continue
            moves = (before[player] == mine, before[1 - player] == theirs)
            state = "".join("C" if move else "D" for move in moves)
        chance = _chance(decision, mine)
        if chance is not None:
            total, times = sums[state]
            sums[state] = (total + chance, times + 1)
    return sums


def _round(state: str, good: JointAction, player: int) -> JointAction:
    """The joint action that a state stands for, seen from a player."""
    moves = state if player == 0 else state[::-1]
    return tuple(
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
    return f"cooperation after {state}" if state in STATES else "cooperation at first"
