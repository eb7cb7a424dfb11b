"""What acts inside an open model: edits and exchanges, each beside what should do nothing.

Everything is chosen on one half of the games and measured on the other, as in `mechanism`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.chance import stream
from nashscope.framing import PlainStyle
from nashscope.games import Repeated
from nashscope.games import game as stage_named
from nashscope.metrics import Measure, row
from nashscope.studies import Progress
from nashscope.studies._nash_suppression.mechanism import (
    DEFECT,
    SITUATIONS,
    STUDY,
    Look,
    Prompts,
    Steering,
)
from nashscope.studies._nash_suppression.plan import Plan

__all__ = ["causes", "measured"]

AFTER_COOPERATION, AFTER_DEFECTION = SITUATIONS[1], SITUATIONS[2]
OTHER_GAMES = ("stag_hunt", "chicken", "battle_of_the_sexes", "matching_pennies")
BOOTSTRAPS = 40
PATCHED = 32
"""Most prompts patched position by position: every edit of an earlier token is a full run."""


@dataclass(frozen=True)
class Subject:
    """The model under study, what was seen of it, and the dial that was found."""

    model: Any
    name: str
    seen: Look
    dial: Steering
    plan: Plan
    seed: int
    base: Any = None

    @property
    def tested(self) -> Prompts:
        """The prompts that effects are measured on."""
        return self.seen.test[AFTER_COOPERATION]

    @property
    def games(self) -> Int[ndarray, "prompts"]:
        """The game of every one of them."""
        return np.arange(len(self.tested.texts)) // self.tested.tellings

    @property
    def nash(self) -> Int[ndarray, "prompts"]:
        """The place of the Nash action among the labels of each."""
        return np.full(len(self.tested.texts), DEFECT)

    def fitted(self, layer: int) -> tuple[ndarray, ndarray, ndarray]:
        """Streams of the fit games after a layer, whether the other cooperated, and the games."""
        good, bad = (self.seen.streams[s][:, layer] for s in SITUATIONS[1:])
        games = np.arange(len(good)) // self.tested.tellings
        both = np.concatenate([good, bad])
        return both, np.arange(len(both)) < len(good), np.concatenate([games, games])

    def record(self, part: str, where: Mapping[str, Any], measure: Measure) -> dict[str, Any]:
        """One line of the results."""
        return row(STUDY, part, {"model": self.name, **where}, measure)


def causes(
    model: Any,
    name: str,
    seen: Look,
    dial: Steering,
    plan: Plan,
    seed: int,
    base: Any,
    progress: Progress,
) -> list[dict[str, Any]]:
    """The records of every tool that the plan names.

    base: the model that it was tuned from, for the layer swap; None if there is none.
    """
    subject = Subject(model, name, seen, dial, plan, seed, base)
    rows: list[dict[str, Any]] = []
    for number, tool in enumerate(plan.tools):
        progress(f"{tool} in {name}", number, len(plan.tools))
        rows += TOOLS[tool](subject)
    return rows


def measured(metric: str, interval: Any, unit: str, place: Any = ()) -> Measure:
    """One mean of an interval as a measure; n is the number of games."""
    value, low, high = (float(x[place]) for x in (interval.value, interval.low, interval.high))
    low_known, high_known = (x if np.isfinite(x) else None for x in (low, high))
    return Measure(metric, value, unit, interval.groups, low_known, high_known)


def _clamping(subject: Subject) -> list[dict[str, Any]]:
    """The component along the dial's direction set to fixed values; beside a random direction's.

    A value of 0 is the mean after defection, 1 that after cooperation, on the fit games; along a
    random direction the same distances from its own mean.
    """
    from nashscope.interp import Direction, clamp, random_like

    layer, chosen = subject.dial.layer, Direction(subject.dial.vector, subject.dial.layer, "means")
    streams, good, _ = subject.fitted(layer)
    chance = stream(subject.seed, "null clamping")
    nulls = [random_like(chosen, chance) for _ in range(max(1, subject.plan.nulls))]
    edits, told = [], []
    for value in subject.plan.clamps:
        for one in (chosen, *nulls):
            along = streams @ one.vector / one.norm**2
            # the two means are one norm of the direction apart: that is how it was found
            middle = along[~good].mean() if one is chosen else along.mean() - 0.5
            edits.append({layer: clamp(one.vector, float(middle) + value)})
        told.append(value)
    likely = _likely(subject, edits).reshape(len(told), 1 + len(nulls), -1)
    rows = []
    for value, found in zip(told, likely, strict=True):
        for kind, own in (("history", found[0]), ("random", found[1:].mean(axis=0))):
            where = {"situation": AFTER_COOPERATION, "layer": layer, "clamped to": value}
            rows.append(_probability(subject, "clamping", where | {"direction": kind}, own))
    return rows


def _probability(
    subject: Subject, part: str, where: Mapping[str, Any], likely: Float[ndarray, "prompts"]
) -> dict[str, Any]:
    """The mean probability of the Nash action over games."""
    from nashscope.interp import interval

    measure = measured("nash probability", interval(likely, subject.games), "probability")
    return subject.record(part, where, measure)


def _likely(
    subject: Subject, edits: Sequence[Mapping[int, Any]]
) -> Float[ndarray, "edits prompts"]:
    """The probability of the Nash action with each edit."""
    from nashscope.interp import policy

    own, found = subject.tested, np.zeros((len(edits), len(subject.games)))
    for numbers, replay in subject.model.replays(own.texts, own.labels):
        for place, edit in enumerate(edits):
            found[place, numbers] = policy(np.array(replay.run(dict(edit))))[:, DEFECT]
    return found


def _directions(subject: Subject) -> list[dict[str, Any]]:
    """Three ways of finding the direction: how alike they are, how stable, and what each does."""
    from nashscope.interp import METHODS

    return [*_alike(subject), *(line for way in METHODS for line in _pushed(subject, way))]


def _alike(subject: Subject) -> list[dict[str, Any]]:
    """The cosine between every two ways, at every layer."""
    from nashscope.interp import METHODS, cosines, direction

    rows = []
    for layer in range(1, subject.model.layers + 1):
        streams, good, _ = subject.fitted(layer)
        found = {way: direction(streams, good, layer, way) for way in METHODS}
        if any(one.norm == 0 for one in found.values()):
            continue
        alike = cosines(list(found.values()))
        for (i, one), (j, other) in combinations(enumerate(found), 2):
            where = {"layer": layer, "one": one, "other": other}
            measure = Measure("cosine", float(alike[i, j]), "cosine", len(streams))
            rows.append(subject.record("directions", where, measure))
    return rows


def _pushed(subject: Subject, way: str) -> list[dict[str, Any]]:
    """One way at the dial's layer, pushed as far as the dial: random ones and all other layers."""
    from nashscope.interp import direction, scaled, stability, steering_effect

    dial, find = subject.dial, partial(direction, method=way)
    streams, good, games = subject.fitted(dial.layer)
    where = {"layer": dial.layer, "method": way}
    steady = stability(find, streams, good, games, draws=BOOTSTRAPS, seed=subject.seed)
    rows = [
        subject.record("directions", where, _spread(metric, cosine))
        for metric, cosine in (
            ("cosine between halves of the games", steady.halves),
            ("the same with shuffled labels", steady.null),
        )
    ]
    one = find(streams, good, dial.layer)
    if one.norm == 0:
        return rows
    strength = dial.strength or 1.0
    effect = steering_effect(
        subject.model,
        subject.tested.texts,
        subject.tested.labels,
        scaled(one, float(np.linalg.norm(dial.vector))),
        strength,
        target=subject.nash,
        groups=subject.games,
        draws=max(19, subject.plan.nulls),
        seed=subject.seed,
    )
    return rows + _effects(subject, where | {"strength": strength}, effect)


