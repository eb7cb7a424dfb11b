"""Equilibria of players who dislike variance.

Player i with strategy x, against others who play y, has the utility

    x·μ(y) - aversion · xᵀ C(y) x,

where μ(y)_a is the expected payoff of action a and C(y)_ab the covariance of the payoffs of actions
a and b, over the others' draws from y: the variance counts the risk that the *others* bring, with
x as the weights of a portfolio, and not the player's own coin. It is concave in x, so that an
equilibrium exists (Rosen 1965), and it is the Nash equilibrium where aversion is 0.

Source: Slumbers, Mguni, McAleer, Blumberg, Yang and Wang 2023, "A game-theoretic framework for
managing risk in multi-agent systems", ICML (arXiv 2205.15434), whose RAE this is in intent. Differs
in that no lower bound on the others' probabilities is imposed, and in the way of solving: Newton's
method on the optimality conditions from several starts, instead of fictitious play.
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
from nashscope.games.solve.strategic.fischer_burmeister import climb
from nashscope.games.solve.strategic.multilinear import action_values, relative_payoffs
from nashscope.games.solve.strategic.multiplayer import distinct, starts

__all__ = ["RiskAverse", "moments", "risk_averse_equilibria"]


@dataclass(frozen=True)
class RiskAverse:
    """A risk-averse equilibrium, with its proof.

    aversion: the price of variance, per unit of payoff.
    profile: one strategy per player.
    means, variances: of each player's payoff, over the others' play, in payoff units and their
        square.
    bounds: no player can raise its utility by more than this, in payoff units: by concavity, the
        largest marginal utility minus the mean one.
    """

    aversion: float
    profile: tuple[Float[ndarray, "_"], ...]
    means: tuple[float, ...]
    variances: tuple[float, ...]
    bounds: tuple[float, ...]


def risk_averse_equilibria(
    game: NormalForm,
    aversion: float,
    *,
    tolerance: float = 1e-8,
    time_limit: TimeLimit = 60.0,
) -> list[RiskAverse]:
    """The risk-averse equilibria that were found; there may be more.

    aversion: 0 or more, per unit of payoff; with payoffs twice as large, half of it means the same.
    tolerance: the largest gain by leaving, in units of the largest payoff range.

    Raises:
        NotSolved: if the time limit, in seconds, passes, or no start arrived.
    """
    if not 0 <= aversion < math.inf:
        raise Misuse(f"the aversion is {aversion}; it must be finite and 0 or more")
    deadline = Deadline.of(time_limit)
    payoffs, unit = relative_payoffs(game)
    low = [float(own.min()) for own in game.payoffs]

    def marginal(profile: list[ndarray]) -> list[ndarray]:
        pairs = zip(moments(payoffs, profile), profile, strict=True)
        return [mean - 2 * aversion * unit * (spread @ own) for (mean, spread), own in pairs]

    found: list[RiskAverse] = []
    for start in starts(game.shape, 30):
        reached = climb(marginal, start, deadline)
        if reached is None or not distinct(reached, [other.profile for other in found]):
            continue
        slopes = marginal(reached)
        bounds = [float(g.max() - g @ own) for g, own in zip(slopes, reached, strict=True)]
        if max(bounds) > tolerance:
            continue
        both = moments(payoffs, reached)
        found.append(
            RiskAverse(
                aversion,
                tuple(reached),
                tuple(
                    least + unit * float(own @ mean)
                    for least, own, (mean, _) in zip(low, reached, both, strict=True)
                ),
                tuple(
                    unit**2 * float(own @ c @ own)
                    for own, (_, c) in zip(reached, both, strict=True)
                ),
                tuple(bound * unit for bound in bounds),
            )
        )
    if not found:
        raise NotSolved(f"no risk-averse equilibrium of {game!r} was reached; try another aversion")
    return found


def moments(
    payoffs: Float[ndarray, "players *actions"], profile: Sequence[ndarray]
) -> list[tuple[Float[ndarray, "own"], Float[ndarray, "own own"]]]:
    """For each player, mean and covariance of its actions' payoffs over the others' play."""
    found = []
    means = action_values(payoffs, profile)
    for i, mean in enumerate(means):
        table = np.moveaxis(payoffs[i], i, 0).reshape(len(mean), -1) - mean[:, None]
        weight = np.ones(1)
        for j, other in enumerate(profile):
            if j != i:
                weight = np.outer(weight, other).ravel()
        found.append((mean, (table * weight) @ table.T))
    return found
