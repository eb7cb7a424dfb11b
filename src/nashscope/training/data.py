"""Questions to train on, none of them about a game of the test set."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.random import Generator

from nashscope.bench import matrix
from nashscope.bench.matrix.exam import anonymous
from nashscope.chance import stream, subseed
from nashscope.errors import Unreadable
from nashscope.games.solve import certificate
from nashscope.training.plan import Size, TrainingPlan

__all__ = ["TrainingQuestion", "fresh_games", "own_games", "questions"]

TOGETHER = 256
"""Games drawn and compared with the test set at a time."""


@dataclass(frozen=True)
class TrainingQuestion:
    """One player's question about a game that is no game of the test set."""

    item: matrix.Item
    player: int

    @property
    def prompt(self) -> str:
        """What is asked, in numbers."""
        return self.item.question(self.player).render("numbers")

    @property
    def answer(self) -> str:
        """The solver's answer, in whole percent."""
        optimal = self.item.optimal(self.player).tolist()
        return self.item.question(self.player).write(optimal, "numbers")


def questions(plan: TrainingPlan) -> list[TrainingQuestion]:
    """The questions of a plan in the order in which they are trained on.

    Raises:
        Misuse: if a game of the user's file is in the test set.
        Unreadable: if the file holds something else than games.
    """
    chance = stream(plan.seed, "training", "players")
    if plan.games:
        games = own_games(Path(plan.games))
        order = [int(chance.integers(len(games))) for _ in range(plan.questions)]
        return [TrainingQuestion(games[n], int(chance.integers(2))) for n in order]
    stages = len(plan.sizes) if plan.curriculum else 1
    drawn = {size: fresh_games(size, plan.seed) for size in plan.sizes}
    found = []
    for number in range(plan.questions):
        stage = number * stages // plan.questions + 1
        known = plan.sizes[:stage] if plan.curriculum else plan.sizes
        size = known[int(chance.integers(len(known)))]
        found.append(TrainingQuestion(next(drawn[size]), int(chance.integers(2))))
    return found


def fresh_games(
    size: Size, seed: int, purpose: str = "training", together: int = TOGETHER
) -> Iterator[matrix.Item]:
    """Games of a size without end, none of the test set; every trainer draws its games here.

    purpose: names the stream of chance, so that trainers of one seed have games of their own.
    together: how many are drawn and compared with the test set at a time.
    """
    block = 0
    while True:
        drawn = subseed(seed, purpose, f"{size[0]}×{size[1]}", block)
        items = list(matrix.dense(drawn, [size], together))
        known = matrix.in_test_set(np.stack([item.table for item in items]))
        yield from (item for item, taken in zip(items, known, strict=True) if not taken)
        block += 1


def own_games(file: Path) -> list[matrix.Item]:
    """The games of a JSON-lines file, each `{"payoffs": [[…], …]}` of whole numbers.

    Raises:
        Unreadable: naming the line that does not fit.
        Misuse: naming the first game that is in the test set.
    """
    tables: list[ndarray] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            tables.append(_table(line, f"{file}, line {number}"))
    if not tables:
        raise Unreadable(f'{file} holds no games; a line is {{"payoffs": [[1, -1], [-1, 1]]}}')
    chance = stream(0, "training", "labels")
    for number, table in enumerate(tables):
        matrix.check_disjoint(table[None], where=f"{file}: game {number} in the file; game")
    return [_item(number, table, chance) for number, table in enumerate(tables)]


def _table(line: str, where: str) -> ndarray:
    """The payoffs in one line."""
    try:
        data: Any = json.loads(line)
        table = np.array(data["payoffs"])
    except (ValueError, KeyError, TypeError):
        raise Unreadable(f'{where} is no game; write {{"payoffs": [[1, -1], [-1, 1]]}}') from None
    if table.ndim != 2 or table.dtype.kind != "i" or min(table.shape) < 2 or max(table.shape) > 26:
        raise Unreadable(f"{where}: payoffs are rows of whole numbers, 2 to 26 rows and columns")
    return table


def _item(number: int, table: ndarray, chance: Generator) -> matrix.Item:
    """The game with its proof and with letters for labels."""
    return anonymous(f"own-{number}", "own", table, chance, certificate(table))
