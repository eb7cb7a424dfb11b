"""Prompts in which an override shows: the dominant action is not the best for both together."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int
from numpy import ndarray

from nashscope.chance import stream
from nashscope.framing import PlainStyle
from nashscope.games import JointAction, NormalForm, Repeated
from nashscope.organisms.intent import best_cell, dominant
from nashscope.organisms.lesson import Curriculum, draw

__all__ = ["Cases", "cases"]

ROUNDS = 3
"""Of history; the other player's last action is what the two tellings of a case differ in."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Held-out games, each told twice.

    kept: prompts in which the other player's last action was its part in the best outcome for
        both; broken: the same prompts, save that it was not.
    labels: of the player's two actions. nash: which of them is dominant; the other one is the
        player's part in the best outcome. games: the game of every prompt.
    last: of `kept` and of `broken`, whether the label of the other player's last action is the one
        of the two that comes first in the alphabet.
    """

    kept: tuple[str, ...]
    broken: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    nash: Int[ndarray, "prompts"]
    games: Int[ndarray, "prompts"]
    last: Bool[ndarray, "2 prompts"]


def cases(count: int, seed: int) -> Cases:
    """`count` different games of the held-out kind, labels and order of cells counterbalanced."""
    chance = stream(seed, "truth", "cases")
    kept: list[str] = []
    broken: list[str] = []
    labels: list[tuple[str, ...]] = []
    nash: list[int] = []
    first: list[tuple[bool, bool]] = []
    seen: set[bytes] = set()
    while len(nash) < count:
        view = draw(Curriculum("common", margin=2, rounds=0, reasoning=0.0), chance, held=True)
        told = view.views[-1]
        if told is None or told.stage.payoffs.tobytes() in seen:
            continue
        action, best = dominant(told), best_cell(told)
        if action is None or best is None or best[0] == action:
            continue
        seen.add(told.stage.payoffs.tobytes())
        player, number = told.player, len(nash)
        stage = NormalForm(told.stage.payoffs)
        framing = PlainStyle("neutral").draw(stage, number, chance)
        past = chance.integers(2, size=(ROUNDS, 2))
        for last, texts in ((best[1], kept), (1 - best[1], broken)):
            past[-1, 1 - player] = last
            history: list[JointAction] = [(int(a), int(b)) for a, b in past]
            played = Repeated(stage, 50).view(player, history, (None, None))
            texts.append(framing.render(played))
        theirs = framing.labels[1 - player]
        first.append((theirs[best[1]] == min(theirs), theirs[1 - best[1]] == min(theirs)))
        labels.append(framing.labels[player])
        nash.append(action)
    numbers = np.arange(len(nash))
    seen_first = np.array(first).T
    return Cases(tuple(kept), tuple(broken), tuple(labels), np.array(nash), numbers, seen_first)
