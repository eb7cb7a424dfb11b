"""Quantal response equilibria: every player plays better actions more often, not always.

The branch of logit equilibria that starts at uniform play is followed by its arc length, in
the logarithms of the probabilities, with a predictor along the tangent and Newton's corrector.

Source: McKelvey and Palfrey 1995, "Quantal response equilibria for normal form games", Games and
Economic Behavior 10; the equations in logarithms are those of Turocy 2005, "A dynamic homotopy
interpretation of the logistic quantal response equilibrium correspondence", ibid. 51, section 3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse, NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.solve.strategic.multilinear import (
    action_values,
    relative_payoffs,
    value_derivatives,
)

__all__ = ["QuantalResponse", "quantal_response", "quantal_responses"]

LONGEST, SHORTEST = 0.1, 1e-7
"""Bounds on a step along the branch, as parts of 1 + λ: far out, everything grows with λ."""


@dataclass(frozen=True)
class QuantalResponse:
    """A logit equilibrium, with its proof.

    rationality: λ ≥ 0 in p ∝ exp(λ · expected payoff), per unit of payoff; 0 is uniform play.
    profile: one strategy per player.
    residual: the largest difference between a probability and the logit response to the profile.
    """

    rationality: float
    profile: tuple[Float[ndarray, "_"], ...]
    residual: float


def quantal_response(
    game: NormalForm, rationality: float, *, time_limit: TimeLimit = 60.0
) -> QuantalResponse:
    """The logit equilibrium at one rationality, on the branch that starts at uniform play.

    Gambit's `logit_solve_lambda`. Where the branch passes one rationality several times, the
    first is returned.

    Raises:
        NotSolved: if the time limit, in seconds, passes, or the branch cannot be followed.

    >>> from nashscope.games import game
    >>> found = quantal_response(game("prisoners-dilemma"), 1.0)
    >>> round(float(found.profile[0][1]), 3)
    0.773
    """
    return quantal_responses(game, [rationality], time_limit=time_limit)[0]


def quantal_responses(
    game: NormalForm, rationalities: Sequence[float], *, time_limit: TimeLimit = 60.0
) -> list[QuantalResponse]:
    """The logit equilibria at several rationalities, from one walk along the branch."""
    if not all(0 <= r < math.inf for r in rationalities):
        raise Misuse(f"rationalities are {list(rationalities)}; they must be finite and 0 or more")
    deadline = Deadline.of(time_limit)
    payoffs, unit = relative_payoffs(game)
    branch = _Branch(payoffs, deadline)
    found = {}
    for rationality in sorted(set(rationalities)):
        profile = branch.at(rationality * unit)
        answers = [
            _softmax(rationality * unit * worth) for worth in action_values(branch.payoffs, profile)
        ]
        residual = max(float(np.abs(p - q).max()) for p, q in zip(profile, answers, strict=True))
        if not residual < 1e-8:
            raise NotSolved(f"the branch was lost at rationality {rationality:g}: {residual:.1e}")
        found[rationality] = QuantalResponse(rationality, tuple(profile), residual)
    return [found[rationality] for rationality in rationalities]


class _Branch:
    """A point that moves along the branch: logarithms of all probabilities, then λ."""

    def __init__(self, payoffs: Float[ndarray, "players *actions"], deadline: Deadline) -> None:
        self.payoffs, self.deadline = payoffs, deadline
        self.cuts = np.cumsum(payoffs.shape[1:])[:-1]
        logs = [np.full(count, -math.log(count)) for count in payoffs.shape[1:]]
        self.point = np.append(np.concatenate(logs), 0.0)
        self.tangent = np.append(np.zeros(len(self.point) - 1), 1.0)
        self.step = 0.05

    def at(self, rationality: float) -> list[ndarray]:
        """The profile where the branch first reaches a rationality beyond the present one."""
        while self.point[-1] < rationality:
            self.deadline.check("following the branch of logit equilibria")
            before = self.point, self.tangent
            if not self._advance():
                raise NotSolved(f"the branch cannot be followed beyond λ = {self.point[-1]:.6g}")
            if self.point[-1] >= rationality:
                # back, and at a fixed λ from the chord's crossing
                share = (rationality - before[0][-1]) / (self.point[-1] - before[0][-1])
                crossing = before[0] + share * (self.point - before[0])
                fixed = np.append(np.zeros(len(crossing) - 1), 1.0)
                self.point, self.tangent = before
                solved = self._correct(crossing, fixed, rationality)
                if solved is None:
                    self.step /= 4
                    if self.step < SHORTEST:
                        raise NotSolved(f"no logit equilibrium was found at λ = {rationality:.6g}")
                    continue
                self.point = solved
        return [np.exp(part) for part in np.split(self.point[:-1], self.cuts)]

    def _advance(self) -> bool:
        """One step along the branch, shorter until the corrector accepts it."""
        while self.step > SHORTEST:
            guess = self.point + self.step * self.tangent
            level = float(self.tangent @ guess)
            solved = self._correct(guess, self.tangent, level)
            if solved is not None:
                self.point = solved
                self.tangent = self._direction(solved)
                self.step = min(1.5 * self.step, LONGEST * (1 + float(self.point[-1])))
                return True
            self.step /= 2
        return False

    def _direction(self, point: ndarray) -> ndarray:
        """The unit tangent, in the sense of travel so far.

        Exactly at a bifurcation there are several: symmetric games have them. The way straight on
        is kept, so that the branch stays symmetric.
        """
        _, jacobian = self._equations(point)
        system = np.vstack([jacobian, self.tangent])
        try:
            tangent = np.linalg.solve(system, np.append(np.zeros(len(jacobian)), 1.0))
        except np.linalg.LinAlgError:
            return self.tangent
        return tangent / float(np.linalg.norm(tangent))

    def _correct(self, guess: ndarray, normal: ndarray, level: float) -> ndarray | None:
        """The point of the branch on a hyperplane, by Newton's method from nearby."""
        point = guess
        for _ in range(8):
            gap, jacobian = self._equations(point)
            gap = np.append(gap, float(normal @ point) - level)
            size = float(np.abs(gap).max())
            if size < 1e-12 * max(1.0, abs(float(point[-1]))):
                return point
            try:
                move = np.linalg.solve(np.vstack([jacobian, normal]), gap)
            except np.linalg.LinAlgError:
                return None
            if not float(np.abs(move).max()) < 1.0:
                return None
            point = point - move
        return None

    def _equations(self, point: ndarray) -> tuple[ndarray, ndarray]:
        """One equation per action: differences of log p - λ·u within a player, and Σp = 1."""
        logs, rationality = np.split(point[:-1], self.cuts), point[-1]
        profile = [np.exp(part) for part in logs]
        worths = action_values(self.payoffs, profile)
        slope = value_derivatives(self.payoffs, profile) * np.concatenate(profile)
        gaps, rows, start = [], [], 0
        for own, p, worth in zip(logs, profile, worths, strict=True):
            block = slice(start, start + len(own))
            start += len(own)
            change = np.hstack([-rationality * slope[block], -worth[:, None]])
            change[:, block] += np.eye(len(own))
            balance = own - rationality * worth
            total = np.zeros(len(point))
            total[block] = p
            gaps.append(np.append(balance[1:] - balance[0], p.sum() - 1))
            rows.append(np.vstack([change[1:] - change[0], total]))
        return np.concatenate(gaps), np.vstack(rows)


def _softmax(values: ndarray) -> ndarray:
    """exp(values), normalised."""
    weights: ndarray = np.exp(values - values.max())
    return weights / float(weights.sum())
