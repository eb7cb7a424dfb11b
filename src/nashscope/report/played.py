"""The report of play that belongs to no study: a plan's, a tournament's, or that of others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nashscope import metrics
from nashscope.errors import Unreadable
from nashscope.metrics.counting import defines_cooperation
from nashscope.play import Cell, Transcript, transcripts
from nashscope.play.store.check import tally
from nashscope.play.store.run import Run
from nashscope.records import dump
from nashscope.report import course
from nashscope.report.block import Figure, Page, Section, Table
from nashscope.report.chart import curve
from nashscope.report.match import matches as browser
from nashscope.report.page import write_page
from nashscope.report.table import with_interval

__all__ = ["page"]

MOST = 7
"""Most agents of a figure: as many as there are colours."""
ROWS = 200
"""Most rows of a table."""


def page(run: Run) -> Path:
    """Writes the report of a run from its decisions alone.

    Raises:
        Unreadable: if it holds none.
    """
    cells, events = run.cells, run.events()
    played = transcripts(cells, events)
    if not played:
        raise Unreadable(f"{run.folder} holds no decision yet; say its command again")
    count = tally(cells, events)
    names: Mapping[str, str] = run.config.get("names") or {}
    repeated = [match for match in played if not match.events]
    by_agent = _seats(repeated)
    sections = []
    if repeated:
        sections += [
            Section("agents", "Who plays how", [_agents(by_agent), *_rounds(by_agent)]),
            Section("pairs", "Who meets whom", [_pairs(repeated)]),
            Section("games", "Game by game", [_games(repeated, cells, names)]),
        ]
    if others := [match for match in played if match.events]:
        sections.append(course.section(others, cells))
    if (seen := browser(run)) is not None:
        about = f"{seen.shown} of {seen.total} matches, round by round."
        sections.append(Section("matches", "Matches", [about, seen]))
    sections.append(Section("method", "Method", [METHOD]))
    decisions = sum(len(match.answers) for match in played)
    unread = metrics.unparsed_rate(played).value
    unfinished = f"Unfinished: {count}. The numbers are of what is there; say its command again."
    summary = [
        *([] if count.whole else [unfinished]),
        f"{len(played)} matches of {len(_seats(played))} agents in "
        f"{len(_by_game(played, cells))} games, {decisions} decisions.",
        f"{100 * (unread or 0):.2g} % of the answers name no action; they are counted as such, and "
        "never mapped to one.",
    ]
    title = f"Play: {run.folder.name}{'' if count.whole else ' (unfinished)'}"
    question = "How do these agents play, and how far is it from equilibrium?"
    return write_page(run, Page(title, question, summary, sections, _facts(run)))


METHOD = (
    "Nash distance is the total variation between policies and the nearest equilibrium of the "
    "stage game; where policies are not known, what was done stands for them. Cooperation is the "
    "action that is best for all together, over the games in which every player has one such "
    "action; under a mediator it is that of the game before it. Intervals are 95 %, with matches "
    "as units. 'At most' stands where an equilibrium may be missing from those that were found; "
    "'unread: … to …' is what a number could be, whatever the unread answers were."
)

Seats = dict[str, list[tuple[int, list[Transcript]]]]


def _seats(played: Sequence[Transcript]) -> Seats:
    """For every agent its places, with the matches that it played there."""
    found: dict[str, dict[int, list[Transcript]]] = {}
    for own in played:
        for seat, agent in enumerate(own.agents):
            found.setdefault(agent, {}).setdefault(seat, []).append(own)
    return {agent: sorted(found[agent].items()) for agent in sorted(found)}


def _agents(by_agent: Seats) -> Table:
    """What every agent does in each place."""
    rows = []
    for agent, seats in by_agent.items():
        for seat, own in seats:
            rows.append(
                [
                    agent,
                    str(seat + 1),
                    str(len(own)),
                    _distance(own, seat),
                    _cooperation(own, seat),
                    _shown(metrics.payoff(own, seat)),
                    _shown(metrics.regret(own, seat)),
                ]
            )
    columns = ["agent", "place", "matches", "nash distance", "cooperation", "payoff", "regret"]
    return Table(columns, rows[:ROWS], "over all games", _cut(rows), stacks=True)


def _rounds(by_agent: Seats) -> list[Figure]:
    """Cooperation and Nash distance round by round, in the first place."""
    chosen = [agent for agent, seats in by_agent.items() if seats[0][0] == 0][:MOST]
    rows: list[dict[str, Any]] = []
    for agent in chosen:
        own = by_agent[agent][0][1]
        curves = {
            "cooperation": metrics.cooperation_by_round(_cooperating(own), 0),
            "nash distance": metrics.nash_distance_by_round(own, 0),
        }
        for what, measures in curves.items():
            for k, measure in enumerate(measures):
                rows.append({"what": what, "agent": agent, "round": k + 1, **dump(measure)})
    panels = []
    for what in ("cooperation", "nash distance"):
        own_rows = [row for row in rows if row["what"] == what and row["value"] is not None]
        if len({row["round"] for row in own_rows}) > 1:
            chart = curve(
                own_rows, x="round", x_title="round", y_title=what, series="agent", order=chosen
            )
            panels.append((what, chart))
    if not panels:
        return []
    caption = "What each agent does as first player, over all games and opponents."
    return [Figure("rounds", "Round by round", caption, panels, rows, chosen)]


def _pairs(played: Sequence[Transcript]) -> Table:
    """The measures of every ordered group of agents."""
    groups: dict[tuple[str, ...], list[Transcript]] = {}
    for own in played:
        groups.setdefault(own.agents, []).append(own)
    rows = [
        [" vs ".join(agents), str(len(own)), *_measures(own)]
        for agents, own in sorted(groups.items())
    ]
    columns = ["agents", "matches", *MEASURES]
    return Table(columns, rows[:ROWS], "over all games", _cut(rows), stacks=True)


def _by_game(
    played: Sequence[Transcript], cells: Mapping[str, Cell]
) -> dict[str, list[Transcript]]:
    """The matches of every game."""
    found: dict[str, list[Transcript]] = {}
    for own in played:
        found.setdefault(cells[own.cell].game, []).append(own)
    return found


def _games(
    played: Sequence[Transcript], cells: Mapping[str, Cell], names: Mapping[str, str]
) -> Table:
    """The measures of every game."""
    rows = []
    for game, own in _by_game(played, cells).items():
        name = f"{names[game]} ({game})" if game in names else game.replace("_", " ")
        rows.append([name, str(len(own)), *_measures(own)])
    return Table(["game", "matches", *MEASURES], rows[:ROWS], "over all agents", _cut(rows))


MEASURES = ("nash distance", "cooperation", "welfare", "unread")


def _measures(own: Sequence[Transcript]) -> list[str]:
    """What stands in a row of `MEASURES`."""
    return [
        _distance(own, None),
        _cooperation(own, None),
        _shown(metrics.welfare(own)),
        _shown(metrics.unparsed_rate(own)),
    ]


def _distance(own: Sequence[Transcript], player: int | None) -> str:
    """How far policies are from equilibrium, or what was done where policies are not known."""
    policies = metrics.nash_distance(own, player)
    known = policies.value is not None
    return _shown(policies if known else metrics.empirical_nash_distance(own, player))


def _cooperating(own: Sequence[Transcript]) -> list[Transcript]:
    """The matches of games in which every player has one action that is best for all."""
    return [match for match in own if defines_cooperation(match)]


def _cooperation(own: Sequence[Transcript], player: int | None) -> str:
    """How often players cooperate, where that is defined."""
    chosen = _cooperating(own)
    return _shown(metrics.cooperation_rate(chosen, player)) if chosen else "–"


def _shown(measure: metrics.Measure) -> str:
    """A measure with its interval."""
    return with_interval(dump(measure))


def _cut(rows: Sequence[Any]) -> str:
    """What a reader must know of a table that is too long."""
    return "" if len(rows) <= ROWS else f"The first {ROWS} of {len(rows)}; results.json has all."


def _facts(run: Run) -> dict[str, str]:
    """What the run was."""
    made = run.manifest
    sessions = made.get("sessions") or [made]
    versions = [session.get("versions", {}).get("nashscope", "") for session in sessions]
    facts = {"folder": run.folder.name, "nashscope": ", ".join(dict.fromkeys(versions))}
    facts["started"] = ", ".join(made.get("started", []))
    if source := run.config.get("import"):
        facts["imported from"] = f"{source['file']} (content {source['content']})"
    return facts
