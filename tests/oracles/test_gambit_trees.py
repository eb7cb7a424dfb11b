"""Gambit's trees as ours and back, and its opinion of our numbers (extra `gambit`)."""

from fractions import Fraction

import numpy as np
import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import (
    Move,
    NormalForm,
    Tree,
    catalogue,
    from_gambit,
    game,
    leaf,
    named,
    strategic_form,
    to_gambit,
)
from nashscope.games.solve import (
    equilibria,
    expected_payoffs,
    pure_equilibria,
    quantal_response,
    solve_tree,
    tree_regrets,
)
from tests.games.forest import random_policy, random_tree

pygambit = pytest.importorskip("pygambit")
pytestmark = pytest.mark.filterwarnings("ignore")

TREES = [name for name in catalogue() if isinstance(named(name).make(), Tree)]


@pytest.mark.parametrize("name", TREES)
def test_the_catalogue_survives_gambit(name):
    tree = named(name).make()
    assert from_gambit(to_gambit(tree)) == tree


def test_names_that_gambit_refuses_are_numbered():
    node = Move(0, "où ?", ("é", "b"), (leaf(1, 0), leaf(0, 1)))
    again = from_gambit(to_gambit(Tree(node, 2, "Güth")))
    assert again == Tree(Move(0, "1", ("1", "2"), node.children), 2) and again.name == "Gth"
    accented = NormalForm([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], (("a  b", "c"), ("a", "b")))
    assert from_gambit(to_gambit(accented)).actions == (("1", "2"), ("a", "b"))


@pytest.mark.parametrize("name", ["chicken", "public-goods", "matching-pennies"])
def test_strategic_forms_survive_gambit(name):
    again = from_gambit(to_gambit(game(name)))
    assert isinstance(again, NormalForm) and again == game(name)


@pytest.mark.parametrize("seed", range(5))
def test_the_value_of_zero_sum_trees(seed):
    tree = random_tree(seed, depth=5, zero_sum=True)
    found = pygambit.nash.lp_solve(to_gambit(tree), rational=True).equilibria[0]
    assert Fraction(str(found.payoff("player 1"))) == solve_tree(tree).value


def test_the_value_of_kuhn_poker():
    found = pygambit.nash.lp_solve(to_gambit(named("kuhn-poker").make()), rational=True)
    assert Fraction(str(found.equilibria[0].payoff("player 1"))) == Fraction(-1, 18)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["beer-quiche", "hawk-dove-types", "trust", "escalation"])
def test_the_equilibria_of_general_sum_trees(name):
    """All extreme ones of the strategic form, which is the reduced one there too.

    Of the trust game Gambit 16.7 lists 480, three of them twice.
    """
    tree = named(name).make()
    theirs = pygambit.nash.enummixed_solve(to_gambit(tree), rational=True).equilibria
    ours = equilibria(strategic_form(tree))
    strategies = [
        tuple(tuple(Fraction(str(e[s])) for s in player.strategies) for player in e.game.players)
        for e in theirs
    ]
    assert len(set(strategies)) == len(ours)
    paid = {tuple(Fraction(str(e.payoff(f"player {p}"))) for p in (0, 1)) for e in theirs}
    assert paid == {e.payoffs for e in ours}


@pytest.mark.parametrize("name", ["selten-horse", "centipede", "ultimatum"])
def test_the_pure_equilibria_of_trees(name):
    tree = named(name).make()
    theirs = pygambit.nash.enumpure_solve(to_gambit(tree)).equilibria
    form = strategic_form(tree)
    paid = sorted(
        tuple(Fraction(str(e.payoff(f"player {p}"))) for p in range(tree.players)) for e in theirs
    )
    cells = pure_equilibria(form)
    assert paid == sorted(tuple(form.exact[(slice(None), *cell)]) for cell in cells)


@pytest.mark.parametrize("seed", range(8))
def test_payoffs_and_regrets_of_a_policy(seed):
    """Gambit's mixed behaviour profiles; its payoffs exactly, and its largest regret by way of the
    strategic form."""
    tree = random_tree(seed, players=2 + seed % 2, depth=4)
    if {known.player for known in tree.information.values()} != set(range(tree.players)):
        pytest.skip("somebody never moves")
    theirs = to_gambit(tree)
    tree = from_gambit(theirs)  # with the labels that Gambit takes
    policy = random_policy(tree, seed)
    profile = theirs.mixed_behavior_profile(rational=True)
    for infoset in theirs.infosets:
        row = policy[infoset.player.number, infoset.label]
        profile[infoset] = [pygambit.Rational(p.numerator, p.denominator) for p in row]
    told = [Fraction(str(profile.payoff(player))) for player in theirs.players]
    assert tuple(told) == expected_payoffs(tree, policy)
    largest = Fraction(str(profile.as_strategy().max_regret()))
    assert largest == max(tree_regrets(tree, policy))


@pytest.mark.parametrize("name", ["chicken", "matching-pennies", "shapley", "public-goods"])
@pytest.mark.parametrize("rationality", [0.5, 2.0])
def test_logit_equilibria(name, rationality):
    theirs = pygambit.qre.logit_solve_lambda(to_gambit(game(name)), rationality, use_strategic=True)
    ours = quantal_response(game(name), rationality)
    found = theirs[0].profile
    for player, own in zip(found.game.players, ours.profile, strict=True):
        same = [float(found[strategy]) for strategy in player.strategies]
        np.testing.assert_allclose(own, same, atol=1e-5)


def test_a_game_of_imperfect_recall_is_refused():
    """Wichardt 2008, Existence of Nash equilibria in finite extensive form games with imperfect
    recall: a counterexample, Games and Economic Behavior 63."""
    forgetful = """EFG 2 R "forgets" { "A" "B" }
p "" 1 1 "" { "R" "L" } 0
p "" 1 2 "" { "r" "l" } 0
t "" 1 "" { 1, -1 }
t "" 2 "" { -1, 1 }
p "" 1 2 "" { "r" "l" } 0
t "" 3 "" { -5, 5 }
t "" 4 "" { 1, -1 }
"""
    import io

    with pytest.raises(IllFormedGame, match="would forget"):
        from_gambit(pygambit.read_efg(io.BytesIO(forgetful.encode())))
