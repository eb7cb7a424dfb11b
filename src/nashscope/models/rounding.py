"""How far apart two runs of a network may be that must agree, by the type of its weights."""

import torch
from torch import nn

__all__ = ["allowed"]

TOLERANCE = {torch.float32: 2e-4, torch.float64: 1e-9}
"""Largest gap allowed, relative to the spread of the logits: rounding is within it, a wrong
position or a forgotten scale is not (LOG.md has both as measured)."""

HALF = 4e-2
"""The same for bfloat16, float16 and quantised weights."""


def allowed(model: nn.Module) -> float:
    """The largest gap of two runs' logits that may be rounding, relative to their spread.

    >>> allowed(nn.Linear(2, 2)), allowed(nn.Linear(2, 2, dtype=torch.bfloat16))
    (0.0002, 0.04)
    """
    widest = 0.0
    for weight in model.parameters():
        # quantised weights are whole numbers, or a kind of tensor of their own
        plain = type(weight.data) is torch.Tensor
        widest = max(widest, TOLERANCE.get(weight.dtype, HALF) if plain else HALF)
    return widest or HALF
