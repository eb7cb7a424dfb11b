"""Linear programs in floats, for sizes or numbers that exact arithmetic would not bear.

HiGHS finds the optimum; its prices are checked to confirm it, and what they prove is returned.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import NotSolved
from nashscope.games.deadline import Deadline

__all__ = ["Minimum", "minimise"]


@dataclass(frozen=True)
class Minimum:
    """The solution of a linear program.

    value: of the objective.
    gap: how far the prices' bound is below the value: the optimum is known to within it.
    solution: the variables.
    prices: minus the dual variables of the inequalities; 0 or more.
    """

    value: float
    gap: float
    solution: Float[ndarray, "variables"]
    prices: Float[ndarray, "rows"]


def minimise(
    cost: Any,
    *,
    above: tuple[Any, Any],
    equal: tuple[Any, Any],
    deadline: Deadline,
    free: int = 0,
    tolerance: float = 1e-7,
) -> Minimum:
    """The minimum of cost·x subject to rows·x ≤ bounds, further rows with equality, and x ≥ 0.

    above, equal: `(rows, bounds)`; the rows dense or sparse.
    free: that many of the last variables may be negative.

    Raises:
        NotSolved: beyond the deadline, if there is no optimum, or the prices leave a gap above
            the tolerance.
    """
    from scipy.optimize import linprog  # 0.2 s: not at start-up

    deadline.check("a linear program")
    cost = np.asarray(cost, dtype=float)
    bounds = [(0, None)] * (len(cost) - free) + [(None, None)] * free
    limit = {} if deadline.seconds is None else {"time_limit": deadline.left}
    solver: Any = linprog  # its stubs spell out every option of every old method
    answer = solver(
        cost,
        A_ub=above[0],
        b_ub=np.asarray(above[1], dtype=float),
        A_eq=equal[0],
        b_eq=np.asarray(equal[1], dtype=float),
        bounds=bounds,
        method="highs",
        options=limit,
    )
    if answer.status != 0:
        raise NotSolved(f"a linear program was not solved: {answer.message}")
    least = answer.ineqlin.marginals @ above[1] + answer.eqlin.marginals @ equal[1]
    gap = abs(float(answer.fun) - float(least))
    if gap > tolerance * max(1.0, abs(float(answer.fun))):
        raise NotSolved(f"a linear program's optimum was only found to within {gap:.2g}")
    return Minimum(float(answer.fun), gap, answer.x, -answer.ineqlin.marginals)
