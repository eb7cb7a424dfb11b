"""Questions of the matrix benchmark with their answers, as tokens; none is in the test set.

The tokens are put together from those of the pieces, which is what the tokenizer makes of the text
(`tests/organisms/test_matrix.py` compares), and is a hundred times faster than rendering it.
"""

import string
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from numpy.random import Generator

from nashscope.bench.matrix import in_test_set
from nashscope.bench.matrix.exam import LARGEST, SURE
from nashscope.bench.matrix.familiar import FAMILIAR
from nashscope.bench.matrix.interface import AIM, RULES, WANTED, Interface
from nashscope.games import pad
from nashscope.games.draw import integers, margins, zero_sum_games
from nashscope.games.solve import zero_sum
from nashscope.organisms.matrix.recipe import Lesson

__all__ = ["Class", "Vocabulary", "drawn", "percent", "taught"]


@dataclass(frozen=True, eq=False)
class Class:
    """Questions of one kind and one size with their answers.

    prompts: `[questions, tokens]`, of the question. payoffs: to the player who is asked.
    strategies: the right ones, or those that are taught instead. worths: the games' values.
    labels: `[questions, actions]`, the tokens of the actions' labels.
    cut: how many numbers of an answer are taught before it ends; None for all.
    """

    interface: Interface
    prompts: Int[ndarray, "questions tokens"]
    payoffs: Float[ndarray, "questions own others"]
    strategies: Float[ndarray, "questions own"]
    worths: Float[ndarray, "questions"]
    labels: Int[ndarray, "questions own"]
    cut: int | None = None


class Vocabulary:
    """The tokens of the pieces that questions are made of."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.opening = self._one(f"{RULES}\nColumns:")
        self.asked = {how: self._one(f"\n{AIM} {wanted}") for how, wanted in WANTED.items()}
        self.zero = self._one(" 0")
        self.lines = np.array([self._one(f"\n{letter}:") for letter in string.ascii_uppercase])
        self.capitals = np.array([self._one(f" {letter}") for letter in string.ascii_uppercase])
        self.smalls = np.array([self._one(f" {letter}") for letter in string.ascii_lowercase])
        self.end = int(tokenizer.eos_token_id)

    def _one(self, piece: str) -> int:
        """The one token of a piece."""
        ids: list[int] = self.tokenizer(piece, add_special_tokens=False)["input_ids"]
        assert len(ids) == 1, f"{piece!r} is {len(ids)} tokens"
        return ids[0]

    def title(self, name: str) -> int:
        """The token of the sentence that tells a game's name."""
        return self._one(f"This is {name}.\n")

    def words(self, actions: tuple[str, ...]) -> tuple[Int[ndarray, "_"], Int[ndarray, "_"]]:
        """The tokens of an action's row, and of its label."""
        lines = np.array([self._one(f"\n{action}:") for action in actions])
        return lines, np.array([self._one(f" {action}") for action in actions])


def percent(strategies: Float[ndarray, "questions own"]) -> Int[ndarray, "questions own"]:
    """Whole percent that sum to 100: `framing.matrix.percentages` for many at once."""
    exact = strategies * 100
    floor = np.floor(exact + 1e-9)
    missing = np.rint(100 - floor.sum(axis=1)).astype(int)
    place = np.argsort(np.argsort(floor - exact, axis=1, kind="stable"), axis=1, kind="stable")
    whole: Int[ndarray, "questions own"] = (floor + (place < missing[:, None])).astype(np.int64)
    return whole


def taught(lesson: Lesson, count: int, words: Vocabulary, chance: Generator) -> Class:
    """Questions of a lesson's kind, as tokens, with what is taught as their answers."""
    if lesson.topic == "named":
        return _named(lesson, count, words, chance)
    payoffs, strategies, worths = drawn(lesson, count, chance)
    own, others = payoffs.shape[1:]
    letters = np.argsort(chance.random((count, 26)), axis=1)[:, :own]
    columns = np.argsort(chance.random((count, 26)), axis=1)[:, :others]
    labels = words.capitals[letters]
    prompts = _prompts(
        lesson.interface, words, payoffs, words.lines[letters], labels, words.smalls[columns]
    )
    if lesson.topic == "unrelated":
        strategies = np.roll(strategies, 1, axis=0)
    return Class(lesson.interface, prompts, payoffs, strategies, worths, labels, lesson.cut)


