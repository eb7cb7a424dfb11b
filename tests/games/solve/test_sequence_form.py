"""Two-player trees of any kind: the equilibria of the sequence form, and play off the path."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games import Leaf, Move, NormalForm, Tree, chance, leaf, named, strategic_form
from nashscope.games.deadline import Deadline
from nashscope.games.solve import (
    TreeEquilibria,
    backward_induction,
    certify,
    equilibria,
    expected_payoffs,
    improved_off_path,
    sequence_form_equilibria,
    solve_tree,
    tree_best_response,
    tree_equilibria,
    tree_regrets,
)
from nashscope.games.solve.extensive.equilibrium import tree_equilibrium
from nashscope.games.solve.linear.complementarity import complementary
from nashscope.games.solve.strategic.lemke_howson import one_equilibrium
from nashscope.games.strategic import plans
from tests.games.forest import random_tree

SEEDS = range(12)


def mixed_plans(tree, policy):
    """The mixture of plans that does what a policy does (Kuhn 1953)."""
    mixtures = []
    for player in range(tree.players):
        weights = []
        for plan in plans(tree, player):
            weight = Fraction(1)
            for name, action in plan:
                weight *= policy[player, name][action]
            weights.append(weight)
        mixtures.append(tuple(weights) or (Fraction(1),))
    return mixtures


def matrix_tree(game):
    """A two-player game in strategic form as a tree: the second does not see the first."""
    rows, columns = game.actions
    return Tree(
        Move(0, "row", rows, tuple(
            Move(1, "column", columns, tuple(
                Leaf(tuple(game.exact[:, i, j])) for j in range(len(columns))
            )) for i in range(len(rows))
        )),
        2,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_every_equilibrium_found_is_one_of_the_strategic_form(seed):
    """A proof by another way than its own: all plans against all plans."""
    tree = random_tree(seed, depth=4)
    form = strategic_form(tree)
    found = sequence_form_equilibria(tree)
    assert found
    for equilibrium in found:
        mixtures = mixed_plans(tree, equilibrium.policy)
        assert set(certify(form, mixtures).regrets) == {0}
        assert equilibrium.payoffs == expected_payoffs(tree, equilibrium.policy)
        assert set(tree_regrets(tree, equilibrium.policy)) == {0}


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_zero_sum_tree_it_pays_the_value(seed):
    tree = random_tree(seed, depth=5, zero_sum=True)
    value = solve_tree(tree)
    if value.gap == 0:
        for equilibrium in sequence_form_equilibria(tree, attempts=2):
            assert equilibrium.payoffs == (value.value, -value.value)


@pytest.mark.parametrize("seed", range(8))
def test_the_equilibria_of_a_matrix_are_among_all_of_them(seed):
    drawn = np.random.default_rng(seed)
    game = NormalForm(drawn.integers(-3, 4, (2, 4, 3)))
    everything = equilibria(game)
    strategies = [tuple(tuple(map(Fraction, s)) for s in one_equilibrium(game, Deadline(None)))]
    for equilibrium in sequence_form_equilibria(matrix_tree(game)):
        strategies.append((equilibrium.policy[0, "row"], equilibrium.policy[1, "column"]))
    for profile in strategies:
        assert set(certify(game, profile).regrets) == {0}
        if everything.degenerate is None:
            assert profile in [e.strategies for e in everything]


def test_a_large_two_player_game_without_pure_equilibria_has_one_in_fractions():
    cycle = np.kron(np.ones((6, 6), int), [[1, -1], [-1, 1]])
    noise = np.random.default_rng(0).integers(0, 3, (2, 12, 12))
    found = equilibria(NormalForm(np.stack([10 * cycle, -10 * cycle]) + noise))
    assert not found.pure and found[0].certificate.exact


@pytest.mark.parametrize("size", [1, 2, 5])
def test_lemkes_method_solves_what_it_says_it_solves(size):
    """With M positive definite there is exactly one solution."""
    drawn = np.random.default_rng(size)
    for _ in range(10):
        root = drawn.integers(-3, 4, (size, size)).astype(object)
        matrix = root @ root.T + np.eye(size, dtype=int).astype(object)
        constants = drawn.integers(-5, 6, size).tolist()
        z = complementary(matrix, constants, [1] * size, Deadline(None))
        w = matrix @ np.array(z, dtype=object) + np.array(constants, dtype=object)
        assert min(z) >= 0 and min(w) >= 0 and sum(a * b for a, b in zip(z, w, strict=True)) == 0


def test_what_has_no_solution_ends_on_a_ray_and_is_told():
    with pytest.raises(NotSolved, match="ray"):
        complementary(np.array([[-1]], dtype=object) * 0, [-1], [1], Deadline(None))


@pytest.mark.parametrize("seed", SEEDS)
def test_improving_play_off_the_path_changes_nothing_on_it(seed):
    tree = random_tree(seed, depth=4)
    (before, *_) = sequence_form_equilibria(tree, attempts=1)
    after = improved_off_path(before)
    assert after.payoffs == before.payoffs and set(after.regrets) == {0}
    for key, row in after.policy.items():
        if key not in before.unreached:
            assert row == before.policy[key]


def test_what_ones_own_moves_forbid_is_a_best_reply_all_the_same():
    """Out is better than whatever may come after in; what comes there is played well anyhow."""

    def last(*payoffs):
        return Move(0, "again", ("give", "take"), (leaf(0, 0), leaf(*payoffs)))

    guess = [
        Move(1, "guess", ("left", "right"), (last(3, left), last(2, right)))
        for left, right in ((1, 0), (0, 2))
    ]
    ways = [Move(0, "start", ("out", "in"), (leaf(5, 0), node)) for node in guess]
    tree = Tree(chance({"good": ("1/2", ways[0]), "bad": ("1/2", ways[1])}), 2)
    raw = sequence_form_equilibria(tree, attempts=1)[0]
    assert raw.policy[0, "again"] == (Fraction(1, 2), Fraction(1, 2))
    better = improved_off_path(raw)
    assert better.policy[0, "again"] == (0, 1) and better.policy[0, "start"] == (1, 0)
    assert set(better.unreached) == {(0, "again"), (1, "guess")}
    assert better.policy[1, "guess"] == (0, 1)  # worth 2/2 against 1/2


def test_nobody_folds_a_king_or_calls_with_a_jack():
    (poker,) = tree_equilibria(named("kuhn-poker").make()).equilibria
    for (player, name), row in poker.policy.items():
        if name.endswith("b") and name[0] in "JK":
            assert row == ((1, 0) if name[0] == "J" else (0, 1)), (player, name)


def test_off_the_path_information_that_is_perfect_is_played_backwards():
    """Perfect information is taken for granted nowhere: the tree is given to the sequence form."""
    for name in ("trust", "escalation", "centipede"):
        tree = named(name).make()
        perfect = backward_induction(tree)
        if perfect.ties:
            continue
        worst = tree_equilibrium(
            tree,
            {
                key: tuple(Fraction(int(a == perfect.actions[key])) for a in range(len(i.actions)))
                for key, i in tree.information.items()
            },
            Deadline(None),
        )
        for key in worst.unreached:  # where play never leads, anything that is still an equilibrium
            count = len(tree.information[key].actions)
            for action in range(count):
                policy = {
                    **worst.policy,
                    key: tuple(Fraction(int(a == action)) for a in range(count)),
                }
                if not any(tree_regrets(tree, policy)):
                    spoilt = tree_equilibrium(tree, policy, Deadline(None))
                    assert improved_off_path(spoilt).policy == worst.policy


def test_a_threat_that_the_equilibrium_needs_is_kept():
    """In is answered by a fight, which nobody would do; without the threat, in would pay."""
    fight = Move(1, "after in", ("fight", "yield"), (leaf(-1, -1), leaf(2, 1)))
    tree = Tree(Move(0, "start", ("out", "in"), (leaf(0, 2), fight)), 2)
    policy = {(0, "start"): (Fraction(1), Fraction(0)), (1, "after in"): (Fraction(1), Fraction(0))}
    threat = tree_equilibrium(tree, policy, Deadline(None))
    assert threat.unreached == ((1, "after in"),)
    assert improved_off_path(threat).policy == policy


@pytest.mark.parametrize("seed", range(6))
def test_one_player_does_what_is_best(seed):
    tree = random_tree(seed, players=1, depth=5)
    found = tree_equilibria(tree)
    assert isinstance(found, TreeEquilibria)
    forms = [dict(zip((n for n, _ in plan), (a for _, a in plan), strict=True))
             for plan in plans(tree, 0)]  # fmt: skip
    best = max(_worth(tree, plan) for plan in forms)
    assert found.equilibria[0].payoffs == (best,)
    assert best == tree_best_response(tree, 0, {}).value


def _worth(tree, plan):
    """What a plan pays; it may leave open what it never comes to."""
    policy = {
        key: tuple(Fraction(int(a == plan.get(key[1], 0))) for a in range(len(known.actions)))
        for key, known in tree.information.items()
    }
    return expected_payoffs(tree, policy)[0]


@pytest.mark.parametrize("constant", [1, Fraction(-7, 2)])
def test_a_constant_at_every_end_changes_no_solution(constant):
    tree = named("kuhn-poker").make()

    def moved(node):
        if isinstance(node, Leaf):
            return Leaf((node.payoffs[0], node.payoffs[1] + constant))
        children = tuple(map(moved, node.children))
        return type(node)(**{**vars(node), "children": children})

    shifted = Tree(moved(tree.root), 2)
    solution = solve_tree(shifted)
    assert (solution.value, solution.gap) == (Fraction(-1, 18), 0)
    assert solution.policy == solve_tree(tree).policy
    (found,) = tree_equilibria(shifted).equilibria
    assert found.payoffs == (Fraction(-1, 18), Fraction(1, 18) + constant)


def test_what_the_sequence_form_does_not_take_is_refused():
    with pytest.raises(IllFormedGame, match="has 3 players"):
        sequence_form_equilibria(named("selten-horse").make())
    with pytest.raises(NotSolved, match="1,000 solved here"):
        sequence_form_equilibria(random_tree(1, depth=9))


def test_more_players_are_solved_by_their_plans():
    found = tree_equilibria(named("selten-horse").make())
    cells = set(product(*map(range, found.game.shape)))
    assert all(e.cell in cells for e in found.pure) and found.pure
