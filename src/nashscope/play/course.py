"""A match of a game with a state as it went, line by line, in words that anybody can read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nashscope.errors import Misuse, Unreadable
from nashscope.framing.form import write
from nashscope.games.answer import Choice, Words, decoded
from nashscope.games.dynamic import NATURE, Ask
from nashscope.play.transcript import Event, Transcript

__all__ = ["Line", "lines", "steps"]


@dataclass(frozen=True)
class Line:
    """One answer: when, whose, to what, in words, and how likely it was.

    who: also says who learns it, where not everybody may. mass: how probable it was that a model
    says any of the options at all.
    """

    turn: int
    who: str
    about: str
    answer: str
    likely: float | None = None
    mass: float | None = None


def lines(match: Transcript) -> Iterator[Line]:
    """Everything that was answered, in its order.

    The game says what the numbers mean; where it is not at hand (a folder from elsewhere) they are
    given as they stand.
    """
    asks = {(a.turn, a.player, a.about): a for asked, _ in steps(match) for a in asked}
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
        )


def steps(match: Transcript) -> Iterator[tuple[tuple[Ask, ...], list[Any] | None]]:
    """What was asked at every step of a match, and the answers; None in a step that has no end.

    A step has none if an answer is missing or is none of its kind, or nobody could read one that
    ends the match. Nothing comes of a game that is not at hand; where it refuses the answers that
    are stored, a last step without anything asked says so.
    """
    if match.game is None:
        return
    known = {(e.round, e.player, e.about): e for e in match.events}
    state = match.game.start
    try:
        while asks := match.game.asks(state):
            answers = _answers(asks, known)
            yield asks, answers
            if answers is None:
                return
            state = match.game.after(state, tuple(answers))
    except (Misuse, Unreadable):
        yield (), None


def _answers(
    asks: tuple[Ask, ...], known: Mapping[tuple[int, int, str], Event]
) -> list[Any] | None:
    """The answers to what was asked, as the game has them; None where one ends the match."""
    answers: list[Any] = []
    for ask in asks:
        event = known.get((ask.turn, ask.player, ask.about))
        action = None if event is None else event.decision.action
        if event is None or (action is None and ask.unread == "ends"):
            return None
        try:
            answers.append(None if action is None else decoded(ask.answer, action))
        except (Misuse, Unreadable):
            return None
    return answers


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
