"""Edits of the residual stream at the decision token, and models edited for good."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator
from torch import Tensor

from nashscope.errors import IllFormedEdit
from nashscope.models import Edits, Reply
from nashscope.models.hf import HFModel
from nashscope.models.model import Texts
from nashscope.models.sites import Change, Place, site

__all__ = ["Edited", "ablate", "at", "clamp", "edited", "patch", "steer"]


def steer(direction: Float[ndarray, "width"], strength: float) -> Change:
    """Adds `strength` times the direction (Turner et al. 2023, Activation Addition).

    The direction is used as it is: `strength` is in units of its norm.
    """
    push = _checked(direction) * _number(strength, "strength")
    return lambda stream: stream + _like(push, stream)


def clamp(direction: Float[ndarray, "width"], value: float) -> Change:
    """Sets the component along the direction to `value` times its norm; leaves the rest alone."""
    given = _checked(direction)
    norm = _norm(given)
    unit, value = given / norm, _number(value, "value") * norm

    def change(stream: Tensor) -> Tensor:
        along = _like(unit, stream)
        return stream + (value - stream @ along)[:, None] * along

    return change


def ablate(direction: Float[ndarray, "width"]) -> Change:
    """Projects the direction out: its component becomes 0."""
    return clamp(direction, 0.0)


def patch(stream: Float[ndarray, "*rows width"]) -> Change:
    """Puts other activations in place of those that are there (Vig et al. 2020; Meng et al. 2022).

    stream: `[width]`, the same for every prompt, or `[prompts, width]`, a row for each prompt of
        the batch that is run.
    """
    given = np.asarray(stream, dtype=float)
    if given.ndim not in (1, 2) or not np.isfinite(given).all():
        raise IllFormedEdit(
            f"a patch is [width] or [prompts, width] of finite numbers, not {given.shape}"
        )

    def change(old: Tensor) -> Tensor:
        if given.shape[-1] != old.shape[-1] or given.shape[:-1] not in ((), old.shape[:-1]):
            raise IllFormedEdit(
                f"the patch has shape {given.shape}, what it replaces {tuple(old.shape)}"
            )
        new = torch.as_tensor(given, dtype=old.dtype, device=old.device)
        return new.expand(old.shape)

    return change


def at(layers: Sequence[int], change: Change) -> dict[Place, Change]:
    """The same change of the residual stream after each of these layers."""
    return dict.fromkeys(layers, change)


@dataclass(frozen=True, eq=False)
class Edited:
    """A model with edits at every decision; agents cannot tell it from any other model."""

    model: HFModel
    edits: Edits
    name: str = field(default="")
    reads: bool = True

    @property
    def layers(self) -> int:
        """Number of layers."""
        return self.model.layers

    @property
    def width(self) -> int:
        """Width of the residual stream."""
        return self.model.width

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
    ) -> list[Float[ndarray, "_"]]:
        return self.model.logprobs(prompts, choices, begun, alone=alone, edits=self.edits)

    def generate(
        self,
        prompts: Texts,
        chances: Sequence[Generator],
        *,
        tokens: int,
        stop: Texts = (),
        temperature: float = 1.0,
    ) -> list[Reply]:
        return self.model.generate(
            prompts,
            chances,
            tokens=tokens,
            stop=stop,
            temperature=temperature,
            edits=self.edits,
        )


def edited(model: HFModel, edits: Mapping[int, Change] | Edits, note: str) -> Edited:
    """The model with the edits in place; `note` says in its name what was done.

    edits: by layer (a number: the residual stream after that many), or by any other place.

    Raises:
        IllFormedEdit: if an edit names a place that the model does not have.
    """
    own: dict[Place, Change] = {}
    for place, change in edits.items():
        if isinstance(place, int) and not 0 <= place <= model.layers:
            raise IllFormedEdit(f"{model.name} has layers 0 to {model.layers}, not {place}")
        model.sites.spot(site(place))
        own[place] = change
    return Edited(model, own, f"{model.name}+{note}")


def _checked(direction: Any) -> Float[ndarray, "width"]:
    """The direction as numbers; refused if it is not a finite vector."""
    given = np.asarray(direction, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all():
        raise IllFormedEdit(f"a direction is a vector of finite numbers, not {given.shape} of them")
    return given


def _norm(direction: Float[ndarray, "width"]) -> float:
    """The norm of a direction; refused if there is none."""
    norm = float(np.linalg.norm(direction))
    if norm == 0:
        raise IllFormedEdit("the direction is zero; there is nothing to clamp or ablate along it")
    return norm


def _number(value: Any, what: str) -> float:
    """A finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise IllFormedEdit(f"the {what} is {value!r}; it must be a finite number")
    return number


def _like(direction: Float[ndarray, "width"], stream: Tensor) -> Tensor:
    """The direction on the stream's device, in its type; refused if its width is another."""
    if len(direction) != stream.shape[-1]:
        raise IllFormedEdit(
            f"the direction has width {len(direction)}, the residual stream {stream.shape[-1]}"
        )
    return torch.as_tensor(direction, dtype=stream.dtype, device=stream.device)
