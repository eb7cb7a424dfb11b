"""Everything that is asked of the inside of one model, and how it plays when steered."""

from collections.abc import Callable, Sequence
from typing import Any

from nashscope.agents import Agent, Language
from nashscope.chance import stream
from nashscope.play import Cell, Event, play
from nashscope.play.execute.processes import Tell
from nashscope.studies._nash_suppression import behaviour, causes, mechanism, reading
from nashscope.studies._nash_suppression.plan import Plan

__all__ = ["look_inside"]


def look_inside(
    name: str,
    base: str | None,
    load: Callable[[str], Any],
    plan: Plan,
    seed: int,
    done: Sequence[Event],
    tell: Tell,
) -> tuple[str, list[dict[str, Any]]]:
    """What was found inside one model, and how it plays when steered: its name, and the records.

    base: the model that it was tuned from, if it is compared with one. load: gives a model by name.
    done: decisions of steered play that were taken already.
    tell: is told how far the work is (what, done, total), cells that are about to be played, and
        every decision of them.
    """

    def progress(what: str, number: int, total: int) -> None:
        """How far the work is."""
        tell((what, number, total))

    model = load(name)
    seen = mechanism.look(model, name, plan, seed, progress)
    probed = reading.read(name, seen, plan, seed, progress)
    dial = mechanism.steering(model, name, seen, plan, seed, progress)
    before = None if base is None else load(base)
    acting = causes.causes(model, name, seen, dial, plan, seed, before, progress)
    played = _steered_play(model, dial, plan, seed, done, tell)
    return name, [*seen.rows, *probed, *dial.rows, *acting, *played]


def _steered_play(
    model: Any,
    dial: mechanism.Steering,
    plan: Plan,
    seed: int,
    done: Sequence[Event],
    tell: Tell,
) -> list[dict[str, Any]]:
    """Self-play in the prisoner's dilemma with the dial turned, and with a random one."""
    from nashscope.interp import Direction, edited, random_like, steer

    chosen = Direction(dial.vector, dial.layer, "difference of means")
    null = random_like(chosen, stream(seed, "null in play"))
    cast: dict[str, Agent] = {}
    cells: list[Cell] = []
    for kind, direction in (("history", chosen), ("random", null)):
        edit = {dial.layer: steer(direction.vector, dial.strength)}
        subject = edited(model, edit, f"steered {kind} {dial.strength:g} at layer {dial.layer}")
        cast[subject.name] = Language(subject)
        cell = Cell(
            "prisoners_dilemma",
            (subject.name, subject.name),
            rounds=max(plan.horizons),
            memory=plan.memory,
            matches=plan.matches,
            seed=seed,
        )
        cells.append(cell)
    tell(cells)
    own = {cell.id for cell in cells}
    old = [event for event in done if event.cell in own]
    matches = play(cells, lambda agent, _: cast[agent], done=old, keep=tell)
    return behaviour.measured(cells, matches)
