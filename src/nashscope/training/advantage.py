"""Advantages: how much better an action was than what it is compared with. Pure functions.

In two-player zero-sum self-play the rewards of both players sum to zero, so a mean over all answers
to a game is 0 whatever anybody does and is no baseline: groups must be per game *and* player.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse

__all__ = ["MovingAverage", "advantage_alignment", "group_advantages"]

SMALLEST = 1e-8
"""A standard deviation below which all rewards of a group count as equal."""


def group_advantages(
    rewards: Sequence[float] | Float[ndarray, "answers"],
    groups: Sequence[Hashable],
    *,
    normalise: bool = True,
) -> Float[ndarray, "answers"]:
    """Every reward minus the mean of its group, in units of the group's standard deviation.

    groups: of every answer, for instance (game, player). A group whose rewards are all equal has
        advantages 0. normalise: False leaves them in units of the reward (Dr. GRPO).

    Source: Shao et al. 2024, DeepSeekMath, section 4.1 (GRPO); without the division, Liu et al.
    2025, Understanding R1-Zero-like training.

    >>> group_advantages([1.0, 3.0, 7.0], ["a", "a", "b"]).tolist()
    [-1.0, 1.0, 0.0]
    """
    values = np.asarray(rewards, dtype=float)
    if len(values) != len(groups):
        raise Misuse(f"{len(values)} rewards and {len(groups)} groups; each reward has one")
    found = np.zeros(len(values))
    places: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    for own in places.values():
        away = values[own] - values[own].mean()
        spread = values[own].std()
        if spread > SMALLEST:
            found[own] = away / spread if normalise else away
    return found


@dataclass
class MovingAverage:
    """A baseline per agent: a moving average of what it earned, from what came before alone.

    weight: of the newest mean, in (0, 1]. The baseline of an agent's first answers is 0.
    """

    weight: float = 0.1
    means: dict[Hashable, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.weight <= 1:
            raise Misuse(f"the weight is {self.weight}; it is above 0 and at most 1")

    def advantages(
        self, rewards: Sequence[float], agents: Sequence[Hashable]
    ) -> Float[ndarray, "answers"]:
        """Rewards minus the baselines of their agents, which are then brought up to date."""
        values = np.asarray(rewards, dtype=float)
        found = values - np.array([self.means.get(agent, 0.0) for agent in agents])
        for agent in dict.fromkeys(agents):
            mean = float(values[[own == agent for own in agents]].mean())
            before = self.means.get(agent)
            self.means[agent] = mean if before is None else before + self.weight * (mean - before)
        return np.asarray(found)


def advantage_alignment(
    own: Float[ndarray, "matches rounds"],
    other: Float[ndarray, "*shape"],
    *,
    beta: float = 1.0,
    discount: float = 0.96,
) -> Float[ndarray, "matches rounds"]:
    """Advantages that take into account how the other player will learn from what is done to it.

    A*_t = A_t + β γ (Σ_{k<t} γ^{t-k} A_k) B_t, with A the own advantages and B the other player's:
    an action that is good for a player that has been good to one is worth more. β = 0 is A itself.

    own, other: advantages of the two players in the rounds of every match.

    Source: Duque, Aghajohari, Cooijmans, Zhang and Courville 2024, Advantage Alignment Algorithms,
    arXiv 2406.14662, equation 6; as an estimator for any trainer, not as the authors' trainer.

    >>> advantage_alignment(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]), discount=0.5).tolist()
    [[1.0, 0.5]]
    """
    if own.shape != other.shape:
        raise Misuse(f"advantages of shapes {own.shape} and {other.shape} are not of one match")
    if not 0 <= discount <= 1:
        raise Misuse(f"the discount is {discount}; it is 0 to 1")
    past = np.zeros_like(own)
    for now in range(1, own.shape[1]):
        past[:, now] = discount * (past[:, now - 1] + own[:, now - 1])
    return np.asarray(own + beta * discount * past * other)
