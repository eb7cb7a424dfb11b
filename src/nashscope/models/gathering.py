"""Beginnings that were read before, brought together into one memory for a new batch."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import DynamicLayer

from nashscope.models.device import home
from nashscope.models.memory import Growing, fresh, keeps_all

__all__ = ["Row", "gathered"]

SLACK = 16
"""Places left unused that are always put up with; beyond them, one in four."""


@dataclass(frozen=True, eq=False)
class Row:
    """Where one text's keys and values are: a row of a cache, and the place of every token."""

    tokens: tuple[int, ...]
    cache: Cache
    row: int
    places: Tensor


Found = tuple[Row | None, int]
"""What a new text begins with: a row, and how many tokens of it; None where nothing is known."""
Source = list[tuple[int, Row, int]]
"""What comes from one cache: the number of the new row, the old row, the tokens they share."""


def gathered(model: Any, found: list[Found], free: bool) -> tuple[Cache, Tensor]:
    """One cache that holds the shared beginnings, with its mask `[rows, places]`.

    free: whether what the old rows hold beyond the shared beginnings is no longer needed.
    """
    cache, longest = fresh(model.config), max(shared for _, shared in found)
    if longest == 0:
        return cache, torch.zeros(len(found), 0, dtype=torch.long, device=home(model))
    by_source: dict[int, Source] = {}
    for number, (row, shared) in enumerate(found):
        if row is not None:
            by_source.setdefault(id(row.cache), []).append((number, row, shared))
    first, *others = by_source.values()
    mask = None if others else _mask_of_one(first, len(found), longest)
    if mask is not None:
        return _cut(cache, first, mask, free=free), mask
    mask = torch.zeros(len(found), longest, dtype=torch.long, device=home(model))
    for number, (_, shared) in enumerate(found):
        mask[number, longest - shared :] = 1
    parts = [(_held(rows[0][1].cache), _picks(rows, longest)) for rows in (first, *others)]
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


def _held(cache: Cache) -> list[tuple[Tensor, Tensor]]:
    """The keys and values of every layer."""
    layers: list[Any] = list(cache.layers)
    return [(layer.keys, layer.values) for layer in layers if layer.is_initialized]


def _filled(cache: Cache, pairs: list[Any]) -> Cache:
    """The cache with these keys and values in its layers, and room for more where all are kept."""
    layers: list[Any] = list(cache.layers)
    for number, (layer, (keys, values)) in enumerate(zip(layers, pairs, strict=True)):
        if type(layer) is DynamicLayer:
            cache.layers[number] = Growing(keys, values)
            continue
        layer.lazy_initialization(keys, values)
        layer.keys, layer.values = keys, values
        if hasattr(layer, "cumulative_length"):
            layer.cumulative_length = keys.shape[2]
    return cache


def _mask_of_one(rows: Source, count: int, longest: int) -> Tensor | None:
    """The mask over the places of the one cache that all rows come from, up to the last in use.

    Matches that advance together continue the rows of one cache, which then need not be moved token
    by token. None if too many places of it would be unused, or a window counts the places.
    """
    width = max(int(row.places[shared - 1]) + 1 for _, row, shared in rows)
    if width > longest * 5 // 4 + SLACK or not keeps_all(rows[0][1].cache):
        return None
    mask = torch.zeros(count, width, dtype=torch.long, device=rows[0][1].places.device)
    for number, row, shared in rows:
        mask[number, row.places[:shared]] = 1
    return mask


def _cut(cache: Cache, rows: Source, mask: Tensor, *, free: bool) -> Cache:
    """The rows of a mask, as far as it goes: in the very place where they are, or copied there."""
    source, (count, width) = rows[0][1].cache, mask.shape
    chosen = [0] * count
    for number, row, _ in rows:
        chosen[number] = row.row
    held = _held(source)
    if chosen != list(range(held[0][0].shape[0])):
        index = torch.tensor(chosen)

        def picked(held: Tensor) -> Tensor:
            return held[:, :, :width].index_select(0, index.to(held.device))

        return _filled(cache, [(picked(keys), picked(values)) for keys, values in held])
    if free and (own := [one for one in source.layers if isinstance(one, Growing)]):
        cache.layers[:] = [layer.upto(width) for layer in own]
        return cache
    return _filled(cache, [(keys[:, :, :width], values[:, :, :width]) for keys, values in held])


def _picks(rows: Source, longest: int) -> tuple[Tensor, Tensor, Tensor]:
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
