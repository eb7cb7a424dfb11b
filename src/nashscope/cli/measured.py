"""The measures of some matches, printed: of all players together, and of each by itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nashscope.cli.screen import console, show

if TYPE_CHECKING:
    from nashscope.metrics import Measure
    from nashscope.play import Transcript

__all__ = ["show_measures"]

SHOWN = ("earned", "nash distance", "cooperation rate", "payoff", "welfare", "unparsed rate")
"""What is printed, in this order."""
INSTEAD = {"nash distance": "empirical nash distance"}
"""What is printed in place of a measure that needs policies, where none is known."""


def called(match: "Transcript", player: int) -> str:
    """What a player of a match is called."""
    named = getattr(getattr(match.game, "stage", match.game), "player_name", None)
    return f"player {player + 1}" if named is None else str(named(player))


def show_measures(matches: Sequence["Transcript"]) -> None:
    """Prints the measures of some matches of one game, and below what they rest on."""
    from nashscope.metrics.summary import summary
    from nashscope.records import dump
    from nashscope.report.table import with_interval

    found: dict[str, dict[int | None, Measure]] = {}
    for place, measure in summary(matches):
        found.setdefault(measure.metric, {})[place.get("player")] = measure
    names = [called(matches[0], player) for player in range(len(matches[0].agents))]
    rows, notes = [], []
    for name in SHOWN:
        own = found.get(name, {})
        if all(measure.value is None and not measure.note for measure in own.values()):
            instead = found.get(INSTEAD.get(name, ""), {})
            own = instead if any(m.value is not None for m in instead.values()) else own
        if not own:
            continue
        first = next(iter(own.values()))
        cells = []
        for player in (None, *range(len(names))):
            text = with_interval(dump(own[player])) if player in own else ""
            cells.append(text.replace(" [", "\n[").replace(" (", "\n("))
        rows.append((f"{first.metric}\n({first.unit})", *cells))
        notes += [f"{first.metric}: {m.note}" for m in own.values() if m.note]
    show(("measure", "all", *names), rows)
    for note in dict.fromkeys(notes):
        console().print(note)
    if any(d.mass is not None for match in matches for d in match.decisions):
        console().print(
            "p: probability of what was done, among the labels; labels: how probable it is that "
            "the model says one of them at all."
        )
