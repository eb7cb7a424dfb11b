"""A layer in 32 bits for a moment: whether parts add up cannot be seen through half precision.

A stream in bfloat16 is rounded by up to a part in 256 of its own size after every addition, and
what a layer adds is often not much more than that. Weights come back as they were, bit for bit.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["single", "singly"]

HALVES = (torch.bfloat16, torch.float16)


@contextmanager
def single(layer: nn.Module) -> Iterator[None]:
    """The weights of a layer in 32 bits for as long as it lasts, if they are of half precision.

    Weights that are elsewhere until the layer runs (offloaded) stay as they are.
    """
    weights = [*layer.parameters(), *layer.buffers()]
    if any(weight.is_meta for weight in weights):
        weights = []
    # a subclass packs its numbers in its own way
    kept = [(w, w.data) for w in weights if w.dtype in HALVES and type(w.data) is Tensor]
    try:
        for weight, old in kept:
            weight.data = old.float()
        yield
    finally:
        for weight, old in kept:
            weight.data = old


@contextmanager
def singly(layers: tuple[nn.Module, ...]) -> Iterator[None]:
    """Every layer runs in 32 bits, one at a time; between them the stream is what it always is."""
    stacks: dict[nn.Module, ExitStack] = {}

    def enter(layer: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if not any(weight.dtype in HALVES for weight in layer.parameters()):
            return None
        stacks[layer] = ExitStack()
        stacks[layer].enter_context(single(layer))
        if any(weight.dtype in HALVES for weight in layer.parameters()):
            return None
        return _cast(given, HALVES, torch.float32), _cast(named, HALVES, torch.float32)

    def leave(layer: nn.Module, _: Any, out: Any) -> Any:
        if layer not in stacks:
            return None
        stacks.pop(layer).close()
        narrow = next(w.dtype for w in layer.parameters() if w.dtype in HALVES)
        return _cast(out, (torch.float32,), narrow)

    handles: list[Any] = []
    try:
        for layer in layers:
            handles.append(layer.register_forward_pre_hook(enter, with_kwargs=True))
            handles.append(layer.register_forward_hook(leave))
        yield
    finally:
        for handle in handles:
            handle.remove()
        for stack in stacks.values():
            stack.close()


def _cast(value: Any, kinds: tuple[torch.dtype, ...], to: torch.dtype) -> Any:
    """A value with the tensors of these types in it in another."""
    if isinstance(value, Tensor):
        return value.to(to) if value.dtype in kinds else value
    if isinstance(value, dict):
        return {key: _cast(own, kinds, to) for key, own in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_cast(own, kinds, to) for own in value)
    return value
