"""The names of the places in a network, the same for every architecture.

A *site* is a place that every network of L layers has. Layers are counted as in `Replay`: layer k
is the one whose output is the residual stream after k layers.

* `layers.k.resid`: the residual stream after k layers, k from 0 (the embeddings) to L
* `layers.k.attn`: what the attention of layer k (from 1) adds to the stream, or whatever else mixes
  tokens in its place, such as a recurrence
* `layers.k.mlp`: what the MLP or the experts of layer k add to the stream
* `layers.k.heads.h`: what head h (from 0) hands to the attention's output projection, as wide as a
  head is; `layers.k.heads`: the same of all heads, side by side

The stream *before* layer k is `layers.(k-1).resid`. Where the parts lie is found by structure and
checked by runs (`placement`); what cannot be placed is refused with the reason.

A *place* is a site at some token. Where none is named it is the decision token, the last of the
prompt, and one-token replay serves it; `At` names another token, and the full pass is taken:

    model = nashscope.models.load("hf/…")                       # model.sites.names(): what there is
    replay = model.replay(prompts, choices)
    seen = replay.capture(["layers.3.attn", "layers.3.heads.1", At("layers.2.resid", -5)])
    seen["layers.3.attn"]                                       # a tensor [prompts, width]
    replay.run({"layers.3.heads.1": torch.zeros_like})          # log-probabilities, head silenced
    replay.run({At("layers.2.resid", -5): lambda stream: stream + push})
    model.logprobs(prompts, choices, edits={"layers.4.mlp": torch.zeros_like})

A plain number k as a key is `layers.k.resid`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nashscope.errors import IllFormedEdit

__all__ = [
    "EVERY",
    "At",
    "Change",
    "Edits",
    "Kind",
    "Place",
    "Position",
    "Site",
    "located",
    "site",
]

Kind = Literal["resid", "attn", "mlp", "heads"]
"""The stream after a layer, what attention or MLP adds to it, and the outputs of the heads."""

EVERY: Literal["every"] = "every"
"""All tokens of a prompt, as a position."""

Position = int | tuple[int, ...] | Literal["every"]
"""A token of each prompt: counted from the first (0, 1, …) or back from the last (-1 is the
decision token); the same number for all prompts, or one for each; or `EVERY`."""

DECISION: Position = -1

_NAME = re.compile(r"layers\.(\d+)\.(resid|attn|mlp|heads)(?:\.(\d+))?")


@dataclass(frozen=True, order=True)
class Site:
    """A place in a network. head: of the kind `heads`, which one; None for all of them.

    >>> str(Site(12, "heads", 3))
    'layers.12.heads.3'
    """

    layer: int
    kind: Kind
    head: int | None = None

    def __str__(self) -> str:
        return f"layers.{self.layer}.{self.kind}" + ("" if self.head is None else f".{self.head}")

    @property
    def below(self) -> int:
        """The number of layers that run in full before the place is reached."""
        return self.layer if self.kind == "resid" else self.layer - 1


@dataclass(frozen=True)
class At:
    """A site at a token other than the decision token."""

    site: "Site | str | int"
    position: Position


Place = int | str | Site | At
"""A site, by its name, its number (of a residual stream) or itself, at some token."""

Change = Callable[[Any], Any]
"""What is done to the stream at a place, the decision token if no other is named: a tensor
`[prompts, width]` to one of the same shape."""

Edits = Mapping[int, Change] | Mapping[str, Change] | Mapping[Place, Change]
"""A change at each of some places: `layers.3.attn`, or a number k for the residual stream after k
layers, 0 being the embeddings."""


def site(place: Place) -> Site:
    """The site of a place.

    Raises:
        IllFormedEdit: if the name is not that of a site.

    >>> site("layers.4.resid") == site(4) == Site(4, "resid")
    True
    """
    if isinstance(place, At):
        return site(place.site)
    if isinstance(place, Site):
        return place
    if isinstance(place, int):
        return Site(place, "resid")
    found = _NAME.fullmatch(place)
    if found is None or (found[3] is not None and found[2] != "heads"):
        raise IllFormedEdit(
            f"{place!r} is no site; a site is named like layers.4.resid, layers.4.attn, "
            "layers.4.mlp or layers.4.heads.0"
        )
    kind: Kind = found[2]  # type: ignore[assignment]
    return Site(int(found[1]), kind, None if found[3] is None else int(found[3]))


def located(place: Place) -> tuple[Site, Position]:
    """The site of a place and the token.

    >>> located(At("layers.2.attn", -5))
    (Site(layer=2, kind='attn', head=None), -5)
    """
    return site(place), place.position if isinstance(place, At) else DECISION
