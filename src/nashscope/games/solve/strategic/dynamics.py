"""How play moves when players adapt: replicator, fictitious play, regret matching, logit.

Paths are records of a process, not solutions: the profile at the end need not be an equilibrium.
`regrets` says how near it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.solve.exploitability import LETTERS, regrets
from nashscope.games.solve.profile import check_profile
from nashscope.games.solve.strategic.distance import distances
from nashscope.games.solve.strategic.equilibrium import Equilibria
from nashscope.games.solve.strategic.multilinear import relative_payoffs

__all__ = ["Basins", "Kind", "Path", "basins", "follow"]

Kind = Literal["replicator", "fictitious", "regret-matching", "logit"]
"""Which process.

* replicator: shares grow with their payoff above the mean, dx_a = x_a·(u_a - u·x) dt (Taylor and
  Jonker 1978), by the classical Runge-Kutta method.
* fictitious: everybody best-responds to the others' past frequencies (Brown 1951); the path is of
  the frequencies, and the first of several best responses is taken.
* regret-matching: actions in proportion to their positive regret so far (Hart and Mas-Colell 2000,
  on expected payoffs), and as before while there is none; the path is of the average strategies.
* logit: strategies move towards the logit response, dx = (softmax(λ·u) - x) dt (Fudenberg and
  Levine 1998, section 4.7).
