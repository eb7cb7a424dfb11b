"""What a model can do: answer, tell how likely every answer was, be read and edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import ModelRefused

__all__ = ["LanguageModel", "Reply", "Texts", "check_model", "cut"]

Texts = Sequence[str]
"""Prompts, choices or beginnings of answers."""

Finish = Literal["stop", "length"]


@dataclass(frozen=True)
class Reply:
    """What a model wrote.

    finish: "stop" if it ended by itself or reached a stop text, "length" if it was cut off.
    tokens: number of tokens written.
    reached: the stop text that it reached; it is not part of `text`.
    """

    text: str
    finish: Finish
    tokens: int
    reached: str | None = None


def cut(text: str, stop: Texts) -> tuple[str, str | None]:
    """The text before the first stop text, and which that was.

    >>> cut("I think. Answer: F", ("Answer:",))
    ('I think. ', 'Answer:')
    """
    found = [(text.find(mark), mark) for mark in stop if mark in text]
    if not found:
        return text, None
    place, mark = min(found)
    return text[:place], mark


@runtime_checkable
class LanguageModel(Protocol):
    """A model that continues a prompt.

    reads: whether it can tell log-probabilities; if not, `logprobs` raises.
    """

    @property
    def name(self) -> str:
        """The name by which it was loaded; stored with every decision."""
        ...

    @property
    def reads(self) -> bool:
        """Whether `logprobs` is available."""
        ...

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
    ) -> list[Float[ndarray, "_"]]:
        """Log-probability of every choice (all its tokens) as the continuation of each prompt.

        Not normalised: `exp` of them sums to the probability that some choice is said at all.
        begun: the beginning of each answer, if the model has already said something.
        alone: compute each prompt by itself, from its first token: slower, and free of the
            rounding differences between batches.
        """
        ...

    def generate(
        self,
        prompts: Texts,
        chances: Sequence[Generator],
        *,
        tokens: int,
        stop: Texts = (),
        temperature: float = 1.0,
    ) -> list[Reply]:
        """An answer to every prompt, of at most `tokens` tokens, cut before the first stop text."""
        ...


def check_model(model: LanguageModel, prompts: Texts = ("One or two? Answer:",)) -> None:
    """Refuses a model that breaks the contract: the conformance test for anyone's own.

    Checked: log-probabilities are finite, at most 0 and sum to at most 1; they do not depend on
    the other prompts of a batch or their order (to 1e-4); generation is reproducible.

    Raises:
        ModelRefused: naming what failed, with the number.
    """
    texts = [*prompts, "A longer prompt that says a little more. One or two? Answer:"]
    choices = [("one", "two")] * len(texts)
    if model.reads:
        together = np.array(model.logprobs(texts, choices))
        if not np.all(np.isfinite(together)) or together.max() > 1e-6:
            raise ModelRefused(f"{model.name}: log-probabilities are {together.tolist()}")
        if (total := np.exp(together).sum(axis=1).max()) > 1 + 1e-4:
            raise ModelRefused(f"{model.name}: probabilities of two choices sum to {total:.6f}")
        backwards = np.array(model.logprobs(texts[::-1], choices))[::-1]
        alone = np.array(model.logprobs(texts, choices, alone=True))
        gap = max(np.abs(backwards - together).max(), np.abs(alone - together).max())
        if gap > 1e-4:
            raise ModelRefused(f"{model.name}: log-probabilities depend on the batch, by {gap:.2g}")
    written = [
        model.generate(texts, [np.random.default_rng(i) for i in range(len(texts))], tokens=4)
        for _ in range(2)
    ]
    if written[0] != written[1]:
        raise ModelRefused(f"{model.name}: the same seeds gave two different answers")
