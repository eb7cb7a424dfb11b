"""Tokens of texts that go on where a known text went on before.

In a match every prompt begins with what the one before it said, and tokenising all of it again
costs more than running what is new. A tokenizer looks at little around a place. So of a text that
parts from a known one somewhere, only a window from before that place on is tokenised; from within
the window on its tokens are taken, and before that the known ones. They must agree over the middle
of the window, or the whole text is tokenised. And of every call one text is tokenised whole too:
should it ever differ, no more is taken over (design/006-known-texts.md).
"""

import warnings
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    _index: dict[int, str] = field(default_factory=dict, repr=False)

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
        self._tokenise(tokenizer, {text: self._longest(text) for text in first}, special, found)
        self._tokenise(tokenizer, {t: found[o] for t, o in later.items()}, special, found)
        for text in first:
            self._keep(found[text])
        self._calls += 1
        checked = texts[self._calls % len(texts)]
        if found[checked].ids != _whole(tokenizer, [checked], special)[0]:
            self._sound = False
            warnings.warn(
                "this tokenizer gives other tokens to a text than to its parts, which was not "
                "noticed at once: what was read from it before may have been tokenised otherwise",
                stacklevel=2,
            )
            return _whole(tokenizer, texts, special)
        return [found[text].ids for text in texts]

    def _tokenise(
        self,
        tokenizer: Any,
        origins: dict[str, _Known | None],
        special: bool,
        found: dict[str, _Known],
    ) -> None:
        """Adds to `found` the tokens of every text, each from a known one where that will do."""
        starts = {
            text: _shared(known.text, text) - WINDOW
            for text, known in origins.items()
            if known is not None
        }
        starts = {text: start for text, start in starts.items() if start >= WINDOW}
        windows = _read(tokenizer, [t[start:] for t, start in starts.items()], special=False)
        for (text, start), (ids, ends) in zip(starts.items(), windows, strict=True):
            known = origins[text]
            assert known is not None, "it has a start"
            joined = _joined(known, text, start, ids, [start + end for end in ends])
            if joined is not None:
                found[text] = joined
                self.taken += 1
        whole = [text for text in origins if text not in found]
        for text, (ids, ends) in zip(whole, _read(tokenizer, whole, special=special), strict=True):
            found[text] = _Known(text, ids, ends)

    def _longest(self, text: str) -> _Known | None:
        """The known text that shares the longest beginning."""
        for end, mark in reversed(list(_marks(text))):
            known = self._texts.get(self._index.get(mark, ""))
            if known is not None and known.text[:end] == text[:end]:
                return known
        return None

    def _keep(self, known: _Known) -> None:
        """Remembers a text, and forgets the oldest."""
        self._texts[known.text] = known
        self._texts.move_to_end(known.text)
        self._index.update((mark, known.text) for _, mark in _marks(known.text))
        if len(self._texts) > self.most:
            self._texts.popitem(last=False)
        if len(self._index) > 64 * self.most:
            self._index = {mark: text for text in self._texts for _, mark in _marks(text)}


def _whole(tokenizer: Any, texts: Sequence[str], special: bool) -> list[list[int]]:
    """The tokens of every text, each tokenised whole."""
    ids: list[list[int]] = tokenizer(list(texts), add_special_tokens=special)["input_ids"]
    return [own[: _length(tokenizer, own, special)] for own in ids]


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


def _marks(text: str) -> Iterator[tuple[int, int]]:
    """At every multiple of `WINDOW` characters: how many, and a number that stands for them."""
    mark = 0
    for end in range(WINDOW, len(text) + 1, WINDOW):
        mark = hash((mark, text[end - WINDOW : end]))
        yield end, mark


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
