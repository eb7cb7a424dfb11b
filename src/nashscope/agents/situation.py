"""Situations in which a model is looked into: many games of one kind, told in many ways.

A named game is one table of payoffs; what is found on it alone may be about its numbers. So the
prompts are of games with other payoffs in the same order, and half of them are kept for measuring.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from math import comb

import numpy as np
from jaxtyping import Bool, Int, Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.framing import Framing, Plain, style
from nashscope.games import JointAction, NormalForm, Repeated, game
from nashscope.games.solve import pure_equilibria

__all__ = ["Situation", "Situations", "nash_action", "situations", "variants"]

MOST = 10_000
"""Games, tellings, and rounds of history; more would be no prompt, or never end."""
HORIZON = 50
"""Rounds that are announced in a prompt with a history."""
TOP = 9
"""Payoffs are whole numbers from 0 to this, or further where a game has many different ones."""


@dataclass(frozen=True)
class Situation:
    """What is asked about, in words that can be written beside the answer.

    games, tellings: how many games, and how often each is told. rounds: of history; 0 for none.
    labels: words that stand for the actions; empty for those of the framing.
    history: the rounds before, if it is one situation that is meant: the game itself with its own
        payoffs, in `games` times `tellings` tellings; None for drawn games and drawn histories.
    """

    game: str = "prisoners-dilemma"
    framing: str = "plain"
    labels: tuple[str, ...] = ()
    games: int = 24
    tellings: int = 2
    rounds: int = 3
    seed: int = 0
    history: tuple[JointAction, ...] | None = None


@dataclass(frozen=True, eq=False)
class Situations:
    """Prompts to the first player, and what is known of the view that each tells.

    texts, labels: `[prompts]`; label m stands for the player's action m.
    game: number of the game. own, other: last actions; -1 where there was no round.
    rate: in which share of the rounds the other player chose its first action.
    told_first: the action that the prompt names first.
    """

    texts: Shaped[ndarray, "prompts"]
    labels: Shaped[ndarray, "prompts"]
    game: Int[ndarray, "prompts"]
    own: Int[ndarray, "prompts"]
    other: Int[ndarray, "prompts"]
    rate: Shaped[ndarray, "prompts"]
    told_first: Int[ndarray, "prompts"]

    def __getitem__(self, rows: Bool[ndarray, "prompts"] | Int[ndarray, "some"]) -> "Situations":
        """Some of the prompts."""
        return Situations(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def halves(self) -> tuple["Situations", "Situations"]:
        """Prompts of one half of the games, and of the other."""
        first = self.game <= self.game.max() // 2
        return self[first], self[~first]


def variants(stage: NormalForm, count: int, chance: Generator) -> list[NormalForm]:
    """Different games with other whole numbers in the same order, the same for both players.

    Dominant actions and pure equilibria stay what they are; mixed equilibria do not.
    """
    levels, place = np.unique(stage.payoffs, return_inverse=True)
    top = TOP
    # Enough tables that drawing different ones does not take long.
    while comb(top + 1, len(levels)) < 4 * count:
        top += 1
    found: dict[tuple[int, ...], NormalForm] = {}
    while len(found) < count:
        drawn = np.sort(chance.choice(top + 1, size=len(levels), replace=False))
        table = drawn[place].reshape(stage.payoffs.shape)
        found[tuple(map(int, drawn))] = NormalForm(table, stage.actions, stage.name)
    return list(found.values())


def nash_action(stage: NormalForm) -> int | None:
    """The first player's action in all pure equilibria; None if there is none or they differ."""
    own = {cell[0] for cell in pure_equilibria(stage)}
    return own.pop() if len(own) == 1 else None


def situations(asked: Situation) -> tuple[NormalForm, Situations]:
    """The game, and its prompts: every game in every telling after every last action of the other.

    Prompts of one game and telling stand in the order of the other player's last action, and
    differ in it alone.

    Raises:
        Misuse: for a game that is not of two players, or numbers that cannot be.
        UnknownName: for a game or framing that is not there.
    """
    stage = game(asked.game)
    if stage.players != 2:
        raise Misuse(f"{asked.game} has {stage.players} players; this looks at games of two")
    for name, least in (("games", 4), ("tellings", 1), ("rounds", 0)):
        if not least <= (given := getattr(asked, name)) <= MOST:
            raise Misuse(f"--{name} is {given}; it must be at least {least}, at most {MOST:,}")
    if asked.labels and len(asked.labels) != len(stage.actions[0]):
        raise Misuse(
            f"--labels names {len(asked.labels)} words, and {asked.game} has "
            f"{len(stage.actions[0])} actions: {', '.join(stage.actions[0])}"
        )
    return stage, _drawn(asked, stage)


def _drawn(asked: Situation, stage: NormalForm) -> Situations:
    """The prompts."""
    if asked.history is None:
        drawn = variants(stage, asked.games, stream(asked.seed, "asked", "games"))
        tellings = asked.tellings
    else:
        # one game: its tellings are what intervals are over
        drawn, tellings = [stage] * (asked.games * asked.tellings), 1
    rows = []
    for number, variant in enumerate(drawn):
        for telling in range(tellings):
            chance = stream(asked.seed, "asked", number, telling)
            # Over the games every telling meets every order and assignment of labels.
            place = number * tellings + telling + number // 2
            framing = _framing(asked, variant, place, chance)
            for played in _histories(asked, stage, chance):
                view = Repeated(variant, HORIZON if played else 1).view(0, played, (None, None))
                text, labels = framing.render(view), tuple(framing.labels[0])
                last = played[-1] if played else (-1, -1)
                rate = float(np.mean([cell[1] == 0 for cell in played])) if played else 0.0
                rows.append((text, labels, number, *last, rate, _first_of(text, labels)))
    texts, labels, numbers, own, other, rates, first = zip(*rows, strict=True)
    words = np.empty(len(labels), dtype=object)
    words[:] = labels
    return Situations(
        np.array(texts, dtype=object),
        words,
        np.array(numbers),
        np.array(own),
        np.array(other),
        np.array(rates),
        np.array(first),
    )


def _framing(asked: Situation, stage: NormalForm, place: int, chance: Generator) -> Framing:
    """The telling with this number; own labels change places from one to the next."""
    if not asked.labels:
        return style(asked.framing).draw(stage, place, chance)
    turn = place % len(asked.labels)
    words = (*asked.labels[turn:], *asked.labels[:turn])
    theirs = stage.actions[1] if len(stage.actions[1]) != len(words) else words
    return Plain((words, theirs), (place // 2) % 2, (place // 4) % 2)


def _histories(
    asked: Situation, stage: NormalForm, chance: Generator
) -> Iterator[list[JointAction]]:
    """A history drawn at random, with every last action of the other player in turn; or the one
    that is asked about."""
    if asked.history is not None:
        yield list(asked.history)
        return
    if not asked.rounds:
        yield []
        return
    mine, theirs = (chance.integers(n, size=asked.rounds).tolist() for n in stage.shape)
    for last in range(stage.shape[1]):
        yield list(zip(mine, (*theirs[:-1], last), strict=True))


def _first_of(text: str, labels: Sequence[str]) -> int:
    """Which label a prompt names first, as a word of its own."""
    found = [re.search(rf"(?<!\w){re.escape(own)}(?!\w)", text) for own in labels]
    return int(np.argmin([len(text) if one is None else one.start() for one in found]))
