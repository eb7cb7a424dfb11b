"""Reading an answer. What cannot be read is kept, never guessed.

An answer is read where it names one label and neither denies it nor refuses to choose. The reader
goes by words, not by meaning, and where it is in doubt it does not read: it may leave an answer
unread that a person would understand, and is made not to take one for its opposite. English only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nashscope.errors import BrokenFraming

__all__ = [
    "Unparsed",
    "Why",
    "check_labels",
    "outside_thoughts",
    "parse",
    "parse_reasoned",
    "silent",
]

Why = Literal[
    "empty",
    "no label",
    "several labels",
    "negated",
    "refused",
    "truncated",
    "no number",
    "several numbers",
    "too few numbers",
    "unclear number",
    "out of range",
    "wrong sum",
    "several answers",
    "no mark",
    "extra field",
    "missing field",
    "too long",
]
"""What kept an answer from being read: "negated" if it says what it does not choose, "truncated" if
it ends before it answers."""

_REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:sorry|unable|not able)|I (?:cannot|can['’]?t|won['’]?t|will not)"
    r"|as an AI)\b",
    re.IGNORECASE,
)
_REFUSAL_TO_CHOOSE = re.compile(
    r"\b(?:cannot|can['’]?t|could(?: not|n['’]t)|won['’]?t|will not|would rather not"
    r"|(?:unable|unwilling|not able|not willing) to)\s+(?:\w+\s+)?"
    r"(?:choose|pick|select|decide|answer|say|tell|reply|respond|play|participate|take part|help"
    r"|assist|comply|engage|make|give|provide|continue|commit)\b(?!\s+but\b)"
    r"|\b(?:refuse|decline) to\b|\bI(?: must| have to)? (?:refuse|decline)\b",
    re.IGNORECASE,
)
"""A refusal that stands even beside a label; "as an AI" does not, nor does being sorry."""

_SENTENCE = re.compile(r"[.!?;:\n]")
_CLAUSE = re.compile(
    r"—|--| - |\b(?:but|so|then|thus|hence|therefore|because|since|although)\b"
    r"|,\s+(?=(?:I|I['’](?:d|ll|m)|my|let)\b)",
    re.IGNORECASE,
)
"""Where a clause ends: a negation before it says nothing about a label after it."""
_NEGATION = re.compile(
    r"not|never|cannot|cant|dont|wont|neither|nor|except|excluding|unwilling|\w+n['’]t"
    r"|(?:refus|reject|avoid|declin)(?:e|es|ed|ing|s)?",
    re.IGNORECASE,
)
REACH = 5
"""How many words before a label a negation is looked for, within its clause."""
_PASSED_OVER = re.compile(
    r"\b(?:rather than|instead of|other than|against|rul\w+ out|(?:any\w*|all) but)"
    r"(?:\W+\w+){0,2}\W*$|\bno[\s\"'*_`]+$",
    re.IGNORECASE,
)
"""What stands before a label that something else is preferred to."""
_DENIED_AFTER = re.compile(
    r"[\s\"'*_`)]*(?:(?:is|was|would|will|should|could|can|does|do|must|may) (?:not|never)\b"
    r"(?! only\b)|cannot\b|\w+n['’]t\b|\?\s*(?:no|not|never)\b)",
    re.IGNORECASE,
)
_CUT = re.compile(r"\W*\b(?:or|and|versus|vs)\b\W*$", re.IGNORECASE)
_OPEN = re.compile(r"<(?:think|thinking|thought|reasoning)>|\[THINK\]", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking|thought|reasoning)>|\[/THINK\]", re.IGNORECASE)


@dataclass(frozen=True)
class Unparsed:
    """An answer that names no action, or more than one, or denies the one that it names."""

    text: str
    why: Why


def parse(text: str, labels: Sequence[str]) -> int | Unparsed:
    """The index of the one label that `text` names.

    A label counts where it stands as a word of its own, outside of thoughts (`<think>…</think>`).
    Single letters must have their case; longer labels may be written in any case. An answer that
    names two labels is not read, whatever it says of them.

    >>> parse("I choose J.", ["J", "F"])
    0
    >>> parse("J or F, who knows", ["J", "F"]).why
    'several labels'
    >>> parse("I would never choose J.", ["J", "F"]).why
    'negated'
    >>> parse("I cannot take part in this.", ["J", "F"]).why
    'refused'
    """
    said = outside_thoughts(text)
    if said is None:
        return Unparsed(text, "truncated")
    places = [
        (index, place)
        for index, label in enumerate(labels)
        for place in _pattern(label).finditer(said)
    ]
    if not places:
        return Unparsed(text, silent(said).why)
    if len({index for index, _ in places}) > 1:
        return Unparsed(text, "several labels")
    why = _unsaid(said, [place for _, place in places])
    return places[0][0] if why is None else Unparsed(text, why)


def parse_reasoned(text: str, labels: Sequence[str]) -> int | Unparsed:
    """The index of the one label that stands after the last "Answer:" of a reply.

    >>> parse_reasoned("J would be fair.\\nAnswer: F", ["J", "F"])
    1
    >>> parse_reasoned("I choose F", ["J", "F"]).why
    'no label'
    """
    said = outside_thoughts(text)
    if said is None:
        return Unparsed(text, "truncated")
    *before, last = re.split(r"answer:", said, flags=re.IGNORECASE)
    if not before:
        return Unparsed(text, silent(said).why)
    read = parse(last, labels)
    return Unparsed(text, read.why) if isinstance(read, Unparsed) else read


def silent(text: str) -> Unparsed:
    """The outcome of an answer that names no label at all."""
    if not text.strip():
        return Unparsed(text, "empty")
    refused = _REFUSAL.search(text) or _REFUSAL_TO_CHOOSE.search(text)
    return Unparsed(text, "refused" if refused else "no label")


def outside_thoughts(text: str) -> str | None:
    """The text without thoughts between tags; None if it ends within a thought.

    A thought that ends without having begun was begun by the prompt.

    >>> outside_thoughts("<think>F or J?</think> J"), outside_thoughts("F?</think> J")
    (' J', ' J')
    >>> outside_thoughts("<think>I take F") is None
    True
    """
    said, rest = "", text
    while True:
        begin, end = _OPEN.search(rest), _CLOSE.search(rest)
        if end is not None and (begin is None or end.start() < begin.start()):
            said, rest = "", rest[end.end() :]
        elif begin is None:
            return said + rest
        elif end is None:
            return None
        else:
            said, rest = said + rest[: begin.start()], rest[end.end() :]


def _unsaid(text: str, places: Sequence[re.Match[str]]) -> Why | None:
    """Why the one label that a text names is not its answer; None if it is."""
    if any(_denied(text, place) for place in places):
        return "negated"
    without = text
    for place in reversed(places):  # a label may be the word refuse
        without = f"{without[: place.start()]}_{without[place.end() :]}"
    if _REFUSAL_TO_CHOOSE.search(without):
        return "refused"
    return "truncated" if _CUT.fullmatch(text, places[-1].end()) else None


def _denied(text: str, place: re.Match[str]) -> bool:
    """Whether a label stands where it is denied."""
    if _DENIED_AFTER.match(text, place.end()):
        return True
    sentence = _SENTENCE.split(text[: place.start()])[-1]
    if _PASSED_OVER.search(sentence):
        return True
    words = re.findall(r"[\w'’]+", _CLAUSE.split(sentence)[-1])
    return any(
        _NEGATION.fullmatch(word) and words[at + 1 : at + 2] not in (["only"], ["just"], ["merely"])
        for at, word in enumerate(words)
        if at >= len(words) - REACH
    )


def check_labels(labels: Sequence[str]) -> None:
    """Refuses labels that could be taken for one another.

    Raises:
        BrokenFraming: if a label is empty, two are equal, or one contains another.
    """
    for index, label in enumerate(labels):
        if not label.strip() or label != label.strip():
            raise BrokenFraming(f"label {label!r} is empty or has blanks at its ends")
        for other in labels[:index]:
            if label.casefold() == other.casefold():
                raise BrokenFraming(f"two actions have the label {label!r}; labels must differ")
            if label.casefold() in other.casefold() or other.casefold() in label.casefold():
                raise BrokenFraming(
                    f"labels {other!r} and {label!r} contain each other; "
                    "choose labels of which none is part of another"
                )


def _pattern(label: str) -> re.Pattern[str]:
    """Matches the label as a word of its own."""
    flags = re.IGNORECASE if len(label) > 1 else 0
    return re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", flags)
