"""Local models of Hugging Face: what an agent or a tool asks of them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import ModelRefused
from nashscope.models.anatomy import Anatomy
from nashscope.models.batch import Prefilled, prefill
from nashscope.models.choice import Ran, likely
from nashscope.models.decoding import Writing, decide, decode
from nashscope.models.device import weights
from nashscope.models.grouping import grouped
from nashscope.models.known import KnownTexts
from nashscope.models.memory import size
from nashscope.models.model import Reply, Texts
from nashscope.models.network import Network
from nashscope.models.placement import Sites
from nashscope.models.prefixes import Prefixes
from nashscope.models.replay import Replay
from nashscope.models.sites import Edits
from nashscope.models.tokens import Encoded, encode, prompt_ids

__all__ = ["HFModel"]

BATCH_TOKENS = 16_384
"""Most tokens, padding included, that are run at once; bounds the memory of a call."""


@dataclass(eq=False)
class HFModel:
    """A decoder-only causal language model with its tokenizer.

    remember: whether keys and values are kept from call to call (see `Prefixes`).
    room: bytes that the keys and values of a batch may take, twice over, because a replay runs on a
        copy; None for batches of `BATCH_TOKENS`. One prompt is always run, whatever it takes.
    """

    network: Network
    remember: bool = True
    prefixes: Prefixes = field(default_factory=Prefixes)
    known: KnownTexts = field(default_factory=KnownTexts, repr=False)
    reads: bool = True
    room: int | None = None

    @property
    def name(self) -> str:
        """The name under which its answers are recorded."""
        return self.network.name

    @property
    def model(self) -> Any:
        """The network itself, as transformers has it."""
        return self.network.module

    @property
    def tokenizer(self) -> Any:
        """Its tokenizer."""
        return self.network.tokenizer

    @property
    def anatomy(self) -> Anatomy:
        """Where the parts of the network are."""
        return self.network.anatomy

    @property
    def layers(self) -> int:
        """Number of layers."""
        return self.network.layers

    @property
    def width(self) -> int:
        """Width of the residual stream."""
        return self.network.width

    @property
    def sites(self) -> Sites:
        """The named places inside its layers."""
        return self.network.sites

    @cached_property
    def window(self) -> int | None:
        """Most tokens that the network was made to read; None if its config names no limit."""
        config = self.model.config.get_text_config()
        return getattr(config, "max_position_embeddings", None)

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of the kind of network and a sample of every weight."""
        digest = hashlib.sha256(type(self.model).__name__.encode())
        for name, weight in weights(self.model):
            sample = weight.flatten()[:: max(1, weight.numel() // 64)].float().cpu().numpy()
            digest.update(f"{name}{tuple(weight.shape)}{weight.dtype}".encode() + sample.tobytes())
        return digest.hexdigest()[:16]

    @cached_property
    def batch_tokens(self) -> int:
        """Most tokens, padding included, that are run at once."""
        if self.room is None:
            return BATCH_TOKENS
        read = 16
        cache = prefill(self.model, self.anatomy.decoder, [(1,) * (read + 1)]).cache
        kept = size(cache) // read if cache is not None else 0
        return max(1, min(BATCH_TOKENS, self.room // max(1, 2 * kept)))

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
        edits: Edits | None = None,
    ) -> list[Float[ndarray, "_"]]:
        """Log-probability of every choice as the continuation of each prompt.

        edits: changes by place (see `sites`), at the decision token if no other is named.
        """
        encoded = self.encoded(prompts, choices, begun)
        # Identical questions are asked once: two players of a symmetric game often share one.
        unique = list(dict.fromkeys(encoded))
        groups = [[n] for n in range(len(unique))] if alone else self._grouped(unique)
        answers: dict[Encoded, Float[ndarray, "_"]] = {}
        for chunk in ([unique[n] for n in group] for group in groups):
            answers.update(zip(chunk, self._likely(chunk, alone, edits), strict=True))
        return [answers[one] for one in encoded]

    def _likely(
        self, chunk: Sequence[Encoded], alone: bool, edits: Edits | None
    ) -> list[Float[ndarray, "_"]]:
        """The log-probabilities of one batch, in one run of what is new where that will do."""
        if self.remember and not (alone or edits):
            ran = self.prefixes.read(self.model, [one.context for one in chunk])
            return likely(self.model, ran, chunk)
        replay = self._replay(chunk, kept=not alone)
        return replay.run(edits) if edits else replay.logprobs

    def replay(
        self, prompts: Texts, choices: Sequence[Texts], begun: Texts | None = None
    ) -> Replay:
        """The prompts read once, ready to run the decision token again and again."""
        return self._replay(self.encoded(prompts, choices, begun), kept=False)

    def replays(
        self, prompts: Texts, choices: Sequence[Texts], begun: Texts | None = None
    ) -> Iterator[tuple[list[int], Replay]]:
        """As `replay`, in batches that fit the memory, each with the numbers of its prompts.

        Prompts of like length go together, so that little padding is read.
        """
        encoded = self.encoded(prompts, choices, begun)
        for numbers in self._grouped(encoded, kept=False):
            yield numbers, self._replay([encoded[n] for n in numbers], kept=False)

    def generate(
        self,
        prompts: Texts,
        chances: Sequence[Generator],
        *,
        tokens: int,
        stop: Texts = (),
        temperature: float = 1.0,
        edits: Edits | None = None,
    ) -> list[Reply]:
        """An answer to every prompt, of at most `tokens` tokens, cut before the first stop text."""
        ids = prompt_ids(self.tokenizer, prompts, self.known)
        self._check_window(max(map(len, ids), default=0) + tokens)
        written: list[Reply | None] = [None] * len(ids)
        asked = [Encoded(context, ()) for context in ids]
        writing = Writing(tokens, stop, temperature, edits, self.batch_tokens)
        for numbers in self._grouped(asked):
            batch = [ids[n] for n in numbers]
            read = self._read(batch, edits)
            replies = decode(self.network, batch, read, [chances[n] for n in numbers], writing)
            for number, reply in zip(numbers, replies, strict=True):
                written[number] = reply
        return [reply for reply in written if reply is not None]

    def encoded(
        self, prompts: Texts, choices: Sequence[Texts], begun: Texts | None = None
    ) -> list[Encoded]:
        """The prompts and their choices as tokens.

        Raises:
            ModelRefused: if one is longer than what the network reads. Else as `tokens.encode`.
        """
        encoded = encode(self.tokenizer, prompts, choices, begun, self.known)
        longest = (len(e.context) + max(map(len, e.choices), default=0) for e in encoded)
        self._check_window(max(longest, default=0))
        return encoded

    def _check_window(self, tokens: int) -> None:
        """Refuses more tokens than the network was made for.

        Some networks fail beyond it, and others go on and give numbers that mean nothing.
        """
        if self.window is not None and tokens > self.window:
            raise ModelRefused(
                f"{self.name} reads at most {self.window} tokens, and was asked to read {tokens}; "
                "play fewer rounds, tell fewer of them (--memory), or let it write less"
            )

    def _read(self, prompts: Sequence[tuple[int, ...]], edits: Edits | None) -> Ran:
        """One batch of prompts read whole, their decision tokens included."""
        if edits or not self.remember:
            return decide(self.network, self.prefilled(prompts), edits)
        return self.prefixes.read(self.model, prompts)

    def _grouped(self, encoded: Sequence[Encoded], *, kept: bool = True) -> list[list[int]]:
        """The numbers of prompts that are run together."""
        contexts = [one.context for one in encoded]
        origins = self.prefixes.origins(contexts) if kept and self.remember else None
        return grouped([len(own) for own in contexts], self.batch_tokens, origins)

    def _replay(self, encoded: Sequence[Encoded], *, kept: bool) -> Replay:
        """One batch of prompts read; with `kept` what was read before is taken from the store."""
        contexts = [one.context for one in encoded]
        prefilled = self.prefilled(contexts, kept=kept)
        return Replay(self.network, prefilled, encoded)

    def prefilled(self, prompts: Sequence[tuple[int, ...]], *, kept: bool = True) -> Prefilled:
        """Prompts read up to their last token; with `kept` no more of them than is new."""
        if kept and self.remember:
            return self.prefixes.prefill(self.model, self.anatomy.decoder, prompts)
        return prefill(self.model, self.anatomy.decoder, prompts)
