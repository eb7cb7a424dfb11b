"""Equilibria of two-player trees of any kind, exactly, by Lemke's method on the sequence form.

With plans x, y ≥ 0, Ex = e, Fy = f and payoffs A, B by pairs of sequences, (x, y) is an equilibrium
if and only if there are p, q with

    Eᵀp ≥ Ay, Fᵀq ≥ Bᵀx, and x·(Eᵀp - Ay) = 0 = y·(Fᵀq - Bᵀx):

a linear complementarity problem whose size is that of the tree, where the strategic form has
exponentially many plans. Payoffs are lowered below 0 first, so that Lemke's method cannot fail.

Source: Koller, Megiddo and von Stengel 1996, "Efficient computation of equilibria for extensive
two-person games", Games and Economic Behavior 14, Theorem 4.1.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import IllFormedGame, NotAnEquilibrium, NotSolved, OutOfTime
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import integers
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.equilibrium import TreeEquilibrium, tree_equilibrium
from nashscope.games.solve.extensive.sequence_form import (
    Sequences,
    payoff_entries,
    rules,
    sequences_of,
)
from nashscope.games.solve.linear.complementarity import complementary
from nashscope.games.tree import Tree

__all__ = ["sequence_form_equilibria"]


def sequence_form_equilibria(
    tree: Tree, *, attempts: int = 6, time_limit: TimeLimit = 60.0
) -> tuple[TreeEquilibrium, ...]:
    """Some equilibria of a two-player tree, at least one, each proved in fractions.

    What is played where a player's own moves never lead is uniform; `improved_off_path` makes it
    a best response.

    attempts: how many ways through the problem are tried; several may end at one equilibrium.

    Raises:
        IllFormedGame: if the tree has not two players.
        NotSolved: if the time limit, in seconds, passes before one is found.
    """
    if tree.players != 2:
        raise IllFormedGame(
            f"{tree!r} has {tree.players} players; the sequence form is solved for two"
        )
    deadline = Deadline.of(time_limit)
    sides = sequences_of(tree, 0), sequences_of(tree, 1)
    problem = _Problem(tree, sides)
    known: dict[tuple[tuple[Fraction, ...], ...], TreeEquilibrium] = {}
    try:
        for cover in _covers(len(problem.constants), attempts):
            z = complementary(problem.matrix, problem.constants, cover, deadline)
            plans = problem.plans(z)
            if plans not in known:
                known[plans] = _proved(tree, sides, plans, deadline)
    except OutOfTime:
        if not known:
            raise
    return tuple(known.values())


def _covers(size: int, attempts: int) -> Iterator[list[int]]:
    """Ways to begin: all rows alike, then drawn ones."""
    chance = stream(0, "lemke", size)
    for number in range(attempts):
        yield [1] * size if number == 0 else [int(c) for c in chance.integers(1, 20, size)]


class _Problem:
    """The linear complementarity problem of a tree.

    The variables: both plans, then p and q of the rules, as differences of two that are 0 or more.
    """

    def __init__(self, tree: Tree, sides: tuple[Sequences, Sequences]) -> None:
        self.counts = [side.count for side in sides]
        m, n = self.counts
        payoffs = np.full((2, m, n), Fraction(0), dtype=object)
        highest = [
            max(paid) + 1 for paid in zip(*(end.payoffs for end in tree.ends()), strict=True)
        ]
        for at, worths in payoff_entries(tree, *sides, (highest[0], highest[1])).items():
            payoffs[(slice(None), *at)] = worths
        first, second = (integers(payoffs[player])[0].astype(object) for player in range(2))
        ruled = [_matrix(side) for side in sides]
        sizes = [m, n, *(len(rows) for rows in ruled for _ in range(2))]
        blocks: list[list[ndarray]] = [
            [np.zeros((height, width), dtype=object) for width in sizes] for height in sizes
        ]
        blocks[0][1], blocks[1][0] = -first, -second.T
        for player, rows in enumerate(ruled):
            for sign, part in ((1, 2 + 2 * player), (-1, 3 + 2 * player)):
                blocks[player][part] = sign * rows.T
                blocks[part][player] = -sign * rows
        self.matrix = np.block(blocks)
        self.constants = [0] * (m + n)
        for rows in ruled:
            start = [1] + [0] * (len(rows) - 1)
            self.constants += [*start, *(-entry for entry in start)]

    def plans(self, z: Sequence[Fraction]) -> tuple[tuple[Fraction, ...], ...]:
        """Both plans of a solution."""
        m, n = self.counts
        return tuple(z[:m]), tuple(z[m : m + n])


def _matrix(side: Sequences) -> ndarray:
    """The rows of Ex = e as integers, `[1 + sets, sequences]`."""
    table = np.zeros((1 + len(side.sets), side.count), dtype=object)
    for row, rule in zip(table, rules(side), strict=True):
        for place, sign in rule.items():
            row[place] = sign
    return table


def _proved(
    tree: Tree,
    sides: tuple[Sequences, Sequences],
    plans: tuple[tuple[Fraction, ...], ...],
    deadline: Deadline,
) -> TreeEquilibrium:
    """The plans as behaviour strategies, with the proof that nobody gains by leaving."""
    policy: Table = {}
    for side, plan in zip(sides, plans, strict=True):
        policy |= side.behaviour(list(plan))
    try:
        return tree_equilibrium(tree, policy, deadline)
    except NotAnEquilibrium:
        raise NotSolved(
            "a solution of the sequence form failed its own proof; please report this"
        ) from None
