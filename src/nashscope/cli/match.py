"""Matches on the screen: what was said and done in every round."""

import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from nashscope.cli.screen import console, show

if TYPE_CHECKING:
    from nashscope.play import Transcript

__all__ = ["show_match"]


def show_match(match: "Transcript", title: str, *, replies: bool = False) -> None:
    """Prints a match: who played, what was said before it, and a row for every round.

    replies: also what every player wrote, under the table.
    """
    from nashscope.framing.noted import quoted
    from nashscope.report.table import number

    if match.events:
        show_course(match, title, replies=replies)
        return
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


def show_course(match: "Transcript", title: str, *, replies: bool = False) -> None:
    """Prints a match of a game with a state, a line for everything that was answered.

    What not everybody may learn is marked with who does.
    """
    from nashscope.play.course import lines
    from nashscope.report.table import number

    screen = console()
    screen.print(Text(title))
    for player, agent in enumerate(match.agents):
        screen.print(Text(f"  player {player + 1}: {agent}"))
    told = list(lines(match))
    columns = {
        "turn": [str(line.turn + 1) for line in told],
        "who": [line.who for line in told],
        "about": [line.about for line in told],
        "answer": [line.answer for line in told],
        "p": ["" if line.likely is None else number(line.likely) for line in told],
        "labels": ["" if line.mass is None else number(line.mass) for line in told],
    }
    # in a tree nothing but moves is asked for, and only models say how probable the labels are
    used = {name: cells for name, cells in columns.items() if any(cells)}
    words = [k for k, name in enumerate(used) if name in ("who", "about", "answer")]
    show(list(used), zip(*used.values(), strict=True), words=words)
    if match.paid is not None:
        paid = ", ".join(f"player {p + 1} {float(x):.4g}" for p, x in enumerate(match.paid))
        screen.print(Text(f"earned: {paid}"))
    elif match.over:
        screen.print(Text("an answer that nobody could read ended the match: nobody was paid"))
    if replies:
        for event in match.events:
            if event.decision.reply:
                screen.print(Text(f"turn {event.round}, player {event.player + 1}:"))
                screen.print(Text(textwrap.indent(event.decision.reply, "  ")))


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
