"""The words of every kind of answer: how a value is written, and what of a reply is read as one.

The law is `read(answer, write(answer, value)) == value` for every legal value. What is not exactly
one legal value is unread, with the reason: nothing is rounded, clipped or filled in, and numbers in
words are no numbers. Where the question asks for a mark, such as "Answer:", only what follows it on
its line counts; without one the whole reply does.
"""

import json
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from nashscope.framing.answer import Unparsed, parse, silent
from nashscope.games.answer import (
    Amount,
    Answer,
    Choice,
    Exact,
    Several,
    Split,
    Subset,
    Value,
    Words,
    legal,
)

__all__ = ["asked_for", "read", "write", "written_number"]

NOTHING = ("none", "nothing", "nobody", "[]", "()", "{}")
"""What an empty set is called."""

CLOSE = Fraction(1, 100)
"""How far from 1 the parts of a belief may sum before it is unread."""

_NUMBER = re.compile(
    r"(?<![\w.,/])(?P<sign>[-+\u2212]?)(?P<money>[$\u20ac\u00a3\u00a5]?)"
    r"(?P<digits>\d+(?:[.,/]\d+)*|\.\d+)(?P<after>[%\w]?)"
)
"""A number as it may stand in a reply, its separators included; what touches it decides."""


def write(answer: Answer, value: Value, labels: Sequence[str] | None = None) -> str:
    """A value in words.

    labels: the words of the options, where they are not the options' own names.

    >>> write(Split(100, 2), (60, 40)), write(Subset(("bread", "milk")), ())
    ('60, 40', 'none')
    """
    match answer:
        case Choice(options):
            return (labels or options)[_place(value)]
        case Amount():
            return written_number(_exact(value))
        case Split():
            return ", ".join(written_number(_exact(part)) for part in _tuple(value))
        case Subset(options):
            names = [(labels or options)[_place(place)] for place in _tuple(value)]
            return ", ".join(names) or NOTHING[0]
        case Words():
            return str(value)
        case Several(fields):
            parts = zip(fields, _tuple(value), strict=True)
            return json.dumps({name: write(own, part) for (name, own), part in parts})
    raise AssertionError(f"{answer!r} is no kind of answer")


def asked_for(answer: Answer, labels: Sequence[str] | None = None) -> str:
    """What a prompt says about how the answer must look.

    >>> asked_for(Amount(0, 100, unit="coins"))
    'a whole number of coins from 0 to 100'
    """
    match answer:
        case Choice(options):
            return _alternatives(labels or options)
        case Amount(low, high, step, unit):
            kind = "a whole number" if step == 1 and low == int(low) else "a number"
            of = f" of {unit}" if unit else ""
            ends = f"of at least {written_number(low)}"
            if high is not None:
                ends = f"from {written_number(low)} to {written_number(high)}"
            steps = "" if step == 1 else f", in steps of {written_number(step)}"
            return f"{kind}{of} {ends}{steps}"
        case Split(total, parts, unit):
            return (
                f"{parts} numbers that sum to {written_number(total)}, "
                f"each a multiple of {written_number(unit)}, with commas between them"
            )
        case Subset(options, least, _):
            return (
                f"from {least} to {answer.largest} of {', '.join(labels or options)}, with commas "
                f'between them, or "{NOTHING[0]}"'
            )
        case Words(most):
            return f"a message of at most {most} characters"
        case Several(fields):
            inner = "; ".join(f'"{name}": {asked_for(own)}' for name, own in fields)
            return f"a JSON object with {inner}"
    raise AssertionError(f"{answer!r} is no kind of answer")


def _alternatives(labels: Sequence[str]) -> str:
    """The options: "F or K", "F, K or M"."""
    *before, last = labels
    return f"{', '.join(before)} or {last}" if before else last


