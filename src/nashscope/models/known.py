"""Tokens of texts that go on where a known text went on before.

In a match every prompt begins with what the one before it said, and tokenising all of it again
costs more than running what is new. A tokenizer looks at little around a place. So of a text that
parts from a known one somewhere, only a window from before that place on is tokenised; from within
the window on its tokens are taken, and before that the known ones. They must agree over the middle
of the window, or the whole text is tokenised. And of what a call takes over one text is tokenised
whole too: should it ever differ, no more is taken over (design/006-known-texts.md).
"""

import warnings
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nashscope.models.beginnings import Beginnings

__all__ = ["KnownTexts"]

WINDOW = 256
"""Characters before the place where two texts part that are tokenised again."""
MARGIN = 64
"""Of them, how many at either end may be in other tokens than in the whole text."""
FEWEST = 3
"""Tokens in the middle of the window that must agree."""


@dataclass(frozen=True, eq=False)
class _Known:
    """A text, its tokens, and where each ends in it."""

    text: str
    ids: list[int]
    ends: list[int]


@dataclass
class KnownTexts:
    """Tokenises texts, and remembers the last of them.

    most: how many texts are remembered. taken: how many were not tokenised whole.
    """

    most: int = 2048
    taken: int = 0
    _calls: int = 0
    _sound: bool = True
    _texts: "OrderedDict[str, _Known]" = field(default_factory=OrderedDict, repr=False)
    _index: Beginnings[str] = field(default_factory=lambda: Beginnings(WINDOW), repr=False)

    def ids(self, tokenizer: Any, texts: Sequence[str], *, special: bool) -> list[list[int]]:
        """The tokens of every text, as the tokenizer gives them.

        special: whether it adds the special tokens that begin a text.
        """
        if not (tokenizer.is_fast and self._sound):
            return _whole(tokenizer, texts, special)
        found: dict[str, _Known] = {}
        later: dict[str, str] = {}
        before = ""
        for text in dict.fromkeys(texts):
            # The choices of one prompt follow one another and differ in their last words.
            if before and _shared(before, text) >= max(2 * WINDOW, len(text) - WINDOW):
                later[text] = before
            else:
                before = text
        first = [text for text in dict.fromkeys(texts) if text not in later]
        origins = {text: own for text in first if (own := self._longest(text)) is not None}
        taken = _taken(tokenizer, origins, found)
        _read_whole(tokenizer, first, special, found)
        taken += _taken(tokenizer, {text: found[own] for text, own in later.items()}, found)
        _read_whole(tokenizer, later, special, found)
        for text in first:
            self._keep(found[text])
        self.taken += len(taken)
        self._calls += 1
        # What was tokenised whole need not be tokenised again.
        checked = taken[self._calls % len(taken)] if taken else None
        if checked and found[checked].ids != _whole(tokenizer, [checked], special)[0]:
            self._sound = False
            warnings.warn(
                "this tokenizer gives other tokens to a text than to its parts, which was not "
                "noticed at once: what was read from it before may have been tokenised otherwise",
                stacklevel=2,
            )
            return _whole(tokenizer, texts, special)
        return [found[text].ids for text in texts]

    def _longest(self, text: str) -> _Known | None:
        """The known text that shares the longest beginning."""
        found = self._index.longest(text, self._texts)
        return None if found is None else self._texts[found[0]]

    def _keep(self, known: _Known) -> None:
        """Remembers a text, and forgets the oldest."""
        self._texts[known.text] = known
        self._texts.move_to_end(known.text)
        self._index.note(known.text)
        if len(self._texts) > self.most:
            self._texts.popitem(last=False)
        self._index.keep_to(self._texts, 64 * self.most)


def _whole(tokenizer: Any, texts: Sequence[str], special: bool) -> list[list[int]]:
    """The tokens of every text, each tokenised whole."""
    ids: list[list[int]] = tokenizer(list(texts), add_special_tokens=special)["input_ids"]
    return [own[: _length(tokenizer, own, special)] for own in ids]


def _taken(tokenizer: Any, origins: dict[str, _Known], found: dict[str, _Known]) -> list[str]:
    """The texts whose tokens could be had from a known text's; they are added to `found`."""
    starts = {text: _shared(own.text, text) - WINDOW for text, own in origins.items()}
    starts = {text: start for text, start in starts.items() if start >= WINDOW}
    windows = _read(tokenizer, [text[start:] for text, start in starts.items()], special=False)
    taken = []
    for (text, start), (ids, ends) in zip(starts.items(), windows, strict=True):
        joined = _joined(origins[text], text, start, ids, [start + end for end in ends])
        if joined is not None:
            found[text] = joined
            taken.append(text)
    return taken


def _read_whole(
    tokenizer: Any, texts: Iterable[str], special: bool, found: dict[str, _Known]
) -> None:
    """Adds the texts that are not in `found`, each tokenised whole."""
    rest = [text for text in texts if text not in found]
    for text, (ids, ends) in zip(rest, _read(tokenizer, rest, special=special), strict=True):
        found[text] = _Known(text, ids, ends)


def _read(
    tokenizer: Any, texts: Sequence[str], *, special: bool
) -> list[tuple[list[int], list[int]]]:
    """The tokens of every text, and where each ends in it."""
    if not texts:
        return []
    read = tokenizer(list(texts), add_special_tokens=special, return_offsets_mapping=True)
    pairs = zip(read["input_ids"], read["offset_mapping"], strict=True)
    lengths = [_length(tokenizer, ids, special) for ids in read["input_ids"]]
    return [
        (ids[:length], [end for _, end in places[:length]])
        for (ids, places), length in zip(pairs, lengths, strict=True)
    ]


def _length(tokenizer: Any, ids: Sequence[int], special: bool) -> int:
    """How many of the tokens belong to the text: some tokenizers close it with an end token."""
    closed = special and len(ids) > 1 and ids[-1] == tokenizer.eos_token_id
    return len(ids) - closed


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _joined(known: _Known, text: str, start: int, ids: list[int], ends: list[int]) -> _Known | None:
    """The tokens of a text from a known one and from those of its window, which begins at `start`.

    None if the two do not agree over the middle of the window.
    """
    last = bisect_right(known.ends, start + WINDOW - MARGIN)
    for old in range(bisect_left(known.ends, start + MARGIN), last - FEWEST):
        new = bisect_left(ends, known.ends[old])
        if new < len(ends) and ends[new] == known.ends[old]:
            more = last - old
            same_ids = known.ids[old + 1 : last] == ids[new + 1 : new + more]
            if not same_ids or known.ends[old + 1 : last] != ends[new + 1 : new + more]:
                return None
            return _Known(
                text, known.ids[: old + 1] + ids[new + 1 :], known.ends[: old + 1] + ends[new + 1 :]
            )
    return None
