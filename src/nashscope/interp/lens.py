"""What a model would say if it stopped after each layer: whole labels, rank and entropy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from nashscope.interp.outcome import divergence, policy
from nashscope.interp.tuned import TunedLens
from nashscope.models.batch import prefill
from nashscope.models.hf import HFModel
from nashscope.models.replay import Replay
from nashscope.models.tokens import Encoded

__all__ = ["Lens", "lens"]


@dataclass(frozen=True, eq=False)
class Lens:
    """The decision as it stands after every layer; index k is after k layers.

    logprobs: `[prompts, layers + 1, choices]`, log-probability of whole labels, over the whole
        vocabulary: `exp` of them sums to the probability that some label is said.
    rank: the same shape, of the first token of each label; 1 is the most likely of the vocabulary.
    entropy: `[prompts, layers + 1]`, of the distribution over the vocabulary, in nats.
    divergence: `[prompts, layers + 1]`, of it from what the model says at last, in nats.
    """

    logprobs: Float[ndarray, "prompts layers choices"]
    rank: Int[ndarray, "prompts layers choices"]
    entropy: Float[ndarray, "prompts layers"]
    divergence: Float[ndarray, "prompts layers"]

    @property
    def policy(self) -> Float[ndarray, "prompts layers choices"]:
        """Normalised over the labels."""
        return policy(self.logprobs)

    @property
    def mass(self) -> Float[ndarray, "prompts layers"]:
        """The probability that some label is said; where it is small the policy says little."""
        return np.asarray(np.exp(self.logprobs).sum(axis=-1))


def lens(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    tuned: TunedLens | None = None,
) -> Lens:
    """Reads every prompt once and decodes its decision token after every layer.

    Without `tuned` it is the logit lens (nostalgebraist 2020). The model's own code decodes, so
    final norm, soft caps and scales are what the model applies. Of a label of several tokens, each
    later token is decoded after the same layer, given the earlier ones.

    Raises:
        BrokenFraming: if two labels of a prompt begin with the same token.
    """
    shape = (len(prompts), model.layers + 1)
    count = len(choices[0]) if len(choices) else 0
    found = Lens(
        np.zeros((*shape, count)),
        np.zeros((*shape, count), dtype=int),
        np.zeros(shape),
        np.zeros(shape),
    )
    for numbers, replay in model.replays(prompts, choices):
        first = torch.tensor([one.first_tokens for one in replay.encoded])
        for k in range(model.layers + 1):
            logits = _decoded(replay, k, tuned)
            likely = torch.log_softmax(logits, dim=-1)
            picked = likely.gather(1, first.to(likely.device))
            found.logprobs[numbers, k] = picked.cpu().numpy()
            above = (likely[:, None, :] > picked[:, :, None]).sum(dim=-1)
            found.rank[numbers, k] = 1 + above.cpu().numpy()
            found.entropy[numbers, k] = -(likely.exp() * likely).sum(dim=-1).cpu().numpy()
            found.divergence[numbers, k] = divergence(replay.logits, logits)
        owners, later = _later(replay.encoded)
        if not later:
            continue
        tail = Replay(
            model.network,
            prefill(model.model, model.anatomy.decoder, [one.context for one in later]),
            later,
        )
        token = torch.tensor([one.first_tokens for one in later])
        for k in range(model.layers + 1):
            likely = torch.log_softmax(_decoded(tail, k, tuned), dim=-1)
            next_ = likely.gather(1, token.to(likely.device))[:, 0].tolist()
            for (row, choice), more in zip(owners, next_, strict=True):
                found.logprobs[numbers[row], k, choice] += more
    return found


def _decoded(
    replay: Replay, k: int, tuned: TunedLens | None
) -> Float[Tensor, "prompts vocabulary"]:
    """The logits after k layers, in double precision."""
    stream = replay.stream[:, k]
    return replay.decode(stream if tuned is None else tuned(stream, k)).double()


def _later(encoded: Sequence[Encoded]) -> tuple[list[tuple[int, int]], list[Encoded]]:
    """Every later token of every label, as what is asked for next; and its row and label."""
    owners, later = [], []
    for row, one in enumerate(encoded):
        for number, choice in enumerate(one.choices):
            for step in range(1, len(choice)):
                owners.append((row, number))
                later.append(Encoded((*one.context, *choice[:step]), ((choice[step],),)))
    return owners, later