def read(
    answer: Answer,
    text: str,
    *,
    labels: Sequence[str] | None = None,
    mark: str | None = None,
    implied: bool = False,
) -> Value | Unparsed:
    """The one value that a reply states, or why there is none.

    labels: the words of the options, or of a split's parts. mark: what the answer must follow;
        several answers after it are several answers. implied: whether one part of a split in two
        says the other.

    >>> read(Amount(0, 100), "I contribute 40."), read(Amount(0, 100), "140").why
    (40, 'out of range')
    >>> read(Split(100, 2), '{"alice": 60, "bob": 45}').why
    'wrong sum'
    """
    if mark is not None:
        return _marked(answer, text, mark, labels, implied)
    if isinstance(answer, Words):
        said = text.strip()
        return said if len(said) <= answer.most else Unparsed(text, "too long")
    if not text.strip():
        return Unparsed(text, "empty")
    match answer:
        case Choice(options):
            return parse(text, labels or options)
        case Amount():
            return _amount(answer, text)
        case Split():
            return _split(answer, text, labels, implied)
        case Subset(options):
            return _subset(answer, text, labels or options)
        case Several():
            return _several(answer, text)


def written_number(number: Exact) -> str:
    """An exact number: whole, as a decimal where it has one, else as a fraction.

    >>> written_number(Fraction(5, 2)), written_number(Fraction(1, 3))
    ('2.5', '1/3')
    """
    if number == int(number):
        return str(int(number))
    exact = Fraction(number)
    places = _decimals(exact.denominator)
    if places is None:
        return str(exact)
    digits = str(abs(exact.numerator) * 10**places // exact.denominator).rjust(places + 1, "0")
    return f"{'-' if exact < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator has; None if they never end."""
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None


def _place(value: Any) -> int:
    """The value of a choice."""
    return int(value)


def _exact(value: Any) -> Exact:
    """The value of an amount."""
    return value if isinstance(value, Fraction) else int(value)


def _tuple(value: Any) -> tuple[Any, ...]:
    """The value of an answer of several parts."""
    return tuple(value)


def _marked(
    answer: Answer, text: str, mark: str, labels: Sequence[str] | None, implied: bool
) -> Value | Unparsed:
    """What follows the mark on its line, or on the next where nothing does."""
    pieces = re.split(re.escape(mark), text, flags=re.IGNORECASE)[1:]
    if not pieces:
        return silent(text) if not text.strip() else Unparsed(text, "no mark")
    whole = isinstance(answer, Several | Words)
    stated = [piece.strip() if whole else _first_line(piece) for piece in pieces]
    values = {read(answer, piece, labels=labels, implied=implied) for piece in stated}
    if len(values) > 1:
        return Unparsed(text, "several answers")
    (value,) = values
    return Unparsed(text, value.why) if isinstance(value, Unparsed) else value


def _first_line(text: str) -> str:
    """The first line that is not empty."""
    return next((line for line in text.splitlines() if line.strip()), "")


def _amount(answer: Amount, text: str) -> Value | Unparsed:
    """The one number in a text."""
    endless = _decimals(Fraction(answer.step).denominator) is None
    numbers = list(_numbers(text, grouped=bool(answer.unit), percent="%" in answer.unit))
    numbers = [n for n in numbers if endless or not isinstance(n, tuple)] or numbers
    if not numbers:
        return Unparsed(text, "refused" if silent(text).why == "refused" else "no number")
    values: set[Exact | str] = set()
    for number in numbers:
        values.add(_quotient(number) if isinstance(number, tuple) else number)
    if len(values) > 1 or (len(numbers) == 1 and isinstance(numbers[0], tuple) and not endless):
        return Unparsed(text, "several numbers")
    (value,) = values
    if isinstance(value, str):
        return Unparsed(text, "unclear number")
    if not legal(answer, value):
        return Unparsed(text, "out of range")
    return value


def _quotient(parts: tuple[int, int]) -> Exact | str:
    """A fraction such as 1/3 as a number."""
    return _whole(Fraction(*parts)) if parts[1] else "a division by 0"


def _numbers(text: str, *, grouped: bool, percent: bool) -> Iterator[Exact | str | tuple[int, int]]:
    """The numbers of a text in their order: exact, two parts of a fraction, or a text if unclear.

    grouped: whether commas may stand between groups of three digits. percent: whether a percent
        sign may follow; where it may not, a number with one is unclear.
    """
    for found in _NUMBER.finditer(text):
        digits, after = found["digits"], found["after"]
        sign = -1 if found["sign"] in ("-", "\u2212") else 1
        if after and not (after == "%" and percent):
            # "3rd" and "2x" are no numbers that anybody chose, "40%" is one of something unsaid
            yield found[0]
            continue
        if re.fullmatch(r"\d+|\d*\.\d+", digits):
            yield sign * _whole(Fraction(digits))
        elif re.fullmatch(r"\d+/\d+", digits):
            above, below = digits.split("/")
            yield sign * int(above), int(below)
        elif grouped and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
            yield sign * _whole(Fraction(digits.replace(",", "")))
        else:
            yield digits


def _whole(number: Fraction) -> Exact:
    """The same number, as an int where it is whole."""
    return number.numerator if number.denominator == 1 else number


def _split(
    answer: Split, text: str, names: Sequence[str] | None, implied: bool
) -> Value | Unparsed:
    """The parts of a total, in their order or by their names."""
    # a slash stands between two parts, unless the unit itself is written with one, as 1/3 is
    thirds = _decimals(Fraction(answer.unit).denominator) is None
    raw = _named_parts(text, names) if names else None
    if raw is None:
        raw = _listed(text)
    if raw is None:
        data = _json(text)
        source = "; ".join(map(_plain, data.values())) if isinstance(data, dict) else text
        if not thirds:
            source = re.sub(r"(?<=\d)\s*/\s*(?=[\d.])", " ", source)
        source = re.sub(r"(?<=\d),(?=\d{1,2}(?!\d)|\d{4})", ", ", source)
        raw = list(_numbers(source, grouped=False, percent=True))
    raw = [_quotient(part) if isinstance(part, tuple) and thirds else part for part in raw]
    if not raw:
        return Unparsed(text, "refused" if silent(text).why == "refused" else "no number")
    if any(not isinstance(part, int | Fraction) for part in raw):
        return Unparsed(text, "unclear number")
    parts = [part for part in raw if isinstance(part, int | Fraction)]
    if "%" in text and answer.total == 1:
        parts = [_whole(Fraction(part) / 100) for part in parts]
    elif "%" in text and answer.total != 100:
        return Unparsed(text, "unclear number")
    if implied and answer.parts == 2 and len(parts) == 1:
        parts.append(answer.total - parts[0])
    if len(parts) != answer.parts:
        return Unparsed(text, "several numbers" if len(parts) > answer.parts else "too few numbers")
    if any(part < 0 for part in parts):
        return Unparsed(text, "out of range")
    return _summed(answer, text, parts)


def _summed(answer: Split, text: str, parts: list[Exact]) -> Value | Unparsed:
    """The parts if they sum to the total; a belief, a split of 1, may be off by a hundredth."""
    total = Fraction(sum(parts))
    if total != answer.total:
        if answer.total != 1 or abs(total - 1) > CLOSE:
            return Unparsed(text, "wrong sum")
        parts = _on_grid([Fraction(part) / total for part in parts], answer)
    value = tuple(_whole(Fraction(part)) for part in parts)
    return value if legal(answer, value) else Unparsed(text, "out of range")


def _on_grid(parts: list[Fraction], answer: Split) -> list[Exact]:
    """Shares of 1 as multiples of the unit that sum to it, by largest remainders."""
    units = [part / answer.unit for part in parts]
    counts = [int(unit) for unit in units]
    order = sorted(range(len(units)), key=lambda i: counts[i] - units[i])
    for i in order[: answer.units - sum(counts)]:
        counts[i] += 1
    return [count * Fraction(answer.unit) for count in counts]


def _json(text: str) -> Any:
    """The JSON in a reply, with numbers as they are written; None if there is none."""
    found = re.search(r"\{.*\}|\[.*\]", text, re.S)
    if found is None:
        return None
    try:
        return json.loads(found[0], parse_float=Fraction, parse_constant=lambda _: None)
    except ValueError:
        return None


def _listed(text: str) -> list[Exact | str | tuple[int, int]] | None:
    """The numbers of a JSON list; None if there is none."""
    data = _json(text)
    if not isinstance(data, list) or not all(type(x) in (int, Fraction) for x in data):
        return None
    return [_whole(Fraction(x)) for x in data]


def _named_parts(text: str, names: Sequence[str]) -> list[Exact | str | tuple[int, int]] | None:
    """One number for every name, in the order of the names; None where they are not so named."""
    data = _json(text)
    if isinstance(data, dict):
        parts: list[Exact | str | tuple[int, int]] = []
        for name in names:
            keys = [key for key in data if _says(key.replace("_", " "), name)]
            if len(keys) != 1 or type(data[keys[0]]) not in (int, Fraction):
                return None
            parts.append(_whole(Fraction(data[keys[0]])))
        return parts if len(data) == len(names) else None
    cut = _by_names(text, names)
    if cut is None:
        return None
    parts = []
    for piece in cut:
        numbers = list(_numbers(piece, grouped=False, percent=True))
        if len(numbers) != 1:
            return None
        parts.append(numbers[0])
    return parts


def _says(text: str, name: str) -> re.Match[str] | None:
    """Where a text says a name as words of their own."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)


def _by_names(text: str, names: Sequence[str]) -> list[str] | None:
    """What follows each name up to the next; None unless each is said exactly once."""
    starts = []
    for name in names:
        said = list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))
        if len(said) != 1:
            return None
        starts.append((said[0].start(), said[0].end()))
    following = [*sorted(start for start, _ in starts), len(text)]
    return [text[end : next(s for s in following if s >= end)] for _, end in starts]


def _subset(answer: Subset, text: str, labels: Sequence[str]) -> Value | Unparsed:
    """The options that a text names, in ascending order."""
    chosen = tuple(place for place, label in enumerate(labels) if _says(text, label))
    if not chosen and text.strip().rstrip(".").strip("\"'").casefold() not in NOTHING:
        return Unparsed(text, silent(text).why)
    if chosen and _says(text, NOTHING[0]):
        return Unparsed(text, "several answers")
    return chosen if legal(answer, chosen) else Unparsed(text, "out of range")


def _several(answer: Several, text: str) -> Value | Unparsed:
    """The fields of a JSON object, or what follows each field's name."""
    names = [name for name, _ in answer.fields]
    data = _json(text)
    if isinstance(data, dict):
        if set(data) - set(names):
            return Unparsed(text, "extra field")
        if len(data) < len(names):
            return Unparsed(text, "missing field")
        pieces = [_plain(data[name]) for name in names]
    else:
        cut = _by_names(text, names)
        if cut is None:
            return Unparsed(text, "missing field")
        pieces = [piece.strip().lstrip(":=").strip().rstrip(",;").strip() for piece in cut]
    values = []
    for (_, own), piece in zip(answer.fields, pieces, strict=True):
        value = read(own, piece)
        if isinstance(value, Unparsed):
            return Unparsed(text, value.why)
        values.append(value)
    return tuple(values)


def _plain(data: Any) -> str:
    """A JSON value as the text that was meant."""
    if isinstance(data, list):
        return ", ".join(map(_plain, data)) or NOTHING[-1]
    if isinstance(data, Fraction | int) and not isinstance(data, bool):
        return written_number(data)
    return data if isinstance(data, str) else json.dumps(data, default=str)
