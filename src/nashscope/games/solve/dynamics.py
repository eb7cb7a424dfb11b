"""How play moves when players adapt: replicator, fictitious play, regret matching, logit.

Paths are records of a process, not solutions: the profile at the end need not be an equilibrium.
`regrets` says how near it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.games.normal import NormalForm
from nashscope.games.solve.deadline import Deadline
from nashscope.games.solve.derivative import action_values
from nashscope.games.solve.distance import distances
from nashscope.games.solve.equilibrium import Equilibria
from nashscope.games.solve.exploitability import regrets
from nashscope.games.solve.profile import check_profile

__all__ = ["Basins", "Kind", "Path", "basins", "follow"]

Kind = Literal["replicator", "fictitious", "regret-matching", "logit"]
"""Which process.

* replicator: shares grow with their payoff above the mean, dx_a = x_a·(u_a - u·x) dt (Taylor and
  Jonker 1978), by the classical Runge-Kutta method.
* fictitious: everybody best-responds to the others' past frequencies (Brown 1951); the path is of
  the frequencies, and the first of several best responses is taken.
* regret-matching: actions in proportion to their positive regret so far (Hart and Mas-Colell 2000,
  on expected payoffs); the path is of the average strategies.
* logit: strategies move towards the logit response, dx = (softmax(λ·u) - x) dt (Fudenberg and
  Levine 1998, section 4.7).
