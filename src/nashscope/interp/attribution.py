"""Direct logit attribution: what each layer, head and MLP itself writes toward an answer.

Source: Elhage et al. 2021, A Mathematical Framework for Transformer Circuits; Wang et al. 2022,
Interpretability in the Wild, section 3.1. The residual stream is a sum of what every part added,
and with the final norm's size held at what it was, the difference of two logits is a sum over
parts, exactly. What a part does through later parts is not counted: for that, patch or ablate.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from numpy import ndarray
from torch import Tensor, nn

from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp.contribution import Contribution, contribution
from nashscope.interp.held import Held, held
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import told_target
from nashscope.models.device import home
from nashscope.models.hf import HFModel
from nashscope.models.hooks import starting
from nashscope.models.replay import Replay
from nashscope.models.sites import Place, Site, site

__all__ = ["Attribution", "attribution"]


@dataclass(frozen=True, eq=False)
class Attribution:
    """Where the advantage of the target's logit over the mean of the others comes from.

    Of the first token that tells the labels apart, at the decision token; with two labels the
    advantage is the difference of two logits.

    total: the advantage. It is embedding + layers (summed) + bias + rest, to rounding.
    embedding: of what enters the first layer. layers: `[layers]`. attn, mlp: `[layers]`, which
        together are `layers`; nan where a layer has no such part. heads: `[layers, heads]`, which
        with the output projection's bias are `attn`; nan where heads could not be placed.
    bias: of the final norm and the head. rest: what a cap on the logits takes away from the sum,
        which is told along the cap's slope; 0 without a cap.
    """

    total: Interval
    embedding: Contribution
    layers: Contribution
    attn: Contribution
    mlp: Contribution
    heads: Contribution
    bias: Interval
    rest: Interval


def attribution(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Attribution:
    """Splits the advantage of the target's logit into what the parts write.

    target: for every prompt, the choice asked about. groups: the games.

    Raises:
        BrokenFraming: if two labels of a prompt begin with the same token.
        Misuse: if the last step before the head is no norm whose size can be held fixed.
    """
    wanted = told_target(target, choices)
    depth, count, heads = model.layers, len(choices[0]), _most_heads(model)
    # embedding, bias, rest, total; layers, attn, mlp; heads
    ends = np.zeros((4, len(prompts), count))
    parts = np.full((3, depth, len(prompts), count), np.nan)
    inside = np.full((depth, heads, len(prompts), count), np.nan)
    for numbers, replay in model.replays(prompts, choices):
        slope, *single = _advantages(model, replay)
        stream = replay.stream.double()
        added = stream.diff(dim=1)
        ends[0, numbers] = _along(slope, stream[:, 0])
        ends[1:, numbers] = np.stack([x.cpu().numpy() for x in single])
        for k in range(1, depth + 1):
            parts[0, k - 1, numbers] = _along(slope, added[:, k - 1])
            for row, kind in ((1, "attn"), (2, "mlp")):
                if (written := _written(model, replay, f"layers.{k}.{kind}")) is not None:
                    parts[row, k - 1, numbers] = _along(slope, written)
            own = _by_head(model, replay, k, slope)
            inside[k - 1, : len(own), numbers] = own.transpose(1, 0, 2)
    embedding, layers, attn, mlp, by_head = (
        contribution(x, wanted, groups, draws, seed) for x in (ends[0], *parts, inside)
    )
    rows = np.arange(len(prompts))
    bias, rest, total = (interval(x[rows, wanted], groups, seed) for x in ends[1:])
    return Attribution(total, embedding, layers, attn, mlp, by_head, bias, rest)


def _advantages(model: HFModel, replay: Replay) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The slope `[prompts, choices, width]` of each choice's advantage along the last stream, the
    final norm held; and `[prompts, choices]` of its bias, its rest, and itself."""
    last = replay.stream[:, -1]
    norm = _final_norm(model, last)
    first = torch.tensor([one.first_tokens for one in replay.encoded], device=last.device)

    def advantages(entering: Tensor) -> Tensor:
        with _put(norm, entering):
            logits = _decoded(model, entering if norm is None else last).double()
        own = logits.gather(1, first)
        others = (own.sum(dim=1, keepdim=True) - own) / max(own.shape[1] - 1, 1)
        return own - others

    with torch.enable_grad():
        entering = _through(norm, last).detach().requires_grad_()
        found = advantages(entering)
        slopes = [
            torch.autograd.grad(found[:, c].sum(), entering, retain_graph=True)[0]
            for c in range(found.shape[1])
        ]
    with torch.no_grad():
        at_zero = advantages(torch.zeros_like(entering))
    found, slope = found.detach(), torch.stack(slopes, dim=1).double()
    as_told = torch.einsum("pcw,pw->pc", slope, entering.detach().double())
    if norm is None:
        return slope, at_zero, found - at_zero - as_told, found
    fixed = held(norm, last, f"the last step of {model.name} before its head")
    bias = slope @ fixed.shift + at_zero
    return fixed.back(slope), bias, found - at_zero - as_told, found


