"""Where two models of one shape part: layers of the one put into the other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import log_odds, told_target
from nashscope.models.hf import HFModel

__all__ = ["LayerSwap", "layer_swap", "swapped"]

RESTORED = 0.9
"""The share of the difference between two models that counts as all of it; the rest is rounding
and what little any layer does to another's output."""


@dataclass(frozen=True, eq=False)
class LayerSwap:
    """What the changed model answers when some of its layers are those of the base.

    All are mean log-odds of the target choice; index k counts layers from 1, entry 0 is no swap.

    first: `[layers + 1]`, its first k layers are the base's. last: `[layers + 1]`, its last k.
    single: `[layers]`, layer k + 1 alone. changed, base: of the two models themselves. gap: base
    less changed, prompt by prompt.
    weights: `[layers]`, the relative distance between the two models' weights of every layer.
    """

    first: Interval
    last: Interval
    single: Interval
    changed: Interval
    base: Interval
    gap: Interval
    weights: Float[ndarray, "layers"]

    @property
    def layers(self) -> tuple[int, ...]:
        """The shortest run of layers, ending at the top or not, in which the models part.

        From the first layer above which the base's layers restore the base's answer, to the last
        one below which they must reach to do so; empty if the models answer alike (the interval
        of `gap` holds 0).
        """
        depth = len(self.weights)
        gap = float(self.gap.value)
        if gap == 0 or float(self.gap.low) <= 0 <= float(self.gap.high):
            return ()
        by_last = (self.last.value - self.changed.value) / gap
        by_first = (self.first.value - self.changed.value) / gap
        needed = np.flatnonzero(by_last >= RESTORED)
        reach = np.flatnonzero(by_first >= RESTORED)
        start = depth - int(needed[0]) + 1 if len(needed) else 1
        end = int(reach[0]) if len(reach) else depth
        return tuple(range(start, max(start, end) + 1))


def layer_swap(
    changed: HFModel,
    base: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    seed: int = 0,
) -> LayerSwap:
    """Answers with the first k, the last k, and each single layer taken from the base.

    changed, base: for instance a model after tuning and before it. Embeddings, final norm and head
    stay those of `changed`. Every run reads the whole prompt. The null is the swap of a model with
    itself, which changes nothing, exactly.

    Raises:
        Misuse: if the models differ in shape or tokenizer.
    """
    wanted = told_target(target, choices)
    _same_shape(changed, base)
    depth = changed.layers
    runs = [tuple(range(k)) for k in range(depth + 1)]
    runs += [tuple(range(depth - k, depth)) for k in range(depth + 1)]
    runs += [(k,) for k in range(depth)]

    def asked(model: HFModel) -> Float[ndarray, "prompts"]:
        out = np.zeros(len(prompts))
        for numbers, replay in model.replays(prompts, choices):
            out[numbers] = log_odds(np.array(replay.logprobs), wanted[numbers])
        return out

    found = np.zeros((len(runs), len(prompts)))
    for row, layers in enumerate(runs):
        with swapped(changed, base, layers):
            found[row] = asked(changed)
    cuts = np.split(found, [depth + 1, 2 * depth + 2])
    first, last, single = (interval(part, groups, seed) for part in cuts)
    before = asked(base)
    return LayerSwap(
        first,
        last,
        single,
        changed=first[0],
        base=interval(before, groups, seed),
        gap=interval(before - found[0], groups, seed),
        weights=_weight_gap(changed, base),
    )


@contextmanager
def swapped(changed: HFModel, base: HFModel, layers: Sequence[int]) -> Iterator[None]:
    """For as long as it lasts, these layers (from 0) of `changed` compute what the base's do.

    The forward method is lent, not the module, so that whatever holds the module still holds it.
    """
    own = [changed.anatomy.layers[k] for k in layers]
    old = [layer.__dict__.get("forward") for layer in own]
    try:
        for layer, k in zip(own, layers, strict=True):
            layer.__dict__["forward"] = base.anatomy.layers[k].forward
        yield
    finally:
        for layer, forward in zip(own, old, strict=True):
            if forward is None:
                layer.__dict__.pop("forward", None)
            else:
                layer.__dict__["forward"] = forward


def _same_shape(one: HFModel, other: HFModel) -> None:
    """Refuses two models whose layers cannot take each other's place."""
    shapes = [
        [(name, tuple(w.shape)) for name, w in model.anatomy.layers[k].named_parameters()]
        for model in (one, other)
        for k in range(model.layers)
    ]
    if one.layers != other.layers or shapes[: one.layers] != shapes[one.layers :]:
        raise Misuse(
            f"{one.name} ({one.layers} layers of width {one.width}) and {other.name} "
            f"({other.layers} of {other.width}) are not of one shape; layers cannot be swapped"
        )
    if one.tokenizer.get_vocab() != other.tokenizer.get_vocab():
        raise Misuse(
            f"{one.name} and {other.name} have different tokenizers; compare like with like"
        )


def _weight_gap(one: HFModel, other: HFModel) -> Float[ndarray, "layers"]:
    """How far apart the weights of every layer are, relative to the base's."""
    gaps = []
    for own, base in zip(one.anatomy.layers, other.anatomy.layers, strict=True):
        pairs = list(zip(own.parameters(), base.parameters(), strict=True))
        apart = sum(
            float((a.detach().cpu() - b.detach().cpu()).float().pow(2).sum()) for a, b in pairs
        )
        size = sum(float(b.detach().float().pow(2).sum()) for _, b in pairs)
        gaps.append((apart / size) ** 0.5 if size else 0.0)
    return np.array(gaps)
