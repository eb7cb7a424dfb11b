"""The matrix benchmark: does a model compute an equilibrium, recite one, or fail to write it?"""

from nashscope.metrics.matrix.ask import (
    ask,
    check_interfaces,
    check_writes_digits,
    uniform,
)
from nashscope.metrics.matrix.board import Standing, leaderboard, read_standing
from nashscope.metrics.matrix.card import dataset_rows, write_dataset
from nashscope.metrics.matrix.exam import HASHES, VERSION, dense, draw, first, groups, test_set
from nashscope.metrics.matrix.item import Item
from nashscope.metrics.matrix.overlap import check_disjoint, in_test_set
from nashscope.metrics.matrix.perturbation import DELTAS, Moved, edge, moved, perturbed
from nashscope.metrics.matrix.regime import REGIMES, Regime, Verdict, difference, verdict
from nashscope.metrics.matrix.score import (
    KINDS,
    Answer,
    failure,
    misordered,
    read,
    residuals,
    scored,
)
from nashscope.metrics.matrix.success import (
    AREA,
    EPSILONS,
    STATED,
    Solved,
    area,
    check_epsilon,
    failures,
    measured,
    recited,
    solved,
    success,
)
from nashscope.metrics.matrix.task import inspect_task

__all__ = [
    "AREA",
    "DELTAS",
    "EPSILONS",
    "HASHES",
    "KINDS",
    "REGIMES",
    "STATED",
    "VERSION",
    "Answer",
    "Item",
    "Moved",
    "Regime",
    "Solved",
    "Standing",
    "Verdict",
    "area",
    "ask",
    "check_disjoint",
    "check_epsilon",
    "check_interfaces",
    "check_writes_digits",
    "dataset_rows",
    "dense",
    "difference",
    "draw",
    "edge",
    "failure",
    "failures",
    "first",
    "groups",
    "in_test_set",
    "inspect_task",
    "leaderboard",
    "measured",
    "misordered",
    "moved",
    "perturbed",
    "read",
    "read_standing",
    "recited",
    "residuals",
    "scored",
    "solved",
    "success",
    "test_set",
    "uniform",
    "verdict",
    "write_dataset",
]