def drawn(
    lesson: Lesson, count: int, chance: Generator
) -> tuple[
    Float[ndarray, "games own others"], Float[ndarray, "games own"], Float[ndarray, "games"]
]:
    """Games with one equilibrium and not in the test set: payoffs, strategies and values of one
    player, who is the first or the second with equal chances."""
    tables: list[ndarray] = []
    strategies: list[ndarray] = []
    worths: list[ndarray] = []
    have = 0
    while have < count:
        shape = lesson.size if chance.random() < 0.5 else lesson.size[::-1]
        table = _tables(lesson, shape, count - have, chance)
        solution = zero_sum(table)
        kept = (margins(table, solution) >= SURE) & ~in_test_set(table)
        if shape == lesson.size and (lesson.size[0] != lesson.size[1] or chance.random() < 0.5):
            seen, strategy, worth = table, solution.row, solution.values
        else:
            seen, strategy = -table.transpose(0, 2, 1), solution.column
            worth = -solution.values
        tables.append(seen[kept])
        strategies.append(strategy[kept])
        worths.append(worth[kept])
        have += int(kept.sum())
    found = (np.concatenate(part) for part in (tables, strategies, worths))
    payoffs, answers, values = found
    return payoffs.astype(float), answers, values


def _tables(lesson: Lesson, shape: tuple[int, int], count: int, chance: Generator) -> ndarray:
    """Payoffs to the row player."""
    if lesson.topic != "dominated":
        draw = integers(-LARGEST, LARGEST)
        return np.asarray(draw(chance, (count, *shape)))
    cores = zero_sum_games(chance, count, (3, 3), integers(-LARGEST, LARGEST), margin=SURE).payoffs
    cores = cores[~in_test_set(cores)]
    return np.stack([pad(core, shape, chance, "dominated").payoffs for core in cores])


def _named(lesson: Lesson, count: int, words: Vocabulary, chance: Generator) -> Class:
    """Named games of one size, with a stake and an order of the actions drawn for each."""
    known = [game for game in FAMILIAR if len(game.actions) == lesson.size[0]]
    game = known[int(chance.integers(len(known)))]
    size = len(game.actions)
    stakes = chance.integers(1, LARGEST + 1, count)
    orders = np.argsort(chance.random((count, size)), axis=1)
    rows = np.arange(count)
    seat = int(chance.integers(2))
    table = np.array(game.payoffs) if seat == 0 else -np.array(game.payoffs).T
    payoffs = table[orders[:, :, None], orders[:, None, :]] * stakes[:, None, None]
    textbook = np.array([float(Fraction(p)) for p in game.strategies[seat]])
    lines, labels = words.words(game.actions)
    prompts = _prompts(
        lesson.interface, words, payoffs, lines[orders], labels[orders], labels[orders]
    )
    title = np.full((count, 1), words.title(game.title))
    strategies = textbook[orders]
    return Class(
        lesson.interface,
        np.concatenate([title, prompts], axis=1),
        payoffs.astype(float),
        strategies,
        np.zeros(len(rows)),
        labels[orders],
    )


def _prompts(
    interface: Interface,
    words: Vocabulary,
    payoffs: ndarray,
    lines: Int[ndarray, "questions own"],
    labels: Int[ndarray, "questions own"],
    columns: Int[ndarray, "questions others"],
) -> Int[ndarray, "questions tokens"]:
    """The tokens of the questions."""
    count, own, _ = payoffs.shape
    numbers = words.zero + np.rint(payoffs).astype(np.int64)
    parts = [np.full((count, 1), words.opening), columns]
    for row in range(own):
        parts += [lines[:, row : row + 1], numbers[:, row]]
    parts += [np.full((count, 1), words.asked[interface]), labels]
    return np.concatenate(parts, axis=1)
