"""The equilibria of any tree, by the method that says most of it."""

from dataclasses import replace
from fractions import Fraction

from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.solve.extensive.backward_induction import backward_induction
from nashscope.games.solve.extensive.behaviour import Table
from nashscope.games.solve.extensive.best_response import tree_best_response
from nashscope.games.solve.extensive.equilibrium import (
    TreeEquilibria,
    improved_off_path,
    tree_equilibrium,
)
from nashscope.games.solve.extensive.lemke import sequence_form_equilibria
from nashscope.games.solve.extensive.zero_sum import solve_tree
from nashscope.games.solve.strategic.equilibria import equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria
from nashscope.games.solve.strategic.vertex_enumeration import too_large
from nashscope.games.strategic import plan_count, strategic_form
from nashscope.games.tree import Tree

__all__ = ["tree_equilibria"]


def tree_equilibria(tree: Tree, *, time_limit: TimeLimit = 60.0) -> TreeEquilibria | Equilibria:
    """The equilibria of a tree, each with its proof.

    One player: the best plan. Perfect information: backward induction. Two players and a constant
    sum: optimal play and the value. Two players else: all equilibria of the strategic form where
    it is small, otherwise some, at least one, by the sequence form. More players: those of the
    strategic form.

    Where play never leads, replies are best ones as far as the equilibrium bears it.

    Raises:
        NotSolved: if the time limit, in seconds, passes before anything is found, or the strategic
            form of three or more players is too large.

    >>> from nashscope.games import named
    >>> tree_equilibria(named("centipede").make()).equilibria[0].payoffs
    (Fraction(4, 1), Fraction(1, 1))
    """
    deadline = Deadline.of(time_limit)
    if tree.players == 1:
        return _best_plan(tree, deadline)
    if tree.perfect_information:
        return _by_backward_induction(tree, deadline)
    if tree.players == 2:
        if tree.constant_sum is not None:
            return _optimal(tree, deadline)
        if too_large(plan_count(tree, 0), plan_count(tree, 1)):
            some = sequence_form_equilibria(tree, time_limit=deadline)
            better = [improved_off_path(equilibrium, time_limit=deadline) for equilibrium in some]
            distinct = {tuple(each.policy.values()): each for each in reversed(better)}
            return TreeEquilibria(tree, tuple(reversed(distinct.values())), False)
    return equilibria(strategic_form(tree, time_limit=deadline), time_limit=deadline)


def _best_plan(tree: Tree, deadline: Deadline) -> TreeEquilibria:
    """What one player alone does best against chance."""
    best = tree_best_response(tree, 0, {}, time_limit=deadline).actions
    policy = _pure(tree, {(0, name): action for name, action in best.items()})
    made = tree_equilibrium(tree, policy, deadline, labels=("pure", "optimal"))
    return TreeEquilibria(tree, (made,), False)


def _by_backward_induction(tree: Tree, deadline: Deadline) -> TreeEquilibria:
    """Subgame-perfect play."""
    perfect = backward_induction(tree, time_limit=deadline)
    labels = ["pure", "subgame-perfect"]
    if tree.players == 2 and tree.constant_sum is not None:
        labels.append("optimal")
    if perfect.ties:
        labels.append("one of several")
    made = tree_equilibrium(tree, _pure(tree, perfect.actions), deadline, labels=tuple(labels))
    return TreeEquilibria(tree, (made,), False)


def _optimal(tree: Tree, deadline: Deadline) -> TreeEquilibria:
    """Optimal play of both players of a constant-sum tree."""
    solution = solve_tree(tree, time_limit=deadline)
    total = tree.constant_sum
    assert total is not None
    allowed = (solution.gap, solution.gap)
    made = tree_equilibrium(tree, solution.policy, deadline, labels=("optimal",), allowed=allowed)
    better = improved_off_path(made, time_limit=deadline)
    if solution.gap:  # floats found it: the value is the middle of its two bounds
        value = float(solution.value)
        better = replace(
            better,
            payoffs=(value, float(total) - value),
            regrets=tuple(map(float, better.regrets)),
        )
    return TreeEquilibria(tree, (better,), False)


def _pure(tree: Tree, actions: dict[tuple[int, str], int]) -> Table:
    """The policy that takes these actions for certain."""
    return {
        key: tuple(Fraction(int(a == actions[key])) for a in range(len(known.actions)))
        for key, known in tree.information.items()
    }
