"""Games with a state on a page: what everybody earned, and matches read line by line."""

from collections.abc import Mapping, Sequence

from nashscope import metrics
from nashscope.play import Cell, Transcript
from nashscope.play.course import lines
from nashscope.records import dump
from nashscope.report.block import Section, Table
from nashscope.report.table import number, with_interval

__all__ = ["section"]

SHOWN = 12
"""Most matches that are read line by line."""
LINES = 60
"""Most lines of a match."""


def section(matches: Sequence[Transcript], cells: Mapping[str, Cell]) -> Section:
    """What a page says of matches of games with a state."""
    groups: dict[tuple[str, tuple[str, ...]], list[Transcript]] = {}
    for match in matches:
        groups.setdefault((cells[match.cell].game, match.agents), []).append(match)
    rows = []
    for (game, agents), some in sorted(groups.items()):
        for player, agent in enumerate(agents):
            mean = with_interval(dump(metrics.earned(some, player)))
            rows.append([game, str(player + 1), agent, str(len(some)), mean])
    earned = Table(
        ["game", "place", "agent", "matches", "earned"],
        rows,
        "What everybody earned",
        "Mean over matches, with its 95 % interval; a match that did not end, or that an unread "
        "answer ended, gives none.",
        stacks=True,
    )
    first = [some[0] for some in groups.values()]
    told = [_course(match, cells[match.cell]) for match in first[:SHOWN]]
    return Section("courses", "Games with a state", [earned, *told])


def _course(match: Transcript, cell: Cell) -> Table:
    """One match, line by line."""
    rows = []
    for line in list(lines(match))[:LINES]:
        likely = "" if line.likely is None else number(line.likely)
        mass = "" if line.mass is None else number(line.mass)
        rows.append([str(line.turn + 1), line.who, line.about, line.answer, likely, mass])
    paid = "it did not come to an end that pays"
    if match.paid is not None:
        paid = ", ".join(f"player {p + 1}: {float(x):.4g}" for p, x in enumerate(match.paid))
    return Table(
        ["turn", "who", "about", "answer", "p", "labels"],
        rows,
        f"{cell.game}, match {match.match + 1}: {' – '.join(match.agents)}",
        f"Earned: {paid}. p: how probable the answer was; labels: how probable it is that a model "
        "gives any of the answers at all.",
        folded=True,
        stacks=True,
    )
