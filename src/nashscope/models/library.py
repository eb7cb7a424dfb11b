"""A model by its name: the part before the first slash says which loader knows it."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nashscope import names
from nashscope.errors import MissingExtra, ModelRefused, UnknownName, install, shown
from nashscope.models.model import LanguageModel, check_model
from nashscope.names import Shelf

__all__ = ["KINDS", "SHELF", "load"]

SHELF = Shelf(
    kind="model",
    group="nashscope.models",
    types=(LanguageModel,),
    wanted="an object with name, reads, logprobs and generate",
    check=lambda value, name: check_model(value),
    listing="nashscope models",
)
"""Where models of one's own are found that are objects in a file."""

KINDS = Shelf(kind="kind of model", group="nashscope.models", listing="nashscope models")
"""Where loaders are found; this package declares its own kinds as any other does."""


def load(name: str, **options: Any) -> LanguageModel:
    """The model of this name: `organism/…`, `hf/…`, `fake/…`, any kind that a package declares, or
    `file.py:object`.

    options: what the kind's loader takes beside the name (for `hf`: dtype, device_map, …); a name
        may give them as well, as in `hf/my-model:dtype=bfloat16`.

    Raises:
        UnknownName: if no loader knows the kind, or the loader knows no such model.
        ModelRefused: if the model takes no such option, or is none that can be used.
        MissingExtra: if the loader needs a part of the installation that is not there.

    >>> load("fake/uniform").name
    'fake/uniform'
    """
    reference = names.read(name)
    if reference.kind == "object":
        if options:
            raise ModelRefused(
                f"{name} is loaded by its own file; it takes no {' or '.join(options)}"
            )
        own: LanguageModel = names.find(reference, SHELF)
        return own
    kind, slash, rest = reference.base.partition("/")
    if not slash or not rest:
        raise UnknownName(
            f"no model is named {shown(name)}; a name is smollm2, organism/NAME, "
            "hf/HUB-ID-OR-FOLDER, openai-api/SERVICE/MODEL or FILE.py:OBJECT"
        )
    try:
        loader = names.find(kind, KINDS)
        _check_options(loader, kind, options)
        made: LanguageModel = names.called(
            partial(loader, **options),
            reference.parameters,
            f"{kind}/…",
            f"{names.plain(kind)}/{rest}",
        )
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{kind}/ models need {error.name}; {install('hf')}") from error
    return made


def _check_options(loader: Callable[..., Any], kind: str, options: Mapping[str, Any]) -> None:
    """Refuses what the loader of a kind does not take.

    Raises:
        ModelRefused: naming it.
    """
    takes = inspect.signature(loader).parameters.values()
    if any(own.kind is own.VAR_KEYWORD for own in takes):
        return
    if strange := set(options) - {own.name for own in takes}:
        raise ModelRefused(f"{kind}/ models take no {' or '.join(sorted(strange))}; leave it out")
