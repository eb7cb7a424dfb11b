"""Models without weights, for tests and for users who want to see the machinery at work.

`fake/uniform` finds every choice equally likely. `fake/constant:F` writes F whatever it is asked,
and `fake/scripted:F,K,nonsense` writes these in turn and then starts again; both of them only
write, as a hosted model without log-probabilities does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import ModelRefused, UnknownName
from nashscope.models.model import Reply, Texts, cut

__all__ = ["Fake", "load"]


@dataclass
class Fake:
    """Writes the lines of a script in turn, one per prompt.

    reads: whether it also tells log-probabilities; all choices are then equally likely.
    """

    name: str
    script: tuple[str, ...] = ("",)
    reads: bool = False
    said: int = field(default=0, repr=False)

    def logprobs(
        self,
        prompts: Texts,
        choices: Sequence[Texts],
        begun: Texts | None = None,
        *,
        alone: bool = False,
    ) -> list[Float[ndarray, "_"]]:
        if not self.reads:
            raise ModelRefused(f"{self.name} tells no log-probabilities; it only writes")
        return [np.full(len(own), -np.log(len(own))) for own in choices]

    def generate(
        self,
        prompts: Texts,
        chances: Sequence[Generator],
        *,
        tokens: int,
        stop: Texts = (),
        temperature: float = 1.0,
    ) -> list[Reply]:
        lines = [self.script[(self.said + i) % len(self.script)] for i in range(len(prompts))]
        self.said += len(prompts)
        parts = [cut(line, stop) for line in lines]
        return [Reply(text, "stop", len(text.split()), mark) for text, mark in parts]


def load(name: str) -> Fake:
    """The fake model of this name.

    >>> load("fake/scripted:F,K").script
    ('F', 'K')
    """
    kind, _, text = name.removeprefix("fake/").partition(":")
    if kind == "uniform" and not text:
        return Fake(name, reads=True)
    if kind == "constant" and text:
        return Fake(name, (text,))
    if kind == "scripted" and text:
        return Fake(name, tuple(text.split(",")))
    raise UnknownName(
        f"no fake model is named {name!r}; there are fake/uniform, fake/constant:TEXT "
        "and fake/scripted:TEXT,TEXT,…"
    )
