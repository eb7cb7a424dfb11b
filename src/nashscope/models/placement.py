"""Where the sites of a network are, found by structure and proven by runs.

Nothing is looked up by name. The *mixer* of a layer is the one part whose output at a token depends
on other tokens. Its contribution and the MLP's are two tensors A and M of which a·A + b·M is what
the layer adds to the residual stream, to rounding, with the same a and b for another text: the
outputs of the parts themselves, or of the norms behind them where a layer has such, or of the last
projection where a part adds the stream by itself. A head is proven by silencing it: the columns
of the output projection's input that belong to it change, and no others.

What is not proven is refused with the reason when it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from nashscope.errors import IllFormedEdit
from nashscope.models.anatomy import Anatomy
from nashscope.models.device import home
from nashscope.models.precision import single, singly
from nashscope.models.sites import Site

__all__ = ["Sites", "Spot"]

TEXTS = ((3, 1, 4, 1, 5, 2, 6), (2, 7, 1, 8, 2, 1, 3))
"""Two texts of tokens that every vocabulary has: the first to find, the second to check."""

FIT = {torch.float32: 1e-4, torch.float64: 1e-9}
"""Largest remainder of a·A + b·M, relative to what the layer adds."""

ROUGH = 3e-2
"""The same for bfloat16, float16 and quantised weights."""


@dataclass(frozen=True, eq=False)
class Spot:
    """Where a site is: what enters or leaves a module.

    part: the columns of it; None for all.
    scale: what reaches the residual stream is this times what is there (1 for most networks);
        None where it does not reach the stream as a multiple of itself.
    """

    module: nn.Module
    enters: bool = False
    part: slice | None = None
    scale: float | None = 1.0


@dataclass(frozen=True, eq=False)
class Heads:
    """The input of an attention's output projection, and how it is split."""

    projection: nn.Module
    count: int
    width: int


@dataclass(frozen=True, eq=False)
class Parts:
    """What was found in one layer; a string is the reason why something was not."""

    attn: Spot | str
    mlp: Spot | str
    heads: Heads | str


@dataclass(eq=False)
class Sites:
    """The sites of one network; parts of layers are looked for when first asked for."""

    anatomy: Anatomy

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self.anatomy.layers)

    def spot(self, where: Site) -> Spot:
        """Where a site is.

        Raises:
            IllFormedEdit: if there is no such layer or head, or the part could not be placed.
        """
        first = 0 if where.kind == "resid" else 1
        if not first <= where.layer <= self.layers:
            raise IllFormedEdit(
                f"there is no layer {where.layer} in {where}; this model has {where.kind} sites "
                f"from layer {first} to {self.layers}"
            )
        if where.kind == "resid":
            layers = self.anatomy.layers
            return Spot(layers[where.layer - 1]) if where.layer else Spot(layers[0], enters=True)
        if where.kind == "heads":
            return self._head(where, self.heads(where.layer))
        found = self.parts[where.layer - 1]
        part = found.attn if where.kind == "attn" else found.mlp
        if isinstance(part, str):
            raise IllFormedEdit(f"{where} cannot be placed: {part}")
        return part

    def heads(self, layer: int) -> Heads:
        """The heads of a layer's attention, `layer` from 1.

        Raises:
            IllFormedEdit: if they could not be placed.
        """
        if not 1 <= layer <= self.layers:
            raise IllFormedEdit(f"there is no layer {layer}; this model has 1 to {self.layers}")
        found = self.parts[layer - 1].heads
        if isinstance(found, str):
            raise IllFormedEdit(f"layers.{layer}.heads cannot be placed: {found}")
        return found

    def names(self) -> list[str]:
        """The names of all sites that this network has."""
        found = ["layers.0.resid"]
        for k, parts in enumerate(self.parts, start=1):
            if isinstance(parts.heads, Heads):
                found += [f"layers.{k}.heads.{h}" for h in range(parts.heads.count)]
            found += [f"layers.{k}.attn"] if isinstance(parts.attn, Spot) else []
            found += [f"layers.{k}.mlp"] if isinstance(parts.mlp, Spot) else []
            found.append(f"layers.{k}.resid")
        return found

    @cached_property
    def parts(self) -> list[Parts]:
        """What was found in each layer, first to last."""
        first, second = (_walked(self.anatomy, text) for text in TEXTS)
        found = []
        for one, other in zip(first, second, strict=True):
            with single(one.layer):
                found.append(_parts(one, other))
        return found

    def _head(self, where: Site, heads: Heads) -> Spot:
        """Where a head is, or all of them."""
        if where.head is None:
            return Spot(heads.projection, enters=True, scale=None)
        if where.head >= heads.count:
            raise IllFormedEdit(
                f"there is no {where}; layer {where.layer} has heads 0 to {heads.count - 1}"
            )
        start = where.head * heads.width
        part = slice(start, start + heads.width)
        return Spot(heads.projection, enters=True, part=part, scale=None)


