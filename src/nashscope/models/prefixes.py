"""What was read before is not read again: keys and values kept from call to call.

In a match every prompt begins with what the one before it said. The store keeps, for every prompt
read, its tokens and where their keys and values are; a new prompt takes over the longest beginning
that it shares with one of them. It never holds more than `bound` bytes: what was used longest ago
is dropped, and then simply read again.

Only layers that keep every token's keys and values can give back a beginning. A recurrent state
cannot, nor can a sliding window once it is full: `fits` says whether the store can be used.
"""

import copy
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from nashscope.models.batch import Prefilled, padded, run
from nashscope.models.device import home
from nashscope.models.memory import fresh

__all__ = ["Prefixes", "fits"]

CONTINUED = 0.8
"""The share of a prompt that the next one of its match has at least in common with it."""
STRIDE = 16
"""Beginnings are looked up at multiples of this many tokens, then compared one by one."""


@dataclass(frozen=True, eq=False)
class _Row:
    """Where one prompt's keys and values are: a row of a cache, and the place of every token."""

    tokens: tuple[int, ...]
    cache: Cache
    row: int
    places: Tensor

    def continued(self, shared: int) -> bool:
        """Whether a prompt that shares so many tokens goes on where this one ended.

        All that is new in a match is said before the closing question. A prompt that shares the
        rules alone belongs to another match, which still needs this row.
        """
        return shared >= CONTINUED * len(self.tokens)


@dataclass
class Prefixes:
    """Keys and values of prompts, found again by the tokens they begin with.

    bound: most bytes held. computed: tokens run so far; asked: tokens of all prompts so far.
    """

    bound: int = 2**30
    computed: int = 0
    asked: int = 0
    _rows: "OrderedDict[tuple[int, ...], _Row]" = field(default_factory=OrderedDict, repr=False)
    _index: dict[int, tuple[int, ...]] = field(default_factory=dict, repr=False)

    @torch.no_grad()
    def prefill(self, model: Any, decoder: Any, prompts: Sequence[tuple[int, ...]]) -> Prefilled:
        """Reads all but the last token of every prompt, each from where it is new."""
        found = [self._longest(prompt[:-1]) for prompt in prompts]
        fresh_parts = [p[n:-1] for p, (_, n) in zip(prompts, found, strict=True)]
        self.asked += sum(map(len, prompts))
        self.computed += sum(map(len, fresh_parts)) + len(prompts)
        cache, mask = _gathered(model, found)
        last, _ = padded([p[-1:] for p in prompts], home(model))
        position = torch.tensor([[len(p) - 1] for p in prompts], device=home(model))
        if any(fresh_parts):
            ids, new = padded([part or (0,) for part in fresh_parts], home(model))
            new[[i for i, part in enumerate(fresh_parts) if not part]] = 0
            start = torch.tensor([[n] for _, n in found], device=home(model))
            positions = start + (new.cumsum(-1) - 1).clamp(min=0)
            mask = torch.cat([mask, new], dim=1)
            run(decoder, ids, mask, positions, cache)
        self._keep(prompts, cache, mask, [row for row, n in found if row and row.continued(n)])
        full = torch.cat([mask, torch.ones_like(last)], dim=1)
        return Prefilled(cache, full, last, position)

    def _longest(self, tokens: tuple[int, ...]) -> tuple[_Row | None, int]:
        """The row that shares the longest beginning with `tokens`, and how long that is."""
        for end in range(len(tokens) // STRIDE * STRIDE, 0, -STRIDE):
            row = self._rows.get(self._index.get(hash(tokens[:end]), ()))
            if row is not None and row.tokens[:end] == tokens[:end]:
                pairs = zip(row.tokens[end:], tokens[end:], strict=False)
                more = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
                shared = min(len(row.tokens), len(tokens)) if more is None else end + more
                return row, shared
        return None, 0

    def _keep(
        self,
        prompts: Sequence[tuple[int, ...]],
        cache: Cache,
        mask: Tensor,
        replaced: list[_Row],
    ) -> None:
        """Remembers the rows of a cache, forgets those they continue, and keeps to the bound."""
        for old in replaced:
            self._rows.pop(old.tokens, None)
        kept = copy.copy(cache)
        kept.layers = [copy.copy(layer) for layer in cache.layers]
        for number, prompt in enumerate(prompts):
            tokens = prompt[:-1]
            row = _Row(tokens, kept, number, mask[number].nonzero().squeeze(-1))
            self._rows[tokens] = row
            for end in range(STRIDE, len(tokens) + 1, STRIDE):
                self._index[hash(tokens[:end])] = tokens
        while self._rows and self.held > self.bound:
            self._rows.popitem(last=False)
        if len(self._index) > 64 * (len(self._rows) + 64):
            self._reindex()

    def _reindex(self) -> None:
        """Forgets the beginnings of rows that are gone."""
        self._index = {
            hash(tokens[:end]): tokens
            for tokens in self._rows
            for end in range(STRIDE, len(tokens) + 1, STRIDE)
        }

    @property
    def held(self) -> int:
        """Bytes held by the caches that some row still points to."""
        caches = {id(row.cache): row.cache for row in self._rows.values()}
        return sum(_size(cache) for cache in caches.values())


def fits(cache: Cache, tokens: int) -> bool:
    """Whether every layer of this cache can give back any beginning of `tokens` tokens."""
    return all(
        type(layer) is DynamicLayer
        or (type(layer) is DynamicSlidingWindowLayer and tokens < layer.sliding_window)
        for layer in cache.layers
    )


def _size(cache: Cache) -> int:
    """Bytes of a cache's keys and values."""
    return sum(tensor.numel() * tensor.element_size() for pair in _held(cache) for tensor in pair)


def _held(cache: Cache) -> list[tuple[Tensor, Tensor]]:
    """The keys and values of every layer, once something was read."""
    layers: list[Any] = list(cache.layers)
    return [(layer.keys, layer.values) for layer in layers if layer.is_initialized]


def _gathered(model: Any, found: list[tuple[_Row | None, int]]) -> tuple[Cache, Tensor]:
    """One cache that holds the shared beginnings, with its mask `[rows, places]`."""
    cache = fresh(model.config)
    longest = max(count for _, count in found)
    if longest == 0:
        return cache, torch.zeros(len(found), 0, dtype=torch.long, device=home(model))
    by_source: dict[int, list[tuple[int, _Row, int]]] = {}
    for number, (row, count) in enumerate(found):
        if row is not None:
            by_source.setdefault(id(row.cache), []).append((number, row, count))
    sources = list(by_source.values())
    mask = _mask_of_one(sources[0], len(found), longest) if len(sources) == 1 else None
    if mask is not None:
        return _filled(cache, _cut(sources[0], mask)), mask
    mask = torch.zeros(len(found), longest, dtype=torch.long, device=home(model))
    for number, (_, count) in enumerate(found):
        mask[number, longest - count :] = 1
    parts = [(_held(rows[0][1].cache), _picks(rows, longest)) for rows in sources]
    return _filled(
        cache,
        [
            tuple(
                _assembled([(held[k][side], picks) for held, picks in parts], len(found), longest)
                for side in (0, 1)
            )
            for k in range(len(parts[0][0]))
        ],
    ), mask


def _filled(cache: Cache, pairs: list[Any]) -> Cache:
    """The cache with these keys and values in its layers."""
    layers: list[Any] = list(cache.layers)
    for layer, (keys, values) in zip(layers, pairs, strict=True):
        layer.lazy_initialization(keys, values)
        layer.keys, layer.values = keys, values
        if hasattr(layer, "cumulative_length"):
            layer.cumulative_length = keys.shape[2]
    return cache


def _mask_of_one(rows: list[tuple[int, _Row, int]], count: int, longest: int) -> Tensor | None:
    """The mask over the places of the one cache that all rows come from, up to the last in use.

    Matches that advance together continue the rows of one cache, which then need not be moved token
    by token. None if too many places of it would be unused, or a window counts the places.
    """
    cache = rows[0][1].cache
    width = max(int(row.places[shared - 1]) + 1 for _, row, shared in rows)
    if width > longest * 5 // 4 + STRIDE or any(
        type(own) is not DynamicLayer for own in cache.layers
    ):
        return None
    mask = torch.zeros(count, width, dtype=torch.long, device=rows[0][1].places.device)
    for number, row, shared in rows:
        mask[number, row.places[:shared]] = 1
    return mask


