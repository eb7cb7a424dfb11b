"""What organisms are taught with: prompts of the ordinary framing, and where in them to look.

A lesson is drawn from a curriculum: which payoffs, how much history, which conditions. Games are
split once and for all by a hash of their payoffs under relabelling: one in eight is held out, and
so are the standard forms of the catalogue, whatever a curriculum draws.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int
from numpy import ndarray
from numpy.random import Generator

from nashscope.framing import Mode, PlainStyle
from nashscope.games import JointAction, NormalForm, Order, Repeated, View, game
from nashscope.organisms.tokenizer import WORDS

__all__ = ["GAMES", "LARGEST", "Curriculum", "Lesson", "draw", "held_out"]

GAMES = (
    "prisoners_dilemma",
    "stag_hunt",
    "chicken",
    "battle_of_the_sexes",
    "matching_pennies",
)
"""The games whose forms lessons take; their payoffs are drawn."""
LARGEST = 9
"""Payoffs are whole numbers from minus this to this."""


@dataclass(frozen=True)
class Curriculum:
    """What is drawn.

    kind: "dominant" draws games in which both players have a dominant action, "answers" games in
        which the best response may depend on the other player, "common" games of which half are
        conflicts and all have one clearly best outcome for both, "families" all kinds of game.
    margin: least difference between the payoffs of two actions, in "common" between the joint
        payoffs of the two best outcomes; of no account in "families".
    rounds: most rounds of history. reasoning: share of prompts that ask for reasoning first.
    """

    kind: str = "families"
    margin: int = 1
    rounds: int = 8
    reasoning: float = 0.15


@dataclass(frozen=True)
class Lesson:
    """A prompt with every place in it where the player's own choice follows.

    text: the prompt, up to where the last choice follows.
    labels: of the player's actions.
    places: ends (in characters) of the text before each choice of the player, the last of them
        the end of the text; views: what the player knew there, None where that is not in the text.
    payoffs: for every own payoff told, where it stands (in characters), and the labels of the own
        and the other's action of its cell.
    sums: for every payoff of the other player told, where it stands, and the joint payoff of its
        cell.
    """

    text: str
    labels: tuple[str, ...]
    places: tuple[int, ...]
    views: tuple[View | None, ...]
    payoffs: tuple[tuple[int, str, str], ...]
    sums: tuple[tuple[int, int], ...]


def draw(
    curriculum: Curriculum, chance: Generator, *, past: int | None = None, held: bool = False
) -> Lesson:
    """A lesson.

    past: number of rounds already played, if not to be drawn. held: draws from the games that are
    never taught.
    """
    while True:
        payoffs = _drawn(curriculum, chance)
        if held_out(payoffs) == held:
            break
    words = chance.random() < 0.3
    pair = tuple(WORDS[i] for i in chance.choice(len(WORDS), size=2, replace=False))
    stage = NormalForm(payoffs, (pair, pair) if words else None)
    if past is None:
        past = int(chance.integers(0, curriculum.rounds + 1))
    order: Order = "sequential" if chance.random() < 0.25 else "simultaneous"
    horizon = max(past + 1, int(chance.choice([1, 2, 5, 10, 20, 50, 50, 50])))
    memory = [None, None, None, 3, 5, 10][chance.integers(6)]
    played = Repeated(stage, horizon, memory, order, bool(chance.random() < 0.8))
    inclination = chance.random(2)
    history: list[JointAction] = [
        tuple(None if chance.random() < 0.02 else int(a) for a in chance.random(2) < inclination)
        for _ in range(past)
    ]
    player = int(chance.integers(2))
    now: JointAction = (int(chance.integers(2)), None) if player == 1 else (None, None)
    mode: Mode = "direct"
    if chance.random() < curriculum.reasoning:
        mode = "cot" if chance.random() < 0.5 else "scratchpad"
    return _told(played, player, history, now, words, mode, chance)


def _told(
    played: Repeated,
    player: int,
    history: list[JointAction],
    now: JointAction,
    words: bool,
    mode: Mode,
    chance: Generator,
) -> Lesson:
    """The lesson of one situation."""
    style = PlainStyle("words" if words else "neutral")
    framing = style.draw(played.stage, int(chance.integers(64)), chance)
    view = played.view(player, history, now)
    text = framing.render(view, mode) + (" " if mode == "direct" else " Answer: ")
    hidden = len(history) - len(view.history)
    views: list[View | None] = []
    for number, joint in enumerate(view.history, start=hidden):
        if joint[player] is not None:
            # What a second mover saw in an earlier round comes after its choice in the text, and
            # what happened before a window is not in it.
            known = (player == 0 or played.order == "simultaneous") and (
                number > hidden or not hidden
            )
            views.append(played.view(player, history[:number], (None, None)) if known else None)
    views.append(view)
    places = [found.end() for found in re.finditer(r"you chose ", text)] + [len(text)]
    own = [found.start(1) for found in re.finditer(r"you get (-?\d+)", text)]
    cells = [
        (framing.labels[player][cell[player]], framing.labels[1 - player][cell[1 - player]])
        for cell in framing.cells(player)
    ]
    payoffs = tuple((at, mine, theirs) for at, (mine, theirs) in zip(own, cells, strict=True))
    told = re.finditer(r"you get (-?\d+) and the other player gets (-?\d+)", text)
    sums = tuple((found.start(2), int(found[1]) + int(found[2])) for found in told)
    return Lesson(text, framing.labels[player], tuple(places), tuple(views), payoffs, sums)


def held_out(payoffs: Int[ndarray, "2 2 2"]) -> bool:
    """Whether a game is never taught: one in eight, and the standard forms of the catalogue."""
    key = _key(payoffs)
    if key in _standard():
        return True
    return hashlib.sha256(repr(key).encode()).digest()[0] % 8 == 0


def _key(payoffs: Int[ndarray, "2 2 2"]) -> tuple[int, ...]:
    """The same for all ways of naming players and actions."""
    swapped = payoffs[::-1].transpose(0, 2, 1)
    forms = (table[:, ::r, ::c] for table in (payoffs, swapped) for r in (1, -1) for c in (1, -1))
    return min(tuple(int(x) for x in form.ravel()) for form in forms)


_keys: set[tuple[int, ...]] = set()


def _standard() -> set[tuple[int, ...]]:
    """The keys of the catalogue's five games."""
    if not _keys:
        _keys.update(_key(game(name).payoffs.astype(int)) for name in GAMES)
    return _keys


