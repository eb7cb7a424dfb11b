"""Writing an answer token by token, many prompts at a time, each with its own stream of chance.

A token is the largest of logit/temperature plus Gumbel noise (Gumbel 1954; the maximum is a draw
from the softmax). The noise is drawn per prompt, so an answer does not depend on the batch, but
for rounding: where the two largest are closer than `TIE`, the prompt is run again alone, and that
run decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from nashscope.models.batch import Prefilled, prefill, run
from nashscope.models.hooks import changing
from nashscope.models.memory import rows as rows_of
from nashscope.models.model import Edits, Reply, Texts, cut

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = ["decode"]

TIE = 1e-3
"""In logits; a hundred times what rounding was seen to move them between batches."""

TAIL = 24
"""A stop text is looked for in the text of this many last tokens."""


@torch.no_grad()
def decode(
    model: "HFModel",
    prompts: Sequence[tuple[int, ...]],
    chances: Sequence[Generator],
    *,
    tokens: int,
    stop: Texts,
    temperature: float,
    edits: Edits | None,
) -> list[Reply]:
    """The answers to a batch of prompts; edits act at every token decided."""
    logits, held = _first(model, prompts, edits)
    answers = _Answers(model, prompts, chances, stop, temperature, edits, _ends(model))
    answers.write(list(range(len(prompts))), logits, held, tokens)
    return [
        _reply(model, own, stop, row not in answers.over) for row, own in enumerate(answers.written)
    ]


@dataclass(eq=False)
class _Answers:
    """Answers under way: what is written of each, and which have ended by themselves."""

    model: "HFModel"
    prompts: Sequence[tuple[int, ...]]
    chances: Sequence[Generator]
    stop: Texts
    temperature: float
    edits: Edits | None
    ends: set[int]
    over: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.written: list[list[int]] = [[] for _ in self.prompts]

    def write(self, rows: list[int], logits: Tensor, held: Prefilled, tokens: int) -> None:
        """Writes at most `tokens` tokens to the answers of these rows of the batch.

        logits: after the last token; held: what was read and written. Where that outgrows a batch
        those that are not finished go on in two halves.
        """
        for left in range(tokens - 1, -1, -1):
            scores = logits.float().cpu().numpy().astype(float)
            chosen = [self._chosen(row, own) for row, own in zip(rows, scores, strict=True)]
            going = [place for place, row in enumerate(rows) if row not in self.over]
            if not going or not left:
                return
            held = _extended(held, torch.tensor(chosen, device=held.last.device))
            if len(going) > 1 and held.mask.numel() > self.model.batch_tokens:
                middle = len(going) // 2
                for half in (going[:middle], going[middle:]):
                    logits, part = _next(self.model, _picked(held, half), self.edits)
                    self.write([rows[place] for place in half], logits, part, left)
                return
            logits, held = _next(self.model, held, self.edits)

    def _chosen(self, row: int, scores: Any) -> int:
        """The next token of an answer, which is written down; anything where it is over."""
        if row in self.over:
            return 0
        own = self.written[row]
        noise = _noise(self.chances[row], len(scores), self.temperature)
        score = scores + noise
        second, first = np.partition(score, -2)[-2:]
        if first - second < TIE:
            score = _alone(self.model, self.prompts[row], own, self.edits) + noise
        own.append(int(score.argmax()))
        if own[-1] in self.ends or _stopped(self.model, own, self.stop):
            self.over.add(row)
        return own[-1]


def _picked(held: Prefilled, rows: list[int]) -> Prefilled:
    """What was read of some rows of a batch."""
    index = torch.tensor(rows, device=held.last.device)
    cache = None if held.cache is None else rows_of(held.cache, index)
    return Prefilled(cache, held.mask[index], held.last[index], held.position[index])


def _noise(chance: Generator, size: int, temperature: float) -> Any:
    """Gumbel noise in units of logits: none at temperature 0."""
    return temperature * chance.gumbel(size=size) if temperature > 0 else 0.0


def _first(
    model: "HFModel", prompts: Sequence[tuple[int, ...]], edits: Edits | None
) -> tuple[Tensor, Prefilled]:
    """Logits after the prompts, which are then part of what was read."""
    if edits or not model.remember:
        return _next(model, model.prefilled(prompts), edits)
    ran = model.prefixes.read(model.model, prompts)
    last = torch.tensor([prompt[-1:] for prompt in prompts], device=ran.mask.device)
    return ran.logits, Prefilled(ran.cache, ran.mask, last, ran.position)


def _next(model: "HFModel", held: Prefilled, edits: Edits | None) -> tuple[Tensor, Prefilled]:
    """Logits after the last token, which is then part of what was read."""
    cache = model.fresh_memory() if held.cache is None else held.cache
    with changing(model.anatomy, edits or {}):
        out = run(model.model, held.last, held.mask, held.position, cache)
    return out.logits[:, -1], Prefilled(cache, held.mask, held.last, held.position)


def _extended(held: Prefilled, chosen: Tensor) -> Prefilled:
    """What was read, with the chosen tokens as the next to be run."""
    one = torch.ones(len(chosen), 1, dtype=held.mask.dtype, device=held.mask.device)
    mask = torch.cat([held.mask, one], dim=1)
    return Prefilled(held.cache, mask, chosen[:, None], held.position + 1)


def _alone(
    model: "HFModel",
    prompt: tuple[int, ...],
    written: list[int],
    edits: Edits | None,
) -> Any:
    """The logits after a prompt and what was written, computed by itself."""
    held = prefill(model.model, model.anatomy.decoder, [prompt])
    logits, held = _next(model, held, edits)
    for token in written:
        held = _extended(held, torch.tensor([token], device=held.last.device))
        logits, held = _next(model, held, edits)
    return logits[0].float().cpu().numpy().astype(float)


def _ends(model: "HFModel") -> set[int]:
    """The tokens that end an answer."""
    declared = getattr(model.model.generation_config, "eos_token_id", None)
    ends = {declared} if isinstance(declared, int) else set(declared or ())
    return {end for end in {*ends, model.tokenizer.eos_token_id} if end is not None}


def _stopped(model: "HFModel", written: list[int], stop: Texts) -> bool:
    """Whether a stop text has just been written."""
    if not stop:
        return False
    tail = model.tokenizer.decode(written[-TAIL:])
    return any(mark in tail for mark in stop)


def _reply(model: "HFModel", written: list[int], stop: Texts, unfinished: bool) -> Reply:
    """What was written, without special tokens and from the first stop text on nothing."""
    text, mark = cut(model.tokenizer.decode(written, skip_special_tokens=True), stop)
    return Reply(text, "length" if unfinished else "stop", len(written), mark)
