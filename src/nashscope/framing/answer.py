"""Reading an answer. What cannot be read is kept, never guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nashscope.errors import BrokenFraming

__all__ = ["Unparsed", "Why", "check_labels", "parse", "silent"]

Why = Literal["empty", "no label", "several labels", "refused", "truncated"]
"""What kept an answer from being read."""

_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am) (?:sorry|unable|not able)|I (?:cannot|can't|won't|will not)|as an AI)\b",
    re.I,
)


@dataclass(frozen=True)
class Unparsed:
    """An answer that names no action, or more than one."""

    text: str
    why: Why


def parse(text: str, labels: Sequence[str]) -> int | Unparsed:
    """The index of the one label that `text` names.

    A label counts where it stands as a word of its own. Single letters must have their case;
    longer labels may be written in any case.

    >>> parse("I choose J.", ["J", "F"])
    0
    >>> parse("J or F, who knows", ["J", "F"]).why
    'several labels'
    >>> parse("I cannot take part in this.", ["J", "F"]).why
    'refused'
    """
    named = [index for index, label in enumerate(labels) if _pattern(label).search(text)]
    if len(named) == 1:
        return named[0]
    if named:
        return Unparsed(text, "several labels")
    return silent(text)


def silent(text: str) -> Unparsed:
    """The outcome of an answer that names no label at all."""
    if not text.strip():
        return Unparsed(text, "empty")
    return Unparsed(text, "refused" if _REFUSAL.search(text) else "no label")


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
