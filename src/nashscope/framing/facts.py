"""Any game by its facts: what a player knows, a line for each of them, and what is asked.

A game without a telling of its own is told in this plain way, so that it can be played at once. A
`Telling` gives it words: the rules, a line for each field of the facts, a question for each thing
that is asked. Facts are the only source of a prompt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any

from numpy.random import Generator

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed
from nashscope.framing.form import asked_for, read, written_number
from nashscope.framing.framing import Mode, Parts
from nashscope.framing.plain import LEAD
from nashscope.games.answer import Choice, Value, Words
from nashscope.games.dynamic import Ask, DynamicGame

__all__ = ["FactsStyle", "Telling", "ToldFacts"]

MARK = "Answer:"
"""What the answer follows where a model reasons first."""

CLOSING: dict[Mode, str] = {
    "direct": "Answer with {what} only.",
    "cot": f"Think step by step. Then end with a line that says {MARK} and your answer, {{what}}.",
    "scratchpad": (
        "Fill in this private worksheet, which nobody else sees. 1. What I expect the others to "
        "do, and why. 2. What each of my answers would lead to. Then end with a line that says "
        f"{MARK} and your answer, {{what}}."
    ),
}


@dataclass(frozen=True)
class Telling:
    """The words of a game with a state.

    rules: told first, at every decision. {player} is the hearer's number from 1, {players} how many
        there are, and every parameter of the game stands under its name.
    lines: for each field of the facts what is said of it, with {value}; with {entry} there is a
        line for each entry of a list, and {number} counts them from 1. "" says nothing of it. How
        a fact is said stands after a colon: {value:each} by player; {value:seats} as the players of
        these numbers; {entry:picks} as what everybody chose, counted from 1; {value:next} as the
        number that follows, since rounds count from 0; {value:places} as a row and a column.
    asks: for each thing asked, by its `about`, the question.
    """

    rules: str
    lines: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ToldFacts:
    """One telling of a game by its facts.

    turned: by how many places the options of a choice are turned before they are told.
    """

    game: DynamicGame
    telling: Telling | None = None
    turned: int = 0

    def words(self, ask: Ask) -> tuple[str, ...] | None:
        """The options of a choice as they are told; None for other answers."""
        return ask.answer.options if isinstance(ask.answer, Choice) else None

    def read(self, reply: str, ask: Ask, mode: Mode = "direct") -> Value | Unparsed:
        """The answer that a reply states: in the reasoning modes, after its last mark."""
        return read(ask.answer, reply, mark=None if mode == "direct" else MARK)

    def parts(self, facts: Any, ask: Ask, mode: Mode = "direct") -> Parts:
        """The rules, what the player knows, and the question."""
        return Parts(self._rules(ask.player), "\n".join(self._lines(facts)), self._asked(ask, mode))

    def _rules(self, player: int) -> str:
        """What stays the same all through a match."""
        told = {"player": player + 1, "players": self.game.players}
        if self.telling is not None:
            return _filled(self.telling.rules, {**_parameters(self.game), **told})
        about = _first_paragraph(self.game)
        who = f"You are player {player + 1} of {self.game.players}."
        return f"{about} {who}".strip() + " Earn as much as you can."

    def _lines(self, facts: Any) -> Iterator[str]:
        """A line, or several, for each fact."""
        for name, value in _fields(facts):
            if self.telling is None:
                yield f"{name.replace('_', ' ')}: {_told(value)}"
                continue
            if name not in self.telling.lines:
                raise BrokenFraming(
                    f"the telling says nothing of {name!r}, which players know; give it a line, "
                    'or "" for none'
                )
            template = self.telling.lines[name]
            if template and value is not None:
                yield from _said(template, value)

    def _asked(self, ask: Ask, mode: Mode) -> str:
        """What is asked now, and how to answer."""
        labels = self.words(ask)
        if labels is not None:
            start = self.turned % len(labels)
            labels = labels[start:] + labels[:start]
        about = ask.about or "answer"
        question = self.telling.asks.get(ask.about) if self.telling else None
        if question is None:
            question = f"Now you are asked for your {about.replace('_', ' ')}."
        if isinstance(ask.answer, Words):
            return f"{question} Say {asked_for(ask.answer)}.\nMy message:"
        closing = CLOSING[mode].format(what=asked_for(ask.answer, labels))
        lead = f"My {about.replace('_', ' ')}:" if mode == "direct" else LEAD[mode]
        return f"{question} {closing}\n{lead}"


@dataclass(frozen=True)
class FactsStyle:
    """Tells a game by its facts; over the matches the options of choices are turned."""

    telling: Telling | None = None

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        return "plain"

    def draw(self, game: DynamicGame, match: int, chance: Generator) -> ToldFacts:
        """The telling of match number `match`."""
        return ToldFacts(game, self.telling, match)


def _parameters(game: Any) -> dict[str, Any]:
    """The parameters of a game, by their names."""
    if not is_dataclass(game):
        return {}
    return {own.name: _told(getattr(game, own.name)) for own in fields(game)}


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with its values in place.

    Raises:
        BrokenFraming: naming a value that is not there.
    """
    try:
        return template.format_map(values)
    except (KeyError, IndexError, ValueError) as error:
        known = ", ".join(f"{{{name}}}" for name in values)
        raise BrokenFraming(
            f"the telling {template[:60]!r} asks for {error}; there are {known}"
        ) from None


