"""What may be answered when a player is asked: numbers and places; words are opaque to every game.

An answer is said here in values alone. How a value is written and read is a matter of words, and
lives in `framing`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb, prod
from typing import Any

from numpy.random import Generator

from nashscope.errors import IllFormedGame, Misuse, Unreadable
from nashscope.games.rational import as_fraction

__all__ = [
    "Amount",
    "Answer",
    "Choice",
    "Exact",
    "Several",
    "Split",
    "Subset",
    "Value",
    "Words",
    "decoded",
    "draw",
    "encoded",
    "ends",
    "legal",
    "nth",
    "size",
    "values",
]

Exact = int | Fraction
"""A number without rounding."""

Value = int | Fraction | str | tuple[Any, ...]
"""An answer: a place, an exact number, a text, or a tuple of these."""

FAR = 1000
"""How many steps above the least an amount without an upper end is tried and drawn."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options; the value is its place, from 0.

    Raises:
        IllFormedGame: without options, or with two of one name.
    """

    options: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_options(self.options)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number from `low` up to `high` in steps; None for `high` is no upper end.

    The value is an int where `low` and `step` are whole, else a fraction. unit: what is counted.

    Raises:
        IllFormedGame: for a step that is not positive, or an end below the beginning.
    """

    low: Exact = 0
    high: Exact | None = None
    step: Exact = 1
    unit: str = ""

    def __post_init__(self) -> None:
        for name in ("low", "high", "step"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _exact(name, getattr(self, name)))
        if self.step <= 0:
            raise IllFormedGame(f"an amount has steps of {self.step}; they must be positive")
        if self.high is not None and self.high < self.low:
            raise IllFormedGame(f"an amount goes from {self.low} to {self.high}; swap the two")


@dataclass(frozen=True, slots=True)
class Split:
    """A total divided into parts, each a multiple of `unit`; the value is one number per part.

    Raises:
        IllFormedGame: if there are no parts, or the total is no multiple of the unit.
    """

    total: Exact
    parts: int
    unit: Exact = 1

    def __post_init__(self) -> None:
        for name in ("total", "unit"):
            object.__setattr__(self, name, _exact(name, getattr(self, name)))
        if self.parts < 1:
            raise IllFormedGame(f"a split has {self.parts} parts; it needs at least 1")
        if self.unit <= 0 or self.total < 0 or self.total % self.unit:
            raise IllFormedGame(
                f"{self.total} cannot be split in units of {self.unit}; "
                "the unit must be positive and the total a multiple of it, at least 0"
            )

    @property
    def units(self) -> int:
        """How many units there are to share."""
        return int(self.total / Fraction(self.unit))


@dataclass(frozen=True, slots=True)
class Subset:
    """From `least` to `most` of the options; the value is their places in ascending order.

    Raises:
        IllFormedGame: if there are no options, or no set is small or large enough.
    """

    options: tuple[str, ...]
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        _check_options(self.options)
        if self.most is None:
            object.__setattr__(self, "most", len(self.options))
        if not 0 <= self.least <= self.largest <= len(self.options):
            raise IllFormedGame(
                f"from {self.least} to {self.most} of {len(self.options)} options cannot be chosen"
            )

    @property
    def largest(self) -> int:
        """The most options that can be chosen."""
        return len(self.options) if self.most is None else self.most


@dataclass(frozen=True, slots=True)
class Words:
    """A text of at most `most` characters; "" is silence."""

    most: int = 600

    def __post_init__(self) -> None:
        if self.most < 0:
            raise IllFormedGame(f"a text has at most {self.most} characters; give 0 or more")


@dataclass(frozen=True, slots=True)
class Several:
    """Several answers in one reply, each with a name; the value is a tuple of theirs.

    Raises:
        IllFormedGame: without fields, or with two of one name.
    """

    fields: tuple[tuple[str, "Answer"], ...]

    def __post_init__(self) -> None:
        _check_options(tuple(name for name, _ in self.fields))


Answer = Choice | Amount | Split | Subset | Words | Several
"""What may be answered. A vote is a choice, and a belief a split of 1."""


