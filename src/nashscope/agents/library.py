"""An agent by its name: a classic strategy, a model, or an object of the user's own."""

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any

from nashscope import names
from nashscope.agents import human, solved
from nashscope.agents.agent import Agent
from nashscope.agents.check import check_agent_at_load
from nashscope.agents.language import Language
from nashscope.agents.memory_one import by_state, memory_one
from nashscope.agents.workflow import STEPS, Workflow
from nashscope.errors import Misuse, UnknownName
from nashscope.framing import Mode
from nashscope.models import LanguageModel, check_model, load
from nashscope.names import Reference, Shelf

__all__ = ["SHELF", "agent", "normal_name", "strategies"]


def _check(value: object, name: str) -> None:
    """Refuses what is neither an agent nor a model."""
    if isinstance(value, LanguageModel):
        check_model(value)
    else:
        check_agent_at_load(value, name)


SHELF = Shelf(
    kind="agent",
    group="nashscope.agents",
    folder="nashscope.agents.classic",
    attribute="AGENT",
    check=_check,
    shipped={"human": human.AGENT, "solved": solved.AGENT},
    listing="nashscope agents",
)
"""Where agents are found."""

OTHERS = ("memory-one:CC,CD,DC,DD", "axelrod:NAME")
"""Agents that are no file of the folder of classic strategies."""

NUMBERED: dict[str, Callable[..., Agent]] = {"solved": solved.of, "memory-one": by_state}
"""What makes agents that take parameters and are no file of the folder."""


def strategies() -> list[str]:
    """The names of the classic strategies.

    >>> "tit-for-tat" in strategies()
    True
    """
    return SHELF.modules()


def normal_name(name: str) -> str:
    """The name by which an agent is written down, of all that mean the same.

    >>> normal_name("Tit_For_Tat")
    'tit-for-tat'
    """
    return names.normal_name(name, SHELF)


def agent(name: str, mode: Mode = "direct", **options: Any) -> Agent:
    """The agent of this name.

    A name with a slash is a model (`organism/nash`, `hf/…`), asked in `mode`, loaded with
    `options`; `dominance:MODEL`, `belief:MODEL` and `predict:MODEL` are models with a workflow;
    `file.py:object` is the user's own, an agent or a model; `memory-one:0.9,0.1,0.8,0.2` a strategy
    by its numbers; `axelrod:NAME` one of the Axelrod library; `human` sits at the terminal;
    `solved` plays an equilibrium; anything else is a classic strategy or of an installed package,
    some with a parameter (`zd-extortion:factor=3`, or `zd-extortion:3`).

    Raises:
        UnknownName: with the closest names.
        Misuse: if the numbers do not fit.
    """
    reference = names.read(name)
    name = str(reference)
    if reference.kind == "object":
        return _asked(names.find(reference, SHELF), mode)
    kind, _, rest = reference.base.partition(":")
    if "/" in name and "/" not in kind:
        return _workflow(kind, name.partition(":")[2], mode, options)
    if "/" in name:
        return Language(load(name, **options), mode)
    kind = names.plain(kind)
    if kind == "axelrod":
        from nashscope.agents.axelrod import load as library_strategy

        return library_strategy(name)
    if kind == "memory-one" and not reference.parameters:
        return memory_one(rest)
    if (rest or reference.parameters) and (kind in NUMBERED or kind in strategies()):
        return _numbered(kind, rest, reference)
    try:
        return _asked(names.find(reference, SHELF, *OTHERS), mode)
    except UnknownName as error:
        if "did you mean" in str(error):
            raise
        raise UnknownName(f"{error}; a model has a slash in its name: organism/nash") from None


def _asked(found: Agent | LanguageModel, mode: Mode) -> Agent:
    """An agent as it is; a model as an agent."""
    return found if isinstance(found, Agent) else Language(found, mode)


def _workflow(kind: str, model: str, mode: Mode, options: dict[str, Any]) -> Agent:
    """A model with a workflow."""
    steps = next((known for known in STEPS if known == names.plain(kind)), None)
    if steps is None:
        raise names.nearest(kind, STEPS, "workflow")
    if mode != "direct":
        raise Misuse(f"{kind}:{model} has steps of its own; ask it in the mode direct")
    return Workflow(load(model, **options), steps)


def _numbered(kind: str, rest: str, reference: Reference) -> Agent:
    """A strategy with parameters, by their names, or by the number behind the colon.

    Raises:
        Misuse: if it takes none, or they do not fit.
    """
    make = NUMBERED.get(kind) or getattr(SHELF.module(kind), "of", None)
    if make is None:
        raise Misuse(f"{kind} takes no parameters; write {kind} alone")
    if reference.parameters:

        @wraps(make)
        def floats(**given: Any) -> Agent:
            """The strategy; the look-up gives exact numbers, and strategies take floats."""
            numbers = {
                k: float(v) if isinstance(v, Fraction | int) else v for k, v in given.items()
            }
            own: Agent = make(**numbers)
            return own

        made: Agent = names.called(floats, reference.parameters, kind)
        return made
    try:
        number = float(rest)
    except ValueError:
        raise Misuse(f"{kind}:{rest} ends in no number; write it as in zd-extortion:3") from None
    numbered: Agent = make(number)
    return numbered
