"""The matrix benchmark: does a model compute an equilibrium, recite one, or fail to write it?"""

from nashscope.bench.matrix.ask import (
    ask,
    check_interfaces,
    check_writes_digits,
    uniform,
)
from nashscope.bench.matrix.board import Place, leaderboard, read_places
from nashscope.bench.matrix.card import dataset_rows, write_dataset
from nashscope.bench.matrix.exam import HASHES, VERSION, dense, draw, first, groups, test_set
from nashscope.bench.matrix.item import Item
from nashscope.bench.matrix.overlap import check_disjoint, in_test_set
from nashscope.bench.matrix.perturbation import DELTAS, Moved, edge, moved, perturbed
from nashscope.bench.matrix.regime import REGIMES, Regime, Verdict, difference, verdict
from nashscope.bench.matrix.score import (
    KINDS,
    Answer,
    failure,
    misordered,
    read,
    residuals,
    scored,
)
from nashscope.bench.matrix.success import (
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
from nashscope.bench.matrix.task import inspect_task

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
    "Place",
    "Regime",
    "Solved",
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
    "read_places",
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
