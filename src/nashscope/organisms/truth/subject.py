"""What is examined: a model, the model it was grown from, and what is known of it."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nashscope.chance import subseed
from nashscope.errors import Unreadable
from nashscope.organisms import library
from nashscope.organisms.card import Card, Truth, read_card

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = ["Subject", "shuffled", "subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """An organism that tools are scored on.

    parent: the model it was grown from, for tools that compare the two; None if there is none.
    """

    name: str
    model: "HFModel"
    truth: Truth
    parent: "HFModel | None" = None


def subject(where: str, parent: str | None = None) -> Subject:
    """A shipped organism by its name, or anyone's folder of weights, tokenizer and card.

    parent: name or folder of what it was grown from, if the card does not name a shipped one.

    Raises:
        Unreadable: if there is no card, or its truth names layers that the model does not have.
        UnknownName: if it is neither a folder nor a shipped organism.
    """
    card = _card(where)
    model = _model(where)
    named = (*card.truth.layers, *card.truth.holds)
    wrong = [layer for layer in named if not 1 <= layer <= model.layers]
    if wrong:
        raise Unreadable(
            f"the card of {where} names layer {wrong[0]}, and the model has {model.layers}; "
            "layers are counted from 1"
        )
    if card.truth.decoy is not None and not 0 <= card.truth.decoy < model.width:
        raise Unreadable(
            f"the card of {where} names coordinate {card.truth.decoy}, and the stream has "
            f"{model.width}; coordinates are counted from 0"
        )
    base = parent or card.parent
    return Subject(card.name, model, card.truth, None if base is None else _model(base))


def _card(where: str) -> Card:
    """The card in a folder, or that of a shipped organism."""
    return read_card(Path(where)) if Path(where).is_dir() else library.card(where)


def _model(where: str) -> "HFModel":
    """The model in a folder, or a shipped organism."""
    from nashscope.models import loading

    if Path(where).is_dir():
        return loading.load(f"hf/{where}")
    return library.load(f"organism/{where.removeprefix('organism/')}")


def shuffled(of: Subject, seed: int = 0) -> Subject:
    """The same network with the entries of every matrix in another order: nothing is planted in it.

    The floor of every tool: what it finds here, it finds in noise.
    """
    import torch

    from nashscope.models.hf import HFModel
    from nashscope.models.network import Network

    name = f"{of.name}, shuffled"
    model = copy.deepcopy(of.model.model)
    drawn = torch.Generator().manual_seed(subseed(seed, "shuffled") % 2**63)
    with torch.no_grad():
        for called, weight in model.named_parameters():
            if weight.ndim == 2 and "embed" not in called:
                order = torch.randperm(weight.numel(), generator=drawn).to(weight.device)
                weight.copy_(weight.flatten()[order].reshape(weight.shape))
    made = HFModel(Network.of(model, of.model.tokenizer, name))
    return Subject(name, made, Truth("none", (), "nothing that was taught"))
