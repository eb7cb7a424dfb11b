"""What goes on inside a model at the moment it decides, for many prompts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nashscope.models.hf import HFModel

__all__ = ["Captured", "capture"]


@dataclass(frozen=True, eq=False)
class Captured:
    """The decision token of every prompt, at every layer.

    stream: `[prompts, layers + 1, width]`, the residual stream after k layers at index k.
    lens: `[prompts, layers + 1, choices]`, log-probability over the whole vocabulary of the first
        token that tells each choice from the others, if the model stopped after k layers.
    logprobs: `[prompts, choices]`, of whole choices at the output.
    """

    stream: Float[ndarray, "prompts layers width"]
    lens: Float[ndarray, "prompts layers choices"]
    logprobs: Float[ndarray, "prompts choices"]

    @property
    def lens_policy(self) -> Float[ndarray, "prompts layers choices"]:
        """The lens as a policy: normalised over the choices."""
        return _softmax(self.lens)

    @property
    def policy(self) -> Float[ndarray, "prompts choices"]:
        """The output as a policy: normalised over the choices."""
        return _softmax(self.logprobs)


def capture(model: HFModel, prompts: Sequence[str], choices: Sequence[Sequence[str]]) -> Captured:
    """Reads every prompt once and keeps its decision token at every layer.

    Every prompt must have the same number of choices. The lens is the logit lens of nostalgebraist
    2020: the model's own final norm, head and soft caps applied to an earlier residual stream.

    Raises:
        BrokenFraming: if two choices of a prompt begin with the same token.
    """
    streams: list[ndarray | None] = [None] * len(prompts)
    lenses: list[ndarray | None] = [None] * len(prompts)
    outputs: list[ndarray | None] = [None] * len(prompts)
    for numbers, replay in model.replays(prompts, choices):
        first = torch.tensor([one.first_tokens for one in replay.encoded])
        rows, depth, width = replay.stream.shape
        logits = replay.decode(replay.stream.reshape(rows * depth, width)).float()
        likely = torch.log_softmax(logits, dim=-1).reshape(rows, depth, -1).cpu()
        index = first[:, None, :].expand(-1, depth, -1)
        seen = likely.gather(-1, index).numpy().astype(float)
        for row, number in enumerate(numbers):
            streams[number] = replay.stream[row].float().cpu().numpy()
            lenses[number] = seen[row]
            outputs[number] = replay.logprobs[row]
    return Captured(_stacked(streams), _stacked(lenses), _stacked(outputs))


def _stacked(parts: Sequence[ndarray | None]) -> Float[ndarray, "prompts *_"]:
    """One array of all prompts."""
    return np.stack([part for part in parts if part is not None])


def _softmax(logprobs: Float[ndarray, "*_"]) -> Float[ndarray, "*_"]:
    """Probabilities that sum to 1 over the last axis."""
    likely = np.exp(logprobs - logprobs.max(axis=-1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=-1, keepdims=True))
