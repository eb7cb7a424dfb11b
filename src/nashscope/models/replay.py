"""One-token replay: prompts are read once, and the decision token is run again and again.

The keys and values of everything before the decision token do not depend on an edit at it. So they
are kept, and a run after an edit costs one token instead of a prompt; the layers below the edit
need not run at all. This is exact: the same numbers as the whole prompt with the same edit, to
rounding (design/003-replay.md).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor, nn
from transformers import Cache

from nashscope.errors import IllFormedEdit
from nashscope.models.anatomy import Anatomy, residual, with_residual
from nashscope.models.batch import Prefilled, run
from nashscope.models.memory import scratch
from nashscope.models.model import Change, Edits
from nashscope.models.tokens import Encoded

__all__ = ["Replay", "edited"]


class Replay:
    """A batch of prompts, ready to run their decision token.

    A layer is counted as in `hidden_states` of transformers: layer k of L is the residual stream
    after k layers, layer 0 the embeddings.

    stream: `[prompts, L + 1, width]`, the residual stream at the decision token.
    logprobs: for each prompt the log-probability of every choice, unedited.
    logits: `[prompts, vocabulary]` at the decision token, unedited.
    """

    def __init__(
        self,
        model: Any,
        anatomy: Anatomy,
        prefilled: Prefilled,
        encoded: Sequence[Encoded],
    ) -> None:
        self._model = model
        self._anatomy = anatomy
        self._prefilled = prefilled
        self._encoded = encoded
        self._long = any(len(choice) > 1 for one in encoded for choice in one.choices)
        captured: dict[int, Tensor] = {}
        with _captured(anatomy.layers, captured):
            logits, cache = self._step()
        layers = [captured[k].to(logits.device) for k in range(len(anatomy.layers) + 1)]
        self.stream = torch.stack(layers, dim=1)
        self.logits = logits
        self.logprobs = self._choices(logits, cache)

    @property
    def layers(self) -> int:
        """Number of layers L."""
        return len(self._anatomy.layers)

    @property
    def encoded(self) -> Sequence[Encoded]:
        """The prompts as tokens."""
        return self._encoded

    @torch.no_grad()
    def run(self, edits: Edits) -> list[Float[ndarray, "_"]]:
        """The log-probabilities of the choices with these changes of the stream after layers.

        A change maps `[prompts, width]` to the same shape; it sees what earlier changes did.

        Raises:
            IllFormedEdit: for a layer that is not there or a change that alters the shape.
        """
        return self._choices(*self._edited(edits))

    @torch.no_grad()
    def run_logits(self, edits: Edits) -> Tensor:
        """As `run`, but the logits `[prompts, vocabulary]` at the decision token."""
        return self._edited(edits)[0]

    @torch.no_grad()
    def decode(self, stream: Float[Tensor, "prompts width"]) -> Float[Tensor, "prompts vocabulary"]:
        """The logits of residual streams as if they left the last layer.

        The model's own code runs, with its layers passed over, so the final norm, soft caps and
        scales are whatever the model applies.
        """
        stream = stream.to(self._model.dtype)
        ids = torch.zeros(len(stream), 1, dtype=torch.long, device=self._model.device)
        with _starting(self._anatomy, self.layers, stream):
            out = self._model(input_ids=ids, use_cache=False)
        logits: Tensor = out.logits[:, -1]
        return logits

    def _edited(self, edits: Edits) -> tuple[Tensor, Cache | None]:
        """Logits and cache of a run of the decision token with edits."""
        wrong = [k for k in edits if not 0 <= k <= self.layers]
        if wrong:
            raise IllFormedEdit(f"there is no layer {wrong[0]}; this model has 0 to {self.layers}")
        if not edits:
            return self._step()
        start = min(edits)
        if self._long or start == 0:
            with edited(self._anatomy.layers, edits):
                return self._step()
        # Nothing below the first edit differs, so the run starts with what it gave before.
        first = _checked(edits[start], self.stream[:, start])
        rest = {k: change for k, change in edits.items() if k != start}
        with (
            _starting(self._anatomy, start, first),
            edited(self._anatomy.layers, rest),
        ):
            return self._step()

    @torch.no_grad()
    def _step(self) -> tuple[Tensor, Cache | None]:
        """Runs the decision token on a copy of what was read: its logits, and the cache after."""
        held = self._prefilled
        cache = None if held.cache is None else scratch(held.cache)
        out = run(self._model, held.last, held.mask, held.position, cache)
        return out.logits[:, -1], cache

    def _choices(self, logits: Tensor, cache: Cache | None) -> list[Float[ndarray, "_"]]:
        """Log-probabilities of whole choices, from the logits at the decision token on."""
        likely = torch.log_softmax(logits.float(), dim=-1).cpu().numpy().astype(float)
        found = [
            np.array([likely[row, choice[0]] for choice in one.choices])
            for row, one in enumerate(self._encoded)
        ]
        if self._long:
            for number in range(max(len(one.choices) for one in self._encoded)):
                self._add_tails(found, number, cache)
        return found

    def _add_tails(self, found: list[ndarray], number: int, cache: Cache | None) -> None:
        """Adds to choice `number` of every prompt the log-probabilities of its later tokens."""
        tails = [one.choices[number] if number < len(one.choices) else () for one in self._encoded]
        longest = max(map(len, tails))
        if longest < 2:
            return
        held = self._prefilled
        ids = torch.zeros(len(tails), longest - 1, dtype=torch.long)
        for row, tail in enumerate(tails):
            ids[row, : max(len(tail) - 1, 0)] = torch.tensor(tail[:-1], dtype=torch.long)
        ids = ids.to(held.last.device)
        places = held.position + 1 + torch.arange(longest - 1, device=ids.device)
        mask = torch.cat([held.mask, torch.ones_like(ids)], dim=1)
        before = held.last if cache is None else None
        if before is not None:
            ids, places = torch.cat([before, ids], 1), torch.cat([held.position, places], 1)
        out = run(self._model, ids, mask, places, None if cache is None else scratch(cache))
        logits = out.logits if before is None else out.logits[:, 1:]
        likely = torch.log_softmax(logits.float(), dim=-1).cpu()
        for row, tail in enumerate(tails):
            for step, token in enumerate(tail[1:]):
                found[row][number] += float(likely[row, step, token])


def _checked(change: Change, stream: Tensor) -> Tensor:
    """The changed stream; a change of shape is refused."""
    changed: Tensor = change(stream)
    if changed.shape != stream.shape:
        raise IllFormedEdit(
            f"an edit turned a stream of shape {tuple(stream.shape)} into {tuple(changed.shape)}"
        )
    return changed.to(stream.dtype)


@contextmanager
def _captured(layers: Sequence[nn.Module], into: dict[int, Tensor]) -> Iterator[None]:
    """Notes the stream at the last token before the first layer and after every layer."""

    def entering(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        into[0] = (given[0] if given else named["hidden_states"])[:, -1]

    def after(k: int) -> Callable[..., None]:
        def hook(_: nn.Module, __: Any, out: Any) -> None:
            into[k] = residual(out)[:, -1]

        return hook

    handles = [layers[0].register_forward_pre_hook(entering, with_kwargs=True)]
    handles += [layer.register_forward_hook(after(k)) for k, layer in enumerate(layers, start=1)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def edited(layers: Sequence[nn.Module], edits: Edits) -> Iterator[None]:
    """Changes the stream at the last token after some layers (0: before the first)."""

    def before(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        stream = (given[0] if given else named["hidden_states"]).clone()
        stream[:, -1] = _checked(edits[0], stream[:, -1])
        if given:
            return (stream, *given[1:]), named
        return given, {**named, "hidden_states": stream}

    def after(change: Change) -> Callable[..., Any]:
        def hook(_: nn.Module, __: Any, out: Any) -> Any:
            stream = residual(out).clone()
            stream[:, -1] = _checked(change, stream[:, -1])
            return with_residual(out, stream)

        return hook

    handles: list[Any] = []
    for k, change in edits.items():
        if k == 0:
            handles.append(layers[0].register_forward_pre_hook(before, with_kwargs=True))
        else:
            handles.append(layers[k - 1].register_forward_hook(after(change)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _starting(anatomy: Anatomy, k: int, stream: Tensor) -> Iterator[None]:
    """Passes over the first k layers: the stream `[prompts, width]` leaves the k-th instead.

    The forward method is replaced on the object, because a hook cannot keep a layer from running;
    whatever stood there before (accelerate puts its own) is put back.
    """
    passed_over = anatomy.layers[:k]
    old = [layer.__dict__.get("forward") for layer in passed_over]

    def instead(number: int) -> Callable[..., Any]:
        def forward(hidden_states: Tensor, *_: Any, **__: Any) -> Any:
            last = number == k - 1
            out = stream[:, None].to(hidden_states.device) if last else hidden_states
            size = anatomy.returns[number]
            return (out, *(None,) * (size - 1)) if size else out

        return forward

    try:
        for number, layer in enumerate(passed_over):
            layer.__dict__["forward"] = instead(number)
        yield
    finally:
        for layer, forward in zip(passed_over, old, strict=True):
            if forward is None:
                del layer.__dict__["forward"]
            else:
                layer.__dict__["forward"] = forward
