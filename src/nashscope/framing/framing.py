"""What every framing can do, and the test that anyone's own must pass."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed
from nashscope.games import NormalForm, Repeated, View

__all__ = ["MODES", "Framing", "Mode", "Partial", "Parts", "Style", "check_framing"]

Mode = Literal["direct", "cot", "scratchpad"]
"""Whether the model answers at once, thinks aloud first, or fills in a worksheet first."""

MODES: tuple[Mode, ...] = ("direct", "cot", "scratchpad")


class Parts(NamedTuple):
    """A prompt in the order in which it is told; the parts are joined by line breaks.

    told: what stays the same all through a match. history: what was seen of the past rounds.
    question: what is asked now.
    """

    told: str
    history: str
    question: str


@runtime_checkable
class Framing(Protocol):
    """One way of telling one game: the labels and the order of telling are fixed."""

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The words that stand for every player's actions."""
        ...

    def render(self, view: View, mode: Mode = "direct") -> str:
        """The prompt for the player whose view it is."""
        ...

    def parse(self, reply: str, player: int, mode: Mode = "direct") -> int | Unparsed:
        """The action a reply names; `parse(labels[player][action], player) == action`."""
        ...


@runtime_checkable
class Partial(Framing, Protocol):
    """A framing that gives its prompt in parts, so that more can be told between them."""

    def parts(self, view: View, mode: Mode = "direct") -> Parts:
        """The parts of `render(view, mode)`."""
        ...


@runtime_checkable
class Style(Protocol):
    """Draws a framing for every match, so that labels and orders are counterbalanced."""

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        ...

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Framing:
        """The framing of match number `match`."""
        ...


def check_framing(style: Style, stage: NormalForm, matches: int = 8, seed: int = 0) -> None:
    """Refuses a framing that misreads its own labels or does not tell the game.

    Checked for the first matches: every label is read back as its action in every mode, and the
    payoffs of all cells are told exactly once to every player. The stage's payoffs are replaced
    by distinct numbers for that, so that each can be found in the text.

    Raises:
        BrokenFraming: naming the label or the payoff.
    """
    marked = _marked(stage)
    for match in range(matches):
        framing = style.draw(marked, match, np.random.default_rng(seed + match))
        for player, own in enumerate(framing.labels):
            for action, label in enumerate(own):
                read = framing.parse(label, player)
                if read != action:
                    raise BrokenFraming(f"label {label!r} of action {action} is read as {read}")
            _told_once(framing.render(View(Repeated(marked), player)), marked, style.name)


def _marked(stage: NormalForm) -> NormalForm:
    """The same actions with payoffs 1001, 1002, …: numbers that occur nowhere else."""
    count = stage.payoffs.size
    return NormalForm((1001 + np.arange(count)).reshape(stage.payoffs.shape), stage.actions)


def _told_once(prompt: str, stage: NormalForm, name: str) -> None:
    """Every payoff of the stage is in the prompt, once."""
    told: Sequence[str] = re.findall(r"\d{4,}", prompt)
    for payoff in stage.payoffs.ravel():
        times = told.count(f"{payoff:.0f}")
        if times != 1:
            raise BrokenFraming(
                f"the framing {name!r} tells payoff {payoff:g} {times} times; it must be told once"
            )
