"""The last tokens of prompts, run again and again: for edits before the decision token.

What stands before an edited token does not depend on the edit, nor do the layers below it. So a run
begins at that token and that layer, on a memory of what stands before: as in `Replay`, with more
than one token.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import Cache, DynamicCache

from nashscope.models.batch import Prefilled, padded, run
from nashscope.models.device import home
from nashscope.models.hooks import Frame, changing, reading, starting
from nashscope.models.memory import fresh, keeps_all, scratch
from nashscope.models.network import Network
from nashscope.models.sites import EVERY, At, Edits, Place, located, site

__all__ = ["Tail"]


class Tail:
    """The last `back` tokens of a batch of prompts.

    frame: where the prompts' tokens are among them. logits: `[prompts, vocabulary]`, unedited.
    mask: `[prompts, tokens]`, of all tokens of the prompts.
    """

    def __init__(
        self,
        network: Network,
        contexts: Sequence[Sequence[int]],
        held: Prefilled,
        back: int,
    ) -> None:
        ids, mask = padded(contexts, home(network.module))
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        self._network = network
        self._ids, self._positions = ids[:, -back:], positions[:, -back:]
        self._before = _cropped(held.cache, ids.shape[1] - back)
        if self._before is None:
            self._before = fresh(network.module.config)
            first = slice(None, -back)
            with torch.no_grad():
                run(
                    network.anatomy.decoder,
                    ids[:, first],
                    mask[:, first],
                    positions[:, first],
                    self._before,
                )
        self.mask = mask
        self.frame = Frame([len(own) for own in contexts], back)
        everywhere: list[Place] = [At(k, EVERY) for k in range(network.layers + 1)]
        streams: dict[Place, Tensor] = {}
        with torch.no_grad(), reading(network, everywhere, streams, self.frame):
            self.logits, _ = self._pass()
        self._streams = [streams[place] for place in everywhere]

    def run(self, edits: Edits, *, whole: bool) -> tuple[Tensor, Cache]:
        """Logits `[prompts, vocabulary]` at the decision token, and what was then read.

        whole: also run the layers below the first edit, so that what was read is complete.
        """
        start = 0 if whole else min((site(place).below for place in edits), default=0)
        if start == 0:
            with changing(self._network, edits, self.frame):
                return self._pass()
        stream = self._streams[start].to(home(self._network.module))
        with (
            starting(self._network, start, stream),
            changing(self._network, edits, self.frame),
        ):
            return self._pass()

    def capture(self, places: Sequence[Place], edits: Edits) -> dict[Place, Tensor]:
        """What is at each place in a run with edits, none of them before the tail."""
        if not edits and all(site(place).kind == "resid" for place in places):
            return {place: self._stream(place) for place in places}
        found: dict[Place, Tensor] = {}
        with (
            reading(self._network, places, found, self.frame),
            changing(self._network, edits, self.frame),
        ):
            self._pass()
        return found

    def _stream(self, place: Place) -> Tensor:
        """The unedited stream `[prompts, width]` at a place."""
        where, position = located(place)
        stream = self._streams[where.layer]
        (columns,) = self.frame.columns(position, where)
        rows = torch.arange(len(stream), device=stream.device)
        return stream[rows, torch.tensor(columns, device=stream.device)]

    def _pass(self) -> tuple[Tensor, Cache]:
        """One run of these tokens on a copy of what was read before."""
        assert self._before is not None, "it was made at the beginning"
        cache = scratch(self._before)
        out = run(self._network.module, self._ids, self.mask, self._positions, cache, last=True)
        return out.logits[:, -1], cache


def _cropped(cache: Cache | None, length: int) -> Cache | None:
    """What was read of the first tokens, from what was read of more; None if it is not in it.

    Windows and recurrent states have forgotten the beginning.
    """
    if not isinstance(cache, DynamicCache) or not keeps_all(cache):
        return None
    short = scratch(cache)
    for layer in short.layers:
        whole: Any = layer
        whole.keys, whole.values = whole.keys[:, :, :length], whole.values[:, :, :length]
    return short
