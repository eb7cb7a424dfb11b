"""Asking the models, part by part, so that a run cut short goes on where it was."""

from collections.abc import Iterator, Sequence
from typing import Any

from nashscope.bench import matrix
from nashscope.bench.matrix.interface import Interface
from nashscope.metrics import Measure, missing, row
from nashscope.models import LanguageModel
from nashscope.play.store.run import Run
from nashscope.records import content_hash, dump
from nashscope.records import load as record
from nashscope.studies import Progress
from nashscope.studies._equilibrium_residuals.plan import Plan

__all__ = ["STUDY", "UNIFORM", "answered", "baseline", "changed", "judged", "rehearse"]

STUDY = "equilibrium-residuals"
"""What its records name as their study."""

UNIFORM = "(uniform play)"
"""What the records of the baseline name as their model."""


def answered(
    run: Run,
    name: str,
    model: LanguageModel,
    items: Sequence[matrix.Item],
    plan: Plan,
    progress: Progress,
    seed: int,
) -> list[matrix.Answer]:
    """The model's answers to all questions of the plan; what was answered before is not asked."""
    found: list[matrix.Answer] = []
    total = 2 * len(items) * len(plan.interfaces)
    for kind, own, interface in _parts(items, plan):
        file = f"answers-{content_hash([name, kind, interface])}"
        kept = run.part(file)
        if kept is None:
            kept = [dump(answer) for answer in _asked(model, own, interface, plan, seed)]
            run.keep_part(file, kept)
        found += [record(matrix.Answer, row) for row in kept]
        progress(f"asking {name}", len(found), total)
    return found


def rehearse(model: LanguageModel, items: Sequence[matrix.Item], plan: Plan, seed: int) -> None:
    """Asks all questions of the plan, and keeps nothing."""
    for _, own, interface in _parts(items, plan):
        _asked(model, own, interface, plan, seed)


def _parts(
    items: Sequence[matrix.Item], plan: Plan
) -> Iterator[tuple[str, list[matrix.Item], Interface]]:
    """What is asked and kept together: a kind of game, its games, a way of answering."""
    for kind in dict.fromkeys(item.group for item in items):
        own = [item for item in items if item.group == kind]
        for interface in matrix.check_interfaces(plan.interfaces):
            yield kind, own, interface


def _asked(
    model: LanguageModel,
    items: Sequence[matrix.Item],
    interface: Interface,
    plan: Plan,
    seed: int,
) -> list[matrix.Answer]:
    """The answers to one kind of question."""
    return matrix.ask(
        model,
        items,
        interface,
        thinking=plan.thinking,
        seed=seed,
        temperature=plan.temperature,
    )


def baseline(items: Sequence[matrix.Item], plan: Plan) -> list[dict[str, Any]]:
    """The records of somebody who gives every action the same probability."""
    known = {item.id: item for item in items}
    return matrix.measured(UNIFORM, known, matrix.uniform(items), plan.epsilon)


def judged(
    name: str, items: Sequence[matrix.Item], answers: Sequence[matrix.Answer], plan: Plan
) -> list[dict[str, Any]]:
    """The records of a model."""
    return matrix.measured(name, {item.id: item for item in items}, answers, plan.epsilon)


def changed(
    pair: tuple[str, str],
    items: Sequence[matrix.Item],
    answers: tuple[Sequence[matrix.Answer], Sequence[matrix.Answer]],
    plan: Plan,
) -> list[dict[str, Any]]:
    """How many more games the second of two models solves, asked of the same games.

    The interval is Newcombe's for different games, which is wider than games in common need, and
    has a width also where all games agree.
    """
    known = {item.id: item for item in items}
    before, after = (matrix.solved(known, own) for own in answers)
    rows = []
    for group, interface in dict.fromkeys((game.group, game.interface) for game in after):
        where = {"before": pair[0], "model": pair[1], "group": group, "interface": interface}
        for part, kept in (("change", (False, True)), ("change, mixed", (True,))):
            then, now = (
                matrix.success(
                    [
                        game
                        for game in games
                        if (game.group, game.interface) == (group, interface) and game.mixed in kept
                    ],
                    plan.epsilon,
                )
                for games in (before, after)
            )
            title, unit = "games solved, after minus before", "share of games"
            measure = missing(title, unit)
            if then.n and now.n:
                value, low, high = matrix.difference(dump(now), dump(then))
                measure = Measure(title, value, unit, now.n, low, high)
            rows.append(row(STUDY, part, where | {"epsilon": plan.epsilon}, measure))
    return rows
