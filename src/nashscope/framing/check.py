"""The test that every framing must pass, and that a user's own passes before it is used."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from nashscope.blame import raised_at
from nashscope.errors import BrokenFraming, NashscopeError, shown
from nashscope.framing.answer import Unparsed, check_labels
from nashscope.framing.framing import MODES, Framing, Mode, Style
from nashscope.framing.payoffs import check_payoffs, key_of, label_pattern, labels_in, marked
from nashscope.games import JointAction, NormalForm, Repeated, View

__all__ = ["Checked", "check_framing", "check_style"]

ROUNDS = 5
"""How long the repeated games are that a framing is tried on."""

Given = TypeVar("Given")


@dataclass(frozen=True)
class Checked:
    """A style of the user's own; for each game it passes `check_framing` before it draws."""

    style: Style
    passed: set[NormalForm] = field(default_factory=set, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The name under which the condition is reported."""
        return self.style.name

    def draw(self, stage: NormalForm, match: int, chance: Generator) -> Framing:
        """The framing of match number `match`.

        Raises:
            BrokenFraming: as `check_framing` does.
        """
        if stage not in self.passed:
            check_framing(self.style, stage, matches=2)
            self.passed.add(stage)
        return _drawn(self.style, stage, match, chance)


def check_style(style: object, name: str) -> Style:
    """The object, if it has the form of a style; it draws nothing yet.

    name: under which it was asked for.

    Raises:
        BrokenFraming: saying what it is instead.
    """
    if isinstance(style, type):
        raise BrokenFraming(
            f"{name} is the class {style.__name__}, not a framing; name an object of it, as in "
            f"STYLE = {style.__name__}()"
        )
    if not isinstance(style, Style) or not callable(style.draw):
        raise BrokenFraming(
            f"{name} is a {type(style).__name__}, not a framing; a framing has a name and a method "
            "draw(stage, match, chance)"
        )
    try:
        inspect.signature(style.draw).bind(None, 0, None)
    except TypeError:
        raise BrokenFraming(
            f"{name} has a draw that takes other arguments; it is called draw(stage, match, chance)"
        ) from None
    if not isinstance(style.name, str) or not style.name.strip():
        raise BrokenFraming(f"{name} has the name {shown(style.name)}; a name is a text")
    return style


def check_framing(style: Style, stage: NormalForm, matches: int = 8, seed: int = 0) -> None:
    """Refuses a framing that misreads its own labels or does not tell the game.

    Checked for the first matches, in every mode and for every player: each label is read back as
    its action, and an answer that names none, several or denies one as none. The payoffs of all
    cells are told once, each where `payoffs` says that it belongs; for that they are replaced by
    distinct numbers. The labels of the player's own actions are told, and what everyone did, the
    player itself before the others. The same chance draws the same framing, and the same view is
    told in the same words.

    Raises:
        BrokenFraming: in one line, naming the framing and what is wrong.
    """
    told = marked(stage)
    for match in range(matches):
        draws = [_drawn(style, told, match, np.random.default_rng(seed + match)) for _ in range(2)]
        framing = _named(style, partial(_same_labels, draws, told))
        for player in range(told.players):
            for mode in MODES:
                case = _Case(style, draws[1], framing, player, mode)
                _named(style, partial(_check_case, case, told, match))


@dataclass(frozen=True)
class _Case:
    """One framing, as one player hears it in one mode; `again` was drawn with the same chance."""

    style: Style
    again: Framing
    framing: Framing
    player: int
    mode: Mode

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of all players."""
        return self.framing.labels

    def prompt(self, view: View) -> str:
        """What the framing says."""
        prompt = _asked(self.framing, "render", lambda: self.framing.render(view, self.mode))
        if not isinstance(prompt, str) or not prompt.strip():
            raise BrokenFraming(f"render gives {shown(prompt)}, not a text")
        if self.mode == "direct" and prompt != _asked(
            self.again, "render", lambda: self.again.render(view, self.mode)
        ):
            raise BrokenFraming(
                "the same chance gives two different prompts; draw from the `chance` that is given"
            )
        return prompt

    def read(self, reply: str) -> int | Unparsed:
        """What the framing reads."""
        player = self.player
        read = _asked(self.framing, "parse", lambda: self.framing.parse(reply, player, self.mode))
        if isinstance(read, Unparsed):
            return read
        if not isinstance(read, int | np.integer) or not 0 <= read < len(self.labels[player]):
            raise BrokenFraming(
                f"parse gives {shown(read)} for {reply!r}; it gives the index of an action or "
                "Unparsed(text, why)"
            )
        return int(read)


def _check_case(case: _Case, stage: NormalForm, match: int) -> None:
    """One player in one mode."""
    try:
        _read_back(case)
        for view in _views(stage, case.player, match):
            prompt = case.prompt(view)
            check_payoffs(prompt, case.labels, stage, case.player)
            _names_its_labels(prompt, case, view)
        _tells_the_past(case, stage)
    except BrokenFraming as error:
        raise BrokenFraming(f"in the mode {case.mode}, {error}") from error.__cause__


def _named(style: Style, check: Callable[[], Given]) -> Given:
    """The outcome of a check; if it fails, the error names the framing."""
    try:
        return check()
    except BrokenFraming as error:
        raise BrokenFraming(f"the framing {style.name!r}: {error}") from error.__cause__


def _asked(owner: object, method: str, call: Callable[[], object]) -> object:
    """What a method of a framing gives; what it raises becomes one line."""
    try:
        return call()
    except NashscopeError:
        raise
    except Exception as error:
        line = raised_at(error, owner) or f"{method} raises {type(error).__name__}: {error}"
        raise BrokenFraming(line) from error


def _drawn(style: Style, stage: NormalForm, match: int, chance: Generator) -> Framing:
    """The framing that a style draws."""

    def drawing() -> Framing:
        framing = _asked(style, "draw", lambda: style.draw(stage, match, chance))
        if isinstance(framing, type) or not isinstance(framing, Framing):
            raise BrokenFraming(
                f"draw gives {shown(framing)}, which has not the labels, render and parse of a "
                "framing"
            )
        return framing

    return _named(style, drawing)


def _same_labels(draws: Sequence[Framing], stage: NormalForm) -> Framing:
    """The framing, if its labels fit the game and are the same when it is drawn again."""
    first, second = (
        _asked(framing, "labels", partial(getattr, framing, "labels")) for framing in draws
    )
    if not _are_labels(first, stage):
        raise BrokenFraming(
            f"the labels are {shown(first)}; they are a tuple of texts for each of "
            f"{stage.players} players, one text per action"
        )
    if first != second:
        raise BrokenFraming(
            "the same chance gives two different sets of labels; draw from the `chance` that is "
            "given"
        )
    for words in draws[0].labels:
        check_labels(words)
    return draws[0]


def _are_labels(labels: object, stage: NormalForm) -> bool:
    """Whether there is a text for each action of each player."""
    return (
        isinstance(labels, tuple)
        and len(labels) == stage.players
        and all(
            isinstance(words, tuple)
            and len(words) == count
            and all(isinstance(word, str) for word in words)
            for words, count in zip(labels, stage.shape, strict=True)
        )
    )


def _read_back(case: _Case) -> None:
    """Every label is its action, in the form in which this mode is answered, and nothing is not."""
    announced = "" if case.mode == "direct" else "That is hard to say.\nAnswer: "
    labels = case.labels[case.player]
    for action, label in enumerate(labels):
        read = case.read(f"{announced}{label}")
        if read != action:
            raise BrokenFraming(f"label {label!r} of action {action} is read as {_shown(read)}")
    silences = ["", "...", "I would rather not say."]
    silences += [f"I will never choose {label}." for label in labels]
    silences += [f"{first} or {second}" for first, second in pairwise(labels)]
    for silence in silences:
        read = case.read(f"{announced}{silence}")
        if not isinstance(read, Unparsed):
            raise BrokenFraming(
                f"the answer {silence!r}, which names no one action, is read as "
                f"{labels[read]!r}; nashscope.framing.parse leaves it unread"
            )


def _views(stage: NormalForm, player: int, match: int) -> Iterable[View]:
    """A one-shot game, and a repeated one at its beginning and after rounds of every kind."""
    rounds, nothing = Repeated(stage, ROUNDS), (None,) * stage.players
    chance = np.random.default_rng(match)
    played: list[JointAction] = [
        tuple(int(chance.integers(count)) for count in stage.shape) for _ in range(2)
    ]
    yield View(Repeated(stage), player, now=nothing)
    yield rounds.view(player, [], nothing)
    yield rounds.view(player, [*played, nothing], nothing)
    yield replace(rounds, order="sequential", memory=1, announced=False).view(
        player, [*played, nothing], tuple(0 if p < player else None for p in range(stage.players))
    )


def _names_its_labels(prompt: str, case: _Case, view: View) -> None:
    """The prompt offers every label of the player, and tells what everybody did before."""
    done = {(p, a) for joint in view.history for p, a in enumerate(joint) if a is not None}
    own = {(view.player, action) for action in range(len(case.labels[view.player]))}
    names = labels_in(prompt, label_pattern(case.labels))
    for player, action in sorted(done | own):
        label = case.labels[player][action]
        if key_of(label) not in names:
            raise BrokenFraming(f"the prompt of player {view.player + 1} does not say {label!r}")


def _tells_the_past(case: _Case, stage: NormalForm) -> None:
    """What each player did is told, in the words for it, the hearer's before the others'.

    One action of one player is exchanged at a time: the prompt changes, and where labels change in
    it, the first of them stands for that player's action.
    """
    hearer, nothing = case.player, (None,) * stage.players
    repeated = Repeated(stage, ROUNDS)
    turns = replace(repeated, order="sequential")
    pattern = label_pattern(case.labels)
    last = -1
    for player in [hearer, *(p for p in range(stage.players) if p != hearer)]:
        if stage.shape[player] == 1:
            continue
        joints = [
            tuple(int(p == player and other) for p in range(stage.players)) for other in (0, 1)
        ]
        prompts = [case.prompt(repeated.view(hearer, [joint], nothing)) for joint in joints]
        place = _change(prompts, pattern, case.labels[player][0], player, hearer)
        if place is not None and place < last:
            raise BrokenFraming(
                f"player {hearer + 1} hears of a past round what player {player + 1} did before "
                "its own action, or the others in another order; tell the hearer's first"
            )
        last = last if place is None else place
        if player < hearer:
            now = [
                tuple(joint[p] if p < hearer else None for p in range(stage.players))
                for joint in joints
            ]
            prompts = [case.prompt(turns.view(hearer, [], seen)) for seen in now]
            _change(prompts, pattern, case.labels[player][0], player, hearer)


def _change(
    prompts: Sequence[str], pattern: re.Pattern[str], label: str, player: int, hearer: int
) -> int | None:
    """Which of the labels in the first prompt is another in the second; None if none is."""
    if prompts[0] == prompts[1]:
        raise BrokenFraming(
            f"player {hearer + 1} is told the same whatever player {player + 1} did before"
        )
    first, second = (labels_in(prompt, pattern) for prompt in prompts)
    places = [k for k, (one, other) in enumerate(zip(first, second, strict=False)) if one != other]
    if len(first) != len(second) or not places:
        return None
    if first[places[0]] != key_of(label):
        raise BrokenFraming(
            f"player {hearer + 1} hears {first[places[0]]!r} of what player {player + 1} did, "
            f"whose action was {label!r}"
        )
    return places[0]


def _shown(read: int | Unparsed) -> str:
    """What was read, in words."""
    return f"unread ({read.why})" if isinstance(read, Unparsed) else f"action {read}"
