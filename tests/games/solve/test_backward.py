"""Backward induction: best moves everywhere, also off the path."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games import Move, Tree, catalogue, leaf, named
from nashscope.games.solve import backward_induction, tree_nash_conv
from tests.games.forest import random_tree

PERFECT = [
    name
    for name in catalogue()
    if isinstance(named(name).make(), Tree) and named(name).make().perfect_information
]


def as_policy(tree, found):
    return {
        key: [int(a == chosen) for a in range(len(tree.information[key].actions))]
        for key, chosen in found.actions.items()
    }


@given(st.integers(0, 10**6), st.integers(1, 3))
@settings(deadline=None, max_examples=50)
def test_nobody_gains_by_leaving_in_any_subgame(seed, players):
    tree = random_tree(seed, players=players, signals=1.0)
    assert tree.perfect_information
    found = backward_induction(tree)
    policy = as_policy(tree, found)
    for node in tree.nodes():
        if isinstance(node, Move):
            rest = Tree(node, players)
            own = {key: policy[key] for key in rest.information}
            assert tree_nash_conv(rest, own) == 0


@pytest.mark.parametrize("name", PERFECT)
def test_the_stated_outcomes(name):
    entry = named(name)
    found = backward_induction(entry.make())
    assert tuple(map(str, found.payoffs)) == entry.perfect


def test_ties_are_told_and_broken_as_asked():
    game = named("ultimatum").make()
    assert backward_induction(game).ties == ((1, "offered 0"),)
    spiteful = backward_induction(game, prefer=lambda worths: worths.index(min(worths)))
    assert spiteful.actions[1, "offered 0"] == 1
    assert tuple(map(str, spiteful.payoffs)) == ("3", "1")


@pytest.mark.parametrize("moves", [2, 6, 9])
def test_the_centipede_is_over_at_once_whatever_its_length(moves):
    """Rosenthal 1981: every node is taken."""
    found = backward_induction(named("centipede").make(moves))
    assert set(found.actions.values()) == {0} and found.payoffs == (4, 1) and not found.ties


def test_hidden_moves_are_refused():
    with pytest.raises(IllFormedGame, match=r"perfect information.*strategic_form"):
        backward_induction(named("kuhn-poker").make())


def test_time_is_bounded():
    with pytest.raises(NotSolved, match="did not finish within"):
        backward_induction(named("centipede").make(), time_limit=1e-9)


def test_an_end_is_its_own_solution():
    assert backward_induction(Tree(leaf(1, 2), 2)).payoffs == (1, 2)
