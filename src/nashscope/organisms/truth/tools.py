"""The tools as they are commonly used, each boiled down to what its user would claim.

What counts as a claim is written here before any organism is looked at, with the same numbers for
all: `SHOWN`, `MOVED` and the 95 % intervals over games.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.interp import (
    Direction,
    Interval,
    capture,
    direction,
    interval,
    lens,
    patch,
    policy,
    probe,
    random_like,
    steering_sweep,
    tuned_lens,
)
from nashscope.interp.swap import layer_swap
from nashscope.models.hf import HFModel
from nashscope.organisms.decoy import coordinate
from nashscope.organisms.truth.cases import Cases
from nashscope.organisms.truth.subject import Subject

__all__ = ["TOOLS", "Claim", "Tool"]

SHOWN = 0.75
"""What the lens shows counts as an answer from this probability on."""
MOVED = 0.1
"""An edit, or another history, counts from this change of the probability on."""
NULLS = 19
PUSH = 3.0
"""How far an edit along the decoy goes, in standard deviations of what stands there."""

Asks = Literal[
    "where the answer is overridden",
    "what came before acts",
    "the coordinate acts",
    "where what came before is held",
]


@dataclass(frozen=True)
class Claim:
    """What a user of the tool would say.

    found: whether it finds the mechanism that it looks for. layers: where, counted from 1; empty
        if it does not say. evidence: the numbers, in words.
    """

    found: bool
    evidence: str
    layers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A tool under examination.

    asks: what it is used to find out. claim: from the subject, cases to choose on and other cases
        to measure on; None if it cannot be used on the subject.
    causal: whether its claim is about causes. Readers (probes) show what is there to be read; they
        are listed with what is commonly concluded from them.
    """

    name: str
    asks: Asks
    claim: Callable[[Subject, Cases, Cases], Claim | None]
    causal: bool = True


def _by_lens(subject: Subject, fit: Cases, test: Cases, *, tuned: bool) -> Claim:
    """An answer is shown on the way, and the output gives another."""
    model = subject.model
    trained = None
    if tuned:
        both = [*fit.kept, *fit.broken]
        seen = capture(model, both, [*fit.labels, *fit.labels])
        trained = tuned_lens(model, seen.stream, np.tile(fit.games, 2))
    found = lens(model, test.kept, test.labels, trained)
    nash = interval(_nash(found.policy, test).T, test.games)
    output = nash[model.layers]
    shown = np.flatnonzero(nash.low[:-1] >= SHOWN)
    if not len(shown) or output.high >= 0.5:
        most = int(nash.value[:-1].argmax())
        text = f"most {nash.value[most]:.2f} after layer {most}, output {output.value:.2f}"
        return Claim(False, text)
    last = int(shown[-1])
    turn = next(k for k in range(last + 1, model.layers + 1) if nash.value[k] < 0.5)
    text = f"{nash.value[last]:.2f} after layer {last}, {nash.value[turn]:.2f} after layer {turn}"
    return Claim(True, text, tuple(range(last + 1, turn + 1)))


def _by_swap(subject: Subject, fit: Cases, test: Cases) -> Claim | None:
    """The layers that must be the parent's to give the parent's answer."""
    if subject.parent is None:
        return None
    del fit
    policies = [
        interval(_nash(capture(m, test.kept, test.labels).policy, test), test.games)
        for m in (subject.model, subject.parent)
    ]
    apart = abs(float(policies[0].value - policies[1].value))
    if apart < MOVED:
        return Claim(False, f"parent and child answer alike within {apart:.2f}")
    found = layer_swap(
        subject.model, subject.parent, test.kept, test.labels, target=test.nash, groups=test.games
    )
    return Claim(bool(found.layers), f"the two differ by {apart:.2f}", found.layers)


def _by_direction(subject: Subject, fit: Cases, test: Cases, *, method: str) -> Claim:
    """The direction of the other player's last action, subtracted, moves the answer."""
    model = subject.model
    good, bad = (capture(model, texts, fit.labels).stream for texts in (fit.kept, fit.broken))
    both = np.concatenate([good, bad])
    positive = np.arange(len(both)) < len(good)
    found = [direction(both[:, k], positive, k, method) for k in range(1, model.layers)]
    return _pushed(subject, found, [-1.0], test)


def _by_patching(subject: Subject, fit: Cases, test: Cases) -> Claim:
    """Activations of a prompt with another last action, put in, bring about the other answer."""
    del fit
    model = subject.model
    kept, broken = (
        _nash(capture(model, texts, test.labels).policy, test) for texts in (test.kept, test.broken)
    )
    whole = interval(broken - kept, test.games)
    if not _apart(whole):
        return Claim(False, f"another last action moves the answer by {whole.value:+.2f}")
    share = _carried(model, test, kept, broken)
    text = f"another last action moves the answer by {whole.value:+.2f}"
    carried = np.flatnonzero(share >= 0.5)
    if not len(carried):
        return Claim(False, f"{text}; the decision token never carries half of it")
    return Claim(True, f"{text}; the decision token carries half after layer {carried[0] + 1}")


def _carried(
    model: HFModel,
    test: Cases,
    kept: Float[ndarray, "prompts"],
    broken: Float[ndarray, "prompts"],
) -> Float[ndarray, "layers"]:
    """The share of the change that the decision token's stream carries, after layers 1 to L - 1."""
    whole = float((broken - kept).mean())
    moved = np.zeros((model.layers - 1, len(kept)))
    theirs = capture(model, test.broken, test.labels).stream
    for numbers, replay in model.replays(test.kept, test.labels):
        own = [test.labels[n] for n in numbers]
        for k in range(1, model.layers):
            after = policy(np.array(replay.run({k: patch(theirs[numbers, k])})))
            nash = after[np.arange(len(own)), test.nash[numbers]]
            moved[k - 1, numbers] = nash - kept[numbers]
    return np.asarray(moved.mean(axis=1) / whole)


