"""One-token replay: prompts are read once, and the decision token is run again and again.

The keys and values of everything before the decision token do not depend on an edit at it. So they
are kept, and a run after an edit costs one token instead of a prompt; the layers below the edit
need not run at all. This is exact: the same numbers as the whole prompt with the same edit, to
rounding (design/003-replay.md).
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from nashscope.models.batch import Prefilled, padded, run
from nashscope.models.choice import Ran, likely
from nashscope.models.device import home
from nashscope.models.hooks import Frame, applied, changing, elsewhere, reading, starting
from nashscope.models.memory import copied, fresh, recurrent, roomy, scratch
from nashscope.models.network import Network
from nashscope.models.rounding import allowed
from nashscope.models.sites import EVERY, Change, Edits, Place, located, site
from nashscope.models.tail import Tail
from nashscope.models.tokens import Encoded

__all__ = ["Replay"]


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
        network: Network,
        prefilled: Prefilled,
        encoded: Sequence[Encoded],
    ) -> None:
        self._network = network
        self._prefilled = prefilled
        self._encoded = encoded
        self._long = any(len(choice) > 1 for one in encoded for choice in one.choices)
        self._tail: Tail | None = None
        # The tokens of a longer choice are run on after the decision token, which then must stay.
        self._room = None if self._long or prefilled.cache is None else roomy(prefilled.cache)
        captured: dict[Place, Tensor] = {}
        with torch.no_grad(), reading(network, range(network.layers + 1), captured):
            ran = self._step()
        layers = [captured[k].to(ran.logits.device) for k in range(network.layers + 1)]
        self.stream = torch.stack(layers, dim=1)
        self.logits = ran.logits
        self.logprobs = self._choices(ran)

    @property
    def layers(self) -> int:
        """Number of layers L."""
        return self._network.layers

    @property
    def encoded(self) -> Sequence[Encoded]:
        """The prompts as tokens."""
        return self._encoded

    @torch.no_grad()
    def run(self, edits: Edits) -> list[Float[ndarray, "_"]]:
        """The log-probabilities of the choices with changes at these places.

        A change maps `[prompts, width]` to the same shape; it sees what earlier changes did. With
        a place at another token than the decision token the prompt is run from there on.

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
        for place in (*places, *(edits or {})):
            self._network.sites.spot(site(place))
        if elsewhere(places) or elsewhere(edits or {}):
            tail = self._from(self._back([*places, *(edits or {})]))
            if tail is not None:
                return tail.capture(places, edits or {})
            with reading(self._network, places, found, self._frame):
                self._whole(edits or {})
            return found
        with reading(self._network, places, found), changing(self._network, edits or {}):
            self._step()
        return found

    def slopes(
        self,
        places: Sequence[Place],
        score: Callable[[Tensor], Tensor],
        edits: Edits | None = None,
    ) -> dict[Place, Tensor]:
        """How fast a score of the logits grows with what is added at each place.

        As `capture`, but the derivative: `[prompts, width]`, or `[prompts, tokens, width]` at every
        token. All places are told by one run forward and one back.

        score: from logits `[prompts, vocabulary]` at the decision token to `[prompts]`, each of
            its own row alone. edits: changes that are in place; the derivative is of adding to
            what they leave.

        Raises:
            IllFormedEdit: for a place that is not there.
        """
        leaves: dict[Place, list[Tensor]] = {place: [] for place in places}

        def added(place: Place, change: Change | None) -> Change:
            def changed(stream: Tensor) -> Tensor:
                given = stream if change is None else applied(change, stream)
                leaf = torch.zeros_like(given, requires_grad=True)
                leaves[place].append(leaf)
                return given + leaf

            return changed

        own: dict[Place, Change] = {place: change for place, change in (edits or {}).items()}  # noqa: C416
        own |= {place: added(place, own.get(place)) for place in places}
        with torch.enable_grad():
            total = score(self._edited(own).logits).sum()
            every = [leaf for place in places for leaf in leaves[place]]
            found = torch.autograd.grad(total, every, allow_unused=True)
        given = iter(zip(every, found, strict=True))
        out: dict[Place, Tensor] = {}
        for place in places:
            parts = (next(given) for _ in leaves[place])
            rows = [torch.zeros_like(leaf) if slope is None else slope for leaf, slope in parts]
            out[place] = torch.stack(rows, dim=1) if located(place)[1] == EVERY else rows[0]
        return out

    @torch.no_grad()
    def decode(self, stream: Float[Tensor, "prompts width"]) -> Float[Tensor, "prompts vocabulary"]:
        """The logits of residual streams as if they left the last layer.

        The model's own code runs, with its layers passed over, so the final norm, soft caps and
        scales are whatever the model applies.
        """
        stream = stream.to(self._network.module.dtype)
        ids = torch.zeros(len(stream), 1, dtype=torch.long, device=home(self._network.module))
        with starting(self._network, self.layers, stream[:, None]):
            out = self._network.module(input_ids=ids, use_cache=False)
        logits: Tensor = out.logits[:, -1]
        return logits

    @property
    def _frame(self) -> Frame:
        """Where the prompts' tokens are in a pass over all of them."""
        return Frame([len(one.context) for one in self._encoded])

    def _edited(self, edits: Edits) -> Ran:
        """A run with edits."""
        for place in edits:
            self._network.sites.spot(site(place))
        if elsewhere(edits):
            tail = self._from(self._back(list(edits)))
            if tail is None:
                return self._whole(edits)
            logits, cache = tail.run(edits, whole=self._long)
            return Ran(logits, cache, tail.mask, self._prefilled.position)
        start = min((site(place).below for place in edits), default=0)
        if self._long or start == 0:
            with changing(self._network, edits):
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
        with starting(self._network, start, stream[:, None]), changing(self._network, rest):
            return self._step()

    def _back(self, places: Sequence[Place]) -> int:
        """How many tokens from the end the first of these places is, over all prompts."""
        width = self._frame.width
        columns = [
            column
            for where, position in map(located, places)
            for row in self._frame.columns(position, where)
            for column in row
        ]
        return width - min(columns, default=0)

    def _from(self, back: int) -> Tail | None:
        """The last tokens, ready to be run; None where only the whole prompts can be.

        That is so where a layer has a recurrent state, which takes one token at a time, and where
        a run of the last tokens does not give what the whole gave.
        """
        held = self._prefilled
        if held.cache is None or back >= self._frame.width or recurrent(held.cache):
            return None
        if self._tail is None or self._tail.frame.width != back:
            contexts = [one.context for one in self._encoded]
            self._tail = Tail(self._network, contexts, held, back)
        spread = float(self.logits.max() - self.logits.min()) or 1.0
        gap = float((self._tail.logits - self.logits).abs().max()) / spread
        return self._tail if gap <= allowed(self._network.module) else None

    def _step(self) -> Ran:
        """Runs the decision token on a copy of what was read, or where it has room for it."""
        held = self._prefilled
        if held.cache is None:
            cache = fresh(self._network.module.config)
        elif self._room is not None and not torch.is_grad_enabled():
            # With slopes wanted nothing may be written over.
            cache = copied(self._room)
        else:
            cache = scratch(held.cache)
        out = run(self._network.module, held.last, held.mask, held.position, cache)
        return Ran(out.logits[:, -1], cache, held.mask, held.position)

    def _whole(self, edits: Edits) -> Ran:
        """As `_edited`, by a run of the whole prompts from their first token."""
        ids, mask = padded([one.context for one in self._encoded], home(self._network.module))
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        cache = fresh(self._network.module.config)
        with changing(self._network, edits, self._frame):
            out = run(self._network.module, ids, mask, positions, cache, last=True)
        return Ran(out.logits[:, -1], cache, mask, positions[:, -1:])

    def _choices(self, ran: Ran) -> list[Float[ndarray, "_"]]:
        """Log-probabilities of whole choices, from the logits at the decision token on."""
        return likely(self._network.module, ran, self._encoded)
