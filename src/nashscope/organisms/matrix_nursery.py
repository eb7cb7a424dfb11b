"""From a matrix recipe to a folder: grow, measure on the benchmark, write the card."""

import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nashscope.errors import FolderTaken
from nashscope.organisms import library
from nashscope.organisms.card import Card, write_card
from nashscope.organisms.matrix.growth import grow_matrix, start_matrix
from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.matrix.recipe import MatrixRecipe
from nashscope.organisms.matrix.tokenizer import matrix_tokenizer
from nashscope.training import TrainingPlan, train

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = ["examined_matrix", "matrix_planted", "raise_matrix"]

Told = Callable[[str, int, int], None]

LOOKED = 40
"""Games of each larger kind that a card is measured on."""


def matrix_planted(name: str) -> MatrixPlanted | None:
    """The catalog's matrix organism of this name; None for an organism of another kind.

    Raises:
        UnknownName: with the closest names.
    """
    found = library.planted(name)
    return found if isinstance(found, MatrixPlanted) else None


def raise_matrix(
    name: str, one: MatrixPlanted, folder: Path, *, threads: int, progress: Told
) -> Card:
    """Grows a matrix organism into an empty folder that plain transformers can load.

    name: under which its card and the catalog have it.

    Raises:
        FolderTaken: if the folder holds anything.
    """
    import torch

    from nashscope.models import loading

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not empty; name another folder with --out")
    began, before = time.monotonic(), torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        model, tokens = _beginning(one.recipe)
        grow_matrix(
            model, tokens, one.recipe, lambda done, total, _: progress("growing", done, total)
        )
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        tokens.save_pretrained(folder)
        if one.recipe.reinforced is not None:
            _reinforce(one.recipe, folder, progress)
    finally:
        torch.set_num_threads(before)
    taken = time.monotonic() - began
    measured = examined_matrix(loading.load(f"hf/{folder}"), progress)
    grown = {
        "seconds": round(taken),
        "processor seconds": round(time.process_time()),
        "threads": threads,
        "torch": torch.__version__,
        "machine": f"{platform.machine()}, {platform.system()}",
        "may differ": "another processor or number of threads rounds otherwise, and training "
        "amplifies that: weights differ, the measured numbers by a few hundredths",
    }
    card = one.card(library.title(name), measured, grown)
    write_card(card, folder)
    return card


def _reinforce(recipe: MatrixRecipe, folder: Path, progress: Told) -> None:
    """Trains the model in the folder on, and puts the result in its place."""
    assert recipe.reinforced is not None
    fields = asdict(recipe.reinforced)
    plan = TrainingPlan(str(folder), "grpo", seed=recipe.seed, evaluate=0, **fields)
    with tempfile.TemporaryDirectory() as work:
        made = train(plan, Path(work) / "run", progress)
        for file in made.iterdir():
            shutil.copy(file, folder / file.name)


def examined_matrix(model: "HFModel", progress: Told) -> dict[str, Any]:
    """Success at ε = 0.05 and area on the test set, per kind of game, in numbers and by policy.

    Of 2×2 and 3×3 all games, of the other kinds the first `LOOKED`.
    """
    from nashscope.bench import matrix

    few = {item.id for item in matrix.first(LOOKED)}
    items = [i for i in matrix.test_set() if i.id in few or i.group in ("2×2", "3×3")]
    known = {item.id: item for item in items}
    found: dict[str, Any] = {}
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress("examining", done, 4 * len(items))

    for how in matrix.check_interfaces(["numbers", "policy"]):
        games = matrix.solved(known, matrix.ask(model, items, how, told=told))
        for group in dict.fromkeys(game.group for game in games):
            own = [game for game in games if game.group == group]
            success, area = matrix.success(own, matrix.STATED), matrix.area(own)
            found.setdefault(how, {})[group] = {
                "n": success.n,
                "success at 0.05": _rounded(success.value),
                "interval": [_rounded(success.low), _rounded(success.high)],
                "area": _rounded(area.value),
            }
    return found


def _rounded(value: float | None) -> float | None:
    """Three decimals: what the card can vouch for."""
    return None if value is None else round(value, 3)


def _beginning(recipe: MatrixRecipe) -> tuple[Any, Any]:
    """The network and tokenizer that growth starts from."""
    if recipe.parent is None:
        tokens = matrix_tokenizer()
        return start_matrix(recipe, tokens), tokens
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where = library.folder(recipe.parent)
    model = AutoModelForCausalLM.from_pretrained(where, dtype="float32")
    return model.train().requires_grad_(True), AutoTokenizer.from_pretrained(where)