def _cut(rows: list[tuple[int, _Row, int]], mask: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The keys and values of every layer for the rows of a mask, as far as it goes."""
    held, (count, width) = _held(rows[0][1].cache), mask.shape
    chosen = [0] * count
    for number, row, _ in rows:
        chosen[number] = row.row
    if chosen == list(range(held[0][0].shape[0])):
        return [(keys[:, :, :width], values[:, :, :width]) for keys, values in held]
    index = torch.tensor(chosen)

    def picked(held: Tensor) -> Tensor:
        return held[:, :, :width].index_select(0, index.to(held.device))

    return [(picked(keys), picked(values)) for keys, values in held]


def _picks(rows: list[tuple[int, _Row, int]], longest: int) -> tuple[Tensor, Tensor, Tensor]:
    """For the new rows taken from one cache: their numbers, source rows and source places."""
    device = rows[0][1].places.device
    places = torch.zeros(len(rows), longest, dtype=torch.long, device=device)
    for i, (_, row, count) in enumerate(rows):
        places[i, longest - count :] = row.places[:count]
    numbers = torch.tensor([number for number, _, _ in rows], device=device)
    return numbers, torch.tensor([row.row for _, row, _ in rows], device=device), places


def _assembled(
    parts: list[tuple[Tensor, tuple[Tensor, Tensor, Tensor]]], rows: int, longest: int
) -> Tensor:
    """`[rows, heads, longest, width]` with every row's places gathered from its source."""
    some = parts[0][0]
    new = some.new_zeros(rows, some.shape[1], longest, some.shape[3])
    for source, picks in parts:
        numbers, chosen, places = (index.to(source.device) for index in picks)
        picked = source.index_select(0, chosen)
        index = places[:, None, :, None].expand(-1, picked.shape[1], -1, picked.shape[3])
        new[numbers] = picked.gather(2, index)
    return new
