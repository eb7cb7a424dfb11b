"""Inside a model when it begins its answer to a 3×3 question: what can be read, what is used.

The prompts ask in numbers, and the decision token is the one before the first percentage, that of
the first action. Asked of it, at every layer, in games that were held out: the value of the first
row against uniform play (ridge), whether it is the best response to uniform play, and whether the
first action is in the equilibrium's support (logistic). Then the directions of the latter two are
clamped to either side, each beside random directions of the same length. The target of lens, clamp
and swap is "100" against "0": whether the first action is played for sure or never. Of two models,
what can be read of each is compared question by question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nashscope.bench import matrix
from nashscope.chance import stream
from nashscope.errors import BrokenFraming
from nashscope.metrics import Measure, mean_over, row
from nashscope.studies import Progress
from nashscope.studies._equilibrium_residuals.asking import STUDY
from nashscope.studies._equilibrium_residuals.plan import Plan

if TYPE_CHECKING:
    from nashscope.interp import Captured, Direction, Probe
    from nashscope.models.hf import HFModel

__all__ = ["compared", "looked"]

NEVER, ALWAYS = "0", "100"
UNITS = {"ridge": "share of variance", "logistic": "accuracy"}
"""Of the readers."""
NULLS = 10
"""Random directions beside the one that is clamped."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """The questions, and what is true of each."""

    prompts: list[str]
    choices: list[tuple[str, str]]
    value: Float[ndarray, "games"]
    best: Bool[ndarray, "games"]
    support: Bool[ndarray, "games"]


def looked(
    name: str, model: "HFModel", plan: Plan, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """The records of what is found inside a model."""
    from nashscope.interp import capture

    asked = _asked(plan.inside, seed)
    what = f"looking into {name}"
    progress(what, 0, 3)
    try:
        seen = capture(model, asked.prompts, asked.choices)
    except BrokenFraming as error:
        return [_note(name, "not looked into", str(error))]
    progress(what, 1, 3)
    rows = _read(name, seen, asked, plan, seed)
    rows += _lens(name, seen, asked)
    progress(what, 2, 3)
    rows += _clamped(name, model, seen, asked, seed)
    progress(what, 3, 3)
    return rows


def compared(
    name: str, model: "HFModel", before: "HFModel", plan: Plan, seed: int
) -> list[dict[str, Any]]:
    """What training changed: answers with layers of the model before it put in, and what can be
    read of one more than of the other.

    Empty where the two are not of one shape.
    """
    from nashscope.errors import Misuse
    from nashscope.interp import capture
    from nashscope.interp.swap import layer_swap

    asked = _asked(plan.inside, seed)
    try:
        swap = layer_swap(
            model, before, asked.prompts, asked.choices, target=asked.support.astype(int), seed=seed
        )
    except (Misuse, BrokenFraming):
        return []
    rows = []
    for kind, found in (("first layers", swap.first), ("last layers", swap.last)):
        for count, value in enumerate(found.value):
            measure = Measure(
                "log-odds of the support",
                float(value),
                "nats",
                found.rows,
                *_ends(found.low[count], found.high[count]),
            )
            where = {"model": name, "before": before.name, "swapped": kind, "layers": count}
            rows.append(row(STUDY, "swap", where, measure))
    now, then = (capture(one, asked.prompts, asked.choices) for one in (model, before))
    for what, labels, kind in _readable(asked):
        scores = [_probed(seen, labels, kind, 0, seed).correct for seen in (now, then)]
        for layer, more in enumerate(scores[0] - scores[1]):
            where = {"model": name, "before": before.name, "what": what, "layer": layer}
            measure = mean_over("probe, after minus before", more, UNITS[kind])
            rows.append(row(STUDY, "probe difference", where, measure))
    return rows


def _ends(low: float, high: float) -> tuple[float | None, float | None]:
    """The ends of an interval; None where there is none."""
    finite = np.isfinite(low) and np.isfinite(high)
    return (float(low), float(high)) if finite else (None, None)


def _asked(count: int, seed: int) -> _Asked:
    """Fresh 3×3 games, none of the test set, each asked of one of the players."""
    drawn = [
        item
        for item in matrix.dense(seed + 1, [(3, 3)], count + count // 4 + 8)
        if not matrix.in_test_set(item.table[None])[0]
    ][:count]
    players = [number % 2 for number in range(len(drawn))]
    tables = [item.seen(player) for item, player in zip(drawn, players, strict=True)]
    means = np.array([table.mean(axis=1) for table in tables])
    return _Asked(
        [
            item.question(player).render("numbers")
            for item, player in zip(drawn, players, strict=True)
        ],
        [(NEVER, ALWAYS)] * len(drawn),
        means[:, 0],
        means.argmax(axis=1) == 0,
        np.array([item.optimal(p)[0] >= 0.01 for item, p in zip(drawn, players, strict=True)]),
    )


def _read(
    name: str, seen: "Captured", asked: _Asked, plan: Plan, seed: int
) -> list[dict[str, Any]]:
    """The probes' records, every layer with its null."""
    games = len(asked.prompts)
    rows = []
    for what, labels, kind in _readable(asked):
        found = _probed(seen, labels, kind, plan.shuffles, seed)
        for layer, score in enumerate(found.score.value):
            where = {"model": name, "what": what, "layer": layer}
            unit = UNITS[kind]
            ends = _ends(found.score.low[layer], found.score.high[layer])
            rows.append(row(STUDY, "probe", where, Measure(what, float(score), unit, games, *ends)))
            null = float(np.quantile(found.null[:, layer], 0.95)) if len(found.null) else None
            rows.append(row(STUDY, "probe null", where, Measure(what, null, unit, len(found.null))))
            p = Measure("p, corrected for layers", float(found.familywise[layer]), "p", games)
            rows.append(row(STUDY, "probe p", where, p))
    return rows


