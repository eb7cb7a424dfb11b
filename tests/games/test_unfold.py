"""Games with a state, written out as trees: the same payoffs, regrets and information."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import NotSolved
from nashscope.games import (
    NATURE,
    Amount,
    Ask,
    Monitoring,
    NormalForm,
    Repeated,
    Tree,
    catalogue,
    game,
    named,
    unfold,
)
from nashscope.games.answer import draw
from nashscope.games.dynamic import nature
from nashscope.games.rule import uniform_rule
from nashscope.games.solve import (
    backward_induction,
    expected_payoffs,
    repeated_payoffs,
    repeated_regrets,
    solve_tree,
    tree_regrets,
)
from nashscope.games.tree import Chance, Leaf
from tests.games.forest import random_policy, random_tree
from tests.games.test_dynamic import Toy

PD = game("prisoners-dilemma")
TREES = [n for n in catalogue() if isinstance(named(n).make(), Tree)]


def shape(tree):
    """A tree up to the names of its information sets, which are numbered as they come up."""
    numbers, told = {}, []
    for node in tree.nodes():
        if isinstance(node, Leaf):
            told.append(node.payoffs)
        elif isinstance(node, Chance):
            told.append((node.outcomes, node.probabilities))
        else:
            key = (node.player, node.information)
            told.append((node.player, numbers.setdefault(key, len(numbers)), node.actions))
    return told


@pytest.mark.parametrize("name", TREES)
def test_a_tree_of_the_catalogue_unfolds_to_itself(name):
    tree = named(name).make()
    assert shape(unfold(tree)) == shape(tree)


@given(st.integers(0, 10**6), st.integers(1, 3))
@settings(max_examples=25)
def test_any_tree_unfolds_to_itself(seed, players):
    """Up to what a player's name of an information set tells beyond its own past."""
    tree = random_tree(seed, players)
    again = unfold(tree)
    assert shape(again) == shape(tree)
    policy = random_policy(tree, seed)
    rules = [lambda facts, ask, p=p: list(policy[p, facts.name]) for p in range(players)]
    assert expected_payoffs(again, again.policy(rules)) == expected_payoffs(tree, policy)
    assert tree_regrets(again, again.policy(rules)) == tree_regrets(tree, policy)


def test_what_is_known_of_trees_holds_of_them_unfolded():
    assert solve_tree(unfold(named("kuhn-poker").make())).value == F(-1, 18)
    assert backward_induction(unfold(named("centipede").make())).payoffs == (4, 1)


def mixing(seed):
    """A behaviour in small fractions that depends on all it is shown."""

    def behaviour(view):
        chance = np.random.default_rng(
            [seed, view.player, view.round, *(9 if a is None else a for a in view.now)]
            + [a for joint in view.history for a in joint]
        )
        weight = F(int(chance.integers(0, 5)), 4)
        return [weight, 1 - weight]

    return behaviour


@given(
    st.integers(0, 10**6),
    st.integers(1, 2),
    st.sampled_from(["simultaneous", "sequential"]),
    st.sampled_from([0, F(1, 4)]),
    st.sampled_from([0, F(1, 5)]),
    st.sampled_from([None, 0, 1]),
)
@settings(max_examples=8)
def test_a_repeated_game_unfolds_to_what_its_own_solvers_know(
    seed, rounds, order, tremble, misread, memory
):
    stage = NormalForm(np.random.default_rng(seed).integers(-3, 4, (2, 2, 2)))
    noise = Monitoring(misread)
    match = Repeated(stage, rounds, memory, order, tremble=tremble, monitoring=noise)
    behaviours = [mixing(seed), mixing(seed + 1)]
    tree = unfold(match)
    policy = tree.policy([lambda facts, ask, own=own: own(facts) for own in behaviours])
    earned = tuple(u / rounds for u in expected_payoffs(tree, policy))
    assert earned == repeated_payoffs(match, behaviours)
    # those solvers' player remembers what it was shown no longer
    if memory is None:
        gains = tuple(u / rounds for u in tree_regrets(tree, policy))
        assert gains == repeated_regrets(match, behaviours)


def test_private_records_keep_their_payoffs():
    noise = Monitoring(F(1, 5), private=True)
    match = Repeated(PD, 2, monitoring=noise)
    behaviours = [mixing(1), mixing(2)]
    tree = unfold(match)
    policy = tree.policy([lambda facts, ask, own=own: own(facts) for own in behaviours])
    earned = tuple(u / 2 for u in expected_payoffs(tree, policy))
    assert earned == repeated_payoffs(match, behaviours)


def test_every_path_of_the_tree_pays_what_the_match_pays():
    match = Repeated(PD, 2, order="sequential", tremble=F(1, 10), discount=F(1, 2), ending="random")
    tree, chance = unfold(match), np.random.default_rng(0)
    for _ in range(50):
        state, node = match.start, tree.root
        while asks := match.asks(state):
            answers = []
            for ask in asks:
                drawn = nature if ask.player == NATURE else lambda a, c: draw(a.answer, c)
                answers.append(drawn(ask, chance))
                node = node.children[answers[-1]]
            state = match.after(state, tuple(answers))
        assert node.payoffs == match.paid(state)


class Wide(Toy):
    """Without words, and with a draw and a gift of many values."""

    def asks(self, state):
        if len(state) == 1:
            return (Ask(NATURE, Amount(0, 2**62), "seed", 1),)
        return super().asks(state)


class Silent(Toy):
    """Nothing is said."""

    def asks(self, state):
        return () if len(state) == 2 else (Ask(0, Amount(0, 3), turn=len(state)),)


def test_what_cannot_be_written_out_is_said():
    with pytest.raises(NotSolved, match=r"in Toy player 0 is asked for words .* \('speak'\)"):
        unfold(Toy())
    with pytest.raises(NotSolved, match="nature is asked for one of 4,611,686,018,427,387,905 val"):
        unfold(Wide())
    with pytest.raises(NotSolved, match="Silent has more than 20 nodes when written out"):
        unfold(Silent(), limit=20)
    assert len(list(unfold(Silent(), limit=21).nodes())) == 21


def test_a_long_match_is_written_out_without_recursion():
    match = Repeated(NormalForm(np.ones((2, 1, 1))), rounds=400)
    tree = unfold(match)
    assert expected_payoffs(tree, tree.policy([uniform_rule] * 2)) == (400, 400)
