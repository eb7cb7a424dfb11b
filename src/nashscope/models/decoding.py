"""Writing an answer token by token, many prompts at a time, each with its own stream of chance.

A token is the largest of logit/temperature plus Gumbel noise (Gumbel 1954; the maximum is a draw
from the softmax). The noise is drawn per prompt, so an answer does not depend on the batch, but
for rounding: where the two largest are closer than `TIE`, the prompt is run again alone, and that
run decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from nashscope.models.batch import Prefilled, prefill, run
from nashscope.models.choice import Ran
from nashscope.models.hooks import changing
from nashscope.models.memory import fresh
from nashscope.models.memory import rows as rows_of
from nashscope.models.model import Reply, Texts, cut
from nashscope.models.network import Network
from nashscope.models.sites import Edits

__all__ = ["Writing", "decide", "decode"]

TIE = 1e-3
"""In logits; a hundred times what rounding was seen to move them between batches."""

TAIL = 24
"""A stop text is looked for in the text of this many last tokens."""


@dataclass(frozen=True)
class Writing:
    """How an answer is written.

    tokens: most that are written. stop: texts that end it. temperature: 0 for the likeliest token.
    edits: changes in place at every token decided. batch_tokens: most tokens run at once.
    """

    tokens: int
    stop: Texts = ()
    temperature: float = 1.0
    edits: Edits | None = None
    batch_tokens: int = 16_384


@torch.no_grad()
def decode(
    network: Network,
    prompts: Sequence[tuple[int, ...]],
    read: Ran,
    chances: Sequence[Generator],
    writing: Writing,
) -> list[Reply]:
    """The answers to a batch of prompts, of which `read` is what was read."""
    last = torch.tensor([prompt[-1:] for prompt in prompts], device=read.mask.device)
    held = Prefilled(read.cache, read.mask, last, read.position)
    answers = _Answers(network, prompts, chances, writing, _ends(network))
    answers.write(list(range(len(prompts))), read.logits, held, writing.tokens)
    return [
        _reply(network, written, writing.stop, row not in answers.over)
        for row, written in enumerate(answers.written)
    ]


@torch.no_grad()
def decide(network: Network, held: Prefilled, edits: Edits | None) -> Ran:
    """Runs the last token, which is then part of what was read."""
    cache = fresh(network.module.config) if held.cache is None else held.cache
    with changing(network, edits or {}):
        out = run(network.module, held.last, held.mask, held.position, cache)
    return Ran(out.logits[:, -1], cache, held.mask, held.position)


@dataclass(eq=False)
class _Answers:
    """Answers under way: what is written of each, and which have ended by themselves."""

    network: Network
    prompts: Sequence[tuple[int, ...]]
    chances: Sequence[Generator]
    writing: Writing
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
            chosen = [self._chosen(row, score) for row, score in zip(rows, scores, strict=True)]
            going = [place for place, row in enumerate(rows) if row not in self.over]
            if not going or not left:
                return
            held = _extended(held, torch.tensor(chosen, device=held.last.device))
            if len(going) > 1 and held.mask.numel() > self.writing.batch_tokens:
                middle = len(going) // 2
                for half in (going[:middle], going[middle:]):
                    logits, part = self._next(_picked(held, half))
                    self.write([rows[place] for place in half], logits, part, left)
                return
            logits, held = self._next(held)

    def _next(self, held: Prefilled) -> tuple[Tensor, Prefilled]:
        """Logits after the last token, and all that was then read."""
        ran = decide(self.network, held, self.writing.edits)
        return ran.logits, Prefilled(ran.cache, held.mask, held.last, held.position)

    def _chosen(self, row: int, scores: Any) -> int:
        """The next token of an answer, which is written down; anything where it is over."""
        if row in self.over:
            return 0
        written = self.written[row]
        noise = _noise(self.chances[row], len(scores), self.writing.temperature)
        score = scores + noise
        second, first = np.partition(score, -2)[-2:]
        if first - second < TIE:
            score = self._alone(row) + noise
        written.append(int(score.argmax()))
        if written[-1] in self.ends or _stopped(self.network, written, self.writing.stop):
            self.over.add(row)
        return written[-1]

    def _alone(self, row: int) -> Any:
        """The logits after a prompt and what was written, computed by itself."""
        decoder = self.network.anatomy.decoder
        held = prefill(self.network.module, decoder, [self.prompts[row]])
        logits, held = self._next(held)
        for token in self.written[row]:
            held = _extended(held, torch.tensor([token], device=held.last.device))
            logits, held = self._next(held)
        return logits[0].float().cpu().numpy().astype(float)


def _picked(held: Prefilled, rows: list[int]) -> Prefilled:
    """What was read of some rows of a batch."""
    index = torch.tensor(rows, device=held.last.device)
    cache = None if held.cache is None else rows_of(held.cache, index)
    return Prefilled(cache, held.mask[index], held.last[index], held.position[index])


def _noise(chance: Generator, size: int, temperature: float) -> Any:
    """Gumbel noise in units of logits: none at temperature 0."""
    return temperature * chance.gumbel(size=size) if temperature > 0 else 0.0


def _extended(held: Prefilled, chosen: Tensor) -> Prefilled:
    """What was read, with the chosen tokens as the next to be run."""
    column = torch.ones(len(chosen), 1, dtype=held.mask.dtype, device=held.mask.device)
    mask = torch.cat([held.mask, column], dim=1)
    return Prefilled(held.cache, mask, chosen[:, None], held.position + 1)


def _ends(network: Network) -> set[int]:
    """The tokens that end an answer."""
    declared = getattr(network.module.generation_config, "eos_token_id", None)
    ends = {declared} if isinstance(declared, int) else set(declared or ())
    return {end for end in {*ends, network.tokenizer.eos_token_id} if end is not None}


def _stopped(network: Network, written: list[int], stop: Texts) -> bool:
    """Whether a stop text has just been written."""
    if not stop:
        return False
    tail = network.tokenizer.decode(written[-TAIL:])
    return any(mark in tail for mark in stop)


def _reply(network: Network, written: list[int], stop: Texts, unfinished: bool) -> Reply:
    """What was written, without special tokens and from the first stop text on nothing."""
    text, mark = cut(network.tokenizer.decode(written, skip_special_tokens=True), stop)
    return Reply(text, "length" if unfinished else "stop", len(written), mark)
