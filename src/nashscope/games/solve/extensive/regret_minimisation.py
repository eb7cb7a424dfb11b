"""Counterfactual regret minimisation: play, regret, and play again.

Source: Zinkevich, Johanson, Bowling and Piccione 2007, "Regret minimization in games with
incomplete information", NeurIPS; the variant with clipped regrets, players in turn and linear
averaging is CFR+, Tammelin 2014 (arXiv 1407.5042). The average policy approaches an equilibrium
in two-player zero-sum trees; elsewhere it need not, and the certificate says how far it came.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse, NotSolved
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.solve.extensive.arrays import Arrays, arrays_of
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.best_response import tree_regrets
from nashscope.games.tree import Tree

__all__ = ["Averaged", "minimise_regret"]


@dataclass(frozen=True)
class Averaged:
    """The average policy of regret minimisation, with its proof.

    policy: probabilities at every information set of all players.
    regrets: what each player would still gain by its best response, in payoff units.
    iterations: how many were made.
    curve: `(iteration, NashConv)` at every check, the last one included.
    """

    policy: Table
    regrets: tuple[float, ...]
    iterations: int
    curve: tuple[tuple[int, float], ...]

    @property
    def nash_conv(self) -> float:
        """The sum of the regrets."""
        return sum(self.regrets)


def minimise_regret(
    tree: Tree,
    *,
    iterations: int = 1000,
    variant: Literal["plain", "plus"] = "plus",
    goal: float | None = None,
    time_limit: TimeLimit = 60.0,
) -> Averaged:
    """The average policy after so many iterations, or as soon as its NashConv meets the goal.

    goal: the NashConv to reach, in units of the largest payoff range; None to take what comes.

    Raises:
        NotSolved: if the goal is not met within the iterations, or the time limit, in seconds.
    """
    if iterations < 1:
        raise Misuse(f"{iterations} iterations were asked for; it takes at least 1")
    deadline = Deadline.of(time_limit)
    arrays = arrays_of(tree)
    memory = _Memory(arrays, tree.players, plus=variant == "plus")
    unit = float(max(tree.ranges)) or 1.0
    curve, check = [], 8
    for iteration in range(1, iterations + 1):
        deadline.check("counterfactual regret minimisation")
        memory.update(iteration)
        # checks cost a best response each: at 8, 16, 32, … and at the end
        if iteration in (check, iterations):
            check *= 2
            policy = arrays.table(memory.average())
            found = tree_regrets(tree, policy, time_limit=deadline)
            regrets = tuple(float(r) for r in found)
            curve.append((iteration, sum(regrets)))
            if goal is not None and sum(regrets) <= goal * unit:
                break
    else:
        if goal is not None:
            raise NotSolved(
                f"after {iterations} iterations the NashConv is {curve[-1][1]:.3g}, above the goal "
                f"of {goal:g} payoff ranges; allow more iterations"
            )
    return Averaged(policy, regrets, iteration, tuple(curve))


class _Memory:
    """Regrets and weights of all slots, and the masks that each player's update needs."""

    def __init__(self, arrays: Arrays, players: int, *, plus: bool) -> None:
        self.arrays, self.plus = arrays, plus
        slots = int(arrays.first[-1])
        self.regret, self.weight = np.zeros(slots), np.zeros(slots)
        self.set_of_slot = np.repeat(np.arange(len(arrays.sets)), np.diff(arrays.first))
        owner = arrays.owner
        self.turns = [
            (
                player,
                owner == player,
                arrays.mover == player,
                np.flatnonzero(arrays.mover == player),
            )
            for player in range(players)
        ]

    def update(self, iteration: int) -> None:
        """One iteration: every player in turn (plus), or all against the same policy (plain)."""
        policy = self._matched()
        for player, slots, own, edges in self.turns:
            if self.plus:
                policy = self._matched()
            branch = self.arrays.branches(policy)
            worth = self.arrays.values(branch)[player]
            others = self.arrays.reach(branch, ~own)
            mine = self.arrays.reach(branch, own)
            slot, parent = self.arrays.slot[edges], self.arrays.parent[edges]
            gain = others[parent] * (worth[edges] - worth[parent])
            self.regret += np.bincount(slot, gain, minlength=len(self.regret))
            if self.plus:
                self.regret[slots] = np.maximum(self.regret[slots], 0.0)
            # all nodes of an information set have the same own reach (perfect recall): any will do
            own_reach = np.zeros(len(self.regret))
            own_reach[slot] = mine[parent]
            share = iteration if self.plus else 1.0
            self.weight += np.where(slots, share * own_reach * policy, 0.0)

    def _matched(self) -> Float[ndarray, "slots"]:
        """Actions in proportion to their positive regret; all alike where there is none."""
        return self._normalised(np.maximum(self.regret, 0.0))

    def average(self) -> Float[ndarray, "slots"]:
        """The weighted average of the policies so far."""
        return self._normalised(self.weight)

    def _normalised(self, weight: Float[ndarray, "slots"]) -> Float[ndarray, "slots"]:
        total = np.bincount(self.set_of_slot, weight)[self.set_of_slot]
        count = np.diff(self.arrays.first)[self.set_of_slot]
        return np.asarray(np.where(total > 0, weight / np.where(total > 0, total, 1.0), 1 / count))
