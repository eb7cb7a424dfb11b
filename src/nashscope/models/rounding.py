"""How far apart two runs of a network may be that must agree, by the type of its weights."""

import torch

__all__ = ["allowed"]

TOLERANCE = {torch.float32: 2e-4, torch.float64: 1e-9}
"""Largest gap allowed, relative to the spread of the logits: rounding is within it, a wrong
position or a forgotten scale is not (LOG.md has both as measured)."""

HALF = 4e-2
"""The same for bfloat16, float16 and quantised weights."""


def allowed(dtype: torch.dtype) -> float:
    """The largest gap of two runs' logits that may be rounding, relative to their spread.

    >>> allowed(torch.float32) < allowed(torch.bfloat16)
    True
    """
    return TOLERANCE.get(dtype, HALF)
