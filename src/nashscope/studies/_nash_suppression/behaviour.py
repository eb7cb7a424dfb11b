"""What the models do: matches, and the numbers about them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from nashscope import metrics
from nashscope.agents import Agent
from nashscope.games.solve import pure_equilibria
from nashscope.metrics import Measure, row
from nashscope.play import Cell, Event, Transcript, play
from nashscope.play.cast import asks, casting
from nashscope.play.execute.executor import watched
from nashscope.play.execute.processes import Tell, in_processes
from nashscope.play.store.run import Run
from nashscope.studies import Progress

__all__ = ["behaviour", "measured"]

STUDY, PART = "nash-suppression", "behaviour"


def behaviour(
    run: Run, cells: Sequence[Cell], cast: Mapping[tuple[str, str], Agent], progress: Progress
) -> list[Transcript]:
    """Plays what is not yet played, in as many processes as the run may have, and returns all
    matches.

    Hosted models are asked from this process, which keeps their budget; many at a time as it is.
    """
    own = {cell.id for cell in cells}
    events = [event for event in run.events() if event.cell in own]
    total = sum(cell.decisions for cell in cells)

    def keep(event: Event) -> None:
        """One decision more."""
        run.keep(event)
        events.append(event)
        progress("playing", len(events), total)

    progress("playing", len(events), total)
    there = Counter(event.cell for event in events)
    left = [cell for cell in cells if there[cell.id] < cell.decisions and not asks(cell)]
    if run.jobs > 1 and left:
        prints = run.manifest["models"]
        in_processes(
            [
                partial(_apart, part, _of(part, events), run.config["options"], prints)
                for part in _dealt(left, run.jobs)
            ],
            run.jobs,
            heard=keep,
        )
    return play(cells, lambda name, cell: cast[name, cell.mode], done=list(events), keep=keep)


def _apart(
    cells: Sequence[Cell],
    done: Sequence[Event],
    options: Mapping[str, Any],
    prints: Mapping[str, str | None],
    tell: Tell,
) -> None:
    """Plays some of the cells in a process of its own, and tells every decision.

    prints: the models' fingerprints, which must be found again.
    """
    cast = casting(options, options, loaded=watched(prints, {}))
    play(cells, cast, done=done, keep=tell)


def _dealt(cells: Sequence[Cell], parts: int) -> list[list[Cell]]:
    """The cells in parts that take about as long: of every kind and pair each gets its share."""
    order = sorted(cells, key=lambda cell: (cell.agents, cell.mode, cell.rounds, cell.order))
    return [order[k::parts] for k in range(min(parts, len(order)))]


def _of(cells: Sequence[Cell], events: Sequence[Event]) -> list[Event]:
    """The decisions of some cells."""
    own = {cell.id for cell in cells}
    return [event for event in events if event.cell in own]


def measured(cells: Sequence[Cell], matches: Sequence[Transcript]) -> list[dict[str, Any]]:
    """Every metric of every cell as records."""
    by_cell: dict[str, list[Transcript]] = {}
    for own in matches:
        by_cell.setdefault(own.cell, []).append(own)
    rows: list[dict[str, Any]] = []
    for cell in cells:
        played = by_cell.get(cell.id, [])
        condition = _condition(cell)
        whole: list[tuple[dict[str, Any], Measure]] = [
            ({}, metrics.nash_distance(played)),
            ({}, metrics.empirical_nash_distance(played)),
            ({}, metrics.cooperation_rate(played)),
            ({}, metrics.welfare(played)),
            ({}, metrics.welfare_to_best(played)),
            ({}, metrics.welfare_over_equilibrium(played)),
            ({}, metrics.unparsed_rate(played)),
        ]
        for player in (0, 1):
            seat = {"player": player}
            whole += [
                (seat, metrics.nash_distance(played, player)),
                (seat, metrics.cooperation_rate(played, player)),
                (seat, metrics.payoff(played, player)),
                (seat, metrics.regret(played, player)),
            ]
        if cell.rounds > 1:
            whole += _course(cell, played)
        rows += [row(STUDY, PART, condition | more, measure) for more, measure in whole]
        if cell.rounds > 1:
            by_round = [
                *enumerate(metrics.nash_distance_by_round(played), start=1),
                *enumerate(metrics.cooperation_by_round(played), start=1),
            ]
            rows += [
                row(STUDY, "behaviour by round", condition | {"round": number}, measure)
                for number, measure in by_round
            ]
    return rows


def _course(cell: Cell, played: Sequence[Transcript]) -> list[tuple[dict[str, Any], Measure]]:
    """How the matches of a repeated cell go: who defects first, who follows, where they end."""
    found: list[tuple[dict[str, Any], Measure]] = [
        ({}, metrics.recovery(played)),
        ({}, metrics.outcome_persistence(played)),
        ({}, metrics.settles(played)),
    ]
    stage = cell.repeated.stage
    for joint in pure_equilibria(stage):
        named = [names[action] for names, action in zip(stage.actions, joint, strict=True)]
        found.append(({"equilibrium": ", ".join(named)}, metrics.settles(played, on=joint)))
    for player in range(stage.players):
        seat = {"player": player}
        found += [
            (seat, metrics.first_defection(played, player)),
            (seat, metrics.defects_first(played, player)),
            (seat, metrics.follows_after(played, player)),
        ]
    return found


def _condition(cell: Cell) -> dict[str, Any]:
    """What tells a cell from the others of the plan."""
    return {
        "game": cell.game,
        "pair": " vs ".join(cell.agents),
        "first": cell.agents[0],
        "second": cell.agents[1],
        "rounds": cell.rounds,
        "order": cell.order,
        "framing": cell.framing,
        "mode": cell.mode,
    }