def _effects(subject: Subject, where: Mapping[str, Any], effect: Any) -> list[dict[str, Any]]:
    """What a push does, what random ones do, and what it does elsewhere."""
    unit = "log-odds"
    most = int(np.abs(effect.wrong_layer.value).argmax())
    elsewhere = f"most at another layer ({effect.layers[most]})"
    return [
        subject.record("directions", where, one)
        for one in (
            measured("change of log-odds of the nash action", effect.effect, unit),
            _spread("the same by random directions", effect.random),
            measured(elsewhere, effect.wrong_layer, unit, most),
            Measure("p against random directions", effect.p, "p", len(effect.random)),
            Measure("length in residual norms", effect.size, "residual norms", len(subject.games)),
        )
    ]


def _spread(metric: str, draws: Sequence[float] | Float[ndarray, "_"]) -> Measure:
    """The mean of draws and the range of 95 % of them."""
    own = np.asarray(draws, dtype=float)
    unit = "log-odds" if "random directions" in metric else "cosine"
    if not len(own):
        return Measure(metric, None, unit, 0)
    low, high = np.quantile(own, [0.025, 0.975])
    return Measure(metric, float(own.mean()), unit, len(own), float(low), float(high))


def _heads(subject: Subject) -> list[dict[str, Any]]:
    """Every head silenced by its mean, alone; random changes of equal norm beside it."""
    from nashscope.interp import head_ranking

    ranked = head_ranking(
        subject.model,
        subject.tested.texts,
        subject.tested.labels,
        target=subject.nash,
        groups=subject.games,
        draws=subject.plan.nulls,
        seed=subject.seed,
    )
    rows = []
    for layer, head in ranked.order:
        at, where = (layer - 1, head), {"layer": layer, "head": head}
        for measure in (
            measured("change of nash probability", ranked.moved, "probability", at),
            measured("change of log-odds of the nash action", ranked.effect, "log-odds", at),
            Measure(
                "p, of the largest of all heads",
                float(ranked.familywise[at]),
                "p",
                len(ranked.null),
            ),
        ):
            rows.append(subject.record("heads", where, measure))
    for number in range(len(ranked.together.value)):
        where = {"silenced": number + 1}
        together = measured(
            "change of log-odds, most effective heads together", ranked.together, "log-odds", number
        )
        rows.append(subject.record("heads", where, together))
        others = _spread("the same by random directions", ranked.others[:, number])
        rows.append(subject.record("heads", where, others))
    return rows