"""


@dataclass(frozen=True)
class Path:
    """Where a process led.

    times: of the recorded points; in steps for the processes that have no continuous time.
    profiles: per player, `[points, actions]`.
    regrets: of each player at each point, in payoff units.
    """

    times: Float[ndarray, "points"]
    profiles: tuple[Float[ndarray, "points _"], ...]
    regrets: Float[ndarray, "points players"]

    @property
    def end(self) -> tuple[Float[ndarray, "_"], ...]:
        """The last profile."""
        return tuple(strategies[-1] for strategies in self.profiles)


def follow(
    game: NormalForm,
    start: Sequence[Float[ndarray, "_"]],
    kind: Kind = "replicator",
    *,
    steps: int = 1000,
    dt: float = 0.05,
    rationality: float = 10.0,
    time_limit: float | None = 60.0,
) -> Path:
    """The path of a process from a profile.

    steps: how many; up to about 1000 of their points are recorded, the first and the last always.
    dt: the length of a step, where time is continuous, in units of one over the payoff range.
    rationality: λ of the logit process, per payoff range.

    Raises:
        NotSolved: if the time limit, in seconds, passes.
    """
    check_profile(game, start)
    if steps < 1 or not dt > 0:
        raise Misuse(f"{steps} steps of length {dt} were asked for; both must be positive")
    deadline = Deadline(time_limit)
    unit = float(game.ranges.max()) or 1.0
    payoffs = (game.payoffs - game.payoffs.min()) / unit
    state = _State(payoffs, [np.array(s, dtype=float) for s in start], dt, rationality)
    move = {
        "replicator": state.replicator,
        "fictitious": state.fictitious,
        "regret-matching": state.regret_matching,
        "logit": state.logit,
    }.get(kind)
    if move is None:
        raise Misuse(
            f"the process is {kind!r}; it is replicator, fictitious, regret-matching or logit"
        )
    every = max(1, steps // 1000)
    times, points = [0.0], [state.profile]
    for step in range(1, steps + 1):
        deadline.check(f"following {kind} dynamics")
        move(step)
        if step % every == 0 or step == steps:
            times.append(step * dt if kind in ("replicator", "logit") else float(step))
            points.append(state.profile)
    profiles = tuple(np.array([point[i] for point in points]) for i in range(game.players))
    return Path(np.array(times), profiles, regrets(game, profiles))


class _State:
    """The profile now, and what the process remembers."""

    def __init__(
        self, payoffs: ndarray, profile: list[ndarray], dt: float, rationality: float
    ) -> None:
        self.payoffs, self.profile, self.dt, self.rationality = payoffs, profile, dt, rationality
        self.gained = [np.zeros(len(strategy)) for strategy in profile]
        self.playing = profile

    def replicator(self, step: int) -> None:
        """One Runge-Kutta step; shares that were 0 stay 0."""

        def slope(profile: list[ndarray]) -> list[ndarray]:
            worths = action_values(self.payoffs, profile)
            return [x * (u - x @ u / x.sum()) for x, u in zip(profile, worths, strict=True)]

        def ahead(part: float, slopes: list[ndarray]) -> list[ndarray]:
            return [x + part * d for x, d in zip(self.profile, slopes, strict=True)]

        first = slope(self.profile)
        second = slope(ahead(self.dt / 2, first))
        third = slope(ahead(self.dt / 2, second))
        fourth = slope(ahead(self.dt, third))
        moved = [
            x + self.dt / 6 * (a + 2 * b + 2 * c + d)
            for x, a, b, c, d in zip(self.profile, first, second, third, fourth, strict=True)
        ]
        self.profile = [np.clip(x, 0, None) / np.clip(x, 0, None).sum() for x in moved]

    def fictitious(self, step: int) -> None:
        """Frequencies move to the best response with weight 1/(step + 1)."""
        worths = action_values(self.payoffs, self.profile)
        best = [np.eye(len(u))[int(u.argmax())] for u in worths]
        share = 1 / (step + 1)
        self.profile = [x + share * (b - x) for x, b in zip(self.profile, best, strict=True)]

    def regret_matching(self, step: int) -> None:
        """Averages of strategies that follow the regrets of the expected payoffs so far."""
        worths = action_values(self.payoffs, self.playing)
        share, playing, average = 1 / (step + 1), [], []
        for i, (u, own) in enumerate(zip(worths, self.playing, strict=True)):
            self.gained[i] = self.gained[i] + u - u @ own
            positive = np.clip(self.gained[i], 0, None)
            total = positive.sum()
            playing.append(positive / total if total > 0 else np.full(len(u), 1 / len(u)))
            average.append(self.profile[i] + share * (playing[i] - self.profile[i]))
        self.playing, self.profile = playing, average

    def logit(self, step: int) -> None:
        """One step towards the logit response, exact for a response that stays as it is."""
        worths = action_values(self.payoffs, self.profile)
        share = -np.expm1(-self.dt)
        moved = []
        for x, u in zip(self.profile, worths, strict=True):
            weight = np.exp(self.rationality * (u - u.max()))
            moved.append(x + share * (weight / weight.sum() - x))
        self.profile = moved


@dataclass(frozen=True)
class Basins:
    """Which starts lead where.

    starts: per player the starting strategies, `[starts, actions]`.
    reached: for each start, the component of the equilibria that the process came near; -1 for
        none of them.
    shares: of the starts, for each component.
    """

    starts: tuple[Float[ndarray, "starts _"], ...]
    reached: tuple[int, ...]
    shares: tuple[float, ...]


def basins(
    found: Equilibria,
    kind: Kind = "replicator",
    *,
    grid: int = 7,
    steps: int = 500,
    near: float = 0.05,
    time_limit: float | None = 60.0,
) -> Basins:
    """The basins of attraction of the equilibria, from a grid of interior starts.

    found: the equilibria of the game.
    grid: starts per dimension of the simplex; the total is capped by drawing none twice.
    near: the total variation from a component that counts as having come there.

    Raises:
        NotSolved: if the time limit, in seconds, passes.
    """
    deadline = Deadline(time_limit)
    game = found.game
    per_player = [_interior(count, grid) for count in game.shape]
    total = int(np.prod([len(points) for points in per_player]))
    if total > 20_000:
        raise Misuse(f"a grid of {grid} makes {total:,} starts in this game; take a coarser one")
    index = np.stack(
        np.meshgrid(*(np.arange(len(points)) for points in per_player), indexing="ij"), axis=-1
    ).reshape(-1, game.players)
    starts = tuple(points[index[:, i]] for i, points in enumerate(per_player))
    reached = []
    for n in range(total):
        deadline.check("finding basins of attraction")
        path = follow(game, [s[n] for s in starts], kind, steps=steps, time_limit=None)
        apart = distances(found, path.end).max(axis=-1)
        reached.append(int(apart.argmin()) if apart.min() <= near else -1)
    shares = tuple(reached.count(c) / total for c in range(len(found.components)))
    return Basins(starts, tuple(reached), shares)


def _interior(actions: int, grid: int) -> Float[ndarray, "points actions"]:
    """The points of a simplex whose coordinates are odd multiples of one small step."""
    if actions == 1:
        return np.ones((1, 1))
    if actions == 2:
        first = (2 * np.arange(grid) + 1) / (2 * grid)
        return np.stack([first, 1 - first], axis=1)
    counts = np.array([c for c in np.ndindex(*(grid,) * actions) if sum(c) == grid - 1])
    return np.asarray((counts + 1 / actions) / grid)
