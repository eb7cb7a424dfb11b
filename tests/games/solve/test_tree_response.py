"""Best responses in trees: exact, no better one exists, and the policy is asked once per set."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedProfile, NotSolved
from nashscope.games import Move, Tree, leaf, named, strategic_form
from nashscope.games.solve import (
    expected_payoffs,
    exploitability,
    regrets,
    tree_best_response,
    tree_exploitability,
    tree_nash_conv,
    tree_regrets,
    uniform_policy,
)
from nashscope.games.strategic import plans
from tests.games.forest import random_policy, random_tree

SEEDS, PLAYERS = st.integers(0, 10**6), st.integers(1, 3)
KUHN = named("kuhn-poker").make()


def following(tree, player, plan, policy):
    """The policy with one player's part replaced by a plan."""
    chosen = dict(plan)
    changed = dict(policy)
    for key, known in tree.information.items():
        if key[0] == player:
            action = chosen.get(key[1], 0)
            changed[key] = tuple(Fraction(int(a == action)) for a in range(len(known.actions)))
    return changed


@given(SEEDS, PLAYERS)
@settings(deadline=None, max_examples=60)
def test_no_plan_does_better_than_the_best_response_and_one_does_as_well(seed, players):
    tree = random_tree(seed, players=players)
    policy = random_policy(tree, seed)
    for player in range(players):
        found = tree_best_response(tree, player, policy)
        earned = [
            expected_payoffs(tree, following(tree, player, plan, policy))[player]
            for plan in plans(tree, player)
        ]
        assert found.value == max(earned)
        actions = following(tree, player, found.actions.items(), policy)
        assert expected_payoffs(tree, actions)[player] == found.value


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_pure_play_pays_what_the_strategic_form_says(seed):
    tree = random_tree(seed)
    game = strategic_form(tree)
    chance = np.random.default_rng(seed)
    own = [plans(tree, player) for player in range(2)]
    cell = [int(chance.integers(len(each))) for each in own]
    policy = {}
    for player, place in enumerate(cell):
        policy = following(tree, player, own[player][place], {**policy})
    assert expected_payoffs(tree, policy) == tuple(game.exact[(slice(None), *cell)])


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_one_move_each_is_the_normal_form(seed):
    chance = np.random.default_rng(seed)
    table = chance.integers(-5, 6, (2, 2, 3))
    second = [
        Move(1, "unseen", ("a", "b", "c"), tuple(leaf(*map(int, u)) for u in table[:, m].T))
        for m in (0, 1)
    ]
    tree = Tree(Move(0, "first", ("x", "y"), tuple(second)), 2)
    x, y = chance.dirichlet([1, 1]), chance.dirichlet([1, 1, 1])
    policy = {(0, "first"): x, (1, "unseen"): y}
    np.testing.assert_allclose(tree_regrets(tree, policy), regrets(table, [x, y]), atol=1e-12)
    np.testing.assert_allclose(tree_exploitability(tree, policy), exploitability(table, [x, y]))


def test_a_function_is_asked_once_per_information_set():
    asked = Counter()

    def policy(known):
        asked[known.player, known.name] += 1
        return uniform_policy(known)

    tree_nash_conv(KUHN, policy)
    assert asked == Counter(KUHN.information.keys())
    asked.clear()
    tree_best_response(KUHN, 0, policy)
    assert asked == Counter(key for key in KUHN.information if key[0] == 1)


def test_a_table_a_function_and_floats_agree():
    table = random_policy(KUHN, 3)
    exact = tree_regrets(KUHN, table)
    assert all(isinstance(gain, Fraction) for gain in exact)
    asked = tree_regrets(KUHN, lambda known: table[known.player, known.name])
    assert asked == exact
    floats = {key: np.array(row, dtype=float) for key, row in table.items()}
    np.testing.assert_allclose(tree_regrets(KUHN, floats), [float(g) for g in exact], atol=1e-12)


def test_sum_and_mean_under_their_names():
    gains = tree_regrets(KUHN, uniform_policy)
    assert tree_nash_conv(KUHN, uniform_policy) == sum(gains)
    assert tree_exploitability(KUHN, uniform_policy) == sum(gains) / 2


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_rounding_never_makes_a_regret_negative(seed):
    tree = random_tree(seed)
    table = random_policy(tree, seed)
    best = following(tree, 0, tree_best_response(tree, 0, table).actions.items(), table)
    floats = {key: [float(p) for p in row] for key, row in best.items()}
    gain = tree_regrets(tree, floats)[0]
    assert 0 <= gain < 1e-12


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ([0.5, 0.4], r"player 0 at 'J' is \[0.5, 0.4\] with sum 0.9, not 1"),
        ([1.5, -0.5], r"player 0 at 'J' is \[1.5, -0.5\]"),
        ([float("nan"), 1], r"player 0 at 'J' is \[nan, 1\]"),
        ([0, 0], "sum 0, not 1"),
        ([1], "has 1 entries; there are 2 actions"),
        ("no", "must be a row of numbers"),
        (None, "must be a row of numbers"),
    ],
)
def test_what_is_no_distribution_has_no_score(row, says):
    policy = {**random_policy(KUHN, 0), (0, "J"): row}
    for measure in (tree_regrets, tree_nash_conv, tree_exploitability, expected_payoffs):
        with pytest.raises(IllFormedProfile, match=says):
            measure(KUHN, policy)


def test_a_missing_entry_and_a_missing_player_are_named():
    policy = random_policy(KUHN, 0)
    del policy[0, "Kpb"]
    with pytest.raises(IllFormedProfile, match="player 0 at 'Kpb' is missing"):
        tree_nash_conv(KUHN, policy)
    with pytest.raises(IllFormedProfile, match="there is no player 2"):
        tree_best_response(KUHN, 2, policy)


def test_time_is_bounded():
    with pytest.raises(NotSolved, match="did not finish within"):
        tree_nash_conv(KUHN, uniform_policy, time_limit=1e-9)
