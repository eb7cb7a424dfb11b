"""An agent by its name: a classic strategy, a model, or an object of the user's own."""

from typing import Any

from nashscope import names
from nashscope.agents import classic, human, solved
from nashscope.agents.agent import Agent
from nashscope.agents.language import Language
from nashscope.agents.memory_one import memory_one
from nashscope.agents.workflow import STEPS, Workflow
from nashscope.errors import Misuse, UnknownName, Unreadable
from nashscope.framing import Mode

__all__ = ["ENTRY_POINTS", "agent", "strategies"]

ENTRY_POINTS = "nashscope.agents"
"""The entry-point group in which an installed package declares its own agents."""


OTHERS = ("human", "solved", "memory-one:CC,CD,DC,DD", "axelrod:NAME")
"""Agents that are no file of the folder of classic strategies."""


def strategies() -> list[str]:
    """The names of the classic strategies.

    >>> "tit-for-tat" in strategies()
    True
    """
    return [module.replace("_", "-") for module in names.modules(classic)]


def agent(name: str, mode: Mode = "direct", **options: Any) -> Agent:
    """The agent of this name.

    A name with a slash is a model (`organism/nash`, `hf/…`), asked in `mode`, loaded with
    `options`; `dominance:MODEL`, `belief:MODEL` and `predict:MODEL` are models with a workflow;
    `file.py:object` is the user's own; `memory-one:0.9,0.1,0.8,0.2` a strategy by its numbers;
    `axelrod:NAME` one of the Axelrod library; `human` sits at the terminal; `solved` plays an
    equilibrium; anything else is a classic strategy, some with a number (`zd-extortion:3`).

    Raises:
        UnknownName: with the closest names.
        Misuse: if the numbers do not fit.
    """
    if names.is_file(name):
        found = names.from_file(name)
        if not isinstance(found, Agent):
            raise Unreadable(f"{name} is a {type(found).__name__} without name and decide")
        return found
    kind, _, rest = name.partition(":")
    if "/" in name and "/" not in kind:
        return _workflow(kind, rest, mode, options)
    if "/" in name:
        from nashscope.models import load

        return Language(load(name, **options), mode)
    if kind == "memory-one":
        return memory_one(rest)
    if kind == "axelrod":
        from nashscope.agents.axelrod import load as library_strategy

        return library_strategy(name)
    if name == "human":
        return human.AGENT
    if kind == "solved":
        return solved.of(_number(name, rest)) if rest else solved.AGENT
    # The folder first: reading every installed package's metadata takes milliseconds.
    own = kind in strategies()
    declared = None if own else names.entry(ENTRY_POINTS, name)
    if declared is not None:
        known: Agent = declared.load()
        return known
    if not own:
        error = names.nearest(name, [*strategies(), *OTHERS], "agent")
        raise UnknownName(f"{error}; a model's name has a slash, as in organism/nash")
    module = names.one_of(kind, classic, "agent")
    if kind == name:
        strategy: Agent = module.AGENT
        return strategy
    if not hasattr(module, "of"):
        raise Misuse(f"{kind} takes no number; write {kind} alone")
    made: Agent = module.of(_number(name, rest))
    return made


def _workflow(kind: str, model: str, mode: Mode, options: dict[str, Any]) -> Agent:
    """A model with a workflow."""
    from nashscope.models import load

    steps = next((known for known in STEPS if known == kind), None)
    if steps is None:
        raise names.nearest(kind, STEPS, "workflow")
    if mode != "direct":
        raise Misuse(f"{kind}:{model} has steps of its own; ask it in the mode direct")
    return Workflow(load(model, **options), steps)


def _number(name: str, text: str) -> float:
    """The number after the colon.

    Raises:
        Misuse: if it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise Misuse(f"{name}: {text!r} is no number; write it as in zd-extortion:3") from None
