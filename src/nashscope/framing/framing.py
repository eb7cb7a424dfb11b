"""What every framing can do, and the test that anyone's own must pass."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.random import Generator

from nashscope.errors import BrokenFraming
from nashscope.framing.answer import Unparsed
from nashscope.games import JointAction, NormalForm, Repeated, View

__all__ = ["MODES", "Framing", "Mode", "Partial", "Parts", "Style", "check_framing"]

Mode = Literal["direct", "cot", "scratchpad"]
"""Whether the model answers at once, thinks aloud first, or fills in a worksheet first."""

MODES: tuple[Mode, ...] = ("direct", "cot", "scratchpad")
"""All modes."""


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

    Checked for the first matches: in every mode every label is read back as its action, a text
    without any label as none, and the payoffs of all cells are told exactly once to every player,
    at the beginning and after some rounds. The stage's payoffs are replaced by distinct numbers
    for that, so that each can be found in the text. Every prompt says the labels of the player's
    own actions and of all that was done before.

    Raises:
        BrokenFraming: naming the mode, and the label or the payoff.
    """
    marked = _marked(stage)
    for match in range(matches):
        framing = style.draw(marked, match, np.random.default_rng(seed + match))
        for player in range(marked.players):
            for mode in MODES:
                _read_back(framing, player, mode)
                for view in _views(marked, player, match):
                    prompt = framing.render(view, mode)
                    _told_once(prompt, marked, style.name)
                    _names_its_labels(prompt, framing, view)


def _read_back(framing: Framing, player: int, mode: Mode) -> None:
    """Every label is its action, in the form in which this mode is answered, and nothing is not."""
    for action, label in enumerate(framing.labels[player]):
        reply = label if mode == "direct" else f"That is hard to say.\nAnswer: {label}"
        read = framing.parse(reply, player, mode)
        if read != action:
            raise BrokenFraming(
                f"in the mode {mode}, label {label!r} of action {action} is read as {read}"
            )
    silence = framing.parse("...", player, mode)
    if not isinstance(silence, Unparsed):
        raise BrokenFraming(f"in the mode {mode}, an answer without a label is read as {silence}")


def _views(stage: NormalForm, player: int, match: int) -> list[View]:
    """A one-shot game, and a repeated one at its beginning and after rounds of every kind."""
    rounds = Repeated(stage, 5)
    nothing = (None,) * stage.players
    chance = np.random.default_rng(match)
    played: list[JointAction] = [
        tuple(int(chance.integers(count)) for count in stage.shape) for _ in range(2)
    ]
    return [
        View(Repeated(stage), player, now=nothing),
        rounds.view(player, [], nothing),
        rounds.view(player, [*played, nothing], nothing),
    ]


def _names_its_labels(prompt: str, framing: Framing, view: View) -> None:
    """The prompt offers every label of the player, and tells what everybody did before."""
    done = {(p, a) for joint in view.history for p, a in enumerate(joint) if a is not None}
    own = {(view.player, action) for action in range(len(framing.labels[view.player]))}
    for player, action in sorted(done | own):
        label = framing.labels[player][action]
        if not re.search(rf"(?<!\w){re.escape(label)}(?!\w)", prompt):
            raise BrokenFraming(f"the prompt of player {view.player} does not say {label!r}")


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
