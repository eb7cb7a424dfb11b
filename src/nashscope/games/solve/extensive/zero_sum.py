"""Trees of a constant sum: their value, and policies that secure it, by one linear program.

    maximise f·q subject to Aᵀx ≥ Fᵀq, Ex = e, x ≥ 0

where x is the row player's plan, A its payoffs by pairs of sequences, and the prices of the first
rows are the column player's plan.

Source: Koller, Megiddo and von Stengel 1996, "Efficient computation of equilibria for extensive
two-person games", Games and Economic Behavior 14.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import Number
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.best_response import tree_best_response
from nashscope.games.solve.extensive.sequence_form import (
    Sequences,
    payoff_entries,
    rules,
    sequences_of,
)
from nashscope.games.solve.linear.exact import maximise
from nashscope.games.solve.linear.highs import minimise
from nashscope.games.tree import Tree

__all__ = ["TreeSolution", "solve_tree"]

EXACT = 60
"""Up to this many sequences of both players together, the program is solved in fractions."""


@dataclass(frozen=True)
class TreeSolution:
    """The solution of a zero-sum tree, with its proof.

    value: of player 0: the middle of the two bounds.
    policy: probabilities at every information set of both players.
    lower: what player 0's policy secures against every answer, in fractions.
    upper: what player 1's policy keeps player 0 to, in fractions.
    """

    value: Number
    policy: Table
    lower: Fraction
    upper: Fraction

    @property
    def gap(self) -> Fraction:
        """The upper bound minus the lower: the NashConv of the policy; 0 for an exact solution."""
        return self.upper - self.lower


def solve_tree(
    tree: Tree, *, tolerance: float = 1e-7, time_limit: TimeLimit = 60.0
) -> TreeSolution:
    """The value and optimal policies of a two-player tree of zero sum, or of a constant one.

    Small trees are solved in fractions; in large ones floats find the policies, and fractions
    prove the bounds that they give.

    tolerance: the largest gap between the bounds, in units of the payoff range.

    Raises:
        IllFormedGame: if the tree is not a game of two players and a constant sum.
        NotSolved: if the time limit, in seconds, passes, or the gap stays above the tolerance.
    """
    total = tree.constant_sum
    if tree.players != 2 or total is None:
        raise IllFormedGame(f"{tree!r} is not a two-player zero-sum game")
    deadline = Deadline.of(time_limit)
    row, column = sequences_of(tree, 0), sequences_of(tree, 1)
    # in units of the payoff range: HiGHS's tolerances are absolute
    unit = tree.ranges[0] or Fraction(1)
    entries = {at: worth[0] / unit for at, worth in payoff_entries(tree, row, column).items()}
    small = row.count + column.count <= EXACT
    x, y = (_exact if small else _float)(row, column, entries, deadline)
    policy = _rational({**row.behaviour(x), **column.behaviour(y)})
    lower = total - Fraction(tree_best_response(tree, 1, policy, time_limit=deadline).value)
    upper = Fraction(tree_best_response(tree, 0, policy, time_limit=deadline).value)
    if upper - lower > Fraction(tolerance) * tree.ranges[0]:
        raise NotSolved(
            f"the value of {tree!r} lies between {float(lower):.9g} and {float(upper):.9g}: "
            f"further apart than {tolerance:g} of the payoff range"
        )
    value = lower if lower == upper else float((lower + upper) / 2)
    return TreeSolution(value, policy, lower, upper)


Plans = tuple[list[Any], list[Any]]
Entries = dict[tuple[int, int], Fraction]


def _exact(row: Sequences, column: Sequences, entries: Entries, deadline: Deadline) -> Plans:
    """Both plans in fractions; a free variable is the difference of two that are not negative."""
    width, sets = row.count, 1 + len(column.sets)
    nothing: list[Fraction | int] = [0] * (width + 2 * sets)
    equal = [nothing.copy() for _ in range(1 + len(row.sets))]
    for line, rule in zip(equal, rules(row), strict=True):
        for place, sign in rule.items():
            line[place] = sign
    above = [nothing.copy() for _ in range(column.count)]
    for (i, j), worth in entries.items():
        above[j][i] = -worth
    for number, rule in enumerate(rules(column)):
        for place, sign in rule.items():
            above[place][width + number] = sign
            above[place][width + sets + number] = -sign
    objective = [0] * width + [1] + [0] * (sets - 1) + [-1] + [0] * (sets - 1)
    bounds = [1] + [0] * (len(equal) - 1 + len(above))
    optimum = maximise(objective, equal + above, bounds, equal=len(equal), deadline=deadline)
    assert optimum is not None  # both players have plans
    return list(optimum.solution[:width]), list(optimum.prices[len(equal) :])


def _float(row: Sequences, column: Sequences, entries: Entries, deadline: Deadline) -> Plans:
    """Both plans by HiGHS."""
    from scipy.sparse import coo_array, hstack  # 0.1 s: not at start-up

    i, j = np.array(list(entries)).T
    worth = np.array([float(w) for w in entries.values()])
    payoff = coo_array((-worth, (j, i)), shape=(column.count, row.count))
    sets = 1 + len(column.sets)
    found = minimise(
        np.concatenate([np.zeros(row.count), [-1.0], np.zeros(sets - 1)]),
        above=(hstack([payoff, _matrix(column).T]).tocsr(), np.zeros(column.count)),
        equal=(
            hstack([_matrix(row), coo_array((1 + len(row.sets), sets))]).tocsr(),
            np.concatenate([[1.0], np.zeros(len(row.sets))]),
        ),
        deadline=deadline,
        free=sets,
    )
    return found.solution[: row.count].tolist(), found.prices.tolist()


def _matrix(side: Sequences) -> Any:
    """The same as a sparse matrix."""
    from scipy.sparse import coo_array

    entries = [
        (n, place, sign) for n, rule in enumerate(rules(side)) for place, sign in rule.items()
    ]
    rows, places, signs = zip(*entries, strict=True)
    shape = (1 + len(side.sets), side.count)
    return coo_array((np.array(signs, dtype=float), (rows, places)), shape=shape)


def _rational(policy: Table) -> Table:
    """The same policy with fractions that sum to exactly one."""
    exact: Table = {}
    for key, row in policy.items():
        parts = [Fraction(p) for p in row]
        total = sum(parts)
        exact[key] = tuple(p / total for p in parts)
    return exact
