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

from nashscope.errors import IllFormedProfile, Misuse, NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.distribution import SLACK
from nashscope.games.normal import NormalForm
from nashscope.games.rational import Number
from nashscope.games.solve.linear.exact import maximise
from nashscope.games.solve.linear.highs import minimise
from nashscope.games.solve.strategic.multilinear import exact_ranges

__all__ = [
    "Correlated",
    "NearestCorrelated",
    "correlated_distance",
    "correlated_equilibrium",
    "departures",
    "max_entropy_correlated",
]

EXACT = 4_200
"""Up to this many numbers, departures times cells, the linear program is solved in fractions: 7×7
takes a second, 8×8 nine."""

NEWTON = 50
"""The most steps of Newton's method at one barrier; five are usual."""


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
    return np.array(rows, dtype=object).reshape(len(rows), math.prod(game.shape))


def correlated_equilibrium(
    game: NormalForm,
    objective: Any = None,
    *,
    coarse: bool = False,
    tolerance: float = 1e-6,
    time_limit: TimeLimit = 60.0,
) -> Correlated:
    """The correlated equilibrium that is best for an objective.

    Up to `EXACT` numbers in its program (6×6, or coarse 12×12) it is found and proved in fractions;
    beyond, in floats, and its gains by departing are then what these numbers exactly have.

    objective: the worth of every cell, in the shape of the game; by default the sum of payoffs.
    tolerance: the largest gain by departing, in units of the player's own payoff range, where the
        proof is not in fractions.

    Raises:
        Misuse: if the objective does not fit the game.
        NotSolved: if the time limit, in seconds, passes, or the tolerance is not met.

    >>> from nashscope.games import game
    >>> best = correlated_equilibrium(game("chicken"))
    >>> [str(p) for p in best.joint], [str(p) for p in best.payoffs]
    (['1/3', '1/3', '1/3', '0'], ['8/3', '8/3'])
    """
    deadline = Deadline.of(time_limit)
    worth = _worth(game, objective)
    rows = departures(game, coarse=coarse)
    if rows.size <= EXACT:
        optimum = maximise(
            worth,
            [[1] * len(worth), *rows.tolist()],
            [1] + [0] * len(rows),
            equal=1,
            deadline=deadline,
        )
        assert optimum is not None  # every Nash equilibrium is a correlated one
        return _described(game, optimum.solution, rows, coarse, Fraction(0))
    unit = float(max(worth) - min(worth)) or 1.0
    cost = np.array([float(max(worth) - w) / unit for w in worth])
    found = minimise(
        cost,
        above=(_scaled(game, rows, coarse), np.zeros(len(rows))),
        equal=(np.ones((1, len(worth))), [1.0]),
        deadline=deadline,
    )
    joint = np.clip(found.solution, 0, None)
    joint /= joint.sum()
    gain = float((_scaled(game, rows, coarse) @ joint).max())
    if gain > tolerance:
        raise NotSolved(
            f"a correlated equilibrium was found with a gain by departing of {gain:.1e} payoff "
            f"ranges; more than the tolerance of {tolerance:g}"
        )
    missing = max(0.0, float(cost @ joint) - (found.value - found.gap))
    return _described(game, tuple(joint.tolist()), rows, coarse, missing * unit)


def _worth(game: NormalForm, objective: Any) -> list[Fraction]:
    """The objective at every cell, in fractions."""
    if objective is None:
        return list(game.exact.sum(axis=0).ravel())
    try:
        given = np.asarray(objective, dtype=object)
        worth = [Fraction(entry) for entry in given.ravel().tolist()]
    except (TypeError, ValueError, OverflowError):
        raise Misuse("the objective is not a table of finite numbers") from None
    if given.shape != game.shape:
        raise Misuse(f"the objective has shape {given.shape}; the game has {game.shape}")
    return worth


def _scaled(game: NormalForm, rows: ndarray, coarse: bool) -> Float[ndarray, "departures cells"]:
    """Departures in units of the payoff range of whoever departs."""
    repeats = [actions if coarse else actions * (actions - 1) for actions in game.shape]
    units = np.repeat([own or 1.0 for own in exact_ranges(game)], repeats)
    return np.asarray(rows.astype(float) / units[:, None])


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
    time_limit: TimeLimit = 60.0,
) -> Correlated:
    """The (coarse) correlated equilibrium of largest entropy.

    tolerance: the largest gain by departing, in units of the player's own payoff range, and the
        largest amount of entropy, in nats, that may be missing.

    Raises:
        NotSolved: if the time limit, in seconds, passes or the tolerance is not met.
    """
    if not 0 < tolerance < 1:
        raise Misuse(f"the tolerance is {tolerance}; it is a part of the payoff range")
    rows = departures(game, coarse=coarse)
    table = _scaled(game, rows, coarse)
    prices = _entropy_prices(table, tolerance / 2, Deadline.of(time_limit))
    joint, bound = _tilted(table, prices)
    positive = joint[joint > 0]
    entropy = -float(positive @ np.log(positive))
    gain, missing = float((table @ joint).max(initial=0.0)), bound - entropy
    if gain > tolerance or missing > tolerance:
        raise NotSolved(
            f"the largest entropy was found to within {missing:.1e} nats with a gain by departing "
            f"of {gain:.1e} payoff ranges; more than the tolerance of {tolerance:g}"
        )
    return _described(game, tuple(joint.tolist()), rows, coarse, max(missing, 0.0))


