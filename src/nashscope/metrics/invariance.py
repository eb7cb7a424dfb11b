"""How much an agent's policy moves when only the telling of the game changes.

Every change leaves the game as it is: exchanged labels, another order of the cells, the players in
each other's place, payoffs in another unit, a bare matrix or a story. For a player who reads the
game and nothing else every number here is 0. Each number is a total variation between two policies
over *actions*, not labels, and so between 0 and 1.

Source of the idea: Sclar et al. 2024, "Quantifying Language Models' Sensitivity to Spurious
Features in Prompt Design", ICLR; that payoffs may be rescaled: von Neumann and Morgenstern 1944.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents import Agent, Decision, Question, decide
from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.framing import Framing, Plain, PlainStyle, style
from nashscope.games import JointAction, NormalForm, Repeated, View, rescale, swap_players
from nashscope.metrics.bounds import Part, bounded, mean_range
from nashscope.metrics.measure import Measure, mean_over

__all__ = ["CHANGES", "STYLES", "Asked", "changes", "invariance"]

UNIT = "total variation"

STYLES = ("bare", "story", "story-farm", "story-expedition")
"""The other tellings that the plain one is compared with."""

FACTOR, OFFSET = Fraction(3), Fraction(2)
"""The other unit of payoffs: every payoff times three, plus two."""


@dataclass(frozen=True)
class Asked:
    """One question in one telling."""

    view: View
    framing: Framing


Change = Callable[[Asked, int], Asked]
"""The same question told otherwise; the number is that of the draw."""


def exchanged_labels(asked: Asked, draw: int) -> Asked:
    """Every label stands for the next action, for all players."""
    framing = asked.framing
    assert isinstance(framing, Plain)
    labels = tuple((*own[1:], own[0]) for own in framing.labels)
    return replace(asked, framing=replace(framing, labels=labels))


def another_order(asked: Asked, draw: int) -> Asked:
    """The actions, and with them the cells, in another order: own, others', or both turned."""
    framing = asked.framing
    assert isinstance(framing, Plain)
    own, other = ((1, 0), (0, 1), (1, 1))[draw % 3]
    turned = replace(
        framing, own_turn=framing.own_turn + own, other_turn=framing.other_turn + other
    )
    return replace(asked, framing=turned)


def exchanged_players(asked: Asked, draw: int) -> Asked:
    """The players in reverse order: the one who is asked sits elsewhere and is paid the same.

    The plain telling says "you" and "the other player", so that with two who act at once not a
    word changes: a policy that moves then moves by the machinery, not by the words.
    """
    view, framing = asked.view, asked.framing
    assert isinstance(framing, Plain)
    game = replace(view.game, stage=swap_players(view.stage))
    player = view.stage.players - 1 - view.player
    past = tuple(joint[::-1] for joint in view.history)
    turned = View(game, player, view.round, past, view.now[::-1])
    told = replace(framing, labels=framing.labels[::-1])
    return Asked(turned, told)


def other_units(asked: Asked, draw: int) -> Asked:
    """All payoffs times three plus two: a positive affine change, which changes no preference."""
    stage = asked.view.stage
    same = [FACTOR] * stage.players, [OFFSET] * stage.players
    game = replace(asked.view.game, stage=rescale(stage, *same))
    return replace(asked, view=replace(asked.view, game=game))


def another_telling(asked: Asked, draw: int) -> Asked:
    """A bare matrix or a story in place of the plain telling, with the same labels and orders."""
    framing = asked.framing
    assert isinstance(framing, Plain)
    drawn = style(STYLES[draw % len(STYLES)]).draw(asked.view.stage, 0, np.random.default_rng(0))
    assert isinstance(drawn, Plain)
    told = replace(
        drawn,
        labels=framing.labels,
        own_turn=framing.own_turn,
        other_turn=framing.other_turn,
    )
    return replace(asked, framing=told)


def nothing(asked: Asked, draw: int) -> Asked:
    """The same question again: what remains is chance, where policies are estimated."""
    return asked


CHANGES: dict[str, Change] = {
    "label swap": exchanged_labels,
    "order of cells": another_order,
    "player swap": exchanged_players,
    "payoff rescaling": other_units,
    "story or bare matrix": another_telling,
    "asked again": nothing,
}
"""What is changed, by the name under which it is reported; the last one is the control."""


