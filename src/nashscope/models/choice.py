"""From logits at the decision token to the log-probabilities of whole choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor
from transformers import Cache

from nashscope.models.batch import continued
from nashscope.models.memory import scratch
from nashscope.models.tokens import Encoded

__all__ = ["Ran", "likely"]


@dataclass(frozen=True, eq=False)
class Ran:
    """Prompts run up to and with their decision token.

    logits: `[prompts, vocabulary]`, there. cache: what was then read.
    mask: `[prompts, places]`, 1 where a place of it holds a token.
    position: `[prompts, 1]`, where the decision token stands.
    """

    logits: Tensor
    cache: Cache
    mask: Tensor
    position: Tensor


def likely(model: Any, ran: Ran, encoded: Sequence[Encoded]) -> list[Float[ndarray, "_"]]:
    """The log-probability of every choice, all its tokens counted."""
    first = torch.log_softmax(ran.logits.float(), dim=-1).cpu().numpy().astype(float)
    found = [
        np.array([first[row, choice[0]] for choice in one.choices])
        for row, one in enumerate(encoded)
    ]
    for number in range(max(len(one.choices) for one in encoded)):
        tails = [one.choices[number] if number < len(one.choices) else () for one in encoded]
        for row, more in enumerate(_tails(model, ran, tails)):
            found[row][number : number + 1] += more
    return found


def _tails(model: Any, ran: Ran, tails: Sequence[tuple[int, ...]]) -> list[float]:
    """The log-probability of the later tokens of one choice per prompt, its first one given."""
    longest = max(map(len, tails))
    if longest < 2:
        return []
    ids = torch.zeros(len(tails), longest - 1, dtype=torch.long)
    for row, tail in enumerate(tails):
        ids[row, : max(len(tail) - 1, 0)] = torch.tensor(tail[:-1], dtype=torch.long)
    ids = ids.to(ran.position.device)
    places = ran.position + 1 + torch.arange(longest - 1, device=ids.device)
    mask = torch.cat([ran.mask, torch.ones_like(ids)], dim=1)
    logits = continued(model, ids, mask, places, scratch(ran.cache))
    chances = torch.log_softmax(logits.float(), dim=-1).cpu()
    return [
        float(sum(chances[row, step, token] for step, token in enumerate(tail[1:])))
        for row, tail in enumerate(tails)
    ]
