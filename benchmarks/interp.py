"""Looking inside: what it costs, in plain forwards of the same batch of the same model.

Batch 8, 200 tokens, 12 layers of width 256, one thread: the shape of the measurements that shaped
the design. Peers are asked where they are installed (`pip install nnsight transformer-lens`); what
they would do is done by plain hooks as well, which is the fastest that whole prompts can be.
"""

import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from timing import Row, at_least, at_most, interleaved
from torch import Tensor, nn

from nashscope.models.batch import prefill
from nashscope.models.replay import Replay
from nashscope.models.sites import At, Place
from nashscope.models.tokens import Encoded

Point = Callable[[int, int], object]
"""One point of a map by one peer: after which layer, at which token (counted back, from 1)."""


@dataclass(frozen=True)
class Size:
    """How large the network and the maps are. backs: tokens of the patching map that are timed."""

    prompts: int = 8
    tokens: int = 200
    layers: int = 12
    width: int = 256
    strengths: int = 13
    backs: tuple[int, ...] = (20, 60, 100, 140, 180)
    runs: int = 7


FULL = Size()
TINY = Size(prompts=2, tokens=20, layers=3, width=32, strengths=3, backs=(2, 10), runs=1)


def network(size: Size) -> nn.Module:
    """A Llama of random weights."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=2000,
        hidden_size=size.width,
        intermediate_size=2 * size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=8,
        num_key_value_heads=8,
    )
    return LlamaForCausalLM(config).eval().requires_grad_(False)


@dataclass(frozen=True)
class Subject:
    """The network, prompts, what is pushed, and the prompts that activations come from."""

    size: Size
    network: Network
    ids: Tensor
    others: Tensor
    push: Tensor

    def replay(self, ids: Tensor) -> Replay:
        """Prompts read once."""
        encoded = [Encoded(tuple(own), ((1,), (2,))) for own in ids.tolist()]
        contexts = [one.context for one in encoded]
        held = prefill(self.network.module, self.network.anatomy.decoder, contexts)
        return Replay(self.network, held, encoded)

    def sweep(self, replay: Replay, layer: int) -> None:
        """Every strength at one layer."""
        for number in range(self.size.strengths):
            replay.run({layer: lambda stream, by=number: stream + by * self.push})

    def steering_map(self) -> None:
        """Every strength at every layer, the reading of the prompts included."""
        replay = self.replay(self.ids)
        for layer in range(1, self.size.layers + 1):
            self.sweep(replay, layer)

    def patching_map(self) -> None:
        """Every layer at the timed tokens, from other prompts, the reading of both included."""
        replay, source = self.replay(self.ids), self.replay(self.others)
        for back in self.size.backs:
            places: list[Place] = [At(k, -back) for k in range(1, self.size.layers + 1)]
            theirs = source.capture(places)
            for place in places:
                replay.run({place: lambda stream, new=theirs[place]: new.to(stream)})


def subject(size: Size) -> Subject:
    """All of it, drawn with a seed."""
    model = network(size)
    ids, others = torch.randint(1, 2000, (2, size.prompts, size.tokens))
    return Subject(size, Network.of(model, None, "benchmark"), ids, others, torch.randn(size.width))


def rows(size: Size = FULL) -> Iterator[Row]:
    """The figures beside their bars."""
    torch.set_num_threads(1)
    own = subject(size)
    held = own.replay(own.ids)

    def plain() -> object:
        with torch.no_grad():
            return own.network.module(own.ids)

    timed: dict[str, Callable[[], object]] = {
        "plain": plain,
        "capture": lambda: own.replay(own.ids),
        "sweep": lambda: own.sweep(held, size.layers // 2),
        "map": own.steering_map,
    }
    taken = interleaved(timed, runs=size.runs)
    forward = taken["plain"]
    shape = f"{size.layers} layers × {size.strengths} strengths"
    yield at_most("capture of every layer, over a plain forward", taken["capture"] / forward, 1.03)
    yield at_most(
        f"{size.strengths} strengths by replay, in plain forwards", taken["sweep"] / forward, 0.6
    )
    yield at_most(f"{shape}, prefill included", taken["map"] / forward, 5)
    yield from against_peers(own)


def against_peers(own: Subject) -> Iterator[Row]:
    """Both maps by whole prompts: one measured point, times the number of points."""
    size = own.size
    found: dict[str, Point] = {"plain hooks": by_hooks(own)}
    for name, module, made in (
        ("nnsight", "nnsight", by_nnsight),
        ("TransformerLens", "transformer_lens", by_transformer_lens),
    ):
        if not importlib.util.find_spec(module):
            yield Row(name, "not installed", "", None)
            continue
        try:
            found[name] = made(own)
        except Exception as error:  # a peer that does not work with these versions is reported
            yield Row(name, f"cannot be used: {type(error).__name__}: {error}"[:90], "", None)
    middle, token = size.layers // 2, size.backs[len(size.backs) // 2]
    timed: Mapping[str, Callable[[], object]] = {
        "steering": own.steering_map,
        "patching": own.patching_map,
        **{name: lambda point=point: point(middle, token) for name, point in found.items()},
    }
    taken = interleaved(timed, runs=min(size.runs, 5))
    for name in found:
        steering = size.layers * size.strengths * taken[name]
        patching = size.layers * len(size.backs) * taken[name]
        yield at_least(f"a steering map by {name}, over ours", steering / taken["steering"], 25)
        yield at_most(f"our patching map, over that by {name}", taken["patching"] / patching, 0.5)


def by_hooks(own: Subject) -> Point:
    """A forward hook of torch on one layer."""

    def point(layer: int, back: int) -> object:
        def hook(_: nn.Module, __: object, out: Tensor) -> Tensor:
            out[:, -back] += own.push
            return out

        handle = own.network.module.model.layers[layer - 1].register_forward_hook(hook)
        try:
            with torch.no_grad():
                return own.network.module(own.ids)
        finally:
            handle.remove()

    return point


def by_nnsight(own: Subject) -> Point:
    """A trace of nnsight."""
    from nnsight import NNsight

    wrapped = NNsight(own.network.module)

    def point(layer: int, back: int) -> object:
        with torch.no_grad(), wrapped.trace(own.ids):
            wrapped.model.layers[layer - 1].output[:, -back] += own.push
            found = wrapped.output.save()
        return found  # noqa: RET504 — what stands in the block is compiled by itself

    point(1, 1)
    return point


def by_transformer_lens(own: Subject) -> Point:
    """A run with hooks of TransformerLens, on a copy of the network."""
    from transformer_lens.model_bridge import TransformerBridge
    from transformers.utils import logging

    logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as folder:
        own.network.module.save_pretrained(folder)
        _tokenizer(Path(folder))
        bridge = TransformerBridge.boot_transformers(folder, device="cpu")

    def point(layer: int, back: int) -> object:
        def hooked(stream: Tensor, hook: object) -> Tensor:
            stream[:, -back] += own.push
            return stream

        hooks = [(f"blocks.{layer - 1}.hook_out", hooked)]
        with torch.no_grad():
            return bridge.run_with_hooks(own.ids, fwd_hooks=hooks)

    point(1, 1)
    return point


def _tokenizer(folder: Path) -> None:
    """Any tokenizer: a peer wants one in the folder, though tokens are given."""
    from nashscope.organisms.tokenizer import tokenizer

    tokenizer(["a word"]).save_pretrained(folder)