def _readable(asked: _Asked) -> list[tuple[str, ndarray, str]]:
    """What is asked of the stream and varies: its name, the labels, the kind of reader."""
    wanted: Sequence[tuple[str, ndarray, str]] = (
        ("value of the first row", asked.value, "ridge"),
        ("first row is the best response", asked.best, "logistic"),
        ("first action is in the support", asked.support, "logistic"),
    )
    return [one for one in wanted if len(set(one[1].tolist())) > 1]


def _probed(seen: "Captured", labels: ndarray, kind: str, shuffles: int, seed: int) -> "Probe":
    """A probe of every layer; every question is a game of its own."""
    from nashscope.interp import probe

    games = np.arange(len(labels))
    own = seen.stream.astype(float)
    return probe(own, labels, games, kind=kind, shuffles=shuffles, seed=seed)


def _lens(name: str, seen: "Captured", asked: _Asked) -> list[dict[str, Any]]:
    """What the model would say of the first action if it stopped early, by the support."""
    rows = []
    for played, said in ((True, "in the support"), (False, "not in the support")):
        chosen = seen.lens_policy[asked.support == played, :, 1]
        for layer in range(chosen.shape[1]):
            measure = mean_over(
                "probability of 100 against 0", chosen[:, layer], "probability", span=(0.0, 1.0)
            )
            rows.append(
                row(STUDY, "lens", {"model": name, "action": said, "layer": layer}, measure)
            )
    return rows


def _clamped(
    name: str, model: "HFModel", seen: "Captured", asked: _Asked, seed: int
) -> list[dict[str, Any]]:
    """How far the answer moves when a direction that can be read is clamped, at every layer."""
    from nashscope.interp import difference_of_means, random_like

    chance = stream(seed, "inside", "nulls")
    rows = []
    for what, labels in (("support", asked.support), ("best response", asked.best)):
        if labels.all() or not labels.any():
            continue
        for layer in range(1, model.layers + 1):
            own = seen.stream[:, layer].astype(float)
            found = difference_of_means(own, labels, layer)
            if found.norm == 0:
                continue
            directions = [(what, found)]
            null = f"random, as long as {what}"
            directions += [(null, random_like(found, chance)) for _ in range(NULLS)]
            moved: dict[str, list[Float[ndarray, "games"]]] = {what: [], null: []}
            for kind, direction in directions:
                moved[kind].append(_swung(model, asked, own, labels, direction))
            for kind, changes in moved.items():
                measure = mean_over(
                    "log-odds of 100 against 0, moved by clamping", np.mean(changes, axis=0), "nats"
                )
                where = {"model": name, "direction": kind, "layer": layer}
                rows.append(row(STUDY, "clamp", where, measure))
    return rows


def _swung(
    model: "HFModel",
    asked: _Asked,
    own: Float[ndarray, "games width"],
    labels: Bool[ndarray, "games"],
    direction: "Direction",
) -> Float[ndarray, "games"]:
    """The log-odds with the direction clamped to where it is with the label, minus without."""
    from nashscope.interp import clamp

    along = own @ direction.vector / direction.norm**2
    held, free = (
        _odds(model, asked, {direction.layer: clamp(direction.vector, float(side))})
        for side in (along[labels].mean(), along[~labels].mean())
    )
    return np.asarray(held - free)


def _odds(model: "HFModel", asked: _Asked, edits: Any) -> Float[ndarray, "games"]:
    """The log-odds of 100 against 0 for every question, with edits in place."""
    told = np.array(model.logprobs(asked.prompts, asked.choices, edits=edits))
    return np.asarray(told[:, 1] - told[:, 0])


def _note(name: str, what: str, why: str) -> dict[str, Any]:
    """A record that says why something was not measured."""
    return row(STUDY, "note", {"model": name, "why": why}, Measure(what, None, "", 0))
