"""Gambit's trees as ours and back, and its opinion of our numbers, as it once gave them."""

import io
import json
import sys
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
from tests.oracles import gambit
from tests.oracles.opinion import fractions

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def as_answered(monkeypatch):
    """Gambit is what it once answered."""
    monkeypatch.setitem(sys.modules, "pygambit", gambit.StandIn)


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


def value(tree):
    """What Gambit's linear program in fractions pays the first player."""

    def ask(theirs):
        found = gambit.REAL.nash.lp_solve(theirs, rational=True).equilibria[0]
        return gambit.payoffs(found)[0]

    return Fraction(gambit.asked(tree, "lp_solve", ask))


@pytest.mark.parametrize("seed", range(5))
def test_the_value_of_zero_sum_trees(seed):
    tree = random_tree(seed, depth=5, zero_sum=True)
    assert value(tree) == solve_tree(tree).value


def test_the_value_of_kuhn_poker():
    assert value(named("kuhn-poker").make()) == Fraction(-1, 18)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["beer-quiche", "hawk-dove-types", "trust", "escalation"])
def test_the_equilibria_of_general_sum_trees(name):
    """All extreme ones of the strategic form, which is the reduced one there too.

    Of the trust game Gambit 16.7 lists 480, three of them twice.
    """
    tree = named(name).make()

    def ask(theirs):
        listed = gambit.REAL.nash.enummixed_solve(theirs, rational=True).equilibria
        return {
            "strategies": sorted({json.dumps(gambit.strategies(e)) for e in listed}),
            "payoffs": sorted({json.dumps(gambit.payoffs(e)) for e in listed}),
        }

    theirs = gambit.asked(tree, "enummixed_solve", ask)
    ours = equilibria(strategic_form(tree))
    assert len(theirs["strategies"]) == len(ours)
    paid = {fractions(json.loads(text)) for text in theirs["payoffs"]}
    assert paid == {e.payoffs for e in ours}


@pytest.mark.parametrize("name", ["selten-horse", "centipede", "ultimatum"])
def test_the_pure_equilibria_of_trees(name):
    tree = named(name).make()

    def ask(theirs):
        return [gambit.payoffs(e) for e in gambit.REAL.nash.enumpure_solve(theirs).equilibria]

    form = strategic_form(tree)
    cells = pure_equilibria(form)
    assert sorted(fractions(gambit.asked(tree, "enumpure_solve", ask))) == sorted(
        tuple(form.exact[(slice(None), *cell)]) for cell in cells
    )


def drawn(seed):
    """A tree of two or three players."""
    return random_tree(seed, players=2 + seed % 2, depth=4)


def all_move(tree):
    """Whether every player has something to decide."""
    return {known.player for known in tree.information.values()} == set(range(tree.players))


@pytest.mark.parametrize("seed", [seed for seed in range(10) if all_move(drawn(seed))])
def test_payoffs_and_regrets_of_a_policy(seed):
    """Gambit's mixed behaviour profiles; its payoffs exactly, and its largest regret by way of the
    strategic form."""
    tree = drawn(seed)
    tree = from_gambit(to_gambit(tree))  # with the labels that Gambit takes
    policy = random_policy(tree, seed)

    def ask(theirs):
        profile = theirs.mixed_behavior_profile(rational=True)
        for infoset in theirs.infosets:
            row = policy[infoset.player.number, infoset.label]
            profile[infoset] = [gambit.REAL.Rational(p.numerator, p.denominator) for p in row]
        return [gambit.payoffs(profile), str(profile.as_strategy().max_regret())]

    told = [[player, name, row] for (player, name), row in sorted(policy.items())]
    paid, largest = gambit.asked(tree, "mixed_behavior_profile", ask, told)
    assert fractions(paid) == expected_payoffs(tree, policy)
    assert Fraction(largest) == max(tree_regrets(tree, policy))


@pytest.mark.parametrize("name", ["chicken", "matching-pennies", "shapley", "public-goods"])
@pytest.mark.parametrize("rationality", [0.5, 2.0])
def test_logit_equilibria(name, rationality):

    def ask(theirs):
        solve = gambit.REAL.qre.logit_solve_lambda
        found = solve(theirs, rationality, use_strategic=True)[0].profile
        return [[float(found[s]) for s in player.strategies] for player in found.game.players]

    theirs = gambit.asked(game(name), "logit_solve_lambda", ask, rationality)
    ours = quantal_response(game(name), rationality)
    for same, strategy in zip(theirs, ours.profile, strict=True):
        np.testing.assert_allclose(strategy, same, atol=1e-5)


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
    with pytest.raises(IllFormedGame, match="would forget"):
        from_gambit(gambit.StandIn.read_efg(io.BytesIO(forgetful.encode())))
