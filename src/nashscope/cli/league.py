"""`nashscope tournament --seasons N`: participants who may choose whom they meet."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

from nashscope.cli.progress import counted, progress
from nashscope.cli.screen import print_json, show, span

if TYPE_CHECKING:
    from nashscope.play import Cell
    from nashscope.play.match import Cast
    from nashscope.play.tournament import Season
    from nashscope.play.transcript import Event

__all__ = ["played_league", "show_league"]


def played_league(
    template: "Cell",
    agents: list[str],
    cast: "Cast",
    *,
    seasons: int,
    choose: bool,
    tolerance: float | None,
    reputation: bool,
    keep: Callable[["Event"], None] = lambda event: None,
) -> list["Season"]:
    """The seasons, played. keep: is given every decision."""
    from nashscope.play.tournament import league

    return league(
        template,
        agents,
        cast,
        seasons=seasons,
        partners="choice" if choose else "random",
        tolerance=tolerance,
        reputation=reputation,
        keep=keep,
    )


def show_league(
    template: "Cell",
    agents: list[str],
    *,
    seasons: int,
    as_json: bool,
    **how: Any,
) -> None:
    """Plays the seasons and prints one row per participant, best mean payoff first.

    how: the other options of `played_league`.
    """
    from nashscope.agents import agent

    cast = {name: agent(name, template.mode) for name in agents}
    total = seasons * (len(agents) // 2) * 2 * (template.rounds + template.talk)
    with progress(quiet=as_json) as told:
        count = counted(told, total)
        found = played_league(
            template,
            agents,
            lambda name, _: cast[name],
            seasons=seasons,
            keep=lambda _: count(1),
            **how,
        )
    rows = [_row(place, name, found) for place, name in enumerate(agents)]
    rows.sort(key=lambda row: (row["payoff"] is None, -(row["payoff"] or 0.0), row["participant"]))
    if as_json:
        _print_json(rows, found)
    else:
        _show(rows, found)


def _row(place: int, name: str, found: list["Season"]) -> dict[str, Any]:
    """What one participant did and earned over all seasons."""
    from nashscope.metrics import cooperation_rate, payoff, pooled

    met = [(m.match, m.places.index(place)) for s in found for m in s.meetings if place in m.places]
    earned = pooled("payoff", [payoff([match], seat) for match, seat in met], "points per round")
    rate = pooled("cooperation rate", [cooperation_rate([m], seat) for m, seat in met], "share")
    decided = [joint[seat] for match, seat in met for joint in match.actions]
    row: dict[str, Any] = {"participant": place + 1, "agent": name, "payoff": earned.value}
    row |= {"low": earned.low, "high": earned.high, "cooperation": rate.value}
    row |= {"least": earned.least, "most": earned.most}
    row["unparsed"] = decided.count(None) / len(decided) if decided else None
    return row | {"matches": len(met), "alone": sum(place in season.alone for season in found)}


def _print_json(rows: list[dict[str, Any]], found: list["Season"]) -> None:
    """One JSON document on stdout."""
    seasons = [
        {
            "season": season.number + 1,
            "pairs": [[place + 1 for place in meeting.places] for meeting in season.meetings],
            "alone": [place + 1 for place in season.alone],
        }
        for season in found
    ]
    print_json({"participants": rows, "seasons": seasons})


def _show(rows: list[dict[str, Any]], found: list["Season"]) -> None:
    """One row per participant, and who was alone at the end."""
    from nashscope.report.table import number

    unread = any(row["unparsed"] for row in rows)
    shown = [
        (
            f"{row['participant']} {row['agent']}",
            number(row["payoff"]),
            span(row["low"], row["high"]),
            *([_if_unread(row), number(row["unparsed"])] if unread else []),
            number(row["cooperation"]),
            str(row["matches"]),
            str(row["alone"]),
        )
        for row in rows
    ]
    bounds = ("if unread", "unread") if unread else ()
    show(("agent", "payoff", "95 %", *bounds, "cooperates", "matches", "alone"), shown)
    if unread:
        typer.echo("if unread: the payoff if every unread answer had been the worst or best one.")
    alone = ", ".join(str(place + 1) for place in found[-1].alone) or "nobody"
    typer.echo(f"{len(found)} seasons; without a partner in the last: {alone}")


def _if_unread(row: dict[str, Any]) -> str:
    """The least and the most that a participant could have earned; a dash if nothing was unread."""
    return span(row["least"], row["most"])
