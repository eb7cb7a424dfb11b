"""Several prompts read at once: padding on the left, positions always explicit.

Without explicit positions a left-padded batch is silently wrong for models with absolute position
embeddings. Padding may also stand between what was read before and what is read now; the mask
says which places hold a token.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import Cache

from nashscope.models.device import home
from nashscope.models.memory import fresh, keyless, recurrent

__all__ = ["Prefilled", "continued", "memory_argument", "padded", "prefill", "run"]


@dataclass(frozen=True, eq=False)
class Prefilled:
    """Prompts read up to, and without, their last token.

    cache: of the tokens before it; None where there are none.
    mask: `[rows, places]`, 1 where a place of the cache or the last token holds a token.
    last: `[rows, 1]`, the last tokens; position: `[rows, 1]`, where they stand.
    """

    cache: Cache | None
    mask: Tensor
    last: Tensor
    position: Tensor


def padded(sequences: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Token sequences as `[rows, longest]`, padded on the left, with their mask."""
    longest = max(map(len, sequences))
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        start = longest - len(sequence)
        ids[row, start:] = torch.tensor(sequence)
        mask[row, start:] = 1
    return ids.to(device), mask.to(device)


@torch.no_grad()
def prefill(model: Any, decoder: Any, sequences: Sequence[Sequence[int]]) -> Prefilled:
    """Reads all but the last token of every sequence; the output head is not run."""
    ids, mask = padded(sequences, home(model))
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    cache = None
    if ids.shape[1] > 1:
        cache = fresh(model.config)
        run(decoder, ids[:, :-1], mask[:, :-1], positions[:, :-1], cache)
    return Prefilled(cache, mask, ids[:, -1:], positions[:, -1:])


def run(
    module: Any,
    ids: Tensor,
    mask: Tensor,
    positions: Tensor,
    cache: Cache | None,
    *,
    last: bool = False,
) -> Any:
    """Runs a decoder or a whole model on new tokens, `mask` covering the old ones too.

    last: logits are asked for at the last token alone, where the model can tell them so.
    """
    memory: dict[str, Any] = {}
    if last and "logits_to_keep" in _arguments(type(module).forward):
        memory["logits_to_keep"] = 1
    if cache is not None:
        memory[str(memory_argument(type(module).forward))] = cache
        if keyless(cache):
            # A network without attention multiplies what it is given with the mask as it is.
            mask = mask[:, -ids.shape[1] :]
    return module(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        use_cache=cache is not None,
        **memory,
    )


def continued(
    model: Any, ids: Tensor, mask: Tensor, positions: Tensor, cache: Cache
) -> Float[Tensor, "rows tokens vocabulary"]:
    """The logits at several tokens after what was read.

    A recurrent layer starts anew when it is given several tokens at once, whatever it had read, so
    those are given one by one.
    """
    if not recurrent(cache):
        logits: Tensor = run(model, ids, mask, positions, cache).logits
        return logits
    before = mask.shape[1] - ids.shape[1]
    steps = [
        run(model, ids[:, i : i + 1], mask[:, : before + i + 1], positions[:, i : i + 1], cache)
        for i in range(ids.shape[1])
    ]
    return torch.cat([step.logits for step in steps], dim=1)


@lru_cache(maxsize=256)
def memory_argument(forward: Callable[..., Any]) -> str | None:
    """What the forward method of a kind of network calls its cache; None if it takes none.

    State-space models call it otherwise than the rest, and swallow a wrong name in silence.
    """
    known = _arguments(forward)
    return next(
        (name for name in ("past_key_values", "cache", "cache_params") if name in known), None
    )


@lru_cache(maxsize=256)
def _arguments(forward: Callable[..., Any]) -> frozenset[str]:
    """The names of what a forward method takes."""
    return frozenset(inspect.signature(forward).parameters)