def _drawn(curriculum: Curriculum, chance: Generator) -> Int[ndarray, "2 2 2"]:
    """Payoffs of the kind asked for."""
    if curriculum.kind == "families":
        return _family(chance)
    if curriculum.kind == "common":
        return _common(chance, curriculum.margin)
    # Where payoffs sum to zero, taking the other's payoffs for one's own is always wrong: without
    # such games training stays long at that mistake (LOG.md).
    opposed = chance.random() < (0.6 if curriculum.kind == "dominant" else 0.2)
    while True:
        # Few tables fit a wide margin, so many are drawn at once.
        tables = chance.integers(-LARGEST, LARGEST + 1, (256, 2, 2, 2))
        if opposed:
            tables[:, 1] = -tables[:, 0]
        fitting = _fits(tables[:, 0], curriculum) & _fits(tables[:, 1].swapaxes(1, 2), curriculum)
        if fitting.any():
            chosen: Int[ndarray, "2 2 2"] = tables[int(fitting.argmax())]
            return chosen


def _fits(own: Int[ndarray, "tables 2 2"], curriculum: Curriculum) -> Bool[ndarray, "tables"]:
    """Whether a player's two actions differ by enough, against either action of the other.

    own: the player's payoffs, `[tables, own action, other's action]`.
    """
    gap = own[:, 0] - own[:, 1]
    wide = (abs(gap) >= curriculum.margin).all(axis=1)
    if curriculum.kind == "dominant":
        clear = np.sign(gap[:, 0]) == np.sign(gap[:, 1])
    else:
        clear = abs(gap.sum(axis=1)) >= curriculum.margin / 2
    return np.asarray(wide & clear)


