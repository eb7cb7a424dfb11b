"""Zero-sum trees: the value, with two bounds that prove it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, Misuse, NotSolved
from nashscope.games import Chance, Leaf, Move, Tree, leaf, named, strategic_form
from nashscope.games.solve import (
    certificate,
    expected_payoffs,
    minimise_regret,
    solve_tree,
    tree_best_response,
    tree_nash_conv,
)
from nashscope.games.solve.extensive import zero_sum as tree_zero_sum
from nashscope.games.solve.extensive.arrays import arrays_of
from nashscope.games.solve.extensive.regret_minimisation import _Memory
from nashscope.games.solve.extensive.sequence_form import payoff_entries, sequences_of
from tests.games.forest import random_policy, random_tree

SEEDS = st.integers(0, 10**6)
LEDUC = named("leduc-poker").make()


def rescaled(node, unit):
    """The node with all payoffs in another unit."""
    if isinstance(node, Leaf):
        return Leaf(tuple(u * unit for u in node.payoffs))
    after = tuple(rescaled(child, unit) for child in node.children)
    if isinstance(node, Chance):
        return Chance(node.outcomes, node.probabilities, after)
    return Move(node.player, node.information, node.actions, after)


@pytest.mark.slow
@given(SEEDS)
@settings(deadline=None, max_examples=50)
def test_the_value_is_that_of_the_strategic_form(seed):
    """Kuhn 1953, theorem 4: with perfect recall behaviour policies secure what mixed ones do."""
    tree = random_tree(seed, depth=4, zero_sum=True)
    found = solve_tree(tree)
    assert found.lower == found.value == found.upper
    assert found.value == certificate(strategic_form(tree).exact[0]).value


@given(SEEDS)
@settings(deadline=None, max_examples=25)
def test_the_bounds_are_what_the_policies_secure(seed):
    tree = random_tree(seed, depth=6, zero_sum=True)
    found = solve_tree(tree)
    assert -tree_best_response(tree, 1, found.policy).value == found.lower
    assert tree_best_response(tree, 0, found.policy).value == found.upper
    assert found.lower <= expected_payoffs(tree, found.policy)[0] <= found.upper
    assert tree_nash_conv(tree, found.policy) == found.gap <= 1e-7 * tree.ranges[0]


@given(SEEDS)
@settings(deadline=None, max_examples=25)
def test_floats_and_fractions_find_one_value(seed):
    tree = random_tree(seed, depth=5, zero_sum=True)
    exact = solve_tree(tree)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree_zero_sum, "EXACT", 0)
        floats = solve_tree(tree)
    assert floats.gap <= 1e-7 * tree.ranges[0]
    assert float(floats.value) == pytest.approx(float(exact.value), abs=1e-6)


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_a_plan_pays_through_its_sequences_what_its_policy_pays(seed):
    tree = random_tree(seed, depth=5)
    policy = random_policy(tree, seed)
    row, column = sequences_of(tree, 0), sequences_of(tree, 1)
    x, y = row.plan(policy), column.plan(policy)
    paid = [Fraction(0)] * 2
    for (i, j), worth in payoff_entries(tree, row, column).items():
        paid = [total + x[i] * y[j] * u for total, u in zip(paid, worth, strict=True)]
    assert tuple(paid) == expected_payoffs(tree, policy)
    again = {**row.behaviour(x), **column.behaviour(y)}
    assert expected_payoffs(tree, again) == expected_payoffs(tree, policy)


@pytest.mark.parametrize("unit", [Fraction(1, 10**12), Fraction(10**12), Fraction(0)])
@pytest.mark.parametrize("name", ["kuhn-poker", "leduc-poker"])
def test_the_unit_of_payoff_changes_nothing(name, unit):
    tree = named(name).make()
    scaled = Tree(rescaled(tree.root, unit), 2)
    apart = solve_tree(scaled).value - unit * Fraction(solve_tree(tree).value)
    assert abs(apart) <= 1e-7 * scaled.ranges[0]


def test_trees_in_which_nobody_moves():
    assert solve_tree(Tree(leaf(2, -2), 2)).value == 2
    assert minimise_regret(Tree(leaf(2, -2), 2)).nash_conv == 0


@pytest.mark.parametrize("name", ["beer-quiche", "selten-horse"])
def test_what_has_no_value_is_refused(name):
    with pytest.raises(IllFormedGame, match="not a two-player zero-sum game"):
        solve_tree(named(name).make())


def test_time_is_bounded():
    for solver in (solve_tree, minimise_regret):
        with pytest.raises(NotSolved, match="did not finish within"):
            solver(LEDUC, time_limit=1e-6)
        with pytest.raises(Misuse, match="must be positive"):
            solver(LEDUC, time_limit=0.0)


@pytest.mark.parametrize("variant", ["plain", "plus"])
def test_regret_minimisation_approaches_the_value_of_kuhn_poker(variant):
    kuhn = named("kuhn-poker").make()
    found = minimise_regret(kuhn, iterations=2000, variant=variant)
    assert found.nash_conv == pytest.approx(float(tree_nash_conv(kuhn, found.policy)))
    assert found.nash_conv < 0.02
    value = float(expected_payoffs(kuhn, found.policy)[0])
    assert abs(value + 1 / 18) <= found.nash_conv
    # Zinkevich et al. 2007, theorems 3 and 4: regret per player ≤ Δ·|I|·√|A|/√T
    bounds = [2 * 4 * 6 * 2**0.5 / t**0.5 for t, _ in found.curve]
    assert all(gap <= bound for (_, gap), bound in zip(found.curve, bounds, strict=True))


@given(SEEDS)
@settings(deadline=None, max_examples=15)
def test_the_average_policy_is_the_average_of_the_plans(seed):
    """Zinkevich et al. 2007, equation 4: weighted by the player's own reach, not set by set."""
    tree = random_tree(seed, depth=5)
    arrays = arrays_of(tree)
    memory = _Memory(arrays, 2, plus=False)
    sides = [sequences_of(tree, player) for player in range(2)]
    plans = []
    for iteration in range(1, 13):
        table = arrays.table(memory._matched())
        plans.append(np.concatenate([np.array(side.plan(table), float) for side in sides]))
        memory.update(iteration)
    average = arrays.table(memory.average())
    found = np.concatenate([np.array(side.plan(average), float) for side in sides])
    np.testing.assert_allclose(found, np.mean(plans, axis=0), atol=1e-12)


def test_a_goal_is_met_early_or_not_solved():
    early = minimise_regret(LEDUC, iterations=10_000, goal=0.02)
    assert early.iterations < 200 and early.nash_conv <= 0.02 * 26
    with pytest.raises(NotSolved, match="above the goal of 1e-09"):
        minimise_regret(LEDUC, iterations=20, goal=1e-9)
    with pytest.raises(Misuse, match="at least 1"):
        minimise_regret(LEDUC, iterations=0)


def test_with_more_players_the_certificate_says_how_far_it_came():
    """Outside zero-sum games of two, averages need not approach an equilibrium: they say it."""
    horse = named("selten-horse").make()
    found = minimise_regret(horse, iterations=500)
    assert found.nash_conv == pytest.approx(float(tree_nash_conv(horse, found.policy)), abs=1e-12)