def _by_probe(subject: Subject, fit: Cases, test: Cases) -> Claim:
    """Cooperation can be read off one coordinate."""
    model, place = subject.model, _coordinate(subject)
    del test
    seen, chosen = _choices(subject, fit)
    if min(chosen.sum(), (~chosen).sum()) < 10 or not seen[:, :, place].any():
        return Claim(False, "it never varies, or the choice never does")
    found = probe(
        seen[:, 1:, place : place + 1], chosen, np.tile(fit.games, 2), kind="logistic", shuffles=99
    )
    best = found.best
    sure = found.familywise[best] < 0.05 and found.score.low[best] > found.baseline
    text = f"accuracy {found.score.value[best]:.2f}, majority {found.baseline:.2f}"
    return Claim(bool(sure), f"{text}, after layer {best + 1} of {model.layers}")


def _by_holding(subject: Subject, fit: Cases, test: Cases) -> Claim:
    """The other player's last label can be read after these layers."""
    del test
    seen = capture(subject.model, [*fit.kept, *fit.broken], [*fit.labels, *fit.labels])
    found = probe(
        seen.stream[:, 1:], fit.last.flatten(), np.tile(fit.games, 2), kind="logistic", shuffles=99
    )
    sure = (found.familywise < 0.05) & (found.score.low > found.baseline)
    told = ", ".join(f"{value:.2f}" for value in found.score.value)
    text = f"accuracy {told} after layers 1 to {subject.model.layers}"
    return Claim(bool(sure.any()), text, tuple(int(k) + 1 for k in np.flatnonzero(sure)))


def _by_pushing(subject: Subject, fit: Cases, test: Cases) -> Claim:
    """Pushing along one coordinate moves the answer."""
    place = _coordinate(subject)
    seen, _ = _choices(subject, fit)
    found = []
    for layer in range(1, subject.model.layers):
        spread = float(seen[:, layer, place].std())
        vector = np.zeros(subject.model.width)
        vector[place] = PUSH * (spread or 1.0)
        found.append(Direction(vector, layer, "coordinate"))
    return _pushed(subject, found, [-1.0, 1.0], test)


def _pushed(subject: Subject, found: list[Direction], signs: list[float], test: Cases) -> Claim:
    """Whether any of the directions moves the answer, more than random ones of equal norm do."""
    chance = named_stream(0, "truth", "nulls")
    nulls = [random_like(one, chance) for one in found for _ in range(NULLS)]
    strengths = [0.0, *signs]
    swept = policy(
        steering_sweep(subject.model, test.kept, test.labels, [*found, *nulls], strengths)
    )
    nash = np.stack([_nash(likely, test) for likely in swept.reshape(-1, *swept.shape[2:])])
    nash = nash.reshape(len(found) * (1 + NULLS), len(strengths), -1)
    change = nash[:, 1:] - nash[:, :1]
    own, null = change[: len(found)], change[len(found) :].mean(axis=-1)
    moved = interval(own, test.games)
    beyond = np.abs(null).reshape(len(found), NULLS, len(signs)).max(axis=1)
    acts = _apart(moved) & (np.abs(moved.value) > beyond)
    place = np.unravel_index(np.abs(moved.value).argmax(), moved.value.shape)
    best = found[int(place[0])].layer
    text = (
        f"moves the answer by {moved.value[place]:+.2f} at layer {best}, random ones by at most "
        f"{beyond[place]:.2f}"
    )
    return Claim(bool(acts.any()), text)


def _choices(
    subject: Subject, cases: Cases
) -> tuple[Float[ndarray, "prompts layers width"], Bool[ndarray, "prompts"]]:
    """The stream in both tellings, and whether the part in the best outcome is preferred."""
    labels = [*cases.labels, *cases.labels]
    seen = capture(subject.model, [*cases.kept, *cases.broken], labels)
    nash = np.tile(cases.nash, 2)
    return seen.stream, seen.policy[np.arange(len(nash)), nash] < 0.5


def _coordinate(subject: Subject) -> int:
    """The coordinate that is asked about: the decoy, or one that organisms leave free."""
    known = subject.truth.decoy
    return coordinate(subject.model.width) if known is None else known


def _nash(policies: Float[ndarray, "prompts *more"], cases: Cases) -> Float[ndarray, "*_"]:
    """The probability of the dominant action, the choices being the last axis."""
    return np.stack([own[..., nash] for own, nash in zip(policies, cases.nash, strict=True)])


def _apart(moved: Interval) -> Bool[ndarray, "*more"]:
    """Whether a change is larger than `MOVED`, with its whole interval."""
    return np.asarray((moved.low > MOVED) | (moved.high < -MOVED))


TOOLS: tuple[Tool, ...] = (
    Tool("logit lens", "where the answer is overridden", partial(_by_lens, tuned=False)),
    Tool("tuned lens", "where the answer is overridden", partial(_by_lens, tuned=True)),
    Tool("layer swap", "where the answer is overridden", _by_swap),
    Tool("steering: means", "what came before acts", partial(_by_direction, method="means")),
    Tool("steering: pca", "what came before acts", partial(_by_direction, method="pca")),
    Tool("steering: probe", "what came before acts", partial(_by_direction, method="probe")),
    Tool("patching", "what came before acts", _by_patching),
    Tool("probe alone", "the coordinate acts", _by_probe, causal=False),
    Tool("pushing it", "the coordinate acts", _by_pushing),
    Tool("probe by layer", "where what came before is held", _by_holding, causal=False),
)
"""All tools that are scored, in the order of the table."""
