"""What the models do: matches, and the numbers about them."""

from collections.abc import Sequence
from typing import Any

from nashscope import metrics
from nashscope.agents import Agent
from nashscope.games.solve import pure_equilibria
from nashscope.metrics import Measure, row
from nashscope.play import Cell, Transcript, play
from nashscope.play.run import Run
from nashscope.studies import Progress

__all__ = ["behaviour", "measured"]

STUDY, PART = "nash-suppression", "behaviour"


def behaviour(
    run: Run, cells: Sequence[Cell], cast: dict[tuple[str, str], Agent], progress: Progress
) -> list[Transcript]:
    """Plays what is not yet played, and returns all matches."""
    total = sum(cell.matches * cell.rounds * len(cell.agents) for cell in cells)
    own = {cell.id for cell in cells}
    old = [event for event in run.events() if event.cell in own]
    done = len(old)

    def told(decisions: int) -> None:
        nonlocal done
        done += decisions
        progress("playing", done, total)

    progress("playing", done, total)
    return play(
        cells,
        lambda name, cell: cast[name, cell.mode],
        done=old,
        keep=run.keep,
        progress=told,
    )


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
