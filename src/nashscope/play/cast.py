"""Agents by name, each loaded once, for all the cells in which it plays."""

from collections.abc import Mapping
from typing import Any

from nashscope.agents import Agent, agent
from nashscope.play.cell import Cell
from nashscope.play.match import Cast

__all__ = ["HOSTED", "casting", "model_of"]

HOSTED = "openai-api/"
"""How the name of a hosted model begins."""


def casting(
    hosted: Mapping[str, Any] | None = None,
    local: Mapping[str, Any] | None = None,
    *,
    rehearsed: bool = False,
) -> Cast:
    """Gives the agent that a name stands for, loaded when it is first asked for.

    A model is loaded once, whatever the modes in which it is asked.

    hosted: options of the loader of hosted models (`samples`, …).
    local: options of the loader of Hugging Face models (`dtype`, `device_map`, …).
    rehearsed: local models are not loaded; one that plays at random stands in for each.
    """
    found: dict[tuple[str, str], Agent] = {}

    def cast(name: str, cell: Cell) -> Agent:
        key = (name, cell.mode)
        if key not in found:
            found[key] = _loaded(name, cell, found)
        return found[key]

    def _loaded(name: str, cell: Cell, known: Mapping[tuple[str, str], Agent]) -> Agent:
        """The agent, with a model that is there already if it has one."""
        from nashscope.agents import Language

        model = model_of(name)
        if not model:
            return agent(name, cell.mode)
        for (other, _), own in known.items():
            if other == name and isinstance(own, Language):
                return Language(own.model, cell.mode)
        if model.startswith(HOSTED):
            return agent(name, cell.mode, **(hosted or {}))
        if rehearsed:
            return agent(name.replace(model, "fake/uniform"), cell.mode)
        return agent(name, cell.mode, **(local if local and model.startswith("hf/") else {}))

    return cast


def model_of(name: str) -> str:
    """The model that an agent asks; "" if it asks none.

    >>> model_of("predict:openai-api/lab/tiny")
    'openai-api/lab/tiny'
    >>> model_of("tit-for-tat")
    ''
    """
    from nashscope import names

    if names.is_file(name) or "/" not in name:
        return ""
    before, _, rest = name.partition(":")
    return name if "/" in before else rest
