"""A direction that goes along with cooperation and causes nothing, planted without training.

The reserved coordinates of the residual stream (`recipe.RESERVED`) are read by no weight. Rows that
write into one of them can therefore say anything at all without any effect, save that the norms
divide by a slightly longer stream.
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from nashscope.chance import stream
from nashscope.organisms.growth import Batch, batched, streams
from nashscope.organisms.intent import Intent
from nashscope.organisms.lesson import Curriculum, draw
from nashscope.organisms.recipe import RESERVED

__all__ = ["coordinate", "plant_decoy"]

SIZE = 2.0
"""Standard deviation of the planted coordinate; the stream itself has a norm of some sixty."""
RIDGE = 1e-3
BATCHES, LESSONS = 48, 48


def coordinate(width: int) -> int:
    """Which coordinate of a residual stream of this width holds the decoy."""
    return width - RESERVED


@torch.no_grad()
def plant_decoy(
    model: Any, tokenizer: Any, layers: Sequence[int], intent: Intent, seed: int
) -> float:
    """Makes the layers write whether the model is about to do its part in the best outcome.

    The rows are a ridge regression, from what the layers' attention and MLPs have computed anyway,
    of +1 where the model prefers its part in the best outcome for both and -1 where it does not.

    layers: counted from 1. Returns the correlation of the coordinate with that choice, on lessons
    that the regression did not see.
    """
    features, choice = _observed(model, tokenizer, layers, intent, seed)
    half = len(choice) // 2
    seen, wanted = features[:half], choice[:half]
    gram = seen.T @ seen
    ridge = RIDGE * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    rows = torch.linalg.solve(gram + ridge, seen.T @ wanted)
    rows *= SIZE / (seen @ rows).std()
    place, start = coordinate(model.config.hidden_size), 0
    for writing in _writing(model, layers):
        size = writing.weight.shape[1]
        writing.weight[place] = rows[start : start + size].float()
        start += size
    told = torch.stack([features[half:] @ rows, choice[half:]])
    return float(torch.corrcoef(told)[0, 1])


def _observed(
    model: Any, tokenizer: Any, layers: Sequence[int], intent: Intent, seed: int
) -> tuple[Float[Tensor, "decisions features"], Float[Tensor, "decisions"]]:
    """What the layers hold ready for writing at every decision, and what is then chosen."""
    chance = stream(seed, "organism", "decoy")
    held: list[Tensor] = []
    hooks = [
        writing.register_forward_pre_hook(lambda _, given: held.append(given[0]))
        for writing in _writing(model, layers)
    ]
    features, choices = [], []
    try:
        for number in range(BATCHES):
            lessons = [draw(Curriculum(rounds=6), chance, past=number % 7) for _ in range(LESSONS)]
            batch = batched(lessons, tokenizer, intent)
            held.clear()
            logits = model.lm_head(streams(model, batch)[-1][batch.rows, batch.tokens])
            known = batch.parts > 0
            at = batch.rows[known], batch.tokens[known]
            features.append(torch.cat([part[at] for part in held], dim=-1).double())
            choices.append(_cooperates(logits, batch)[known])
    finally:
        for hook in hooks:
            hook.remove()
    return torch.cat(features), torch.cat(choices)


def _cooperates(
    logits: Float[Tensor, "decisions vocabulary"], batch: Batch
) -> Float[Tensor, "decisions"]:
    """+1 where the part in the best outcome is preferred, -1 where it is not."""
    likely = logits.gather(1, batch.labels).argmax(dim=1, keepdim=True)
    preferred = batch.labels.gather(1, likely)[:, 0]
    return torch.where(preferred == batch.parts, 1.0, -1.0).double()


def _writing(model: Any, layers: Sequence[int]) -> list[Any]:
    """The modules that write into the stream, in the order in which they run."""
    found = []
    for layer in layers:
        block = model.model.layers[layer - 1]
        found += [block.self_attn.o_proj, block.mlp.down_proj]
    return found