def _patching(subject: Subject) -> list[dict[str, Any]]:
    """Activations of the same game after defection put into the run after cooperation.

    At the last tokens by position, where prompts are equally long, and at the decision token by
    head; in shares of what the whole other prompt does.
    """
    from nashscope.errors import Misuse
    from nashscope.interp import patching_by_head, patching_by_position

    own, source = subject.tested, subject.seen.test[AFTER_DEFECTION]
    rows = []
    for axis, tool, most in (
        ("position", patching_by_position, PATCHED),
        ("head", patching_by_head, len(own.texts)),
    ):
        try:
            found = tool(
                subject.model,
                own.texts[:most],
                source.texts[:most],
                own.labels[:most],
                target=subject.nash[:most],
                groups=subject.games[:most],
                seed=subject.seed,
            )
        except Misuse as reason:
            why = {"axis": axis, "refused": str(reason)}
            rows.append(subject.record("patching", why, Measure("refused", None, "share", 0)))
            continue
        whole = measured("log-odds moved by the whole prompt", found.whole, "log-odds")
        rows.append(subject.record("patching", {"axis": axis}, whole))
        for i, layer in enumerate(found.rows):
            for j, column in enumerate(found.columns):
                if not found.moved.value[:, j].any():
                    continue  # before the first token that differs there is nothing to exchange
                where = {"axis": axis, "layer": layer, axis: column}
                for metric, part in (
                    ("log-odds moved", found.moved),
                    ("log-odds moved by a random change", found.null),
                ):
                    measure = measured(metric, part, "log-odds", (i, j))
                    rows.append(subject.record("patching", where, measure))
    return rows


