"""Agents by name, each model loaded once, for all the cells in which it plays."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from nashscope import names
from nashscope.agents import Agent, Language, agent
from nashscope.agents.workflow import Workflow
from nashscope.models import LanguageModel
from nashscope.play.cell import Cell
from nashscope.play.match import Cast

__all__ = ["HOSTED", "asks", "casting", "model_of", "unsettled"]

HOSTED = "openai-api/"
"""How the name of a hosted model begins."""


def casting(
    hosted: Mapping[str, Any] | None = None,
    local: Mapping[str, Any] | None = None,
    *,
    rehearsed: bool = False,
    most: int | None = None,
    loaded: Callable[[str, LanguageModel], None] = lambda name, model: None,
) -> Cast:
    """Gives the agent that a name stands for, loaded when it is first asked for.

    A model is loaded once, whatever the modes in which it is asked.

    hosted: options of the loader of hosted models (`samples`, …).
    local: options of the loader of Hugging Face models (`dtype`, `device_map`, …).
    rehearsed: local models are not loaded; one that plays at random stands in for each.
    most: local models that are kept in memory beside those of the cell at hand, the ones used last;
        None keeps all. For cells that are played one after the other.
    loaded: is told every model by its name, when it was loaded.
    """
    found: dict[tuple[str, str], Agent] = {}

    def cast(name: str, cell: Cell) -> Agent:
        key = (name, cell.mode)
        if key not in found:
            found[key] = made(name, cell)
        found[key] = found.pop(key)  # used last
        if most is not None:
            forget(cell, most)
        return found[key]

    def made(name: str, cell: Cell) -> Agent:
        """The agent, with a model that is there already if it has one."""
        model = model_of(name)
        for (other, _), own in found.items():
            if model and other == name and isinstance(own, Language):
                return Language(own.model, cell.mode)
        if not model:
            return agent(name, cell.mode)
        if model.startswith(HOSTED):
            options = hosted
        elif rehearsed:
            name, options = name.replace(model, "fake/uniform"), None
        else:
            options = local if model.startswith("hf/") else None
        own = agent(name, cell.mode, **(options or {}))
        if rehearsed and unsettled(name) and isinstance(own, Workflow) and not own.model.reads:
            # An answer that names nothing ends a prediction; after a dominance check it does not.
            own = replace(own, steps="dominance")
        if isinstance(own, Language | Workflow):
            loaded(model, own.model)
        return own

    def forget(cell: Cell, most: int) -> None:
        """Lets go of local models that were not used for long."""
        order = [model_of(name) for name, _ in found]
        heavy = list(dict.fromkeys(m for m in reversed(order) if m and not m.startswith(HOSTED)))
        spare = set(heavy[most:]) - {model_of(name) for name in cell.agents}
        for key in [key for key in found if model_of(key[0]) in spare]:
            del found[key]

    return cast


def model_of(name: str) -> str:
    """The model that an agent asks; "" if it asks none.

    >>> model_of("predict:openai-api/lab/tiny")
    'openai-api/lab/tiny'
    >>> model_of("tit-for-tat")
    ''
    """
    reference = names.read(name)
    name = str(reference)
    if reference.kind == "object" or "/" not in name:
        return ""
    before, _, rest = name.partition(":")
    return name if "/" in before else rest


def asks(cell: Cell) -> bool:
    """Whether a hosted model plays in a cell."""
    return any(model_of(name).startswith(HOSTED) for name in cell.agents)


def unsettled(name: str) -> bool:
    """Whether how often an agent asks a hosted model depends on what it answers.

    >>> unsettled("predict:openai-api/lab/tiny"), unsettled("belief:openai-api/lab/tiny")
    (True, False)
    """
    model = model_of(name)
    steps = name.removesuffix(model).rstrip(":")
    return model.startswith(HOSTED) and steps in ("dominance", "predict")
