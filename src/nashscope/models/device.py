"""Where a network takes its tokens and keeps its weights, offloaded ones included."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["home", "weights"]


def home(model: nn.Module) -> torch.device:
    """The device that tokens are put on.

    Weights that are offloaded (accelerate) are on no device until they are used; then it is the one
    that they are brought to.
    """
    own = next(model.parameters()).device
    if own.type != "meta":
        return own
    return next(_brought(model), torch.device("cpu"))


def weights(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Every weight by its name, in the order of names; offloaded ones are read one at a time."""
    for name, weight in sorted(model.state_dict().items()):
        if not weight.is_meta:
            # a quantised weight is a kind of tensor of its own, of which little can be asked
            plain = type(weight) is Tensor or not hasattr(weight, "dequantize")
            yield name, weight if plain else weight.dequantize()
            continue
        owner, _, own = name.rpartition(".")
        for hook in _hooks(model.get_submodule(owner)):
            kept = getattr(hook, "weights_map", None)
            if kept is not None:
                yield name, kept[own]
                break


def _brought(model: nn.Module) -> Iterator[torch.device]:
    """The devices that offloaded weights are brought to."""
    for module in model.modules():
        for hook in _hooks(module):
            where = getattr(hook, "execution_device", None)
            if where is not None:
                yield torch.device(where)


def _hooks(module: nn.Module) -> list[Any]:
    """What accelerate has put around a module."""
    hook: Any = getattr(module, "_hf_hook", None)
    return list(getattr(hook, "hooks", [] if hook is None else [hook]))
