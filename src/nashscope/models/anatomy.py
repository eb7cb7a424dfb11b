"""Where the parts of a network are, found by its structure and checked by a run.

Nothing is looked up by the model's name. The layer list is the one list of modules inside the
decoder that the forward pass walks through in order, each module taking what the one before it
gave; what does not look like that is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nashscope.errors import ModelRefused
from nashscope.models.batch import memory_argument
from nashscope.models.device import home

__all__ = ["Anatomy", "dissect", "residual", "with_residual"]


@dataclass(frozen=True, eq=False)
class Anatomy:
    """The parts of a decoder-only network.

    model: the whole of it. decoder: the network without its output head.
    layers: its layers, first to last.
    returns: for every layer the length of the tuple that it returns, 0 where it returns a tensor.
    width: of the residual stream.
    """

    model: nn.Module
    decoder: nn.Module
    layers: tuple[nn.Module, ...]
    returns: tuple[int, ...]
    width: int


def residual(output: Any) -> Tensor:
    """The residual stream `[batch, tokens, width]` in what a layer returns."""
    stream: Tensor = output[0] if isinstance(output, tuple) else output
    return stream


def with_residual(output: Any, stream: Tensor) -> Any:
    """What a layer returned, with another residual stream in it."""
    return (stream, *output[1:]) if isinstance(output, tuple) else stream


def dissect(model: nn.Module, name: str) -> Anatomy:
    """The parts of a causal language model of transformers.

    Raises:
        ModelRefused: saying what could not be placed.
    """
    config: Any = model.config
    if getattr(config, "is_encoder_decoder", False):
        raise ModelRefused(f"{name} is an encoder-decoder model; nashscope reads decoder-only ones")
    decoder = _decoder(model)
    if decoder is None:
        raise ModelRefused(f"{name} ({type(model).__name__}) has no decoder that could be found")
    if memory_argument(type(model).forward) is None:
        raise ModelRefused(
            f"{name} ({type(model).__name__}) takes no cache of what it has read, so that nothing "
            "can be replayed"
        )
    text_config = config.get_text_config(decoder=True)
    count = getattr(text_config, "num_hidden_layers", None)
    lists = [
        tuple(module)
        for module in decoder.modules()
        if isinstance(module, nn.ModuleList) and len(module) == count
    ]
    for layers in lists:
        if (outputs := _walk(model, layers)) is not None:
            returns = tuple(len(out) if isinstance(out, tuple) else 0 for out in outputs)
            return Anatomy(model, decoder, layers, returns, int(residual(outputs[-1]).shape[-1]))
    raise ModelRefused(
        f"{name} ({type(model).__name__}) has no list of {count} layers of which each takes the "
        "residual stream [batch, tokens, width] from the one before it"
    )


def _decoder(model: nn.Module) -> nn.Module | None:
    """The network without its output head: as it says, else the one part that takes the tokens."""
    embeddings = model.get_input_embeddings()  # type: ignore[operator]

    def embeds(part: nn.Module) -> bool:
        return part is not embeddings and any(inner is embeddings for inner in part.modules())

    find: Callable[[], nn.Module] | None = getattr(model, "get_decoder", None)
    told = find() if find is not None else None
    # Some call their output head `decoder`, and transformers takes their word for it.
    if told is not None and told is not model and embeds(told):
        return told
    holding = [child for child in model.children() if embeds(child)]
    return holding[0] if len(holding) == 1 else None


@torch.inference_mode()
def _walk(model: nn.Module, layers: tuple[nn.Module, ...]) -> list[Any] | None:
    """What every layer returned, if a run passes through the layers in order, each once."""
    seen: list[tuple[int, Tensor | None, Any]] = []

    def note(place: int) -> Callable[..., None]:
        def hook(_: nn.Module, given: tuple[Any, ...], named: dict[str, Any], out: Any) -> None:
            entered = given[0] if given else named.get("hidden_states")
            seen.append((place, entered, out))

        return hook

    with _hooks([(layer, note(i)) for i, layer in enumerate(layers)]):
        tokens = torch.tensor([[1, 2, 1]], device=home(model))
        model(input_ids=tokens, use_cache=False)
    if [place for place, _, _ in seen] != list(range(len(layers))):
        return None
    streams = [residual(out) for _, _, out in seen]
    if any(not isinstance(s, Tensor) or s.shape[:2] != (1, 3) or s.ndim != 3 for s in streams):
        return None
    for (_, entered, _), before in zip(seen[1:], streams, strict=False):
        # Devices differ where the layers are spread over several; values must not.
        if entered is None or not torch.equal(entered.cpu(), before.cpu()):
            return None
    return [out for _, _, out in seen]


@contextmanager
def _hooks(wanted: list[tuple[nn.Module, Callable[..., None]]]) -> Iterator[None]:
    """Forward hooks that are gone afterwards, whatever happens."""
    handles = [m.register_forward_hook(hook, with_kwargs=True) for m, hook in wanted]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