def _tuned(subject: Subject) -> list[dict[str, Any]]:
    """The tuned lens, trained on the fit games, read on the test games."""
    from nashscope.interp import interval, lens, tuned_lens

    own, given = subject.tested, subject.seen.streams
    count = len(given[AFTER_COOPERATION])
    games = np.tile(np.arange(count) // own.tellings, len(SITUATIONS))
    both = np.concatenate([given[s] for s in SITUATIONS])
    trained = tuned_lens(subject.model, both, games, seed=subject.seed)
    found = lens(subject.model, own.texts, own.labels, trained)
    nash = interval(np.moveaxis(found.policy[:, :, DEFECT], 0, -1), subject.games)
    return [
        subject.record(
            "tuned lens",
            {"situation": AFTER_COOPERATION, "layer": layer, "layers": subject.model.layers},
            measured("nash probability by the tuned lens", nash, "probability", layer),
        )
        for layer in range(len(nash.value))
    ]


def _side_effects(subject: Subject) -> list[dict[str, Any]]:
    """What else the dial changes: unrelated sentences, and other families of games."""
    from nashscope.interp import Direction, on_prompts, on_text, random_like, steer

    dial = subject.dial
    chosen = Direction(dial.vector, dial.layer, "means")
    null = random_like(chosen, stream(subject.seed, "null side effects"))
    strength = dial.strength or 1.0
    rows = []
    for kind, one in (("history", chosen), ("random", null)):
        edit = {dial.layer: steer(one.vector, strength)}
        where = {"direction": kind, "strength": strength, "layer": dial.layer}
        text = on_text(subject.model, edit, seed=subject.seed)
        here = where | {"on": "unrelated sentences"}
        rows.append(
            subject.record(
                "side effects", here, measured("divergence of words", text.divergence, "nats")
            )
        )
        if text.loss is not None:
            loss = measured("loss of the next token", text.loss, "nats")
            rows.append(subject.record("side effects", here, loss))
        for name in OTHER_GAMES:
            texts, labels = _told(name, subject)
            found = on_prompts(subject.model, edit, texts, labels, seed=subject.seed)
            measure = measured("divergence of words", found.divergence, "nats")
            rows.append(subject.record("side effects", where | {"on": name}, measure))
    return rows


def _told(name: str, subject: Subject) -> tuple[list[str], list[tuple[str, ...]]]:
    """The first decision in a game of the catalogue, told in counterbalanced ways."""
    stage = stage_named(name)
    view = Repeated(stage, 50, subject.plan.memory).view(0, [], (None, None))
    framings = [
        PlainStyle("neutral").draw(stage, number, stream(subject.seed, "side", name, number))
        for number in range(16)
    ]
    return [own.render(view) for own in framings], [own.labels[0] for own in framings]


def _swap(subject: Subject) -> list[dict[str, Any]]:
    """Layers of the base in place of the model's own; nothing if no base is known."""
    from nashscope.interp import layer_swap

    if subject.base is None:
        return []
    own = subject.tested
    found = layer_swap(
        subject.model,
        subject.base,
        own.texts,
        own.labels,
        target=subject.nash,
        groups=subject.games,
        seed=subject.seed,
    )
    metric, unit = "log-odds of the nash action", "log-odds"
    rows = []
    for kind, part, offset in (
        ("first layers", found.first, 0),
        ("last layers", found.last, 0),
        ("one layer", found.single, 1),
    ):
        for place in range(len(part.value)):
            where = {"base": subject.base.name, "exchanged": kind, "layers": place + offset}
            measure = measured(metric, part, unit, place)
            rows.append(subject.record("layer swap", where, measure))
    for layer, gap in enumerate(found.weights, start=1):
        where = {"base": subject.base.name, "layer": layer}
        measure = Measure("relative distance of the weights", float(gap), "share", 1)
        rows.append(subject.record("layer swap", where, measure))
    named = ", ".join(map(str, found.layers)) or "none"
    where = {"base": subject.base.name, "parting": named}
    rows.append(subject.record("layer swap", where, measured("gap", found.gap, unit)))
    return rows


TOOLS = {
    "clamping": _clamping,
    "directions": _directions,
    "heads": _heads,
    "patching": _patching,
    "tuned lens": _tuned,
    "side effects": _side_effects,
    "layer swap": _swap,
}
