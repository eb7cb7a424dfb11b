"""What a model answers as an edit is turned up: every strength by one-token replay."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.interp.direction import Direction
from nashscope.interp.edit import steer
from nashscope.models.hf import HFModel

__all__ = ["steering_sweep"]


def steering_sweep(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    directions: Sequence[Direction],
    strengths: Sequence[float],
) -> Float[ndarray, "directions strengths prompts choices"]:
    """Log-probabilities of the choices with each direction added at its layer, at each strength.

    strengths: in units of each direction's own norm. The prompts are read once for all of them.
    """
    shape = (len(directions), len(strengths), len(prompts), len(choices[0]))
    found: Float[ndarray, "directions strengths prompts choices"] = np.empty(shape)
    for numbers, replay in model.replays(prompts, choices):
        for i, direction in enumerate(directions):
            for j, strength in enumerate(strengths):
                change = steer(direction.vector, strength)
                found[i, j, numbers] = np.array(replay.run({direction.layer: change}))
    return found
