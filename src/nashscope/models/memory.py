"""What a network has read: keys, values and recurrent states, never changed once written.

transformers updates a cache in place, some kinds of layer by replacing a tensor and some by writing
into it. A run on a copy of the cache leaves the original as it was: containers are copied always,
tensors only where they are written into. Without the second, the second replay of a model with
linear attention is silently wrong (by 0.3 in logits).
"""

import copy
from typing import Any

import torch
from torch import Tensor
from transformers import Cache, DynamicCache
from transformers.cache_utils import DynamicLayer

__all__ = [
    "Growing",
    "copied",
    "fresh",
    "keeps_all",
    "keyless",
    "recurrent",
    "roomy",
    "rows",
    "scratch",
    "size",
]

SPARE = 64
"""Fewest places to spare in a `Growing` layer."""


def fresh(config: Any) -> Cache:
    """An empty cache of the kinds of layer that the model has."""
    return DynamicCache(config=config)


def scratch(cache: Cache) -> Cache:
    """A cache that can be run on and thrown away; `cache` stays as it is."""
    return _rebuilt(cache, lambda tensor, written_into: tensor.clone() if written_into else tensor)


class Growing(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values with places to spare, into which new tokens are written.

    `DynamicLayer` joins old and new into new tensors, which costs more than a run of a few tokens.
    The tensors are shared by a copy of the layer and by what `upto` gives: only the one that wrote
    last has its tokens in them, beyond what all have in common.
    """

    def __init__(self, keys: Tensor, values: Tensor, spare: int | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.lazy_initialization(keys, values)
        self.keys, self.values = keys, values
        self._move(max(SPARE, keys.shape[-2] // 4) if spare is None else spare)

    def upto(self, length: int) -> "Growing":
        """The layer as it was after so many places; what comes next is written over the rest."""
        new = copy.copy(self)
        new.keys, new.values = (held[:, :, :length] for held in self._kept())
        return new

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """What was read and the new tokens; only the latter's places are written to."""
        keys = self._kept()[0]
        length, more = keys.shape[-2], key_states.shape[-2]
        moved = keys.data_ptr() != self._all[0].data_ptr()
        if moved or length + more > self._all[0].shape[-2]:
            self._move(more + max(SPARE, length // 4))
        for held, new in zip(self._all, (key_states, value_states), strict=True):
            held[:, :, length : length + more] = new
        self.keys, self.values = (held[:, :, : length + more] for held in self._all)
        return self.keys, self.values

    def _kept(self) -> tuple[Tensor, Tensor]:
        """What was read."""
        assert self.keys is not None and self.values is not None, "it was made with them"
        return self.keys, self.values

    def _move(self, more: int) -> None:
        """Copies what was read to where `more` places follow it."""
        kept = self._kept()
        length = kept[0].shape[-2]
        self._all = [_widened(held, length + more) for held in kept]
        self.keys, self.values = (held[:, :, :length] for held in self._all)


def roomy(cache: Cache) -> Cache | None:
    """The cache with room for one more token, for any number of runs on a copy.

    Joining old and new takes a quarter of what a run of one token costs. None where a layer keeps
    something else than the keys and values of every token.
    """
    held: list[Any] = list(cache.layers)
    if not held or not keeps_all(cache) or any(not one.is_initialized for one in held):
        return None
    new = copy.copy(cache)
    new.layers = [Growing(layer.keys, layer.values, spare=1) for layer in held]
    return new


def copied(cache: Cache) -> Cache:
    """The same tensors in containers of their own, so that a run on either leaves the other as long
    as it was. Of two with `Growing` layers, only the one run last has its new tokens."""
    new = copy.copy(cache)
    new.layers = [copy.copy(layer) for layer in cache.layers]
    return new


def size(cache: Cache) -> int:
    """The bytes that all of it takes, places to spare included."""
    stores = {}
    for layer in cache.layers:
        for value in vars(layer).values():
            parts = value.values() if isinstance(value, dict) else (value,)
            kept = [part.untyped_storage() for part in parts if isinstance(part, Tensor)]
            stores.update({store.data_ptr(): store.nbytes() for store in kept})
    return sum(stores.values())


def keeps_all(cache: Cache) -> bool:
    """Whether every layer keeps the keys and values of every token, and nothing else."""
    return all(type(layer) in (DynamicLayer, Growing) for layer in cache.layers)


def rows(cache: Cache, index: Tensor) -> Cache:
    """The cache with these rows of the batch, each as often as it is named."""
    new = _rebuilt(cache, lambda tensor, _: tensor.index_select(0, index.to(tensor.device)))
    layers: list[Any] = list(new.layers)
    pairs = zip(cache.layers, layers, strict=True)
    new.layers = [
        Growing(own.keys, own.values) if isinstance(old, Growing) else own for old, own in pairs
    ]
    return new


def recurrent(cache: Cache) -> bool:
    """Whether some layer keeps a state instead of every token's keys and values."""
    return any(isinstance(value, dict) for layer in cache.layers for value in vars(layer).values())


def keyless(cache: Cache) -> bool:
    """Whether no layer keeps keys and values."""
    return not any(hasattr(layer, "keys") for layer in cache.layers)


def _rebuilt(cache: Cache, change: Any) -> Cache:
    """A copy of the cache whose batched tensors went through `change(tensor, written_into)`."""
    new = copy.copy(cache)
    new.layers = [_layer(layer, change) for layer in cache.layers]
    return new


def _layer(layer: Any, change: Any) -> Any:
    """A copy of one layer's part of the cache.

    Keys and values grow by concatenation, which makes new tensors, also those of a layer that was
    `Growing`. States kept in dictionaries (convolution and recurrence) are written into.
    """
    if isinstance(layer, Growing):
        plain: Any = DynamicLayer()  # type: ignore[no-untyped-call]
        plain.lazy_initialization(layer.keys, layer.values)
        plain.keys, plain.values = change(layer.keys, False), change(layer.values, False)
        return plain
    new = copy.copy(layer)
    for name, value in vars(layer).items():
        if isinstance(value, Tensor) and value.ndim > 1:
            setattr(new, name, change(value, False))
        elif isinstance(value, dict):
            setattr(new, name, {k: _state(v, change) for k, v in value.items()})
    return new


def _widened(held: Tensor, places: int) -> Tensor:
    """The keys or values at the beginning of a tensor of so many places."""
    new = held.new_empty(*held.shape[:2], places, held.shape[3])
    new[:, :, : held.shape[2]] = held
    return new


def _state(value: Any, change: Any) -> Any:
    """One entry of a dictionary of states: tensors are changed, flags and sizes kept."""
    return change(value, True) if isinstance(value, torch.Tensor) and value.ndim > 0 else value
