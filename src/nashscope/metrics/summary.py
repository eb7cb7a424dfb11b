"""The measures that any play has, whoever played it: for runs that belong to no study."""

from collections.abc import Callable, Sequence
from typing import Any

from nashscope.errors import NotSolved
from nashscope.games.institution import cooperative_actions
from nashscope.metrics.counting import (
    cooperation_by_round,
    cooperation_rate,
    defines_cooperation,
    unparsed_rate,
)
from nashscope.metrics.earned import earned
from nashscope.metrics.measure import Measure, missing, row
from nashscope.metrics.nash_distance import empirical_nash_distance, nash_distance
from nashscope.metrics.payoff import (
    discounted_payoff,
    payoff,
    regret,
    welfare,
    welfare_to_best,
)
from nashscope.play import Cell, Transcript

__all__ = ["STUDY", "cell_rows", "condition", "summary"]

STUDY = "play"
"""What stands as the study in records of play that belongs to none."""


def summary(matches: Sequence[Transcript]) -> list[tuple[dict[str, Any], Measure]]:
    """The measures of some matches, of one game or several, each with what tells it apart.

    Those that a game does not define (cooperation, where players disagree about what is best for
    all) are taken over the matches whose game does. One that cannot be computed is missing, with
    the reason as its note: what was played is not lost for it.
    """
    if any(match.events for match in matches):
        players = range(min(len(match.agents) for match in matches))
        return [
            ({}, earned(matches)),
            ({}, unparsed_rate(matches)),
            *(({"player": seat}, earned(matches, seat)) for seat in players),
        ]
    cooperating = [match for match in matches if defines_cooperation(match)]
    found: list[tuple[dict[str, Any], Measure]] = [
        ({}, _tried("nash distance", nash_distance, matches)),
        ({}, _tried("empirical nash distance", empirical_nash_distance, matches)),
        ({}, _tried("welfare", welfare, matches)),
        ({}, _tried("welfare minus best", welfare_to_best, matches)),
        ({}, _tried("unparsed rate", unparsed_rate, matches)),
    ]
    if cooperating:
        found.append(({}, _tried("cooperation rate", cooperation_rate, cooperating)))
    for seat in range(min((match.game.stage.players for match in matches), default=0)):
        place = {"player": seat}
        found += [
            (place, _tried("nash distance", nash_distance, matches, seat)),
            (place, _tried("payoff", payoff, matches, seat)),
            (place, _tried("regret", regret, matches, seat)),
            (place, unparsed_rate(matches, player=seat)),
        ]
        if cooperating:
            found.append((place, _tried("cooperation rate", cooperation_rate, cooperating, seat)))
    return found


def cell_rows(cell: Cell, matches: Sequence[Transcript]) -> list[dict[str, Any]]:
    """Every measure of a cell as records, those of every round if there are several matches.

    Where rounds are discounted, so are the payoffs of a second row; with a random ending later
    rounds already count less by being played less often.
    """
    told = condition(cell)
    rows = [row(STUDY, "cells", told | more, measure) for more, measure in summary(matches)]
    if not cell.strategic:
        return rows
    if cell.discount is not None and cell.ending == "fixed":
        for seat in range(cell.repeated.stage.players):
            measure = _tried("discounted payoff", discounted_payoff, matches, seat)
            rows.append(row(STUDY, "cells", told | {"player": seat}, measure))
    defined = None not in cooperative_actions(cell.repeated.stage)
    if min(cell.rounds, cell.matches) > 1 and defined:
        by_round = enumerate(cooperation_by_round(matches))
        rows += [row(STUDY, "rounds", told | {"round": k}, measure) for k, measure in by_round]
    return rows


def _tried(
    name: str,
    metric: Callable[..., Measure],
    matches: Sequence[Transcript],
    player: int | None = None,
) -> Measure:
    """The measure, of one player if given; missing with the reason where it cannot be computed."""
    try:
        return metric(matches) if player is None else metric(matches, player)
    except NotSolved as error:
        return missing(name, "", note=str(error))


def condition(cell: Cell) -> dict[str, Any]:
    """What tells a cell from others, as far as it is not at its default."""
    plain = Cell(cell.game, cell.agents, framing="")
    told: dict[str, Any] = {"cell": cell.id, "game": cell.game, "agents": " vs ".join(cell.agents)}
    if cell.strategic:
        told["rounds"] = cell.rounds
    for name in ("framing", "mode", "order", "memory", "tremble", "discount", "mechanism", "talk"):
        value = getattr(cell, name)
        if value != getattr(plain, name):
            told[name] = value
    return told