def _check_options(options: tuple[str, ...]) -> None:
    """Raises if there are none, or two have one name."""
    if not options or len(set(options)) < len(options):
        raise IllFormedGame(
            f"the options of an answer are {options!r}; there must be at least one, all different"
        )


def _exact(name: str, number: Any) -> Exact:
    """A number as an int where it is whole, else as a fraction."""
    if not _is_exact(number):
        raise IllFormedGame(
            f"{name} of an answer is {number!r}; it must be an int or a Fraction, "
            'as in Fraction("0.1"): a float is not exactly what is written'
        )
    return _whole(number)


def _whole(number: Exact) -> Exact:
    """The same number, as an int where it is whole."""
    return number.numerator if number.denominator == 1 else number


def legal(answer: Answer, value: Any) -> bool:
    """Whether the value is one that the answer allows; any object may be asked about."""
    match answer:
        case Choice(options):
            return type(value) is int and 0 <= value < len(options)
        case Amount(low, high, step):
            return (
                _is_exact(value)
                and value >= low
                and (high is None or value <= high)
                and (value - low) % step == 0
            )
        case Split(total, parts, unit):
            return (
                isinstance(value, tuple)
                and len(value) == parts
                and all(_is_exact(part) and part >= 0 and part % unit == 0 for part in value)
                and sum(value) == total
            )
        case Subset(options, least, _):
            return (
                isinstance(value, tuple)
                and least <= len(value) <= answer.largest
                and all(type(place) is int and 0 <= place < len(options) for place in value)
                and all(a < b for a, b in pairwise(value))
            )
        case Words(most):
            return isinstance(value, str) and len(value) <= most
        case Several(fields):
            return (
                isinstance(value, tuple)
                and len(value) == len(fields)
                and all(legal(own, part) for (_, own), part in zip(fields, value, strict=True))
            )


def _is_exact(value: Any) -> bool:
    """Whether a value is an exact number; a truth value is none."""
    return type(value) is int or isinstance(value, Fraction)


