"""The measures that any play has, whoever played it: for runs that belong to no study."""

from collections.abc import Sequence
from typing import Any

from nashscope.games.welfare import cooperative
from nashscope.metrics.counting import cooperation_by_round, cooperation_rate, unparsed_rate
from nashscope.metrics.measure import Measure, row
from nashscope.metrics.nash_distance import empirical_nash_distance, nash_distance
from nashscope.metrics.payoff import payoff, regret, welfare, welfare_to_best
from nashscope.play import Cell, Transcript

__all__ = ["STUDY", "cell_rows", "condition", "summary"]

STUDY = "play"
"""What stands as the study in records of play that belongs to none."""


def summary(matches: Sequence[Transcript]) -> list[tuple[dict[str, Any], Measure]]:
    """The measures of some matches, of one game or several, each with what tells it apart.

    Those that a game does not define (cooperation, where players disagree about what is best for
    all) are taken over the matches whose game does.
    """
    cooperating = [own for own in matches if None not in cooperative(own.game.stage)]
    found: list[tuple[dict[str, Any], Measure]] = [
        ({}, nash_distance(matches)),
        ({}, empirical_nash_distance(matches)),
        ({}, welfare(matches)),
        ({}, welfare_to_best(matches)),
        ({}, unparsed_rate(matches)),
    ]
    if cooperating:
        found.append(({}, cooperation_rate(cooperating)))
    for seat in range(min((own.game.stage.players for own in matches), default=0)):
        place = {"player": seat}
        found += [
            (place, nash_distance(matches, seat)),
            (place, payoff(matches, seat)),
            (place, regret(matches, seat)),
        ]
        if cooperating:
            found.append((place, cooperation_rate(cooperating, seat)))
    return found


def cell_rows(cell: Cell, matches: Sequence[Transcript]) -> list[dict[str, Any]]:
    """Every measure of a cell as records, those of every round if there are several matches."""
    told = condition(cell)
    rows = [row(STUDY, "cells", told | more, measure) for more, measure in summary(matches)]
    if min(cell.rounds, cell.matches) > 1 and None not in cooperative(cell.repeated.stage):
        by_round = enumerate(cooperation_by_round(matches))
        rows += [row(STUDY, "rounds", told | {"round": k}, measure) for k, measure in by_round]
    return rows


def condition(cell: Cell) -> dict[str, Any]:
    """What tells a cell from others, as far as it is not at its default."""
    plain = Cell(cell.game, cell.agents, framing="")
    told: dict[str, Any] = {"cell": cell.id, "game": cell.game, "agents": " vs ".join(cell.agents)}
    told["rounds"] = cell.rounds
    for name in ("framing", "mode", "order", "memory", "tremble", "discount", "mechanism", "talk"):
        value = getattr(cell, name)
        if value != getattr(plain, name):
            told[name] = value
    return told