@dataclass(frozen=True, eq=False)
class _Call:
    """One call of a module inside a layer, and the streams `[tokens, width]` in it, if any."""

    module: nn.Module
    given: tuple[Any, ...]
    named: dict[str, Any]
    out: Tensor | None


@dataclass(frozen=True, eq=False)
class _Layer:
    """One layer in one run: what entered and left it, and the calls inside, inner ones first."""

    layer: nn.Module
    before: Tensor
    after: Tensor
    calls: tuple[_Call, ...]


@torch.no_grad()
def _walked(anatomy: Anatomy, text: Sequence[int]) -> list[_Layer]:
    """One run over a text, with every call inside every layer noted."""
    calls: dict[nn.Module, list[_Call]] = {}

    def note(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
        stream = out[0] if isinstance(out, tuple) and out else out
        stream = stream.detach().clone() if isinstance(stream, Tensor) else None
        # Some MLPs see the tokens of all rows in one list; there is one row here.
        stream = stream[None] if stream is not None and stream.ndim == 2 else stream
        kept = tuple(x.clone() if isinstance(x, Tensor) else x for x in given)
        calls.setdefault(module, []).append(_Call(module, kept, named, stream))

    handles = [
        module.register_forward_hook(note, with_kwargs=True)
        for layer in anatomy.layers
        for module in layer.modules()
    ]
    try:
        device = home(anatomy.model)
        # after the notes, so that they see what the layer computed before it is rounded
        with singly(anatomy.layers):
            anatomy.model(input_ids=torch.tensor([text], device=device), use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    found = []
    for layer in anatomy.layers:
        own = calls[layer][0]
        inside = (calls[m] for m in layer.modules() if m is not layer and m in calls)
        once = tuple(own[0] for own in inside if len(own) == 1)
        entered, left = _entered(own), own.out
        assert entered is not None and left is not None, "the anatomy was checked"
        found.append(_Layer(layer, entered, left, once))
    return found


def _entered(call: _Call) -> Tensor | None:
    """The stream that entered a call: its first argument."""
    first = call.given[0] if call.given else call.named.get("hidden_states")
    return first if isinstance(first, Tensor) and first.ndim == 3 else None


def _parts(first: _Layer, second: _Layer) -> Parts:
    """The parts of a layer, from two runs over two texts."""
    inside = [call for call in first.calls if _is_stream(call.out, first)]
    children = set(first.layer.children())
    mixers = [call for call in inside if call.module in children and _mixes(call)]
    if len(mixers) > 1:
        names = " and ".join(type(call.module).__name__ for call in mixers)
        reason = f"{names} mix tokens side by side in this layer"
        return Parts(reason, reason, reason)
    own = set(mixers[0].module.modules()) if mixers else set()
    # The outermost first: what a part hands out, before what its last projection does.
    mixing = mixers + [call for call in inside if call.module in own and call not in mixers]
    others = [call for call in inside if call.module not in own]
    others.sort(key=lambda call: call.module not in children)
    found = _adding(first, second, mixing, others) or _normed(first, mixing, others)
    if found is None:
        reason = (
            f"{type(first.layer).__name__} does not add the outputs of one part that mixes tokens "
            "and one that does not to the stream"
        )
        return Parts(reason, reason, _heads(mixing, mixers[0]) if mixers else UNMIXED)
    attn, mlp = found
    if not mixers:
        return Parts(UNMIXED, mlp or "the layer adds nothing", UNMIXED)
    assert attn is not None, "a layer that mixes tokens was placed with the part that does"
    source = next((c for c in mixing if c.module is attn.module), mixers[0])
    return Parts(attn, mlp or "the layer has no such part", _heads(mixing, source))


UNMIXED = "no part of the layer mixes tokens"


def _adding(
    first: _Layer, second: _Layer, mixing: list[_Call], others: list[_Call]
) -> tuple[Spot | None, Spot | None] | None:
    """The parts of which multiples are what the layer adds, if there are such."""
    behind = [c for c in others if mixing and _same(_entered(c), mixing[0].out)]
    sources = mixing + behind
    again = {call.module: call for call in second.calls}
    tried: list[tuple[_Call, ...]] = [(one,) for one in (sources if mixing else others)]
    tried += [(a, m) for a, m in product(sources, others) if a is not m]
    for parts in tried:
        scales = _fit(first.after - first.before, [c.out for c in parts])
        if scales is None or any(c.module not in again for c in parts):
            continue
        checked = [again[c.module].out for c in parts]
        if _remainder(second.after - second.before, checked, scales) > _allowed(first.after):
            continue
        spots = [Spot(c.module, scale=s) for c, s in zip(parts, scales, strict=True)]
        if not mixing:
            return None, spots[0]
        return spots[0], spots[1] if len(spots) > 1 else None
    return None


def _normed(layer: _Layer, mixing: list[_Call], others: list[_Call]) -> tuple[Spot, Spot] | None:
    """The parts of a layer that normalises the stream itself after each addition (post-norm)."""
    for norm, mixed in product(others, mixing):
        entered = _entered(norm)
        if entered is None or norm.out is None or entered.shape != layer.before.shape:
            continue
        if _fit(entered - layer.before, [mixed.out]) is None:
            continue
        for last, part in product(others, others):
            sum_ = _entered(last)
            if sum_ is None or not _same(last.out, layer.after) or sum_.shape != norm.out.shape:
                continue
            if _fit(sum_ - norm.out, [part.out]) is not None:
                return Spot(mixed.module, scale=None), Spot(part.module, scale=None)
    return None


def _is_stream(out: Tensor | None, layer: _Layer) -> bool:
    """Whether a call's output has the shape of the residual stream."""
    return out is not None and out.shape == layer.before.shape


def _same(one: Tensor | None, other: Tensor | None) -> bool:
    """Whether two tensors hold the same numbers."""
    return one is not None and other is not None and one.shape == other.shape and one.equal(other)


def _allowed(stream: Tensor) -> float:
    """The remainder allowed in the stream's type."""
    return FIT.get(stream.dtype, ROUGH)


def _columns(parts: Sequence[Tensor | None]) -> Tensor:
    """Tensors as the columns of a matrix."""
    return torch.stack([p.double().flatten().cpu() for p in parts if p is not None], dim=1)


def _fit(added: Tensor, parts: Sequence[Tensor | None]) -> list[float] | None:
    """The multiples of parts that sum to what was added; None if they do not, or one is idle."""
    if any(part is None for part in parts) or not bool(added.isfinite().all()):
        return None
    matrix, aim = _columns(parts), added.double().flatten().cpu()
    if not bool(matrix.isfinite().all()) or not bool((matrix.norm(dim=0) > 0).all()):
        return None
    scales = torch.linalg.lstsq(matrix, aim[:, None], driver="gelsd").solution[:, 0].tolist()
    allowed = _allowed(added)
    shares = matrix.norm(dim=0) * torch.tensor(scales).abs() / aim.norm().clamp(min=1e-30)
    if bool((shares < 10 * allowed).any()) or _remainder(added, parts, scales) > allowed:
        return None
    return [1.0 if abs(scale - 1) < 10 * allowed else scale for scale in scales]


def _remainder(added: Tensor, parts: Sequence[Tensor | None], scales: Sequence[float]) -> float:
    """What is left when the multiples of the parts are taken away, relative to what was added."""
    aim = added.double().flatten().cpu()
    left = aim - _columns(parts) @ torch.tensor(scales, dtype=torch.float64)
    return float(left.norm() / aim.norm().clamp(min=1e-30))


def _mixes(call: _Call) -> bool:
    """Whether a part's output at the last token depends on what enters before it."""
    stream = _entered(call)
    if stream is None or call.out is None:
        return False
    other = stream.clone()
    other[:, :-1] = other[:, :-1].roll(1, dims=-1) + 1
    given = (other, *call.given[1:]) if call.given else ()
    named = call.named if call.given else {**call.named, "hidden_states": other}
    out = call.module(*given, **named)
    moved: Tensor = out[0] if isinstance(out, tuple) else out
    moved = moved[None] if moved.ndim == 2 else moved
    return not bool(torch.allclose(moved[:, -1], call.out[:, -1], rtol=1e-5, atol=1e-7))


class _Silencing(TorchFunctionMode):
    """Sets one head of an attention's result to zero, and notes the result's shape.

    The result is that of scaled dot-product attention, or of the product of weights and values:
    `[…, heads, tokens, width]`, as many numbers per token as the output projection takes.
    """

    def __init__(self, head: int, tokens: int, columns: int) -> None:
        super().__init__()
        self._head = head
        self._tokens = tokens
        self._columns = columns
        self.shapes: list[tuple[int, int]] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        if func in PRODUCTS and isinstance(out, Tensor) and out.ndim >= 3:
            heads, tokens, width = out.shape[-3:]
            # `[1, tokens, width]` is a projection, not the result of the only head.
            told = width != tokens and (heads > 1 or out.ndim > 3)
            if told and tokens == self._tokens and heads * width == self._columns:
                self.shapes.append((heads, width))
                out = out.clone()
                out[..., self._head % heads, :, :] = 0
        return out


PRODUCTS = (
    nn.functional.scaled_dot_product_attention,
    torch.matmul,
    torch.bmm,
    Tensor.matmul,
    Tensor.bmm,
    Tensor.__matmul__,
)


def _heads(mixing: Sequence[_Call], source: _Call) -> Heads | str:
    """The heads of an attention whose contribution is `source`, proven by silencing some."""
    mixer = mixing[0]
    projections = [
        call
        for call in mixing
        if isinstance(getattr(call.module, "weight", None), Tensor)
        and call.module.weight.ndim == 2
        and (_same(call.out, source.out) or _same(call.out, mixer.out))
    ]
    if not projections:
        return f"{type(mixer.module).__name__} has no output projection"
    last = projections[-1]
    clean = _entered(last)
    if clean is None:
        return f"the output projection of {type(mixer.module).__name__} takes no stream"
    shape: tuple[int, int] | None = None
    for head in (0, 1, -1):
        silencing = _Silencing(head, clean.shape[1], clean.shape[2])
        silenced = _rerun(mixer, last.module, silencing)
        if len(silencing.shapes) != 1 or silenced is None:
            return f"{type(mixer.module).__name__} has no attention heads that could be told apart"
        count, width = shape = silencing.shapes[0]
        changed = (silenced != clean).any(dim=1)[0].reshape(count, width).any(dim=1)
        if not changed.any():
            return f"head {head % count} of {type(mixer.module).__name__} says nothing on a trial"
        if changed.nonzero().flatten().tolist() != [head % count]:
            return (
                f"silencing head {head % count} of {type(mixer.module).__name__} changes the "
                "columns of other heads"
            )
    assert shape is not None
    return Heads(last.module, *shape)


def _rerun(call: _Call, inner: nn.Module, mode: TorchFunctionMode) -> Tensor | None:
    """What enters a module inside a call when the call is run again under a mode."""
    seen: list[Tensor] = []

    def note(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        seen.append(given[0] if given else named["hidden_states"])

    handle = inner.register_forward_pre_hook(note, with_kwargs=True)
    try:
        with mode:
            call.module(*call.given, **call.named)
    finally:
        handle.remove()
    return seen[-1] if seen else None
