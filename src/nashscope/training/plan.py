"""What is trained on, how long, and what is measured at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nashscope.bench import matrix
from nashscope.errors import Misuse

__all__ = ["METHODS", "Method", "Size", "TrainingPlan", "check_training", "measured_groups"]

Method = Literal["sft", "grpo"]
"""Supervised on a solver's answers; or reinforcement with the exploitability as reward."""
METHODS: tuple[Method, ...] = ("sft", "grpo")
"""Both."""

Size = tuple[int, int]
"""Rows and columns."""


@dataclass(frozen=True)
class TrainingPlan:
    """A training run; every number that decides what comes out.

    model: a folder or hub id that transformers loads. method: see `Method`.
    sizes: rows and columns of the games, from easy to hard. held_out: sizes that are measured at
        the end and never trained on.
    games: a file of games to train on instead, JSON lines with `payoffs`; "" to draw them.
    questions: how many questions the data has; one pass over it is made, in its order.
    curriculum: whether the first part of the data has the first size alone, the second the first
        two, and so on; else every part has all.
    batch: questions of one step (of GRPO: answers, a multiple of `generations`).
    rate: learning rate at the start; it falls to 0 along a cosine.
    lora: rank of the adapters, merged into the weights at the end; 0 to train all weights.
    generations: answers to each question, whose mean is the baseline (GRPO).
    penalty: the reward of an answer that cannot be read; that of a strategy is 1 - residual.
    answer: most tokens of an answer. temperature: of the answers that are learned from.
    save_every: steps between checkpoints. evaluate: games of each size that are measured.
    track: "none", or where curves go beside the CSV file: "trackio" or "wandb".
    """

    model: str
    method: Method = "sft"
    sizes: tuple[Size, ...] = ((2, 2), (3, 3))
    held_out: tuple[Size, ...] = ((5, 5), (7, 7))
    games: str = ""
    questions: int = 20_000
    curriculum: bool = True
    batch: int = 32
    rate: float = 1e-4
    lora: int = 0
    generations: int = 8
    penalty: float = -0.5
    answer: int = 64
    temperature: float = 1.0
    seed: int = 0
    save_every: int = 200
    evaluate: int = 100
    track: str = "none"

    @property
    def steps(self) -> int:
        """Optimiser steps: one pass over the questions."""
        per_step = self.batch // self.generations if self.method == "grpo" else self.batch
        return self.questions // max(1, per_step)


def check_training(plan: TrainingPlan) -> TrainingPlan:
    """The plan, if it can be.

    Raises:
        Misuse: naming the first field that cannot.
    """
    if plan.method not in METHODS:
        raise Misuse(f"the method is {plan.method!r}; it is one of {', '.join(METHODS)}")
    for name in ("questions", "batch", "generations", "answer", "save_every"):
        if (value := getattr(plan, name)) < 1:
            raise Misuse(f"{name} is {value}; it is 1 or more")
    for name in ("lora", "evaluate"):
        if (value := getattr(plan, name)) < 0:
            raise Misuse(f"{name} is {value}; it is 0 or more")
    if not plan.sizes:
        raise Misuse("no size to train on; name some with --sizes 2,3")
    _check_sizes([*plan.sizes, *plan.held_out])
    both = sorted(set(plan.sizes) & set(plan.held_out))
    if both:
        rows, columns = both[0]
        raise Misuse(f"{rows}×{columns} games are both trained on and held out; leave one out")
    if not 0 < plan.rate < 1:
        raise Misuse(f"the learning rate is {plan.rate}; it is above 0 and below 1")
    if not plan.penalty < 0:
        raise Misuse(
            f"the penalty is {plan.penalty}; it must be below 0, the reward of the worst strategy "
            "that can be read, or a model learns to say nothing"
        )
    if plan.method == "grpo":
        if plan.generations < 2:
            raise Misuse("one answer to each question has no baseline; ask for --generations 2 up")
        if plan.batch % plan.generations:
            raise Misuse(
                f"a batch of {plan.batch} answers is no multiple of {plan.generations} generations"
            )
        if not plan.temperature > 0:
            raise Misuse(f"the temperature is {plan.temperature}; answers must differ, so above 0")
    if plan.track not in ("none", "trackio", "wandb"):
        raise Misuse(f"curves cannot go to {plan.track!r}; to none, trackio or wandb")
    if plan.steps < 1:
        raise Misuse(f"{plan.questions} questions do not fill one batch of {plan.batch}")
    return plan


def _check_sizes(sizes: Sequence[Size]) -> None:
    """Refuses sizes that leave a player nothing to choose, or more actions than letters."""
    for rows, columns in sizes:
        if min(rows, columns) < 2 or max(rows, columns) > 26:
            raise Misuse(f"a {rows}×{columns} game is asked for; both players need 2 to 26 actions")


def measured_groups(plan: TrainingPlan) -> list[str]:
    """The kinds of game of the fixed test set that are measured at the end."""
    wanted = [f"{rows}×{columns}" for rows, columns in (*plan.sizes, *plan.held_out)]
    return [group for group in matrix.groups() if group in wanted]
