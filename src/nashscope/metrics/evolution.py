"""Which strategies a population would keep, from a table of measured payoffs.

All of it is about the table: nothing is played. A table measured with noise gives results with
noise; where two entries are nearly equal, so is what separates their owners. α-Rank is the limit in
which any advantage decides, however small: of a measured table it may rank noise, and
`resampled_shares` shows whether it does.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import Misuse
from nashscope.games import NormalForm
from nashscope.games.distribution import check_strategies

__all__ = [
    "Shares",
    "alpha_rank",
    "alpha_rank_profiles",
    "fixation",
    "moran",
    "replicator",
    "resampled_shares",
    "stationary",
]

LEAST = -230.0
"""Logarithm of the smallest probability that a chain is given, so that its parts stay connected."""

Table = Float[ndarray, "strategies strategies"]


def replicator(
    table: Table,
    start: Float[ndarray, "strategies"] | None = None,
    *,
    steps: int = 5000,
    dt: float = 0.05,
) -> Float[ndarray, "points strategies"]:
    """The shares of the strategies in one large population as it moves by the replicator equation.

    start: shares at first; equal ones by default. dt: in units of one over the payoff range.

    One population, dx_a = x_a·((Tx)_a - x·Tx) dt, by the classical Runge-Kutta method. Sums are
    exactly rounded, so that the order in which the strategies are named changes no digit: on the
    way past a saddle a difference of the last digit would grow.

    Differs from `games.solve.follow`, where each player's role has a population of its own: two
    equal populations may part, and one cannot part from itself.

    Source: Taylor and Jonker 1978, Mathematical Biosciences 40.

    Raises:
        IllFormedProfile: if the start is no distribution.
        Misuse: if the table is no square of finite payoffs, or a step or their number is not
            positive.
    """
    size = _checked(table)
    shares = np.full(size, 1 / size) if start is None else np.asarray(start, dtype=float)
    check_strategies([shares], (size,))
    if steps < 1 or not 0 < dt < math.inf:
        raise Misuse(f"{steps} steps of {dt}; both must be positive")
    reach = float(table.max() - table.min()) or 1.0
    rows = ((table - table.min()) / reach).tolist()  # an offset of 1e15 would drown differences
    point, every = shares.tolist(), max(1, steps // 1000)
    path = [point]
    for step in range(1, steps + 1):
        point = _runge_kutta(rows, point, dt)
        if step % every == 0 or step == steps:
            path.append(point)
    return np.array(path)


def _runge_kutta(rows: Sequence[Sequence[float]], point: list[float], dt: float) -> list[float]:
    """The shares one step of length dt later; none below 0, and 1 together."""

    def ahead(slope: Sequence[float], time: float) -> list[float]:
        return [x + time * s for x, s in zip(point, slope, strict=True)]

    first = _growth(rows, point)
    second = _growth(rows, ahead(first, dt / 2))
    third = _growth(rows, ahead(second, dt / 2))
    fourth = _growth(rows, ahead(third, dt))
    slopes = zip(first, second, third, fourth, strict=True)
    moved = ahead([(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in slopes], dt)
    kept = [max(x, 0.0) for x in moved]
    total = math.fsum(kept)
    return [x / total for x in kept]


def _growth(rows: Sequence[Sequence[float]], point: Sequence[float]) -> list[float]:
    """How fast each share grows: itself times what it earns above the mean."""
    earned = [math.fsum(a * x for a, x in zip(row, point, strict=True)) for row in rows]
    mean = math.fsum(x * e for x, e in zip(point, earned, strict=True))
    return [x * (e - mean) for x, e in zip(point, earned, strict=True)]


def fixation(table: Table, mutant: int, resident: int, size: int, intensity: float) -> float:
    """The probability that one mutant takes over a population of residents, in a Moran process.

    size: of the population, which is well mixed; nobody meets itself. intensity: β of fitness
        exp(β·payoff), with payoffs as they stand in the table.

    Source: Traulsen, Shoresh and Nowak 2008, Bulletin of Mathematical Biology 70, equation 6:
    1 / (1 + Σ_k Π_{i≤k} exp(β (π_resident - π_mutant))).
    """
    if size < 2:
        raise Misuse(f"a population of {size}; it takes at least 2")
    count = np.arange(1, size)
    own = (table[mutant, mutant] * (count - 1) + table[mutant, resident] * (size - count)) / (
        size - 1
    )
    other = (table[resident, mutant] * count + table[resident, resident] * (size - count - 1)) / (
        size - 1
    )
    exponents = np.cumsum(intensity * (other - own))
    # log of 1 + the sum of exponentials, so that strong selection does not overflow
    return float(np.exp(-np.logaddexp.reduce([0.0, *exponents])))


def moran(table: Table, size: int = 100, intensity: float = 1.0) -> Float[ndarray, "strategies"]:
    """How much of the time each strategy rules, when mutations are rare and all equally likely.

    Source: Fudenberg and Imhof 2006, J. Economic Theory 131: between mutations the population is
    of one kind, and the kinds form a Markov chain.
    """

    def taken_over(resident: int, mutant: int) -> float:
        return fixation(table, mutant, resident, size, intensity)

    return stationary(_chain(_checked(table), taken_over))


def alpha_rank(
    table: Table, alpha: float | Literal["large"] = "large", size: int = 50
) -> Float[ndarray, "strategies"]:
    """α-Rank of the strategies of a symmetric game: the mass of each in the long run.

    alpha: how strongly payoffs count in the copying of strategies; "large" for the limit, in
        which a strictly better strategy always takes over and a worse one never does.
    size: of the population; in the limit only equal payoffs depend on it.

    Source: Omidshafiei et al. 2019, Scientific Reports 9, equations 2 to 4, with one population:
    the fitness of a mutant against a resident is `table[mutant, resident]`, that of the resident
    against it `table[resident, mutant]`.
    """
    count = _checked(table)

    def taken_over(resident: int, mutant: int) -> float:
        gain = float(table[mutant, resident] - table[resident, mutant])
        return _taken_over(gain, float(table.max() - table.min()), alpha, size)

    return stationary(_chain(count, taken_over))


def alpha_rank_profiles(
    game: NormalForm, alpha: float | Literal["large"] = "large", size: int = 50
) -> Float[ndarray, "*actions"]:
    """α-Rank with one population per player: the mass of each pure profile, in the game's shape.

    For asymmetric games, and for any number of players. alpha, size: as in `alpha_rank`; payoffs
    of different players are not compared.

    Source: Omidshafiei et al. 2019, Scientific Reports 9, equations 2 to 4: from a profile one
    population at a time may move to another action, with what it earns there and here.
    """
    cells = game.cells()
    place = {cell: n for n, cell in enumerate(cells)}
    moves = sum(count - 1 for count in game.shape)
    chain = np.zeros((len(cells), len(cells)))
    for cell, here in place.items():
        for player, count in enumerate(game.shape):
            for action in range(count):
                other = (*cell[:player], action, *cell[player + 1 :])
                if action != cell[player]:
                    own = game.payoffs[player]
                    gain = float(own[other] - own[cell])
                    taken = _taken_over(gain, float(own.max() - own.min()), alpha, size)
                    chain[here, place[other]] = taken / moves
        chain[here, here] = 1 - chain[here].sum()
    return stationary(chain).reshape(game.shape)


@dataclass(frozen=True)
class Shares:
    """What a population process gives every strategy, and how far that depends on noise.

    values: the share of each, from the table of means. low, high: between which 95 % of the shares
        lie when the matches of every pair are drawn anew, with replacement.
    """

    values: Float[ndarray, "strategies"]
    low: Float[ndarray, "strategies"]
    high: Float[ndarray, "strategies"]


def resampled_shares(
    process: Callable[[Table], Float[ndarray, "strategies"]],
    samples: Sequence[Sequence[Sequence[float]]],
    *,
    draws: int = 200,
    seed: int = 0,
) -> Shares:
    """The shares of a process, and their intervals by the bootstrap over matches.

    process: gives the shares from a table, as `alpha_rank` and `moran` do. samples: what the row
    earned against the column, match by match; where the column's own list against the row is as
    long, both are of the same matches and are drawn together. A pair with one match, or whose
    matches are all alike, does not vary.

    Source: Efron 1979, Annals of Statistics 7. α-Rank of a table that was measured: Rowland et al.
    2019, "Multiagent evaluation under incomplete information", NeurIPS.
    """
    chance = stream(seed, "resampled shares", draws)
    size = len(samples)
    tables, means = np.empty((draws, size, size)), np.empty((size, size))
    for i, j in product(range(size), repeat=2):
        mine, theirs = (np.asarray(samples[a][b], dtype=float) for a, b in ((i, j), (j, i)))
        means[i, j] = mine.mean()
        if i > j and len(mine) == len(theirs):
            continue
        drawn = chance.integers(len(mine), size=(draws, len(mine)))
        tables[:, i, j] = mine[drawn].mean(axis=1)
        if i < j and len(mine) == len(theirs):
            tables[:, j, i] = theirs[drawn].mean(axis=1)
    values = process(means)
    # most tables repeat where few matches differ, and are ranked once
    distinct, which = np.unique(tables.reshape(draws, -1), axis=0, return_inverse=True)
    each = np.stack([process(table.reshape(size, size)) for table in distinct])[which.ravel()]
    low, high = np.quantile(each, [0.025, 0.975], axis=0)
    return Shares(values, np.minimum(low, values), np.maximum(high, values))


def stationary(chain: Float[ndarray, "states states"]) -> Float[ndarray, "states"]:
    """The stationary distribution of a Markov chain that can come from every state to every other.

    Source: Grassmann, Taksar and Heyman 1985, Operations Research 33: elimination without a
    subtraction, which keeps small probabilities to their last digits.
    """
    work = np.array(chain, dtype=float)
    size = len(work)
    for last in range(size - 1, 0, -1):
        leaving = work[last, :last].sum()
        work[:last, last] /= leaving
        work[:last, :last] += np.outer(work[:last, last], work[last, :last])
    found = np.zeros(size)
    found[0] = 1.0
    for state in range(1, size):
        found[state] = found[:state] @ work[:state, state]
        found /= found.sum()  # at every state: the ratios of strong selection would overflow
    return np.asarray(found)


def _taken_over(gain: float, scale: float, alpha: float | Literal["large"], size: int) -> float:
    """The probability that a mutant with this advantage takes over a population."""
    if alpha != "large":
        return _copied(float(alpha) * gain, size)
    if abs(gain) <= 1e-12 * (scale or 1.0):
        return 1 / size
    return 1.0 if gain > 0 else 1e-12


def _copied(strength: float, size: int) -> float:
    """(1 - e^-x) / (1 - e^-mx), the fixation probability of equation 3; 1/m where x is 0."""
    if abs(strength) < 1e-12:
        return 1 / size
    if strength > 0:
        return float(np.expm1(-strength) / np.expm1(-size * strength))
    # e^((m-1)x) · (e^x - 1)/(e^mx - 1) with x below 0, without overflow
    log = (size - 1) * strength + np.log(np.expm1(strength) / np.expm1(size * strength))
    return float(np.exp(max(log, LEAST)))


def _chain(count: int, taken_over: Callable[[int, int], float]) -> Float[ndarray, "_ _"]:
    """The chain of populations of one kind: a mutant of every other kind is equally likely."""
    chain = np.zeros((count, count))
    for resident in range(count):
        for mutant in range(count):
            if mutant != resident:
                chain[resident, mutant] = taken_over(resident, mutant) / max(count - 1, 1)
        chain[resident, resident] = 1 - chain[resident].sum()
    return chain


def _checked(table: Table) -> int:
    """The number of strategies of a square table of finite payoffs.

    Raises:
        Misuse: if it is not that.
    """
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not np.isfinite(table).all():
        raise Misuse(f"a table of shape {table.shape} is no square of finite payoffs")
    return len(table)
