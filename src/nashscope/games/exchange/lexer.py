"""The words of Gambit's file formats: quoted text, numbers, braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from nashscope.errors import Unreadable
from nashscope.games.rational import as_fraction

__all__ = ["Token", "Tokens", "quoted"]

PATTERN = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"|(?P<brace>[{}])|(?P<word>[^\s{}",]+)|(?P<stray>")', re.DOTALL
)

MARK = "\ufeff"
"""The byte-order mark that editors on Windows put first: no content."""


@dataclass(frozen=True)
class Token:
    """One word of a file.

    kind: text (was quoted), word, or brace.
    line: where it stands, counted from 1.
    """

    kind: str
    value: str
    line: int


class Tokens:
    """The words of a file, one after another, with errors that name the line."""

    def __init__(self, source: str, where: str) -> None:
        self.where = where
        self.found = list(self._split(source.removeprefix(MARK)))
        self.next = 0

    def _split(self, source: str) -> Iterator[Token]:
        line, before = 1, 0
        for match in PATTERN.finditer(source):
            line += source.count("\n", before, match.start())
            before = match.start()
            kind = str(match.lastgroup)
            if kind == "stray":
                raise Unreadable(f"{self.where}, line {line}: a quotation mark is never closed")
            value = match.group(kind)
            if kind == "text":
                value = re.sub(r"\\(.)", r"\1", value)
            yield Token(kind, value, line)

    def fail(self, wanted: str) -> Unreadable:
        """The error for a word that is not what was wanted."""
        if self.next < len(self.found):
            token = self.found[self.next]
            return Unreadable(
                f"{self.where}, line {token.line}: {wanted} was expected, not {token.value!r:.40}"
            )
        return Unreadable(f"{self.where} ends too early: {wanted} was expected")

    def peek(self, kind: str | None = None, value: str | None = None) -> bool:
        """Whether there is a next word, of this kind and value if they are given."""
        if self.next >= len(self.found):
            return False
        token = self.found[self.next]
        return (kind is None or token.kind == kind) and (value is None or token.value == value)

    def take(self, kind: str, wanted: str, value: str | None = None) -> str:
        """The next word, which must be of this kind."""
        if not self.peek(kind, value):
            raise self.fail(wanted)
        self.next += 1
        return self.found[self.next - 1].value

    def text(self, wanted: str) -> str:
        """The next word, which must be quoted text."""
        return self.take("text", wanted)

    def open(self, wanted: str) -> None:
        """Steps over an opening brace."""
        self.take("brace", f"{{ before {wanted}", "{")

    def close(self, wanted: str) -> None:
        """Steps over a closing brace."""
        self.take("brace", f"}} after {wanted}", "}")

    @property
    def line(self) -> int:
        """Where the next word stands, or the last one at the end; counted from 1."""
        return self.found[min(self.next, len(self.found) - 1)].line

    def players(self) -> tuple[str, ...]:
        """The players' names in braces; numbers from 1 for those without a name of their own."""
        self.open("the players' names")
        names: list[str] = []
        while self.peek("text"):
            names.append(self.text("a player's name"))
        self.close("the players' names")
        own = [name.strip() and names.count(name) == 1 for name in names]
        return tuple(
            name if kept else f"player {number}"
            for number, (name, kept) in enumerate(zip(names, own, strict=True), start=1)
        )

    def number(self, wanted: str) -> Fraction:
        """The next word as an exact number: an integer, a decimal or a fraction."""
        if not self.peek("word"):
            raise self.fail(wanted)
        try:
            value = as_fraction(self.found[self.next].value)
        except ValueError:
            raise self.fail(wanted) from None
        self.next += 1
        return value

    def integer(self, wanted: str) -> int:
        """The next word as a whole number, 0 or more."""
        value = self.number(wanted)
        if value.denominator != 1 or value < 0:
            self.next -= 1
            raise self.fail(wanted)
        return int(value)


def quoted(text: Any) -> str:
    """Text in quotation marks, as the files have it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", str(text)) + '"'
