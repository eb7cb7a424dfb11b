"""The organisms that come with the package: their names, folders, cards and models."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nashscope import names
from nashscope.errors import Failed, MissingExtra, install
from nashscope.names import Shelf
from nashscope.organisms.card import CARD, Card, read_card
from nashscope.organisms.matrix.planted import MatrixPlanted
from nashscope.organisms.planted import Planted, Written

if TYPE_CHECKING:
    from nashscope.models.hf import HFModel

__all__ = [
    "DELTA",
    "SHELF",
    "WEIGHTS",
    "card",
    "folder",
    "load",
    "organisms",
    "planted",
    "shipped",
    "title",
]

WEIGHTS = "model.safetensors"
"""All weights of an organism, or of one put together from its parent."""
DELTA = "delta.safetensors"
"""The layers in which an organism differs from its parent; its other weights are the parent's."""

SHIPPED = Path(__file__).parent / "weights"

SHELF = Shelf(
    kind="organism",
    group="nashscope.organisms",
    types=(Planted, Written, MatrixPlanted),
    wanted="a Planted, a Written or a MatrixPlanted",
    folder="nashscope.organisms.catalog",
    attribute="ORGANISM",
    listing="nashscope organism list",
)
"""Where organisms are found."""


def organisms() -> list[str]:
    """The names of all organisms that can be grown; those shipped have weights as well.

    >>> "late-override" in organisms()
    True
    """
    return names.known(SHELF)


def shipped() -> list[str]:
    """The names of the organisms whose weights come with the package.

    >>> "nash" in shipped()
    True
    """
    return [own for own in organisms() if (SHIPPED / own / CARD).is_file()]


def planted(name: str) -> Planted | Written | MatrixPlanted:
    """How an organism is grown, and what is therefore true of it: of the catalog, of an entry
    point, or `file.py:object`.

    Raises:
        UnknownName: with the closest names.
    """
    found: Planted | Written | MatrixPlanted = names.find(name.removeprefix("organism/"), SHELF)
    return found


def title(name: str) -> str:
    """What an organism is called on its card and its folder.

    >>> title("organism/nash"), title("my/recipe.py:LATE_BLOOMER")
    ('nash', 'late-bloomer')
    """
    reference = names.read(name.removeprefix("organism/"))
    return names.plain(reference.object or reference.base)


def card(name: str) -> Card:
    """The card of a shipped organism."""
    return read_card(_shipped(name))


def folder(name: str) -> Path:
    """A folder that plain transformers can load the organism from.

    One that shares weights with its parent is put together the first time, in the user's cache
    (`NASHSCOPE_CACHE`, else `~/.cache/nashscope`), under a name that depends on its content.
    """
    own = _shipped(name)
    if (own / WEIGHTS).is_file():
        return own
    parent = read_card(own).parent
    if parent is None:
        raise Failed(f"the organism {name} has neither weights nor a parent in {own}")
    base = folder(parent)
    digest = hashlib.sha256((own / DELTA).read_bytes() + (base / WEIGHTS).read_bytes()).hexdigest()
    made = _cache() / "organisms" / f"{own.name}-{digest[:16]}"
    if not (made / WEIGHTS).is_file():
        _put_together(base, own, made)
    return made


def load(name: str, *, dtype: str | None = None, device_map: str | None = None) -> "HFModel":
    """The model `organism/<name>`, checked like every model before it is handed out."""
    try:
        from nashscope.models import loading
    except ModuleNotFoundError as error:
        raise MissingExtra(f"organisms need {error.name}; {install('hf')}") from error
    where = folder(name)
    return loading.load(f"hf/{where}", dtype=dtype, device_map=device_map, called=name)


def _shipped(name: str) -> Path:
    """The organism's folder in the package."""
    bare = names.plain(name.removeprefix("organism/"))
    if bare not in shipped():
        raise names.nearest(bare, shipped(), "organism with weights", SHELF.listing)
    return SHIPPED / bare


def _cache() -> Path:
    """Where files that can be made again are kept."""
    home = os.environ.get("NASHSCOPE_CACHE") or os.environ.get("XDG_CACHE_HOME")
    if home and os.environ.get("NASHSCOPE_CACHE"):
        return Path(home)
    return (Path(home) if home else Path.home() / ".cache") / "nashscope"


def _put_together(base: Path, own: Path, made: Path) -> None:
    """Writes the parent's files with the organism's own layers; complete or not at all."""
    from safetensors.numpy import load_file, save_file

    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{made.name}-", dir=made.parent))
    except OSError as error:
        raise Failed(
            f"no room to put {own.name} together: {error}; set NASHSCOPE_CACHE to a folder that "
            "can be written"
        ) from error
    try:
        for file in base.iterdir():
            if file.is_file() and file.name not in (WEIGHTS, CARD):
                shutil.copy(file, work / file.name)
        weights = load_file(base / WEIGHTS) | load_file(own / DELTA)
        save_file(weights, work / WEIGHTS, metadata={"format": "pt"})
        shutil.copy(own / CARD, work / CARD)
        try:
            work.rename(made)
        except OSError:
            if not (made / WEIGHTS).is_file():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
