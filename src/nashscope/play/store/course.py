"""A stored match of a game with a state, held against the rules: each line answers what is asked.

Of most matches that were edited nothing fits afterwards: another answer leads to another state, in
which something else is asked of somebody else, or something else is paid.
"""

from dataclasses import replace
from typing import Any

from nashscope.agents import Decision
from nashscope.agents.check import unfit
from nashscope.errors import NashscopeError
from nashscope.games.answer import Value, Words, decoded
from nashscope.games.dynamic import NATURE, Ask
from nashscope.play.cell import Cell
from nashscope.play.transcript import Event

__all__ = ["Course"]


class Course:
    """A match, as far as its lines have been read."""

    def __init__(self, cell: Cell) -> None:
        self.game = cell.played
        self.state: Any = self.game.start
        self.asks = self.game.asks(self.state)
        self.given: dict[int, Value | None] = {}
        self.void = self.over = False

    def take(self, event: Event) -> str:
        """Reads the next line; what is wrong with it, "" if nothing is."""
        if self.over:
            return f"an answer of match {event.match} after its end"
        if event.player == NATURE and event.about == "end":
            return self._end(event)
        asked = (event.round, event.player, event.about)
        due = [
            place
            for place, ask in enumerate(self.asks)
            if place not in self.given and (ask.turn, ask.player, ask.about) == asked
        ]
        if not due:
            about = f" about {event.about!r}" if event.about else ""
            return f"player {event.player} is not asked{about} in turn {event.round} here"
        ask = self.asks[due[0]]
        try:
            value, fault = _value(ask, event.decision)
        except NashscopeError as error:
            return str(error)
        if not fault:
            self._give(due[0], ask, value)
        return fault

    def _give(self, place: int, ask: Ask, value: Value | None) -> None:
        """An answer; the state moves on with the last of them."""
        self.given[place] = value
        self.void |= value is None and ask.unread == "ends"
        if len(self.given) < len(self.asks):
            return
        answers = tuple(self.given[k] for k in range(len(self.asks)))
        self.given, self.asks = {}, ()
        if not self.void:
            self.state = self.game.after(self.state, answers)
            self.asks = self.game.asks(self.state)

    def _end(self, event: Event) -> str:
        """The line that ends a match, with what it paid."""
        if self.asks:
            return f"the end of match {event.match}, which goes on by the rules"
        paid = None if self.void else self.game.paid(self.state)
        due = None if paid is None else tuple(str(amount) for amount in paid)
        if event.paid != due:
            return f"paid {event.paid}, where the rules pay {due}"
        self.over = True
        return ""


def _value(ask: Ask, decision: Decision) -> tuple[Value | None, str]:
    """The answer that a stored decision gives, and what is wrong with it."""
    if isinstance(ask.answer, Words):
        wrong = decision.action is not None
        said = decision.reply if decision.outcome == "said" else ""
        return (said or "")[: ask.answer.most], "an action where words are asked" if wrong else ""
    if decision.action is None:
        return None, unfit(decision, ask.answer) or ""
    value = decoded(ask.answer, decision.action)
    return value, unfit(replace(decision, action=value), ask.answer) or ""
