"""Loading a local model of Hugging Face, and proving it before it is handed out."""

from collections.abc import Mapping
from typing import Any

import torch

from nashscope.errors import ModelRefused, NashscopeError
from nashscope.models.batch import prefill
from nashscope.models.certificate import certify
from nashscope.models.files import opened
from nashscope.models.hf import HFModel
from nashscope.models.network import Network
from nashscope.models.prefixes import fits
from nashscope.models.source import source
from nashscope.models.tokens import templated

__all__ = ["load"]

PROBE = "Of all things, 7.\nJ or F?"
"""What a chat template must let through."""


def load(
    name: str,
    *,
    dtype: str | None = None,
    device_map: str | Mapping[str, Any] | None = None,
    remote_code: bool = False,
    revision: str | None = None,
    called: str | None = None,
    checked: bool = True,
    room: int | None = None,
) -> HFModel:
    """The model `hf/SOURCE` (see `source`), checked before it is handed out.

    dtype: of the weights; by default float32 on a CPU and the checkpoint's own elsewhere.
    device_map: as in transformers, a name or a device for every module; by default an accelerator
        if there is one.
    remote_code: whether code that comes with the model may run.
    revision: of a model at the hub: a branch, a tag or a commit.
    called: the name under which it is recorded, if not this one.
    room: bytes that the keys and values of a batch may take, copy included; see `HFModel`.
    checked: whether the certificates must hold; without, nothing measured on it is to be believed.

    Raises:
        ModelRefused: if there is no such model, it is no decoder-only causal language model, or
            a certificate fails, with the number.
    """
    weights = source(name.removeprefix("hf/"), revision)
    model, tokenizer = opened(weights, dtype=dtype, device_map=device_map, remote_code=remote_code)
    try:
        made = HFModel(Network.of(model, tokenizer, called or name))
        made.room = room
        made.remember = _keeps_beginnings(made)
        if tokenizer.chat_template:
            templated(tokenizer, PROBE)
        if checked:
            certify(made.network)
    except (RuntimeError, ValueError, TypeError, AttributeError, NotImplementedError) as error:
        if isinstance(error, NashscopeError):
            raise
        # Code that was never run in this way: batches, positions or a cache that it cannot take.
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelRefused(
            f"{name} ({type(model).__name__}) cannot be run as its checks ask: {reason[:200]}"
        ) from error
    return made


@torch.no_grad()
def _keeps_beginnings(model: HFModel) -> bool:
    """Whether this kind of model's memory can give back the beginning of what it has read."""
    limit = model.window or 2**20
    held = prefill(model.model, model.anatomy.decoder, [(1, 2, 1)]).cache
    return held is not None and fits(held, limit)
