"""Payoffs that move by at most δ: what a model's answer keeps, and where a solver's jumps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.bench import matrix
from nashscope.bench.matrix.interface import Interface
from nashscope.chance import stream
from nashscope.metrics import mean_over, row
from nashscope.models import LanguageModel
from nashscope.studies import Progress
from nashscope.studies._equilibrium_residuals.plan import Plan

__all__ = ["moving"]

STUDY = "equilibrium-residuals"
EDGE = "edge"
"""The games in which the optimal row is another after a change by 1."""

Pair = tuple[matrix.Item, matrix.Item]


def moving(
    name: str, model: LanguageModel, plan: Plan, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """The records of a model: for each δ, and for games on an edge.

    The model's strategies are those that it writes, or its policies if it is not asked in numbers.
    """
    how: Interface = "numbers" if "numbers" in plan.interfaces else "policy"
    bases = [item for item in matrix.first() if item.group == "3×3"][: plan.moved]
    pairs: dict[str, list[Pair]] = {
        f"δ = {delta}": [
            (base, matrix.perturbed(base, delta, stream(seed, "moved", base.id, delta)))
            for base in bases
        ]
        for delta in matrix.DELTAS
    }
    pairs[EDGE] = [matrix.edge(base) for base in bases]
    rows: list[dict[str, Any]] = []
    for number, (kind, own) in enumerate(pairs.items()):
        progress(f"moving payoffs for {name}", number, len(pairs))
        rows += _records(name, kind, _moved(model, own, how))
    progress(f"moving payoffs for {name}", len(pairs), len(pairs))
    return rows


def _moved(
    model: LanguageModel, pairs: Sequence[Pair], how: Interface
) -> list[matrix.Moved | None]:
    """What happened to each pair; None where an answer was no strategy."""
    asked = list({item.id: item for pair in pairs for item in pair}.values())
    said: dict[tuple[str, int], Float[ndarray, "_"]] = {
        (answer.item, answer.player): np.array(answer.strategy)
        for answer in matrix.ask(model, asked, how)
        if answer.strategy is not None
    }
    found: list[matrix.Moved | None] = []
    for before, after in pairs:
        given, again = ([said.get((i.id, p)) for p in (0, 1)] for i in (before, after))
        if any(own is None for own in (*given, *again)):
            found.append(None)
            continue
        found.append(
            matrix.moved(
                before,
                after,
                [own for own in given if own is not None],
                [own for own in again if own is not None],
            )
        )
    return found


def _records(name: str, kind: str, found: Sequence[matrix.Moved | None]) -> list[dict[str, Any]]:
    """The means over games, and the largest change of a residual beside its bound."""
    read = [one for one in found if one is not None]
    unread = 1 - len(read) / len(found) if found else None
    where = {"model": name, "moved": kind}
    measures = {
        "change of the residual": ([one.residual for one in read], "payoff"),
        "bound": ([one.bound for one in read], "payoff"),
        "change of the residual over its bound": (
            [one.residual / one.bound for one in read if one.bound],
            "share",
        ),
        "change of the answer": ([one.answer for one in read], "total variation"),
        "change of the solver's vertex": ([one.solver for one in read], "total variation"),
        "residual of the new answer": ([one.regret for one in read], "payoff"),
    }
    rows = [
        row(STUDY, "moved", where, mean_over(metric, values, unit, unparsed=unread))
        for metric, (values, unit) in measures.items()
    ]
    worst = max((one.residual / one.bound for one in read if one.bound), default=None)
    if worst is not None:
        most = mean_over("largest change of a residual over its bound", [worst], "share")
        rows.append(row(STUDY, "moved", where, most))
    return rows