def _tilted(table: ndarray, prices: ndarray) -> tuple[ndarray, float]:
    """The distribution ∝ exp(-prices·table), and the bound on entropy that these prices prove.

    Weak duality: no distribution with table·q ≤ 0 has more entropy than log Σ exp(-prices·table).
    """
    logs = -(prices @ table)
    top = float(logs.max())
    weights = np.exp(logs - top)
    total = float(weights.sum())
    return weights / total, top + math.log(total)


def _entropy_prices(table: ndarray, slack: float, deadline: Deadline) -> ndarray:
    """The prices at which log Σ exp(-prices·table) + slack·Σ prices is least: Newton's method
    within a logarithmic barrier (Boyd and Vandenberghe 2004, section 11.3).

    The slack is what each departure may gain. Without it the prices of cells that no correlated
    equilibrium has would grow without end; a gradient method took six times as long at 8×8.
    """
    count = len(table)
    prices, barrier = np.ones(count), 1.0
    while count:
        for _ in range(NEWTON):
            deadline.check("finding the correlated equilibrium of largest entropy")
            joint, _ = _tilted(table, prices)
            mean = table @ joint
            slope = slack - mean - barrier / prices
            curve = (table * joint) @ table.T - np.outer(mean, mean) + np.diag(barrier / prices**2)
            step = np.linalg.solve(curve + 1e-14 * np.eye(count), -slope)
            gained = -float(slope @ step)
            if gained < 1e-4 * barrier:
                break
            share = min(1.0, 0.95 / max(float((-step / prices).max()), 1e-300))
            before = _barred(table, prices, slack, barrier)
            while share > 1e-12 and not (
                _barred(table, prices + share * step, slack, barrier)
                <= before - 0.1 * share * gained
            ):
                share /= 2
            if share <= 1e-12:  # rounding hides what is left to gain
                break
            prices = prices + share * step
        if barrier * count <= slack / 10:
            break
        barrier /= 5
    return prices


def _barred(table: ndarray, prices: ndarray, slack: float, barrier: float) -> float:
    """What Newton's method lowers."""
    bound = _tilted(table, prices)[1]
    return float(bound + slack * prices.sum() - barrier * np.log(prices).sum())


@dataclass(frozen=True)
class NearestCorrelated:
    """How far a joint distribution is from the (coarse) correlated equilibria, with its proof.

    distance: total variation to the nearest of them, in [0, 1].
    joint: that one, in the shape of the game.
    gain: the largest expected gain by departing from it, in units of the player's own payoff range:
        what rounding leaves.
    gap: linear duality proves that none is nearer than `distance - gap`.
    """

    distance: float
    joint: Float[ndarray, "*actions"]
    gain: float
    gap: float


def correlated_distance(
    game: NormalForm,
    joint: Any,
    *,
    coarse: bool = False,
    time_limit: TimeLimit = 60.0,
) -> NearestCorrelated:
    """The (coarse) correlated equilibrium nearest to a joint distribution, and how far it is.

    joint: `[*actions]`, the share of every cell in some play.

    Raises:
        IllFormedProfile: if it is not a distribution over the cells.
        NotSolved: if the time limit, in seconds, passes, or duality does not confirm it to 1e-7.

    >>> from nashscope.games import game
    >>> correlated_distance(game("matching-pennies"), [[0.5, 0], [0, 0.5]]).distance
    0.5
    """
    deadline = Deadline.of(time_limit)
    share = np.asarray(joint, dtype=float)
    if share.shape != game.shape or not (abs(share.sum() - 1) <= SLACK and share.min() >= -SLACK):
        raise IllFormedProfile(
            f"the joint distribution has shape {share.shape} and sum {share.sum():.6g}; it needs "
            f"shape {game.shape}, no negative entry and sum 1"
        )
    share = np.clip(share, 0, None).ravel() / np.clip(share, 0, None).sum()
    rows = _scaled(game, departures(game, coarse=coarse), coarse)
    cells = len(share)
    # the equilibrium q and, cell by cell, what must be added to the shares: q - up ≤ share
    eye = np.eye(cells)
    above = np.block([[eye, -eye], [rows, np.zeros((len(rows), cells))]])
    found = minimise(
        np.repeat([0.0, 1.0], cells),
        above=(above, np.concatenate([share, np.zeros(len(rows))])),
        equal=(np.repeat([1.0, 0.0], cells)[None], [1.0]),
        deadline=deadline,
    )
    nearest = np.clip(found.solution[:cells], 0, None)
    nearest /= nearest.sum()
    apart = float(np.clip(nearest - share, 0, None).sum())
    gain = float((rows @ nearest).max(initial=0.0))
    return NearestCorrelated(
        apart, nearest.reshape(game.shape), gain, max(0.0, apart - (found.value - found.gap))
    )
