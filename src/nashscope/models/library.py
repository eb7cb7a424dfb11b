"""A model by its name: the part before the first slash says which loader knows it."""

from typing import Any

from nashscope import names
from nashscope.errors import MissingExtra, UnknownName
from nashscope.models.model import LanguageModel

__all__ = ["ENTRY_POINTS", "load"]

ENTRY_POINTS = "nashscope.models"
"""The entry-point group of loaders; this package declares its own kinds there too."""


def load(name: str, **options: Any) -> LanguageModel:
    """The model of this name: `organism/…`, `hf/…`, `fake/…`, or any kind a package declares.

    options: what the kind's loader takes beside the name (for `hf`: dtype, device_map, …).

    Raises:
        UnknownName: if no loader knows the kind, or the loader knows no such model.
        MissingExtra: if the loader needs a part of the installation that is not there.

    >>> load("fake/uniform").name
    'fake/uniform'
    """
    kind, slash, _ = name.partition("/")
    loader = names.entry(ENTRY_POINTS, kind) if slash else None
    if loader is None:
        raise UnknownName(
            f"no kind of model is known for {name!r}; a name is organism/NAME, "
            "hf/HUB-ID-OR-FOLDER or fake/KIND"
        )
    try:
        made: LanguageModel = loader.load()(name, **options)
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{kind}/ models need the package {error.name}; install nashscope[hf]"
        ) from error
    return made
