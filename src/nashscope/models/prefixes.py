"""What was read before is not read again: keys and values kept from call to call.

In a match every prompt begins with what the one before it said. The store keeps, for every prompt
read, its tokens and where their keys and values are; a new prompt takes over the longest beginning
that it shares with one of them. It never holds more than `bound` bytes: what was used longest ago
is dropped, and then simply read again.

Only layers that keep every token's keys and values can give back a beginning. A recurrent state
cannot, nor can a sliding window once it is full: `fits` says whether the store can be used.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from nashscope.models.batch import Prefilled, padded, run
from nashscope.models.beginnings import Beginnings
from nashscope.models.choice import Ran
from nashscope.models.device import home
from nashscope.models.gathering import Row, gathered
from nashscope.models.grouping import Origin
from nashscope.models.memory import copied, size

__all__ = ["Prefixes", "fits"]

CONTINUED = 0.8
"""The share of a prompt that the next one of its match has at least in common with it."""
STRIDE = 16
"""Beginnings are looked up at multiples of this many tokens, then compared one by one."""


@dataclass
class Prefixes:
    """Keys and values of prompts, found again by the tokens they begin with.

    bound: most bytes held. computed: tokens run so far; asked: tokens of all prompts so far.
    """

    bound: int = 2**30
    computed: int = 0
    asked: int = 0
    _rows: "OrderedDict[tuple[int, ...], Row]" = field(default_factory=OrderedDict, repr=False)
    _index: Beginnings[tuple[int, ...]] = field(
        default_factory=lambda: Beginnings(STRIDE), repr=False
    )
    _bytes: dict[int, int] = field(default_factory=dict, repr=False)
    _users: Counter[int] = field(default_factory=Counter, repr=False)

    @torch.no_grad()
    def prefill(self, model: Any, decoder: Any, prompts: Sequence[tuple[int, ...]]) -> Prefilled:
        """Reads all but the last token of every prompt, each from where it is new."""
        _, cache, mask = self._read(model, decoder, [prompt[:-1] for prompt in prompts], 0)
        self.asked += len(prompts)
        self.computed += len(prompts)
        last, _ = padded([p[-1:] for p in prompts], home(model))
        full = torch.cat([mask, torch.ones_like(last)], dim=1)
        return Prefilled(cache, full, last, _position(model, prompts))

    @torch.no_grad()
    def read(self, model: Any, prompts: Sequence[tuple[int, ...]]) -> Ran:
        """Reads whole prompts, each from where it is new, in one run with the decision token."""
        logits, cache, mask = self._read(model, model, prompts, 1)
        return Ran(logits, cache, mask, _position(model, prompts))

    def origins(self, texts: Sequence[tuple[int, ...]]) -> list[Origin | None]:
        """Where the beginnings of texts stand that go on where a known one ended."""
        found = [self._longest(text[:-1]) for text in texts]
        return [
            (id(row.cache), row.row) if row is not None and _goes_on(row, shared) else None
            for row, shared in found
        ]

    def _read(
        self, model: Any, part: Any, texts: Sequence[tuple[int, ...]], least: int
    ) -> tuple[Any, Cache, Tensor]:
        """Runs a part of the model on what is new of every text, `least` tokens or more of it.

        Returns the logits at the last token, if that part gives any; the memory; and its mask.
        """
        found = [self._longest(text[: len(text) - least]) for text in texts]
        parts = [text[shared:] for text, (_, shared) in zip(texts, found, strict=True)]
        self.asked += sum(map(len, texts))
        self.computed += sum(map(len, parts))
        replaced = [row for row, shared in found if row and _goes_on(row, shared)]
        cache, mask = gathered(model, found, self._free(replaced))
        logits = None
        if any(parts):
            ids, new = padded([part or (0,) for part in parts], home(model))
            new[[i for i, part in enumerate(parts) if not part]] = 0
            start = torch.tensor([[shared] for _, shared in found], device=home(model))
            positions = start + (new.cumsum(-1) - 1).clamp(min=0)
            mask = torch.cat([mask, new], dim=1)
            out = run(part, ids, mask, positions, cache, last=True)
            logits = out.logits[:, -1] if least else None
        self._keep(texts, cache, mask, replaced)
        return logits, cache, mask

    def _longest(self, tokens: tuple[int, ...]) -> tuple[Row | None, int]:
        """The row that shares the longest beginning with `tokens`, and how long that is."""
        found = self._index.longest(tokens, self._rows)
        if found is None:
            return None, 0
        known, end = found
        pairs = zip(known[end:], tokens[end:], strict=False)
        more = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
        shared = min(len(known), len(tokens)) if more is None else end + more
        return self._rows[known], shared

    def _free(self, replaced: list[Row]) -> bool:
        """Whether all rows of one cache that are in use are replaced: what stands beyond the shared
        beginnings may then be written over."""
        caches = {id(row.cache) for row in replaced}
        distinct = len({id(row) for row in replaced})
        return len(caches) == 1 and self._users[caches.pop()] == distinct

    def _keep(
        self,
        texts: Sequence[tuple[int, ...]],
        cache: Cache,
        mask: Tensor,
        replaced: list[Row],
    ) -> None:
        """Remembers the rows of a cache, forgets those they continue, and keeps to the bound."""
        for old in replaced:
            self._forget(old.tokens)
        kept = copied(cache)
        for number, tokens in enumerate(texts):
            self._forget(tokens)
            self._rows[tokens] = Row(tokens, kept, number, mask[number].nonzero().squeeze(-1))
            self._users[id(kept)] += 1
            self._index.note(tokens)
        self._bytes[id(kept)] = size(kept)
        while self._rows and self.held > self.bound:
            self._forget(next(iter(self._rows)))
        self._index.keep_to(self._rows, 64 * (len(self._rows) + 64))

    def _forget(self, tokens: tuple[int, ...]) -> None:
        """Forgets a row, if it is known, and its cache with the last one in it."""
        row = self._rows.pop(tokens, None)
        if row is None:
            return
        self._users[id(row.cache)] -= 1
        if not self._users[id(row.cache)]:
            del self._users[id(row.cache)]
            self._bytes.pop(id(row.cache), None)

    @property
    def held(self) -> int:
        """Bytes held by the caches that some row still points to."""
        return sum(self._bytes.values())


def fits(cache: Cache, tokens: int) -> bool:
    """Whether every layer of this cache can give back any beginning of `tokens` tokens."""
    return all(
        type(layer) is DynamicLayer
        or (type(layer) is DynamicSlidingWindowLayer and tokens < layer.sliding_window)
        for layer in cache.layers
    )


def _goes_on(row: Row, shared: int) -> bool:
    """Whether a prompt that shares so many tokens goes on where this one ended.

    All that is new in a match is said before the closing question. A prompt that shares the rules
    alone belongs to another match, which still needs this row.
    """
    return shared >= CONTINUED * len(row.tokens)


def _position(model: Any, prompts: Sequence[tuple[int, ...]]) -> Tensor:
    """Where the last token of every prompt stands, `[prompts, 1]`."""
    return torch.tensor([[len(prompt) - 1] for prompt in prompts], device=home(model))