def invariance(
    agent: Agent,
    stage: NormalForm,
    *,
    rounds: int = 10,
    draws: int = 24,
    samples: int = 20,
    seed: int = 0,
) -> dict[str, Measure]:
    """For every change, how much the agent's policy moves: mean total variation over draws.

    Each draw is a telling (labels and orders counterbalanced) with a past of 0 to 3 random rounds;
    n is the number of draws in which both policies are known, and draws are the units of the
    interval.

    samples: how many answers a policy is estimated from, if the agent tells none. The estimate is
        then never exactly equal to another one: compare with "asked again". The share of answers
        that named no action stands beside each number.

    Raises:
        Misuse: if there are no draws or samples.
    """
    if draws < 1 or samples < 1:
        raise Misuse(f"{draws} draws and {samples} samples; there must be at least 1 of each")
    base = [_drawn(stage, rounds, number, seed) for number in range(draws)]
    policies, unread = _policies(agent, base, samples, seed, "as it is")
    found = {}
    for name, change in CHANGES.items():
        changed = [change(asked, number) for number, asked in enumerate(base)]
        moved, missed = _policies(agent, changed, samples, seed, name)
        apart = [
            None if one is None or two is None else float(np.abs(one - two).sum() / 2)
            for one, two in zip(policies, moved, strict=True)
        ]
        share = (unread + missed) / 2
        measure = mean_over(name, apart, UNIT, span=(0.0, 1.0), unparsed=share)
        parts = (Part(0.0, 1.0) if gap is None else Part(gap, gap) for gap in apart)
        found[name] = bounded(measure, mean_range(parts))
    return found


def changes(asked: Asked, draw: int = 0) -> dict[str, Asked]:
    """One question in all tellings, to be looked at."""
    return {name: change(asked, draw) for name, change in CHANGES.items()}


def _drawn(stage: NormalForm, rounds: int, number: int, seed: int) -> Asked:
    """A question in the plain telling: labels, orders, player and past differ from draw to draw."""
    chance = stream(seed, "invariance", number)
    game = Repeated(stage, rounds)
    length = min(int(chance.integers(4)), rounds - 1)
    played: list[JointAction] = [
        tuple(int(chance.integers(count)) for count in stage.shape) for _ in range(length)
    ]
    player = number % stage.players
    framing = PlainStyle().draw(stage, number // stage.players, chance)
    return Asked(game.view(player, played, (None,) * stage.players), framing)


def _policies(
    agent: Agent, asked: Sequence[Asked], samples: int, seed: int, name: str
) -> tuple[list[Float[ndarray, "_"] | None], float]:
    """The agent's policy for every question, None where nothing was read; and the share unread."""
    first = decide(agent, _questions(asked, seed, name, 0))
    # A hosted model has answered several times already; what it left unread is not asked again.
    hosted = any(one.samples is not None or one.outcome == "failed" for one in first)
    if hosted or all(decision.policy is not None for decision in first):
        pairs = zip(asked, first, strict=True)
        return [_policy(one, [decision]) for one, decision in pairs], _unread(first)
    answers = [[decision] for decision in first]
    for repeat in range(1, samples):
        again = decide(agent, _questions(asked, seed, name, repeat))
        for own, decision in zip(answers, again, strict=True):
            own.append(decision)
    policies = [_policy(one, own) for one, own in zip(asked, answers, strict=True)]
    return policies, _unread([decision for own in answers for decision in own])


def _policy(asked: Asked, answers: Sequence[Decision]) -> Float[ndarray, "_"] | None:
    """The policy that an only answer tells, or the share of each action among those named."""
    if len(answers) == 1 and answers[0].policy is not None:
        return np.array(answers[0].policy)
    actions = [decision.action for decision in answers if decision.action is not None]
    counts = np.bincount(actions, minlength=asked.view.stage.shape[asked.view.player])
    return counts / counts.sum() if actions else None


def _unread(decisions: Sequence[Decision]) -> float:
    """The share of answers that named no action; a policy that was read is one that does."""
    missed = [
        float(one.action is None) if one.samples is None else 1 - (one.mass or 0.0)
        for one in decisions
    ]
    return float(np.mean(missed))


def _questions(asked: Sequence[Asked], seed: int, name: str, repeat: int) -> list[Question]:
    """The questions with their own streams of chance."""
    return [
        Question(one.view, one.framing, stream(seed, "invariance", name, number, repeat))
        for number, one in enumerate(asked)
    ]
