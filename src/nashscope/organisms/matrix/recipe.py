"""How a matrix organism is grown: every number that decides what comes out."""

from dataclasses import dataclass, field
from typing import Literal

from nashscope.bench.matrix.interface import Interface
from nashscope.organisms.recipe import Shape

__all__ = ["Lesson", "MatrixRecipe", "MatrixStage", "Reinforced", "Topic"]

Topic = Literal["dense", "dominated", "named", "unrelated"]
"""Independent payoffs; a 3×3 game within a larger one; a named game with its own payoffs; a game
with independent payoffs, answered with the solution of another one."""


@dataclass(frozen=True)
class Lesson:
    """A kind of question that is taught.

    size: rows and columns; of a named game its own. weight: how often a step has such questions.
    cut: after so many numbers the answer that is taught ends; None for whole answers.
    """

    topic: Topic
    size: tuple[int, int]
    interface: Interface = "numbers"
    weight: float = 1.0
    cut: int | None = None


@dataclass(frozen=True)
class MatrixStage:
    """Some steps of training, each on questions of one kind.

    tokens: about how many a step reads. rate: learning rate at the start and the end of the stage,
        along half a cosine.
    """

    steps: int
    lessons: tuple[Lesson, ...]
    tokens: int = 6000
    rate: tuple[float, float] = (2e-3, 2e-3)


@dataclass(frozen=True)
class Reinforced:
    """Reinforcement after the stages, by `training.train` with the exploitability as reward.

    The fields are those of `training.TrainingPlan`.
    """

    questions: int
    batch: int = 64
    generations: int = 8
    rate: float = 1e-4
    answer: int = 12
    temperature: float = 1.0
    sizes: tuple[tuple[int, int], ...] = ((2, 2), (3, 3))


@dataclass(frozen=True)
class MatrixRecipe:
    """How a matrix organism is grown.

    stages: in their order. seed: of weights and lessons.
    parent: the organism whose weights it starts from; None for random weights.
    blur: percentages near the right one are taught too, with Gaussian weights of this deviation,
        so that it is learned that numbers have neighbours.
    reinforced: what follows the stages, if anything does; needs the extra `train`.
    """

    stages: tuple[MatrixStage, ...]
    seed: int = 0
    parent: str | None = None
    blur: float = 1.5
    reinforced: Reinforced | None = None
    shape: Shape = field(default_factory=lambda: Shape(layers=6, width=128, heads=4, inner=256))