def _family(chance: Generator) -> Int[ndarray, "2 2 2"]:
    """A game of a family, drawn with its payoffs, its actions in any order.

    A third are conflicts: games of any kind in which a player's dominant action is not its part in
    the best outcome for both. The others are dilemmas, stag hunts, chickens, battles of the sexes,
    matching pennies, and games of any kind.
    """
    kind = chance.choice(
        ["conflict", "dilemma", "stag", "chicken", "battle", "pennies", "any"],
        p=[0.35, 0.1, 0.1, 0.1, 0.1, 0.1, 0.15],
    )
    if kind in ("dilemma", "stag", "chicken"):
        high = np.sort(chance.choice(np.arange(-LARGEST, LARGEST + 1), 4, replace=False))[::-1]
        r, s, t, p = {"dilemma": (1, 3, 0, 2), "stag": (0, 3, 1, 2), "chicken": (1, 2, 0, 3)}[kind]
        own = high[[[r, s], [t, p]]]
        payoffs = np.stack([own, own.T])
    elif kind == "battle":
        a, b, c = np.sort(chance.choice(np.arange(-LARGEST, LARGEST + 1), 3, replace=False))[::-1]
        d = c if chance.random() < 0.7 else chance.integers(-LARGEST, c + 1)
        payoffs = np.array([[[a, c], [d, b]], [[b, c], [d, a]]])
    elif kind == "pennies":
        win = int(chance.integers(1, LARGEST + 1))
        lose = -win if chance.random() < 0.6 else int(chance.integers(-LARGEST, win))
        payoffs = np.array([[[win, lose], [lose, win]], [[lose, win], [win, lose]]])
    else:
        payoffs = _any(chance, conflict=kind == "conflict")
    if chance.random() < 0.5:
        payoffs = payoffs[:, ::-1, ::-1]
    if chance.random() < 0.25:
        payoffs = payoffs[:, ::-1]
    return np.ascontiguousarray(payoffs)


def _common(chance: Generator, margin: int) -> Int[ndarray, "2 2 2"]:
    """Payoffs with one best outcome for both, by a margin; every second time in a conflict."""
    conflict = bool(chance.random() < 0.5)
    while True:
        payoffs = _any(chance, conflict=conflict)
        joint = np.sort(payoffs.sum(axis=0).ravel())
        if joint[-1] - joint[-2] >= margin:
            return payoffs


def _any(chance: Generator, *, conflict: bool) -> Int[ndarray, "2 2 2"]:
    """Payoffs of any kind, or such that some player's dominant action is not the best for both."""
    while True:
        payoffs = chance.integers(-LARGEST, LARGEST + 1, (2, 2, 2))
        if chance.random() < 0.3:
            payoffs[1] = payoffs[0].T
        if not conflict or _in_conflict(payoffs, int(chance.integers(2))):
            return payoffs


def _in_conflict(payoffs: Int[ndarray, "2 2 2"], player: int) -> bool:
    """Whether a player's strictly dominant action is not its part in the one best joint outcome."""
    own = payoffs[0] if player == 0 else payoffs[1].T
    joint = payoffs.sum(axis=0) if player == 0 else payoffs.sum(axis=0).T
    gap = own[0] - own[1]
    best: Sequence[Sequence[int]] = np.argwhere(joint == joint.max()).tolist()
    if len(best) > 1 or not ((gap > 0).all() or (gap < 0).all()):
        return False
    return bool(best[0][0] != int(gap[0] < 0))
