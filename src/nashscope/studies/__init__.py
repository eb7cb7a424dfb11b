"""One file per question: its claims, their source, the plan, and what was expected.

Nothing imports a study; it is found by its name. A new file in this folder is a new study.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nashscope import names
from nashscope.names import Shelf
from nashscope.play.store.run import Run

__all__ = ["SHELF", "Progress", "Request", "Study", "studies", "study"]

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Request:
    """What a user asked a study to do.

    models: the subjects, by name. opponents: other agents to play against.
    plan: the name of one of the study's plans. changes: fields of the plan set otherwise.
    options: what the models' loaders take (dtype, device_map, …).
    base: the model that the first subject was tuned from, for studies that compare the two; None
        if none is named.
    """

    models: tuple[str, ...]
    opponents: tuple[str, ...] = ()
    plan: str = "standard"
    seed: int = 0
    changes: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    base: str | None = None


@dataclass(frozen=True)
class Study:
    """A question, and how it is answered.

    question: one sentence. source: the paper.
    plans: the names of its plans, with a sentence each.
    configure: the full configuration of a request; refuses what cannot be, before anything runs.
    run: does the work into a run folder, going on where an earlier one stopped.
    page: draws the report from what is in the folder, without any model.
    rehearse: asks every hosted model of a configuration all that `run` would ask it, keeping
        nothing; None for a study that does not say beforehand what it asks.
    size: how much a configuration asks of the models, in a sentence.
    """

    name: str
    question: str
    source: str
    plans: Mapping[str, str]
    configure: Callable[[Request], dict[str, Any]]
    run: Callable[[Run, Progress], None]
    page: Callable[[Run], Path]
    rehearse: Callable[[Mapping[str, Any]], None] | None = None
    size: Callable[[Mapping[str, Any]], str] | None = None


SHELF = Shelf(
    kind="study",
    group="nashscope.studies",
    types=(Study,),
    wanted="a Study",
    folder="nashscope.studies",
    attribute="STUDY",
    listing="nashscope studies",
)
"""Where studies are found."""


def studies() -> list[str]:
    """The names of all studies, those of installed packages included.

    >>> "nash-suppression" in studies()
    True
    """
    return names.known(SHELF)


def study(name: str) -> Study:
    """The study of this name: one of the package, of an entry point, or `file.py:object`.

    Raises:
        UnknownName: with the closest names.
    """
    found: Study = names.find(name, SHELF)
    return found
