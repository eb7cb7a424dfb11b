"""What can be read off the stream of an open model: probes at every layer, with their controls.

Which question a probe is asked decides what it can show. "The Nash action" is to defect in every
prisoner's dilemma; a probe for it could only answer always the same. So it is asked which *label*
stands for the Nash action, in two variants: whether it is the earlier letter of the alphabet, and
whether it was told first. Both are counterbalanced.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from nashscope.metrics import Measure, row
from nashscope.studies import Progress
from nashscope.studies._nash_suppression.mechanism import (
    DEFECT,
    SITUATIONS,
    STUDY,
    Look,
    Prompts,
)
from nashscope.studies._nash_suppression.plan import Plan

__all__ = ["read"]

Kind = Literal["logistic", "mlp"]


def read(name: str, seen: Look, plan: Plan, seed: int, progress: Progress) -> list[dict[str, Any]]:
    """Probes for the other player's last action and for the label of the Nash action.

    All games of the look are used, in the two situations with history; in every fold whole games
    are held out, so that no game is both read from and taught.
    """
    if not plan.shuffles:
        return []
    from nashscope.interp import probe

    stream, games, questions = _rows(seen)
    found: list[dict[str, Any]] = []
    kinds: tuple[Kind, ...] = ("logistic", "mlp") if plan.nonlinear else ("logistic",)
    total = len(questions) * len(kinds)
    for number, (what, answers) in enumerate(questions.items()):
        for place, kind in enumerate(kinds):
            progress(f"probing {name}", number * len(kinds) + place, total)
            draws = plan.shuffles if kind == "logistic" else None
            result = probe(stream, answers, games, kind=kind, shuffles=draws, seed=seed)
            condition = {"model": name, "read": what, "kind": kind}
            found += _records(condition, result)
    progress(f"probing {name}", total, total)
    return found


def _rows(seen: Look) -> tuple[ndarray, ndarray, dict[str, Bool[ndarray, "rows"]]]:
    """Activations, the game of every row, and what is asked of it."""
    streams, games, cooperated, by_letter, by_place = [], [], [], [], []
    for half, (own, captured) in enumerate(((seen.fit, seen.streams), (seen.test, seen.tested))):
        for situation in SITUATIONS[1:]:
            prompts = own[situation]
            streams.append(captured[situation])
            count = len(prompts.texts)
            games.append(half * 10_000 + np.arange(count) // prompts.tellings)
            cooperated.append(np.full(count, situation == SITUATIONS[1]))
            by_letter.append(_letter_first(prompts))
            by_place.append(_told_first(prompts))
    asked = {
        "other's last action": np.concatenate(cooperated),
        "label of the nash action": np.concatenate(by_letter),
        "place of the nash action": np.concatenate(by_place),
    }
    return np.concatenate(streams), np.concatenate(games), asked


def _letter_first(prompts: Prompts) -> Bool[ndarray, "prompts"]:
    """Whether the Nash action's label is the earlier one of the alphabet."""
    return np.array([own[DEFECT] == min(own) for own in prompts.labels])


def _told_first(prompts: Prompts) -> Bool[ndarray, "prompts"]:
    """Whether the prompt names the Nash action's label before the other one."""
    return np.array(
        [
            _place(text, own[DEFECT]) < _place(text, own[1 - DEFECT])
            for text, own in zip(prompts.texts, prompts.labels, strict=True)
        ]
    )


def _place(text: str, label: str) -> int:
    """Where a label first stands in a prompt as a word of its own."""
    found = re.search(rf"\b{re.escape(label)}\b", text)
    return len(text) if found is None else found.start()


def _records(condition: Mapping[str, Any], result: Any) -> list[dict[str, Any]]:
    """Every layer's accuracy, with all that stands beside it."""
    rows = []
    count = len(result.correct[0])
    for layer in range(len(result.score.value)):
        where = {**condition, "layer": layer}
        measures = [
            _measure("accuracy", result.score, layer, "share of rows"),
            Measure("majority baseline", result.baseline, "share of rows", count),
            Measure(
                "accuracy with shuffled labels",
                float(result.null[:, layer].mean()),
                "share of rows",
                len(result.null),
                float(np.quantile(result.null[:, layer], 0.025)),
                float(np.quantile(result.null[:, layer], 0.975)),
            ),
            Measure("permutation p, Holm over layers", float(result.holm[layer]), "p", count),
        ]
        if result.selectivity is not None:
            measures.append(_measure("selectivity", result.selectivity, layer, "share of rows"))
        if result.information is not None:
            bits = result.information[layer]
            measures.append(
                Measure(
                    "mutual information",
                    bits.bits,
                    "bits",
                    count,
                    _known(bits.low),
                    _known(bits.high),
                )
            )
        rows += [row(STUDY, "probes", where, measure) for measure in measures]
    return rows


def _measure(metric: str, interval: Any, layer: int, unit: str) -> Measure:
    """One mean of an interval as a measure; n is the number of games."""
    return Measure(
        metric,
        float(interval.value[layer]),
        unit,
        interval.groups,
        _known(interval.low[layer]),
        _known(interval.high[layer]),
    )


def _known(value: float) -> float | None:
    """A number; None where there is none."""
    return float(value) if np.isfinite(value) else None
