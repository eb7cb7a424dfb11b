"""What a model does whoever it meets: its memory-one fingerprint, and how far it can be exploited.

Both ask the model's policy in the repeated prisoner's dilemma after made-up histories, so that
states to which its own play never leads are known as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nashscope import metrics
from nashscope.agents import Agent
from nashscope.errors import Misuse
from nashscope.metrics import Measure, row
from nashscope.play import Cell
from nashscope.studies import Progress
from nashscope.studies._nash_suppression.mechanism import STUDY
from nashscope.studies._nash_suppression.plan import Plan

__all__ = ["alone"]

EXPLOITED_ROUNDS, WINDOW = 10, 1
"""The best response is exact, over every history of the window in every round."""


def alone(
    cast: Mapping[tuple[str, str], Agent],
    models: Sequence[str],
    plan: Plan,
    seed: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """The records of every model in the plan's first mode and framing; none if it asks for none."""
    if not plan.fingerprints:
        return []
    mode = plan.modes[0]
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(models):
        progress(f"asking {name}", number, len(models))
        agent, where = cast[name, mode], {"model": name, "mode": mode}
        cell = Cell(
            "prisoners_dilemma",
            (name, name),
            rounds=max(2, *plan.horizons),
            memory=plan.memory,
            framing=plan.framings[0],
            mode=mode,
            matches=plan.fingerprints,
            seed=seed,
        )
        rows += _fingerprint(agent, cell, where)
        rows += _exploited(agent, cell, where)
    return rows


def _fingerprint(agent: Agent, cell: Cell, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cooperation at first and after every outcome, and the known strategy that is nearest."""
    found = metrics.asked_fingerprint(agent, cell)
    measures = [found.first, *found.after.values()]
    rows = [row(STUDY, "fingerprint", where, measure) for measure in measures]
    like = metrics.nearest(found)
    if like is not None:
        measure = Measure("largest difference", like.apart, "probability", cell.matches)
        names = ", ".join(like.names)
        rows.append(row(STUDY, "fingerprint", {**where, "nearest": names}, measure))
    return rows


def _exploited(agent: Agent, cell: Cell, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What best responses do to it; nothing for a model that tells no probabilities."""
    short = replace(cell, rounds=EXPLOITED_ROUNDS, memory=WINDOW)
    given = {**where, "rounds": EXPLOITED_ROUNDS, "window": WINDOW}
    try:
        found = metrics.exploitability(agent, short)
    except Misuse:
        return []
    return [row(STUDY, "exploitability", given, measure) for measure in found.values()]
