"""Looking inside: what it costs, in plain forwards of the same batch of the same model.

Batch 8, 200 tokens, 12 layers of width 256, one thread: the shape of the measurements that shaped
the design. Peers are asked where they are installed (`pip install nnsight`).
"""

import importlib.util
from collections.abc import Callable, Iterator

import torch
from timing import Row, at_least, at_most, interleaved

from nashscope.models.anatomy import dissect
from nashscope.models.batch import prefill
from nashscope.models.replay import Replay
from nashscope.models.tokens import Encoded

PROMPTS, TOKENS, LAYERS, WIDTH, STRENGTHS = 8, 200, 12, 256, 13


def network() -> torch.nn.Module:
    """A Llama of random weights."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=2000,
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=8,
        num_key_value_heads=8,
    )
    return LlamaForCausalLM(config).eval().requires_grad_(False)


def rows() -> Iterator[Row]:
    """The figures beside their bars."""
    torch.set_num_threads(1)
    model = network()
    anatomy = dissect(model, "benchmark")
    ids = torch.randint(1, 2000, (PROMPTS, TOKENS))
    encoded = [Encoded(tuple(own), ((1,), (2,))) for own in ids.tolist()]
    push = torch.randn(WIDTH)

    def plain() -> object:
        with torch.no_grad():
            return model(ids)

    def replay() -> Replay:
        contexts = [one.context for one in encoded]
        return Replay(model, anatomy, prefill(model, anatomy.decoder, contexts), encoded)

    held = replay()

    def sweep(layer: int = LAYERS // 2) -> None:
        for number in range(STRENGTHS):
            held.run({layer: lambda stream, by=number: stream + by * push})

    def steering_map() -> None:
        replay()
        for layer in range(1, LAYERS + 1):
            sweep(layer)

    taken = interleaved(
        {"plain": plain, "capture": replay, "sweep": sweep, "map": steering_map}, runs=7
    )
    forward = taken["plain"]
    yield at_most("capture of every layer, over a plain forward", taken["capture"] / forward, 1.03)
    yield at_most("13 strengths by replay, in plain forwards", taken["sweep"] / forward, 0.6)
    yield at_most("12 layers × 13 strengths, prefill included", taken["map"] / forward, 5)
    yield from peers(model, ids, push, taken["map"])


def peers(
    model: torch.nn.Module, ids: torch.Tensor, push: torch.Tensor, ours: float
) -> Iterator[Row]:
    """The steering map by whole prompts: one measured point, times the number of points."""

    def hooked() -> object:
        layer = model.model.layers[LAYERS // 2]
        handle = layer.register_forward_hook(lambda _, given, out: out + push)
        try:
            with torch.no_grad():
                return model(ids)
        finally:
            handle.remove()

    candidates: dict[str, Callable[[], object]] = {"plain hooks": hooked}
    if importlib.util.find_spec("nnsight"):
        from nnsight import NNsight

        wrapped = NNsight(model)

        def traced() -> object:
            with torch.no_grad(), wrapped.trace(ids):
                wrapped.model.layers[LAYERS // 2].output[:] += push
                found = wrapped.output.save()
            return found

        candidates["nnsight"] = traced
    else:
        yield Row("nnsight", "not installed", "", None)
    points = LAYERS * STRENGTHS
    for name, seconds in interleaved(candidates).items():
        yield at_least(f"the same map by {name}, over ours", seconds * points / ours, 25)
