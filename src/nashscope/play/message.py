"""Spoken rounds before the game: everyone speaks at once and then hears the others."""

from collections.abc import Mapping

from nashscope.agents import Decision
from nashscope.framing import Framing
from nashscope.framing.noted import Speaking, noted, quoted

__all__ = ["inviting", "with_messages"]


def with_messages(
    framing: Framing, decided: Mapping[tuple[int, int], Decision], players: int, talk: int
) -> Framing:
    """The framing, with what has been said so far; unchanged where nobody can speak.

    decided: every decision of the match, by round and player; messages have negative rounds, and
        those of a spoken round are heard when all have spoken. talk: how many spoken rounds there
        are.
    """
    full = [r for r in range(-talk, 0) if all((r, p) in decided for p in range(players))]
    notes = [
        [_line(player, other, decided[r, other], players) for r in full for other in range(players)]
        for player in range(players)
    ]
    return noted(framing, notes)


def inviting(framing: Framing) -> Framing:
    """The framing, asking for a message instead of a choice."""
    return Speaking(framing, ((),) * len(framing.labels))


def _line(player: int, other: int, decision: Decision, players: int) -> str:
    """What one player said, as another hears it."""
    who = "The other player" if players == 2 else f"Player {other + 1}"
    who = "You" if other == player else who
    if decision.outcome != "said" or decision.reply is None:
        return f"Before the game {who[0].lower() + who[1:]} said nothing."
    return f"Before the game {who[0].lower() + who[1:]} said: {quoted(decision.reply)}"
