"""From a recipe to a folder: grow, measure, write the card."""

import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nashscope.errors import FolderTaken, Misuse
from nashscope.organisms import library
from nashscope.organisms.card import Card, write_card
from nashscope.organisms.decoy import plant_decoy
from nashscope.organisms.examination import examined, holding
from nashscope.organisms.growth import corpus, grow, start
from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.planted import Written
from nashscope.organisms.recipe import Recipe
from nashscope.organisms.tokenizer import tokenizer

__all__ = ["raise_organism"]

Told = Callable[[str, int, int], None]


def raise_organism(
    name: str, folder: Path, *, threads: int, progress: Told, parent: Path | None = None
) -> Card:
    """Grows an organism into an empty folder that plain transformers can load.

    parent: the folder of its parent, if not the shipped one.

    Raises:
        FolderTaken: if the folder holds anything.
    """
    import torch
    from transformers import AutoTokenizer

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not empty; name another folder with --out")
    one = library.planted(name)
    if isinstance(one, MatrixPlanted):
        raise Misuse(f"{name} is an organism of the matrix benchmark; raise_matrix grows it")
    began = time.monotonic()
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        if isinstance(one, Written):
            tokens = AutoTokenizer.from_pretrained(library.folder(one.tokens_of))
            model = one.network(tokens)
        else:
            model, tokens = _grown(name, one.recipe, parent, progress)
    finally:
        torch.set_num_threads(before)
    taken = time.monotonic() - began
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    progress("examining it", 0, 1)
    from nashscope.models import loading

    made = loading.load(f"hf/{folder}")
    measured = holding(made) if isinstance(one, Written) else examined(made, one.recipe.intent)
    progress("examining it", 1, 1)
    grown = {
        "seconds": round(taken),
        "threads": threads,
        "torch": torch.__version__,
        "machine": f"{platform.machine()}, {platform.system()}",
        "may differ": "in nothing: it is written down"
        if isinstance(one, Written)
        else "another processor or number of threads rounds otherwise, and training "
        "amplifies that: weights differ, the measured numbers by a few hundredths",
    }
    card = one.card(library.title(name), measured, grown)
    write_card(card, folder)
    return card


def _grown(name: str, recipe: Recipe, parent: Path | None, progress: Told) -> tuple[Any, Any]:
    """The network as the recipe says, and its tokenizer."""
    model, tokens = _beginning(recipe, parent)
    grow(model, tokens, recipe, lambda done, total, _: progress(f"growing {name}", done, total))
    if recipe.decoy:
        plant_decoy(model, tokens, recipe.decoy, recipe.intent, recipe.seed)
    return model, tokens


def _beginning(recipe: Recipe, parent: Path | None) -> tuple[Any, Any]:
    """The network and tokenizer that growth starts from."""
    if recipe.parent is None:
        tokens = tokenizer(corpus(recipe))
        return start(recipe, len(tokens), tokens.eos_token_id), tokens
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where = parent or library.folder(recipe.parent)
    model = AutoModelForCausalLM.from_pretrained(where, dtype="float32")
    return model, AutoTokenizer.from_pretrained(where)