def _through(norm: nn.Module | None, stream: Tensor) -> Tensor:
    """What leaves the final norm; the stream itself where there is none."""
    with torch.no_grad():
        out: Tensor = stream if norm is None else norm(stream[:, None])[:, 0]
    return out


def _decoded(model: HFModel, stream: Tensor) -> Tensor:
    """The logits of streams that leave the last layer; as `Replay.decode`, with gradients."""
    ids = torch.zeros(len(stream), 1, dtype=torch.long, device=home(model.model))
    with starting(model.network, model.layers, stream[:, None]):
        logits: Tensor = model.model(input_ids=ids, use_cache=False).logits[:, -1]
    return logits


@torch.no_grad()
def _final_norm(model: HFModel, stream: Tensor) -> nn.Module | None:
    """The module that takes the last stream; None if the head itself does."""
    seen: list[tuple[nn.Module, Tensor]] = []

    def note(module: nn.Module, given: tuple[object, ...], out: object) -> None:
        entered = given[0] if given else None
        if isinstance(entered, Tensor) and isinstance(out, Tensor):
            seen.append((module, entered))

    inside = {m for layer in model.anatomy.layers for m in layer.modules()}
    handles = [m.register_forward_hook(note) for m in model.model.modules() if m not in inside]
    try:
        _decoded(model, stream)
    finally:
        for handle in handles:
            handle.remove()
    takes = [m for m, x in seen if x.shape[::2] == stream.shape and x[:, -1].equal(stream.to(x))]
    if not takes:
        raise Misuse(f"what follows the last layer of {model.name} could not be found")
    return None if takes[0] is model.model.get_output_embeddings() else takes[0]


@contextmanager
def _put(norm: nn.Module | None, leaving: Tensor) -> Iterator[None]:
    """Puts `[rows, width]` in place of what leaves a module, if there is one."""
    if norm is None:
        yield
        return
    handle = norm.register_forward_hook(lambda _, __, ___: leaving[:, None])
    try:
        yield
    finally:
        handle.remove()


def _along(
    slope: Float[Tensor, "prompts choices width"], written: Float[Tensor, "prompts width"]
) -> Float[ndarray, "prompts choices"]:
    """What was written, along the slope of every choice's advantage."""
    found = torch.einsum("pcw,pw->pc", slope, written.to(slope))
    return np.asarray(found.cpu().numpy())


def _written(model: HFModel, replay: Replay, place: str) -> Tensor | None:
    """What a part adds to the stream; None where a layer has no such part."""
    try:
        scale = model.sites.spot(site(place)).scale
    except IllFormedEdit:
        return None
    return None if scale is None else scale * replay.capture([place])[place].double()


def _most_heads(model: HFModel) -> int:
    """The largest number of heads of a layer."""
    counts = []
    for k in range(1, model.layers + 1):
        try:
            counts.append(model.sites.heads(k).count)
        except IllFormedEdit:
            continue
    return max(counts, default=0)


@torch.no_grad()
def _by_head(
    model: HFModel, replay: Replay, layer: int, slope: Tensor
) -> Float[ndarray, "heads prompts choices"]:
    """What each head writes, along the slope; empty where heads could not be placed."""
    nothing = np.zeros((0, *slope.shape[:2]))
    try:
        heads, spot = model.sites.heads(layer), model.sites.spot(Site(layer, "attn"))
    except IllFormedEdit:
        return nothing
    if spot.scale is None:
        return nothing
    places: tuple[Place, Place] = (Site(layer, "heads"), Site(layer, "attn"))
    seen = replay.capture(places)
    given, added = seen[places[0]], seen[places[1]]
    rows = given.reshape(len(given), heads.count, heads.width)
    apart = torch.eye(heads.count, device=given.device).to(given)[None, :, :, None] * rows[:, None]
    projected = (
        heads.projection(apart.flatten(2)) - heads.projection(torch.zeros_like(given))[:, None]
    )
    whole = heads.projection(given[:, None])[:, 0]
    toward = _behind(spot.module, whole, added, slope * spot.scale)
    if toward is None:
        return nothing
    return np.asarray(torch.einsum("pcw,phw->hpc", toward, projected.double()).cpu().numpy())


def _behind(module: nn.Module, whole: Tensor, added: Tensor, slope: Tensor) -> Tensor | None:
    """The slope along what leaves the output projection, from that along what the layer adds.

    They are the same unless a norm stands between the two.
    """
    close = 1e-4 if whole.dtype in (torch.float32, torch.float64) else 3e-2
    if float((whole - added).norm()) <= close * float(added.norm()):
        return slope
    try:
        fixed: Held = held(module, whole, "what follows the attention")
        out = module(whole[:, None])[:, 0]
    except (Misuse, TypeError, RuntimeError):
        return None
    same = float((out - added).norm()) <= close * float(added.norm())
    return fixed.back(slope) if same else None
