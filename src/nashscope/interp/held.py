"""A norm whose size is held fixed, so that what leaves it is a sum over what enters it.

A layer norm or a root-mean-square norm is affine once its divisor is that of the input at hand:
y = w · (x - mean) / s + b, with s as it was. That is how contributions to logits are told apart
(Elhage et al. 2021, A Mathematical Framework for Transformer Circuits, "Handling Layer
Normalization"). Nothing is looked up by name: w, b and whether the mean is taken off are found by
what the module gives for inputs made for it, and checked on the input at hand.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from nashscope.errors import Misuse

__all__ = ["Held", "held"]

LARGE = 1e3
"""Size of the inputs made for a norm; what it adds under the root is nothing beside it."""

EXACT, ROUGH = 1e-3, 5e-2
"""Largest remainder relative to the output, for weights in 32 or 64 bits and for narrower ones."""


@dataclass(frozen=True, eq=False)
class Held:
    """A norm with its size held fixed: `y = weight · (x - mean) / size + shift`.

    weight, shift: `[width]`. size: `[rows]`, one for each input. centred: whether the mean is
    taken off.
    """

    weight: Float[Tensor, "width"]
    shift: Float[Tensor, "width"]
    size: Float[Tensor, "rows"]
    centred: bool

    def back(self, slope: Float[Tensor, "rows more width"]) -> Float[Tensor, "rows more width"]:
        """The slope of something along the input, from its slope along the output."""
        turned = slope * self.weight / self.size[:, None, None]
        return turned - turned.mean(dim=-1, keepdim=True) if self.centred else turned


@torch.no_grad()
def held(norm: Callable[[Tensor], Tensor], given: Float[Tensor, "rows width"], what: str) -> Held:
    """The norm as it acts on these inputs.

    what: what it is, for the error. Computed in double precision but for the norm itself.

    Raises:
        Misuse: if it does not act as a norm does.
    """
    width = given.shape[1]
    made = torch.ones(width, device=given.device)
    made[1::2] = -1
    if width % 2:
        made[-3:] = torch.tensor([1.0, 1.0, -2.0])

    def through(x: Tensor) -> Tensor:
        return norm(x.to(given.dtype)[:, None]).double()[:, 0]

    shift, plain, moved = through(
        torch.stack([torch.zeros_like(made), LARGE * made, LARGE * (made + 3)])
    )
    limit = EXACT if given.dtype in (torch.float32, torch.float64) else ROUGH
    centred = float((moved - plain).norm()) <= limit * float(plain.norm())
    weight = (plain - shift) / made.double()
    entered = given.double()
    if centred:
        entered = entered - entered.mean(dim=1, keepdim=True)
    out, shaped = through(given) - shift, entered * weight
    inverse = (shaped * out).sum(dim=1) / shaped.pow(2).sum(dim=1).clamp(min=1e-300)
    left = (out - shaped * inverse[:, None]).norm() / out.norm().clamp(min=1e-300)
    if not float(left) <= limit:
        raise Misuse(
            f"{what} is no norm whose size can be held fixed (remainder {float(left):.2g}); "
            "patch or ablate parts instead of attributing to them"
        )
    return Held(weight, shift, 1 / inverse, centred)