"""

MOST_STARTS = 20_000
"""The largest number of starts from which basins are found."""


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
    time_limit: TimeLimit = 60.0,
) -> Path:
    """The path of a process from a profile.

    steps: how many; up to about 1000 of their points are recorded, the first and the last always.
    dt: the length of a step, where time is continuous, in units of one over the payoff range.
    rationality: λ of the logit process, per payoff range.

    Raises:
        NotSolved: if the time limit, in seconds, passes.
    """
    check_profile(game, start)
    deadline = Deadline.of(time_limit)
    state = _State(game, [np.array([s], dtype=float) for s in start], kind, dt, rationality)
    if steps < 1:
        raise Misuse(f"{steps} steps were asked for; it takes at least 1")
    every = max(1, steps // 1000)
    times, points = [0.0], [state.profile]
    for step in range(1, steps + 1):
        deadline.check(f"following {kind} dynamics")
        state.move(step)
        if step % every == 0 or step == steps:
            times.append(step * dt if kind in ("replicator", "logit") else float(step))
            points.append(state.profile)
    profiles = tuple(np.concatenate([point[i] for point in points]) for i in range(game.players))
    return Path(np.array(times), profiles, regrets(game, profiles))


class _State:
    """The profiles now, `[starts, actions]` per player, and what the process remembers of each."""

    def __init__(
        self, game: NormalForm, profile: list[ndarray], kind: Kind, dt: float, rationality: float
    ) -> None:
        moves = {
            "replicator": self._replicator,
            "fictitious": self._fictitious,
            "regret-matching": self._regret_matching,
            "logit": self._logit,
        }
        if kind not in moves:
            raise Misuse(f"the process is {kind!r}; it is one of {', '.join(moves)}")
        if not (0 < dt < np.inf and 0 <= rationality < np.inf):
            raise Misuse(
                f"dt is {dt} and rationality {rationality}; both must be finite, the first "
                "positive, the second not negative"
            )
        self.move = moves[kind]
        self.payoffs, _ = relative_payoffs(game)
        self.profile, self.dt, self.rationality = profile, dt, rationality
        self.gained = [np.zeros_like(strategies) for strategies in profile]
        self.playing = profile

    def _worths(self, profile: list[ndarray]) -> list[ndarray]:
        """Expected utility of every action, `[starts, actions]` per player."""
        players, found = len(profile), []
        for own in range(players):
            worth, axes = self.payoffs[own], LETTERS[:players]
            for other in reversed(range(players)):
                if other != own:
                    rest = axes.replace(LETTERS[other], "")
                    worth = np.einsum(
                        f"...{axes},...{LETTERS[other]}->...{rest}", worth, profile[other]
                    )
                    axes = rest
            found.append(worth)
        return found

    def _replicator(self, step: int) -> None:
        """One Runge-Kutta step; shares that were 0 stay 0."""

        def slope(profile: list[ndarray]) -> list[ndarray]:
            pairs = zip(profile, self._worths(profile), strict=True)
            return [x * (u - _mean(x, u) / x.sum(-1, keepdims=True)) for x, u in pairs]

        def ahead(part: float, slopes: list[ndarray]) -> list[ndarray]:
            return [x + part * d for x, d in zip(self.profile, slopes, strict=True)]

        first = slope(self.profile)
        second = slope(ahead(self.dt / 2, first))
        third = slope(ahead(self.dt / 2, second))
        fourth = slope(ahead(self.dt, third))
        moved = (
            np.clip(x + self.dt / 6 * (a + 2 * b + 2 * c + d), 0, None)
            for x, a, b, c, d in zip(self.profile, first, second, third, fourth, strict=True)
        )
        self.profile = [x / x.sum(-1, keepdims=True) for x in moved]

    def _fictitious(self, step: int) -> None:
        """Frequencies move to the best response with weight 1/(step + 1)."""
        best = [np.eye(u.shape[-1])[u.argmax(-1)] for u in self._worths(self.profile)]
        share = 1 / (step + 1)
        self.profile = [x + share * (b - x) for x, b in zip(self.profile, best, strict=True)]

    def _regret_matching(self, step: int) -> None:
        """Averages of strategies that follow the regrets of the expected payoffs so far."""
        share, playing, average = 1 / (step + 1), [], []
        pairs = zip(self._worths(self.playing), self.playing, strict=True)
        for i, (u, own) in enumerate(pairs):
            self.gained[i] = self.gained[i] + u - _mean(own, u)
            positive = np.clip(self.gained[i], 0, None)
            total = positive.sum(-1, keepdims=True)
            scaled = positive / np.where(total > 0, total, 1.0)
            playing.append(np.where(total > 0, scaled, own))
            average.append(self.profile[i] + share * (playing[i] - self.profile[i]))
        self.playing, self.profile = playing, average

    def _logit(self, step: int) -> None:
        """One step towards the logit response, exact for a response that stays as it is."""
        share, moved = -np.expm1(-self.dt), []
        for x, u in zip(self.profile, self._worths(self.profile), strict=True):
            weight = np.exp(self.rationality * (u - u.max(-1, keepdims=True)))
            moved.append(x + share * (weight / weight.sum(-1, keepdims=True) - x))
        self.profile = moved


def _mean(strategies: ndarray, worths: ndarray) -> ndarray:
    """The expected worth under each strategy, `[starts, 1]`."""
    return np.asarray((strategies * worths).sum(-1, keepdims=True))


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
    dt: float = 0.05,
    rationality: float = 10.0,
    near: float = 0.05,
    time_limit: TimeLimit = 60.0,
) -> Basins:
    """The basins of attraction of the equilibria, from a grid of interior starts.

    All starts are followed together.

    found: the equilibria of the game.
    grid: how many starts for a player with two actions; with more, all the points of the simplex
        at that distance of each other.
    steps, dt, rationality: as for `follow`.
    near: the total variation from a component that counts as having come there.

    Raises:
        NotSolved: if the time limit, in seconds, passes.
    """
    deadline = Deadline.of(time_limit)
    game = found.game
    if grid < 1 or steps < 1:
        raise Misuse(f"a grid of {grid} and {steps} steps were asked for; both are at least 1")
    total = math.prod(math.comb(grid + count - 2, count - 1) for count in game.shape)
    if total > MOST_STARTS:
        raise Misuse(
            f"a grid of {grid} makes {total:,} starts in this game, more than {MOST_STARTS:,}; "
            "take a coarser one"
        )
    per_player = [_interior(count, grid) for count in game.shape]
    index = np.stack(
        np.meshgrid(*(np.arange(len(points)) for points in per_player), indexing="ij"), axis=-1
    ).reshape(-1, game.players)
    starts = tuple(points[index[:, i]] for i, points in enumerate(per_player))
    state = _State(game, list(starts), kind, dt, rationality)
    for step in range(1, steps + 1):
        deadline.check("finding basins of attraction")
        state.move(step)
    apart = distances(found, state.profile).max(axis=-1)
    reached = np.where(apart.min(axis=-1) <= near, apart.argmin(axis=-1), -1).tolist()
    shares = tuple(reached.count(c) / total for c in range(len(found.components)))
    return Basins(starts, tuple(reached), shares)


def _interior(actions: int, grid: int) -> Float[ndarray, "points actions"]:
    """The points of a simplex whose coordinates differ from 1/(actions·grid) by multiples of
    1/grid.
    """
    places = combinations(range(grid + actions - 2), actions - 1)
    bars = np.array([(-1, *chosen, grid + actions - 2) for chosen in places])
    counts = np.diff(bars, axis=1)[:, ::-1] - 1
    return np.asarray((counts + 1 / actions) / grid)