def _fields(facts: Any) -> Iterator[tuple[str, Any]]:
    """The facts by their names."""
    if is_dataclass(facts):
        yield from ((own.name, getattr(facts, own.name)) for own in fields(facts))
    elif isinstance(facts, Mapping):
        yield from facts.items()
    elif isinstance(facts, tuple) and hasattr(facts, "_fields"):
        yield from zip(facts._fields, facts, strict=True)
    else:
        yield "what you know", facts


def _said(template: str, value: Any) -> Iterator[str]:
    """A fact in the words of its template."""
    if "{entry}" in template or "{number}" in template:
        for number, entry in enumerate(value, start=1):
            yield _filled(template, {"entry": _Fact(entry), "number": number})
    else:
        yield _filled(template, {"value": _Fact(value)})


@dataclass(frozen=True)
class _Fact:
    """A fact within a template, which says after a colon how it is told."""

    value: Any

    def __format__(self, how: str) -> str:
        value = self.value
        if how == "each" and isinstance(value, Sequence):
            return ", ".join(f"player {p} {_told(own)}" for p, own in enumerate(value, start=1))
        if how == "seats":
            seats = value if isinstance(value, Sequence) else (value,)
            return ", ".join(f"player {seat + 1}" for seat in seats) or "nobody"
        if how == "next":
            return str(value + 1)
        if how == "picks":
            picks = enumerate(value, start=1)
            return ", ".join(
                f"player {p} chose {'nothing' if own is None else own + 1}" for p, own in picks
            )
        if how == "places":
            return f"row {value[0] + 1}, column {value[1] + 1}"
        if how:
            raise ValueError(f"the form {how!r}")
        return _told(value)


def _told(value: Any) -> str:
    """A fact in words: numbers exactly, lists with commas, unknown things as such."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Fraction):
        return written_number(value)
    if isinstance(value, str):
        return value
    if is_dataclass(value):
        return ", ".join(f"{name.replace('_', ' ')} {_told(own)}" for name, own in _fields(value))
    if isinstance(value, Sequence | frozenset | set):
        entries = sorted(value) if isinstance(value, frozenset | set) else value
        return ", ".join(map(_told, entries)) or "none"
    return str(value)


def _first_paragraph(game: Any) -> str:
    """What the game's class says of itself, if anybody wrote it."""
    said = type(game).__doc__ or ""
    if said.startswith(f"{type(game).__name__}("):
        return ""  # made by dataclass
    return re.sub(r"\s+", " ", said.strip().split("\n\n")[0])
