"""A zero-sum game as a question about one player's optimal strategy, and the reading of answers.

The player who is asked reads its own payoffs with its own actions as rows, so that both players of
a game are asked the same kind of question. Three ways of answering separate working a strategy out
from writing it down: numbers in percent, a ranking of the actions, and the choice of one action,
whose probabilities are the policy where a model tells them.

This is not a `Framing`: what is asked for is a whole strategy, not an action in a match.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed, check_labels, outside_thoughts, parse, silent

__all__ = [
    "INTERFACES",
    "Interface",
    "MatrixQuestion",
    "Ranking",
    "Stated",
    "Unread",
    "WhyUnread",
    "percentages",
    "read_ranking",
    "read_stated",
]

Interface = Literal["numbers", "ranking", "policy"]
"""How the answer is given: probabilities as text, an order of the actions, one action."""

INTERFACES: tuple[Interface, ...] = ("numbers", "ranking", "policy")
"""All interfaces."""

WhyUnread = Literal["empty", "refused", "truncated", "no numbers", "too few", "too many", "labels"]
"""What kept an answer from being read."""

RULES = (
    "Two players choose at the same time, once. Rows are your actions, columns the other "
    "player's. Every number is what you get; the other player gets its negative."
)
AIM = "Find the mixed strategy that secures you the most, whatever the other player does."
WANTED: dict[Interface, str] = {
    "numbers": (
        "Say how often it plays each of your actions, in percent: one whole number per action, "
        "the sum 100, nothing else, in the order"
    ),
    "ranking": (
        "Rank your actions from the one it plays most often to the one it plays least often; "
        "write their labels, nothing else. Your actions:"
    ),
    "policy": (
        "Draw one action with its probabilities and write the label of that action, nothing else. "
        "Your actions:"
    ),
}
THINKING = (
    "Think first. Then write a last line that begins with 'Answer:' and holds nothing but the "
    "answer."
)
ANSWER = "Answer:"

_NUMBER = re.compile(r"(?<![\w./])-?\d+(?:\.\d+)?(?:\s*/\s*\d+)?(?!\w|\.\d)")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Stated:
    """Numbers that were given for the actions, in their order and as they were written.

    whole: what their sum would be if they were a distribution: 1, or 100 for percent.
    """

    numbers: tuple[float, ...]
    whole: float

    @property
    def distribution(self) -> tuple[float, ...] | None:
        """The numbers as probabilities that sum to 1; None if they are no distribution.

        Rounding is allowed for: the sum may be off by half a unit of the last percent per action.
        """
        total = sum(self.numbers)
        slack = 0.005 * len(self.numbers) * self.whole + 1e-9
        if min(self.numbers) < 0 or abs(total - self.whole) > slack or total <= 0:
            return None
        return tuple(number / total for number in self.numbers)


@dataclass(frozen=True)
class Ranking:
    """The actions in the order in which they were named, the most played first."""

    order: tuple[int, ...]


@dataclass(frozen=True)
class Unread:
    """An answer that holds no strategy; it is never mapped to one."""

    text: str
    why: WhyUnread


@dataclass(frozen=True)
class MatrixQuestion:
    """A zero-sum game as one player is asked about it.

    payoffs: what this player gets, its own actions as rows.
    labels, others: the words for its own actions and the other player's.
    title: the name under which the game is told; "" for none.

    Raises:
        BrokenFraming: if labels could be taken for one another or for numbers.
    """

    payoffs: tuple[tuple[int, ...], ...]
    labels: tuple[str, ...]
    others: tuple[str, ...]
    title: str = ""

    def __post_init__(self) -> None:
        check_labels(self.labels)
        if len(self.labels) != len(self.payoffs) or len(self.others) != len(self.payoffs[0]):
            raise BrokenFraming(
                f"{len(self.labels)} and {len(self.others)} labels do not fit a "
                f"{len(self.payoffs)}×{len(self.payoffs[0])} game"
            )
        for label in self.labels:
            if _NUMBER.search(label):
                raise BrokenFraming(f"label {label!r} holds a number; an answer could not be read")

    def render(self, interface: Interface, *, thinking: bool = False) -> str:
        """The prompt; the answer follows after a blank.

        >>> print(MatrixQuestion(((1, -1), (-1, 1)), ("A", "B"), ("x", "y")).render("policy"))
        ... # doctest: +ELLIPSIS
        Two players choose at the same time, once. ...
        Columns: x y
        A: 1 -1
        B: -1 1
        Find the mixed strategy ... Your actions: A B
        """
        told = [f"This is {self.title}."] if self.title else []
        told += [RULES, f"Columns: {' '.join(self.others)}"]
        told += [
            f"{label}: {' '.join(map(str, row))}"
            for label, row in zip(self.labels, self.payoffs, strict=True)
        ]
        asked = f"{AIM} {WANTED[interface]} {' '.join(self.labels)}"
        return "\n".join([*told, asked, *([THINKING] if thinking else [])])

    def read(
        self, text: str, interface: Interface, *, cut_off: bool = False
    ) -> Stated | Ranking | Unread:
        """The answer in a reply; of a choice, the ranking of one action.

        cut_off: whether the model was stopped before it had ended.
        """
        if interface == "numbers":
            return read_stated(text, self.labels, cut_off=cut_off)
        if interface == "policy":
            return _read_choice(text, self.labels, cut_off=cut_off)
        return read_ranking(text, self.labels, len(self.labels), cut_off=cut_off)

    def write(self, strategy: Sequence[float], interface: Interface) -> str:
        """The answer that gives this strategy; of a choice, the action that it plays most."""
        if interface == "numbers":
            return " ".join(map(str, percentages(strategy)))
        order = sorted(range(len(strategy)), key=lambda action: -strategy[action])
        named = order if interface == "ranking" else order[:1]
        return " ".join(self.labels[action] for action in named)


def percentages(strategy: Sequence[float]) -> list[int]:
    """Whole percent that sum to 100, each within 1 of the exact value (largest remainders).

    >>> percentages([1 / 3, 1 / 3, 1 / 3])
    [34, 33, 33]
    """
    exact = [100 * p for p in strategy]
    floor = [int(p + 1e-9) for p in exact]
    rest = sorted(range(len(exact)), key=lambda i: (floor[i] - exact[i], i))
    for action in rest[: 100 - sum(floor)]:
        floor[action] += 1
    return floor


def read_stated(text: str, labels: Sequence[str], *, cut_off: bool = False) -> Stated | Unread:
    """The numbers in an answer, one per action: `25 50 25`, `A: 25%, B: 75%`, `1/3, 2/3`.

    Where every action is named once, each with a number after it, the names decide; else there
    must be exactly as many numbers as actions, in their order.

    >>> read_stated("A: 0.25, B: 0.75", ("A", "B"))
    Stated(numbers=(0.25, 0.75), whole=1.0)
    >>> read_stated("50 25 25", ("A", "B")).why
    'too many'
    """
    said = _final(text)
    if said is None:
        return Unread(text, "truncated")
    if _LETTER.search(said) and (named := _named(said, labels)) is not None:
        return named
    found = _NUMBER.findall(said)
    if len(found) == len(labels):
        return _stated(found)
    if cut_off:
        return Unread(text, "truncated")
    if not found:
        return _silence(text, "no numbers")
    return Unread(text, "too few" if len(found) < len(labels) else "too many")


def read_ranking(
    text: str, labels: Sequence[str], needed: int, *, cut_off: bool = False
) -> Ranking | Unread:
    """The actions that an answer names, in its order; exactly `needed` different ones.

    >>> read_ranking("B > A", ("A", "B"), 2)
    Ranking(order=(1, 0))
    """
    said = _final(text)
    if said is None:
        return Unread(text, "truncated")
    places = [
        (found.start(), action)
        for action, label in enumerate(labels)
        for found in re.finditer(_as_word(label), said, _case(label))
    ]
    order = [action for _, action in sorted(places)]
    if len(order) == needed == len(set(order)):
        return Ranking(tuple(order))
    if cut_off:
        return Unread(text, "truncated")
    return Unread(text, "labels") if order else _silence(text, "labels")


def _read_choice(text: str, labels: Sequence[str], *, cut_off: bool) -> Ranking | Unread:
    """The one action that an answer names, as players' answers are read."""
    said = _final(text)
    read = Unparsed(text, "truncated") if said is None else parse(said, labels)
    if not isinstance(read, Unparsed):
        return Ranking((read,))
    if read.why == "empty" or read.why == "refused" or read.why == "truncated":
        return Unread(text, read.why)
    return Unread(text, "truncated" if cut_off and read.why == "no label" else "labels")


