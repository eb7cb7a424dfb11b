"""A match of a game with a state as it went, line by line, in words that anybody can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nashscope.errors import Misuse, Unreadable
from nashscope.framing.form import write
from nashscope.games.answer import Choice, Words, decoded
from nashscope.games.dynamic import NATURE, Ask
from nashscope.play.transcript import Event, Transcript

__all__ = ["Line", "lines"]


@dataclass(frozen=True)
class Line:
    """One answer: when, whose, to what, in words, and how likely it was.

    mass: how probable it was that a model says any of the options at all.

    private: the players who learn it in its step, where not everybody may.
    """

    turn: int
    who: str
    about: str
    answer: str
    likely: float | None = None
    mass: float | None = None
    private: tuple[int, ...] | None = None


def lines(match: Transcript) -> Iterator[Line]:
    """Everything that was answered, in its order.

    The game says what the numbers mean; where it is not at hand (a folder from elsewhere) they are
    given as they stand.
    """
    asks = _asks(match)
    for event in match.events:
        if event.about == "end" and event.player == NATURE:
            continue
        ask = asks.get((event.round, event.player, event.about))
        decision = event.decision
        who = "chance" if event.player == NATURE else f"player {event.player + 1}"
        yield Line(
            event.round,
            who + _private(ask),
            event.about,
            _said(event, ask),
            _likely(decision, ask),
            decision.mass,
            None if ask is None else ask.seen,
        )


def _asks(match: Transcript) -> dict[tuple[int, int, str], Ask]:
    """What was asked, by turn, player and about; so far as the game can be played again."""
    found: dict[tuple[int, int, str], Ask] = {}
    game = match.game
    if game is None:
        return found
    known = {(e.round, e.player, e.about): e for e in match.events}
    state = game.start
    try:
        while asks := game.asks(state):
            answers: list[Any] = []
            for ask in asks:
                found[ask.turn, ask.player, ask.about] = ask
                event = known.get((ask.turn, ask.player, ask.about))
                if event is None:
                    return found
                action = event.decision.action
                if action is None and ask.unread == "ends":
                    return found
                answers.append(None if action is None else decoded(ask.answer, action))
            state = game.after(state, tuple(answers))
    except (Misuse, Unreadable):
        return found
    return found


def _private(ask: Ask | None) -> str:
    """Who learns an answer, where not everybody may."""
    if ask is None or ask.seen is None:
        return ""
    seen = ", ".join(str(p + 1) for p in ask.seen)
    return f" (only player {seen} sees it)" if seen else " (nobody sees it)"


def _said(event: Event, ask: Ask | None) -> str:
    """An answer in words."""
    decision = event.decision
    if decision.outcome in ("said", "silent"):
        return f'"{decision.reply}"' if decision.outcome == "said" else "says nothing"
    if decision.action is None:
        return f"({decision.outcome})"
    if ask is None or isinstance(ask.answer, Words):
        return str(decision.action)
    return write(ask.answer, decoded(ask.answer, decision.action))


def _likely(decision: Any, ask: Ask | None) -> float | None:
    """How probable a choice was."""
    if decision.policy is None or ask is None or not isinstance(ask.answer, Choice):
        return None
    return float(decision.policy[decision.action]) if decision.action is not None else None