def size(answer: Answer) -> int | None:
    """How many values there are; None if they are not finite, or are words."""
    match answer:
        case Choice(options):
            return len(options)
        case Amount(low, high, step):
            return None if high is None else int((high - low) // step) + 1
        case Split(_, parts, _):
            return comb(answer.units + parts - 1, parts - 1)
        case Subset(options, least, _):
            return sum(comb(len(options), n) for n in range(least, answer.largest + 1))
        case Words():
            return None
        case Several(fields):
            sizes = [size(own) for _, own in fields]
            return None if None in sizes else prod(n for n in sizes if n is not None)


def values(answer: Answer) -> Iterator[Value]:
    """All values, in the order of their places.

    Raises:
        Misuse: if they are not finite, or are words.

    >>> list(values(Split(total=1, parts=2, unit=Fraction(1, 2))))
    [(0, 1), (Fraction(1, 2), Fraction(1, 2)), (1, 0)]
    """
    if size(answer) is None:
        raise Misuse(f"the values of {answer} cannot be listed: it has no end of them")
    match answer:
        case Choice(options):
            yield from range(len(options))
        case Amount(low, _, step):
            yield from (_whole(low + n * step) for n in range(size(answer) or 0))
        case Split(_, parts, unit):
            for bars in combinations(range(answer.units + parts - 1), parts - 1):
                yield _parts(bars, answer.units + parts - 1, unit)
        case Subset(options, least, _):
            for many in range(least, answer.largest + 1):
                yield from combinations(range(len(options)), many)
        case Several(fields):
            yield from product(*(values(own) for _, own in fields))


def _parts(bars: tuple[int, ...], slots: int, unit: Exact) -> tuple[Exact, ...]:
    """The parts of a split whose units stand between bars, as in stars and bars."""
    edges = (-1, *bars, slots)
    return tuple(_whole((b - a - 1) * unit) for a, b in pairwise(edges))


def nth(answer: Answer, place: int) -> Value:
    """The value at a place of `values`, without listing them; any place without an upper end.

    Raises:
        Misuse: if there is no such place.

    >>> nth(Amount(10, 100, 5), 3)
    25
    """
    many = size(answer)
    endless = isinstance(answer, Amount) and many is None
    if place < 0 or (many is None and not endless) or (many is not None and place >= many):
        raise Misuse(f"{answer} has no value number {place}")
    match answer:
        case Amount(low, _, step):
            return _whole(low + place * step)
        case Split(_, parts, unit):
            slots = answer.units + parts - 1
            return _parts(_combination(slots, parts - 1, place), slots, unit)
        case Subset(options, least, _):
            for count in range(least, answer.largest + 1):
                if place < comb(len(options), count):
                    return _combination(len(options), count, place)
                place -= comb(len(options), count)
        case Several(fields):
            own: list[Value] = []
            for _, field in reversed(fields):
                place, here = divmod(place, size(field) or 1)
                own.append(nth(field, here))
            return tuple(reversed(own))
    return place


def _combination(things: int, many: int, place: int) -> tuple[int, ...]:
    """The combination at a place of `itertools.combinations`."""
    chosen, first = [], 0
    for left in range(many, 0, -1):
        while place >= (after := comb(things - first - 1, left - 1)):
            place -= after
            first += 1
        chosen.append(first)
        first += 1
    return tuple(chosen)


def ends(answer: Answer) -> tuple[Value, ...]:
    """Values at both ends of an answer: the first and the last, silence and the longest text.

    An amount without an upper end is tried at a thousand steps above the least.
    """
    match answer:
        case Words(most):
            return ("", "x" * most)
        case Several(fields):
            own = [ends(field) for _, field in fields]
            return (tuple(e[0] for e in own), tuple(e[-1] for e in own))
    many = size(answer)
    return (nth(answer, 0), nth(answer, FAR if many is None else many - 1))


def draw(answer: Answer, chance: Generator) -> Value:
    """A value drawn evenly from all; words are silence, and an endless amount stays near its end.

    >>> from nashscope.chance import stream
    >>> draw(Split(10, 2), stream(0, "doc"))
    (0, 10)
    """
    match answer:
        case Words():
            return ""
        case Several(fields):
            return tuple(draw(own, chance) for _, own in fields)
    many = size(answer)
    return nth(answer, _below(FAR if many is None else many, chance))


def _below(many: int, chance: Generator) -> int:
    """A whole number below `many`, of any size, drawn evenly."""
    if many <= 2**63:
        return int(chance.integers(many))
    while True:
        whole = int.from_bytes(chance.bytes((many.bit_length() + 7) // 8), "little")
        drawn = whole >> (-many.bit_length() % 8)
        if drawn < many:
            return drawn


def encoded(value: Value) -> Any:
    """A value as plain JSON: fractions as "1/3", tuples as lists.

    >>> encoded((Fraction(1, 3), 2))
    ['1/3', 2]
    """
    if isinstance(value, tuple):
        return [encoded(part) for part in value]
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value


def decoded(answer: Answer, data: Any) -> Value:
    """The value that JSON data stands for; the answer says what it is.

    Raises:
        Unreadable: if it stands for no value that the answer allows.

    >>> decoded(Split(1, 2, Fraction(1, 3)), ["1/3", "2/3"])
    (Fraction(1, 3), Fraction(2, 3))
    """
    value: Value = _decoded(answer, data)
    if not legal(answer, value):
        raise Unreadable(f"{data!r:.80} is no value of {answer}")
    return value


def _decoded(answer: Answer, data: Any) -> Any:
    """The data in the types of values, legal or not."""
    match answer:
        case Amount():
            return _number(data)
        case Split() if isinstance(data, list):
            return tuple(_number(part) for part in data)
        case Subset() if isinstance(data, list):
            return tuple(data)
        case Several(fields) if isinstance(data, list) and len(data) == len(fields):
            return tuple(_decoded(own, part) for (_, own), part in zip(fields, data, strict=True))
    return data


def _number(data: Any) -> Any:
    """A number told as text or whole, exactly; anything else as it is."""
    if not isinstance(data, str):
        return data
    try:
        return _whole(as_fraction(data))
    except ValueError:
        return data