def _final(text: str) -> str | None:
    """What stands after the last announcement of an answer; all of it where there is none.

    Thoughts are no part of it; None if the text ends in one.
    """
    said = outside_thoughts(text)
    return None if said is None else said.rpartition(ANSWER)[2]


def _named(text: str, labels: Sequence[str]) -> Stated | None:
    """The numbers that follow the labels, if every label stands there once, each with one."""
    found = []
    for label in labels:
        pattern = rf"{_as_word(label)}[\s:=*()\-–>`'\"]{{0,6}}?({_NUMBER.pattern})"
        own = re.findall(pattern, text, _case(label))
        if len(own) != 1:
            return None
        found.append(own[0])
    return _stated(found)


def _stated(found: Sequence[str]) -> Stated:
    """Numbers as written; percent unless they are fractions or their sum is near 1."""
    numbers = tuple(map(_value, found))
    small = any("/" in text for text in found) or abs(sum(numbers) - 1) <= 0.1
    return Stated(numbers, 1.0 if small else 100.0)


def _value(text: str) -> float:
    """A decimal or a fraction; a denominator of 0 makes it a number that is no probability."""
    above, stroke, below = text.partition("/")
    if not stroke:
        return float(text)
    return float(above) / float(below) if float(below) else -1.0


def _silence(text: str, why: WhyUnread) -> Unread:
    """An answer with nothing to read in it: empty, a refusal, or neither."""
    nothing = silent(text).why
    if nothing == "empty" or nothing == "refused":
        return Unread(text, nothing)
    return Unread(text, why)


def _as_word(label: str) -> str:
    """A pattern of the label as a word of its own."""
    return rf"(?<!\w){re.escape(label)}(?!\w)"


def _case(label: str) -> re.RegexFlag:
    """Single letters must have their case."""
    return re.IGNORECASE if len(label) > 1 else re.RegexFlag(0)
