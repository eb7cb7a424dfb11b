"""What a run says, as the numbers that tools compare: policy, log-odds, divergence."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.special import log_softmax, logsumexp
from torch import Tensor

from nashscope.errors import Misuse

__all__ = ["divergence", "log_odds", "policy", "told_target"]


def policy(logprobs: Float[ndarray, "*more choices"]) -> Float[ndarray, "*more choices"]:
    """Log-probabilities of choices as a distribution over the choices alone."""
    return np.asarray(np.exp(log_softmax(logprobs, axis=-1)))


def log_odds(
    logprobs: Float[ndarray, "*more prompts choices"], target: Int[ndarray, "prompts"]
) -> Float[ndarray, "*more prompts"]:
    """The log-odds of every prompt's target choice against all others together.

    Between two labels of one token each it is the difference of their logits.
    """
    count = logprobs.shape[-1]
    hot = np.broadcast_to(np.arange(count) == target[:, None], logprobs.shape)
    chosen = np.where(hot, logprobs, 0).sum(axis=-1)
    others = logsumexp(np.where(hot, -np.inf, logprobs), axis=-1)
    return np.asarray(chosen - others)


def divergence(
    before: Float[Tensor, "prompts vocabulary"], after: Float[Tensor, "prompts vocabulary"]
) -> Float[ndarray, "prompts"]:
    """The Kullback-Leibler divergence of what is said after from what was said before, in nats.

    Over the whole vocabulary: KL(before ‖ after).
    """
    one, two = (torch.log_softmax(x.double(), dim=-1) for x in (before, after))
    return np.asarray((one.exp() * (one - two)).sum(dim=-1).clamp(min=0).cpu().numpy())


def told_target(
    target: Sequence[int] | Int[ndarray, "_"], choices: Sequence[Sequence[str]]
) -> Int[ndarray, "prompts"]:
    """The targets as numbers, checked.

    Raises:
        Misuse: if there is not one for every prompt, or it is no choice of that prompt.
    """
    wanted = np.asarray(target, dtype=int)
    if len(wanted) != len(choices):
        raise Misuse(f"{len(wanted)} targets are given for {len(choices)} prompts")
    sizes = {len(own) for own in choices}
    if len(sizes) > 1:
        raise Misuse(f"prompts with {sorted(sizes)} choices are mixed; give them one number")
    wrong = [int(t) for t in wanted if not 0 <= t < min(sizes, default=0)]
    if wrong:
        raise Misuse(f"there is no choice {wrong[0]} among {list(choices[0])}")
    return wanted
