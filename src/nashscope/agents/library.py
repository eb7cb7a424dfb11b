"""An agent by its name: a classic strategy, a model, or an object of the user's own."""

from typing import Any

from nashscope import names
from nashscope.agents import classic
from nashscope.agents.agent import Agent
from nashscope.agents.language import Language
from nashscope.errors import UnknownName, Unreadable
from nashscope.framing import Mode

__all__ = ["ENTRY_POINTS", "agent", "strategies"]

ENTRY_POINTS = "nashscope.agents"
"""The entry-point group in which an installed package declares its own agents."""


def strategies() -> list[str]:
    """The names of the classic strategies.

    >>> "tit-for-tat" in strategies()
    True
    """
    return [module.replace("_", "-") for module in names.modules(classic)]


def agent(name: str, mode: Mode = "direct", **options: Any) -> Agent:
    """The agent of this name.

    A name with a slash is a model (`organism/nash`, `hf/…`), asked in `mode`, loaded with
    `options`; `file.py:object` is the user's own; anything else a classic strategy.

    Raises:
        UnknownName: with the closest names.
    """
    if names.is_file(name):
        found = names.from_file(name)
        if not isinstance(found, Agent):
            raise Unreadable(f"{name} is a {type(found).__name__} without name and decide")
        return found
    if "/" in name:
        from nashscope.models import load

        return Language(load(name, **options), mode)
    declared = names.entry(ENTRY_POINTS, name)
    if declared is not None:
        known: Agent = declared.load()
        return known
    if name not in strategies():
        error = names.nearest(name, strategies(), "agent")
        raise UnknownName(f"{error}; a model's name has a slash, as in organism/nash")
    strategy: Agent = names.one_of(name, classic, "agent").AGENT
    return strategy
