"""Correlated equilibria: distributions over cells from which nobody wants to depart.

A mediator draws a cell and tells every player its own action. In a correlated equilibrium nobody
gains by another action than the one told, whichever it was; in a coarse one nobody gains by a fixed
action decided before it is told. Both sets are polytopes: their conditions are linear.

Source: Aumann 1974, "Subjectivity and correlation in randomized strategies", J. Math. Econ. 1;
Moulin and Vial 1978, Int. J. Game Theory 7, for the coarse one; Ortiz, Schapire and Kakade 2007,
"Maximum entropy correlated equilibria", AISTATS, for the one of largest entropy.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedProfile, NotSolved
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number
from nashscope.games.solve.deadline import Deadline
from nashscope.games.solve.linear import maximise
from nashscope.games.solve.profile import SLACK
from nashscope.games.solve.program import minimise

__all__ = [
    "Correlated",
    "correlated_distance",
    "correlated_equilibrium",
    "departures",
    "max_entropy_correlated",
]


@dataclass(frozen=True)
class Correlated:
    """A correlated equilibrium, with its proof.

    joint: the probability of every cell, in the order of `game.cells()`.
    payoffs: the expected payoff of each player.
    gain: the largest expected gain by departing, in payoff units; 0 or less at an equilibrium.
    coarse: whether departures were to be decided before the advice.
    optimal: by how much the objective may still be below the best one, in its own unit; 0 where
        the proof is in fractions.
    """

    joint: tuple[Number, ...]
    payoffs: tuple[Number, ...]
    gain: Number
    coarse: bool
    optimal: Number

    def table(self, game: NormalForm) -> Float[ndarray, "*actions"]:
        """The distribution as floats, in the shape of the game."""
        return np.array(self.joint, dtype=float).reshape(game.shape)


def departures(game: NormalForm, *, coarse: bool = False) -> ndarray:
    """What each departure gains in each cell: fractions, `[departures, cells]`.

    The rows are the conditions of (coarse) correlated equilibrium: under its joint distribution no
    row has a positive mean. Weakly dominated and trivial departures are not left out.
    """
    rows = []
    for player in range(game.players):
        own = np.moveaxis(game.exact[player], player, 0)
        actions, rest = own.shape[0], own.shape[1:]
        for instead in range(actions):
            gains = own[instead] - own  # [told, others]
            for told in [None] if coarse else [a for a in range(actions) if a != instead]:
                row = np.full((actions, *rest), Fraction(0), dtype=object)
                chosen = slice(None) if told is None else told
                row[chosen] = gains[chosen]
                rows.append(np.moveaxis(row, 0, player).ravel())
    return np.array(rows, dtype=object).reshape(len(rows), -1)


def correlated_equilibrium(
    game: NormalForm,
    objective: Any = None,
    *,
    coarse: bool = False,
    time_limit: float | None = 60.0,
) -> Correlated:
    """The correlated equilibrium that is best for an objective, in fractions.

    objective: the worth of every cell, in the shape of the game; by default the sum of payoffs.

    Raises:
        NotSolved: if the time limit, in seconds, passes.

    >>> from nashscope.games import game
    >>> best = correlated_equilibrium(game("chicken"))
    >>> [str(p) for p in best.joint], [str(p) for p in best.payoffs]
    (['1/3', '1/3', '1/3', '0'], ['8/3', '8/3'])
    """
    worth = game.exact.sum(axis=0) if objective is None else np.asarray(objective, dtype=object)
    cells = math.prod(game.shape)
    rows = departures(game, coarse=coarse)
    optimum = maximise(
        worth.ravel().tolist(),
        [[1] * cells, *rows.tolist()],
        [1] + [0] * len(rows),
        equal=1,
        deadline=Deadline(time_limit),
    )
    assert optimum is not None  # every Nash equilibrium is a correlated one
    return _described(game, optimum.solution, rows, coarse, Fraction(0))


def _described(
    game: NormalForm, joint: tuple[Number, ...], rows: ndarray, coarse: bool, optimal: Number
) -> Correlated:
    """A joint distribution with its payoffs and its largest gain by departing."""
    weights = np.array(joint, dtype=object)
    payoffs = game.exact.reshape(game.players, -1) @ weights
    gains = rows @ weights if len(rows) else np.array([Fraction(0)])
    return Correlated(tuple(joint), tuple(payoffs.tolist()), max(gains), coarse, optimal)


def max_entropy_correlated(
    game: NormalForm,
    *,
    coarse: bool = False,
    tolerance: float = 1e-6,
    time_limit: float | None = 60.0,
) -> Correlated:
    """The (coarse) correlated equilibrium of largest entropy.

    tolerance: the largest gain by departing, in units of the largest payoff range, and the largest
        amount of entropy, in nats, that may be missing.

    Raises:
        NotSolved: if the time limit, in seconds, passes or the tolerance is not met.
    """
    from scipy.optimize import minimize  # 0.2 s: not at start-up

    deadline = Deadline(time_limit)
    rows = departures(game, coarse=coarse)
    unit = float(game.ranges.max()) or 1.0
    table = rows.astype(float) / unit

    def dual(prices: ndarray) -> tuple[float, ndarray]:
        deadline.check("finding the correlated equilibrium of largest entropy")
        logs = -(prices @ table)
        top = logs.max()
        weights = np.exp(logs - top)
        total = float(weights.sum())
        return top + math.log(total), -(table @ weights) / total

    answer = minimize(
        dual,
        np.zeros(len(table)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(table),
        options={"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": tolerance / 10},
    )
    logs = -(answer.x @ table)
    joint = np.exp(logs - logs.max())
    joint /= joint.sum()
    positive = joint[joint > 0]
    entropy = -float(positive @ np.log(positive))
    gain, missing = float((table @ joint).max(initial=0.0)), float(answer.fun) - entropy
    if gain > tolerance or missing > tolerance:
        raise NotSolved(
            f"the largest entropy was found to within {missing:.1e} nats with a gain by departing "
            f"of {gain:.1e}; more than the tolerance of {tolerance:g}"
        )
    return _described(game, tuple(joint.tolist()), rows, coarse, max(missing, 0.0))


def correlated_distance(
    game: NormalForm,
    joint: Any,
    *,
    coarse: bool = False,
    time_limit: float | None = 60.0,
) -> float:
    """Total variation from a joint distribution to the nearest (coarse) correlated equilibrium.

    joint: `[*actions]`, the share of every cell in some play.

    Raises:
        IllFormedProfile: if it is not a distribution over the cells.
        NotSolved: if the time limit, in seconds, passes, or duality does not confirm it to 1e-7.
    """
    share = np.asarray(joint, dtype=float)
    if share.shape != game.shape or not (abs(share.sum() - 1) <= SLACK and share.min() >= -SLACK):
        raise IllFormedProfile(
            f"the joint distribution has shape {share.shape} and sum {share.sum():.6g}; it needs "
            f"shape {game.shape}, no negative entry and sum 1"
        )
    share = np.clip(share, 0, None).ravel() / np.clip(share, 0, None).sum()
    rows = departures(game, coarse=coarse).astype(float) / (float(game.ranges.max()) or 1.0)
    cells = len(share)
    # the equilibrium q and, cell by cell, what must be added to the shares: q - up ≤ share
    eye = np.eye(cells)
    above = np.block([[eye, -eye], [rows, np.zeros((len(rows), cells))]])
    found = minimise(
        np.repeat([0.0, 1.0], cells),
        above=(above, np.concatenate([share, np.zeros(len(rows))])),
        equal=(np.repeat([1.0, 0.0], cells)[None], [1.0]),
        deadline=Deadline(time_limit),
    )
    return max(0.0, found.value)
