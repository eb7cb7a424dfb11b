"""Equilibria of two-player trees of any kind, exactly, by Lemke's method on the sequence form.

With plans x, y ≥ 0, Ex = e, Fy = f and payoffs A, B by pairs of sequences, (x, y) is an equilibrium
if and only if there are p, q with

    Eᵀp ≥ Ay, Fᵀq ≥ Bᵀx, and x·(Eᵀp - Ay) = 0 = y·(Fᵀq - Bᵀx):

a linear complementarity problem whose size is that of the tree, where the strategic form has
exponentially many plans. A prior of each player says where the method begins: at the best replies
to the prior, whose weight then shrinks to nothing. p and q, which may be negative, and the
equations are taken out beforehand, by the sequences of those best replies: the rest is half as
large, and Lemke's method cannot end on a ray where the best replies are unique.

Source: von Stengel, van den Elzen and Talman 2002, "Computing normal form perfect equilibria for
extensive two-person games", Econometrica 70; Koller, Megiddo and von Stengel 1996, "Efficient
computation of equilibria for extensive two-person games", Games and Economic Behavior 14.
"""

from fractions import Fraction

import numpy as np
from numpy import ndarray

from nashscope.chance import stream
from nashscope.errors import IllFormedGame, NotAnEquilibrium, NotSolved, OutOfTime
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.rational import integers
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.equilibrium import TreeEquilibrium, tree_equilibrium
from nashscope.games.solve.extensive.sequence_form import Sequences, payoff_entries, sequences_of
from nashscope.games.solve.linear.plan_pair import Plans, PlanSet, equilibrium_plans
from nashscope.games.tree import Tree

__all__ = ["LARGEST", "sequence_form_equilibria"]

LARGEST = 1000
"""The largest number of sequences of both players together: 900 take 6 s in drawn trees, and more
than a minute in Leduc poker."""

SMALL = 300
"""Up to this many sequences, less than 0.5 s, several priors are tried."""


def sequence_form_equilibria(
    tree: Tree, *, attempts: int = 6, time_limit: TimeLimit = 60.0
) -> tuple[TreeEquilibrium, ...]:
    """Some equilibria of a two-player tree, at least one, each proved in fractions.

    What is played where a player's own moves never lead is uniform; `improved_off_path` makes it
    a best response.

    attempts: how many priors are tried, the uniform one first; several may end at one equilibrium.

    Raises:
        IllFormedGame: if the tree has not two players.
        NotSolved: if the time limit, in seconds, passes before one is found, or the players have
            more than `LARGEST` sequences.
    """
    if tree.players != 2:
        raise IllFormedGame(
            f"{tree!r} has {tree.players} players; the sequence form is solved for two"
        )
    deadline = Deadline.of(time_limit)
    sides = sequences_of(tree, 0), sequences_of(tree, 1)
    count = sides[0].count + sides[1].count
    if count > LARGEST:
        raise NotSolved(
            f"{tree!r} has {count:,} sequences of moves, more than the {LARGEST:,} solved here; "
            "games.solve.minimise_regret approximates coarse correlated play"
        )
    payoffs = _payoffs(tree, sides)
    chance = stream(0, "lemke", count)
    known: dict[Plans, TreeEquilibrium] = {}
    ended: NotSolved | None = None
    for number in range(attempts if count <= SMALL else 1):
        priors = [_prior(side, None if number == 0 else chance) for side in sides]
        try:
            parts = [_reduced(side, payoffs[i] @ priors[1 - i]) for i, side in enumerate(sides)]
            plans = equilibrium_plans((parts[0], parts[1]), payoffs, deadline)
            if plans not in known:
                known[plans] = _proved(tree, sides, plans, deadline)
        except OutOfTime as error:
            ended = error
            break
        except NotSolved as error:  # a ray, from a prior with several best replies
            ended = error
    if not known:
        assert ended is not None
        raise ended
    return tuple(known.values())


def _payoffs(tree: Tree, sides: tuple[Sequences, Sequences]) -> tuple[ndarray, ndarray]:
    """Each player's payoffs `[own sequences, other's sequences]`: integers, in its own unit."""
    table = np.full((2, sides[0].count, sides[1].count), Fraction(0), dtype=object)
    for at, worths in payoff_entries(tree, *sides).items():
        table[(slice(None), *at)] = worths
    first, second = (integers(own)[0].astype(object) for own in table)
    return first, second.T


def _prior(side: Sequences, chance: np.random.Generator | None) -> ndarray:
    """A plan that takes every action with some weight: the uniform one, or one that is drawn."""
    weights = [Fraction(1)] * side.count
    for known, first, before in zip(side.sets, side.first, side.before, strict=True):
        count = len(known.actions)
        drawn = [1] * count if chance is None else (10 ** chance.integers(0, 4, count)).tolist()
        for a in range(count):
            weights[first + a] = weights[before] * Fraction(drawn[a], sum(drawn))
    return np.array(weights, dtype=object)


def _reduced(side: Sequences, worth: ndarray) -> PlanSet:
    """The best replies to what each sequence is worth, and all else in terms of them."""
    count = side.count
    after: list[list[int]] = [[] for _ in range(count)]  # the sets that follow each sequence
    for number, before in enumerate(side.before):
        after[before].append(number)
    best = [0] * len(side.sets)
    # each sequence with all best replies after it, as a row of ones; and what these are worth
    follows, total = np.zeros((count, count), dtype=object), [Fraction(0)] * count

    def settle(sequence: int) -> None:
        follows[sequence, sequence] = 1
        for number in after[sequence]:
            follows[sequence] += follows[best[number]]
        total[sequence] = worth[sequence] + sum(
            (total[best[n]] for n in after[sequence]), Fraction(0)
        )

    for number in reversed(range(len(side.sets))):  # each set stands after those that lead to it
        first = side.first[number]
        actions = range(first, first + len(side.sets[number].actions))
        for sequence in actions:
            settle(sequence)
        best[number] = max(actions, key=lambda sequence: total[sequence])
    settle(0)
    replies = sorted([0, *best])
    others = [sequence for sequence in range(count) if sequence not in set(replies)]
    owner = {
        first + a: number
        for number, (known, first) in enumerate(zip(side.sets, side.first, strict=True))
        for a in range(len(known.actions))
    }
    change = np.array([follows[best[owner[o]]] - follows[o] for o in others], dtype=object).reshape(
        len(others), count
    )
    cover = np.array([total[best[owner[o]]] - total[o] for o in others], dtype=object)
    return PlanSet(replies, others, follows[0], change, cover)


def _proved(
    tree: Tree, sides: tuple[Sequences, Sequences], plans: Plans, deadline: Deadline
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
