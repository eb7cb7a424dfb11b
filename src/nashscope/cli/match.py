"""Matches on the screen: what was said and done in every round, and the measures of all."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from nashscope.cli.screen import console, show

if TYPE_CHECKING:
    from nashscope.metrics import Measure
    from nashscope.play import Transcript

__all__ = ["show_match", "show_measures"]


def show_match(match: "Transcript", title: str, *, replies: bool = False) -> None:
    """Prints a match: who played, what was said before it, and a row for every round.

    replies: also what every player wrote, under the table.
    """
    from nashscope.framing.noted import quoted
    from nashscope.report.table import number

    screen = console()
    stage = match.game.stage
    players = range(len(match.agents))
    names = [stage.player_name(player) for player in players]
    screen.print(Text(title))
    for player in players:
        screen.print(Text(f"  {names[player]}: {match.agents[player]}"))
    for said in match.messages:
        for player, words in enumerate(said):
            told = "says nothing" if words is None else f"says {quoted(words)}"
            screen.print(Text(f"{names[player]} {told}"))
    heard = [any(turn[player].mass is not None for turn in match.rounds) for player in players]
    rows = []
    for k, decisions in enumerate(match.rounds):
        cells = []
        for player, decision in enumerate(decisions):
            cells += _decided(match, k, player)
            if heard[player]:
                cells.append(number(decision.mass))
        earned = match.payoffs(k)
        paid = "–" if earned is None else ", ".join(f"{x:.4g}" for x in earned)
        rows.append((str(k + 1), *cells, paid))
    columns, places = ["round"], []
    for player in players:
        places.append(len(columns))
        columns += [names[player], "p", *(["labels"] if heard[player] else [])]
    show([*columns, "earned"], rows, words=places)
    if replies:
        _show_replies(match)


def _decided(match: "Transcript", round: int, player: int) -> list[str]:
    """What a player did in a round, and how probable that was."""
    from nashscope.report.table import number

    decision, names = match.rounds[round][player], match.game.stage.actions[player]
    if decision.action is None:
        return [f"({decision.outcome})", "–"]
    likely = decision.policy[decision.action] if decision.policy else None
    slip = match.slips.get((round, player))
    slipped = "" if slip is None else f" → {names[slip]}"
    return [f"{names[decision.action]}{slipped}", number(likely)]


def _show_replies(match: "Transcript") -> None:
    """What every player wrote, round by round."""
    screen = console()
    for k, decisions in enumerate(match.rounds):
        for player, decision in enumerate(decisions):
            # a label alone says no more than the table
            if decision.reply and decision.reply not in match.labels[player]:
                name = match.game.stage.player_name(player)
                screen.print(Text(f"round {k + 1}, {name}:"))
                lines = decision.reply.splitlines()
                for line in lines:
                    wrapped = textwrap.wrap(line, screen.width - 2) or [""]
                    screen.print(Text(textwrap.indent("\n".join(wrapped), "  ")))


def show_measures(matches: Sequence["Transcript"]) -> None:
    """Prints the measures of some matches of one game, for all players and for each."""
    from nashscope import metrics

    first = matches[0]
    players = range(len(first.agents))

    def cooperation(player: int) -> "Measure":
        """Of one player."""
        return metrics.cooperation_rate(matches, player)

    rows = []
    for whole, own in (
        (metrics.nash_distance(matches), [metrics.nash_distance(matches, p) for p in players]),
        (
            metrics.cooperation_rate(matches),
            [metrics.cooperation_rate(matches, p) for p in players],
        ),
        (metrics.welfare(matches), [metrics.payoff(matches, p) for p in players]),
        (metrics.unparsed_rate(matches), []),
    ):
        name = "welfare, payoff" if whole.metric == "welfare" else whole.metric
        each = [_shown(measure) for measure in own] or ["" for _ in players]
        rows.append((name, _shown(whole), *each))
    names = [first.game.stage.player_name(player) for player in players]
    show(("measure", "all", *names), rows)
    if any(d.mass is not None for m in matches for turn in m.rounds for d in turn):
        console().print(
            "p: probability of what was done, among the labels; labels: how probable it is that "
            "the model says one of them at all."
        )


def _shown(measure: "Measure") -> str:
    """A measure with its interval."""
    from nashscope.records import dump
    from nashscope.report.table import with_interval

    return with_interval(dump(measure))
