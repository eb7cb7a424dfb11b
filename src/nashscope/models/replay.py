"""One-token replay: prompts are read once, and the decision token is run again and again.

The keys and values of everything before the decision token do not depend on an edit at it. So they
are kept, and a run after an edit costs one token instead of a prompt; the layers below the edit
need not run at all. This is exact: the same numbers as the whole prompt with the same edit, to
rounding (design/003-replay.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor
from transformers import Cache

from nashscope.models.anatomy import Anatomy
from nashscope.models.batch import Prefilled, continued, padded, run
from nashscope.models.hooks import Frame, applied, changing, elsewhere, reading, starting
from nashscope.models.memory import fresh, scratch
from nashscope.models.model import Change, Edits
from nashscope.models.sites import Place, located, site
from nashscope.models.tokens import Encoded

__all__ = ["Replay"]


@dataclass(frozen=True, eq=False)
class _Ran:
    """A run up to the decision token: its logits `[prompts, vocabulary]`, what was then read, and
    which of its places hold a token."""

    logits: Tensor
    cache: Cache
    mask: Tensor


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
        captured: dict[Place, Tensor] = {}
        with reading(anatomy, range(len(anatomy.layers) + 1), captured):
            ran = self._step()
        layers = [captured[k].to(ran.logits.device) for k in range(len(anatomy.layers) + 1)]
        self.stream = torch.stack(layers, dim=1)
        self.logits = ran.logits
        self.logprobs = self._choices(ran)

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
        """The log-probabilities of the choices with changes at these places.

        A change maps `[prompts, width]` to the same shape; it sees what earlier changes did. With
        a place at another token than the decision token the whole prompt is run.

        Raises:
            IllFormedEdit: for a place that is not there or a change that alters the shape.
        """
        return self._choices(self._edited(edits))

    @torch.no_grad()
    def run_logits(self, edits: Edits) -> Tensor:
        """As `run`, but the logits `[prompts, vocabulary]` at the decision token."""
        return self._edited(edits).logits

    @torch.no_grad()
    def capture(self, places: Sequence[Place], edits: Edits | None = None) -> dict[Place, Tensor]:
        """What is at each place, `[prompts, width]`; at every token `[prompts, tokens, width]`.

        At every token the prompts are padded on the left to the longest. With edits it is what is
        there in the edited run.

        Raises:
            IllFormedEdit: for a place that is not there.
        """
        found: dict[Place, Tensor] = {}
        if elsewhere(places) or elsewhere(edits or {}):
            with reading(self._anatomy, places, found, self._frame):
                self._whole(edits or {})
            return found
        with reading(self._anatomy, places, found), changing(self._anatomy, edits or {}):
            self._step()
        return found

    @torch.no_grad()
    def decode(self, stream: Float[Tensor, "prompts width"]) -> Float[Tensor, "prompts vocabulary"]:
        """The logits of residual streams as if they left the last layer.

        The model's own code runs, with its layers passed over, so the final norm, soft caps and
        scales are whatever the model applies.
        """
        stream = stream.to(self._model.dtype)
        ids = torch.zeros(len(stream), 1, dtype=torch.long, device=self._model.device)
        with starting(self._anatomy, self.layers, stream[:, None]):
            out = self._model(input_ids=ids, use_cache=False)
        logits: Tensor = out.logits[:, -1]
        return logits

    @property
    def _frame(self) -> Frame:
        """Where the prompts' tokens are in a pass over all of them."""
        return Frame([len(one.context) for one in self._encoded])

    def _edited(self, edits: Edits) -> _Ran:
        """A run with edits."""
        if elsewhere(edits):
            return self._whole(edits)
        for place in edits:
            self._anatomy.sites.spot(site(place))
        start = min((site(place).below for place in edits), default=0)
        if self._long or start == 0:
            with changing(self._anatomy, edits):
                return self._step()
        # Nothing below the first edit differs, so the run starts with what it gave before.
        stream = self.stream[:, start]
        rest: dict[Place, Change] = {}
        for place, change in edits.items():
            where, _ = located(place)
            if where.kind == "resid" and where.layer == start:
                stream = applied(change, stream)
            else:
                rest[place] = change
        with starting(self._anatomy, start, stream[:, None]), changing(self._anatomy, rest):
            return self._step()

    @torch.no_grad()
    def _step(self) -> _Ran:
        """Runs the decision token on a copy of what was read."""
        held = self._prefilled
        cache = fresh(self._model.config) if held.cache is None else scratch(held.cache)
        out = run(self._model, held.last, held.mask, held.position, cache)
        return _Ran(out.logits[:, -1], cache, held.mask)

    def _whole(self, edits: Edits) -> _Ran:
        """As `_edited`, by a run of the whole prompts from their first token."""
        ids, mask = padded([one.context for one in self._encoded], self._model.device)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        cache = fresh(self._model.config)
        with changing(self._anatomy, edits, self._frame):
            out = run(self._model, ids, mask, positions, cache)
        return _Ran(out.logits[:, -1], cache, mask)

    def _choices(self, ran: _Ran) -> list[Float[ndarray, "_"]]:
        """Log-probabilities of whole choices, from the logits at the decision token on."""
        likely = torch.log_softmax(ran.logits.float(), dim=-1).cpu().numpy().astype(float)
        found = [
            np.array([likely[row, choice[0]] for choice in one.choices])
            for row, one in enumerate(self._encoded)
        ]
        if self._long:
            for number in range(max(len(one.choices) for one in self._encoded)):
                self._add_tails(found, number, ran)
        return found

    def _add_tails(self, found: list[ndarray], number: int, ran: _Ran) -> None:
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
        mask = torch.cat([ran.mask, torch.ones_like(ids)], dim=1)
        logits = continued(self._model, ids, mask, places, scratch(ran.cache))
        likely = torch.log_softmax(logits.float(), dim=-1).cpu()
        for row, tail in enumerate(tails):
            for step, token in enumerate(tail[1:]):
                found[row][number] += float(likely[row, step, token])
