"""Trees refuse what contradicts itself, and a player who would forget."""

import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import Chance, Leaf, Move, Tree, chance, leaf, named
from tests.games.forest import random_tree

ENDS = (leaf(1, 0), leaf(0, 1))


def move(player, information, *children, actions=("l", "r")):
    return Move(player, information, actions, children or ENDS)


def test_what_a_player_did_and_saw_leads_to_what_it_knows():
    kuhn = named("kuhn-poker").make()
    known = kuhn.information[0, "Kpb"]
    assert known.own == (("K", 0),) and known.actions == ("pass", "bet")
    assert len(kuhn.information) == 12 and kuhn.zero_sum and not kuhn.perfect_information


def test_names_of_the_game_do_not_count_and_everything_else_does():
    tree = Tree(move(0, "a"), 2, "one")
    assert tree == Tree(move(0, "a"), 2, "two") and hash(tree) == hash(Tree(move(0, "a"), 2))
    for other in (move(0, "b"), move(1, "a"), move(0, "a", *reversed(ENDS))):
        assert tree != Tree(other, 2)


@pytest.mark.parametrize("seed", range(30))
def test_nodes_come_before_what_follows_them(seed):
    tree = random_tree(seed, players=3)
    place = {id(node): n for n, node in enumerate(tree.nodes())}
    for node in tree.nodes():
        if not isinstance(node, Leaf):
            assert all(place[id(node)] < place[id(child)] for child in node.children)


FORGETS = {
    "what it did": move(0, "1", move(0, "2"), move(0, "2")),
    "what it knew": chance(
        {
            "h": ("1/2", move(0, "heads", move(0, "later"), leaf(0, 0))),
            "t": ("1/2", move(0, "tails", move(0, "later"), leaf(0, 0))),
        }
    ),
    "that it moved (the absent-minded driver)": move(0, "exit", leaf(0, 0), move(0, "exit")),
}
"""Piccione and Rubinstein 1997, On the interpretation of decision problems with imperfect recall,
Games and Economic Behavior 20, figures 1 and 2."""


@pytest.mark.parametrize("what", FORGETS)
def test_a_player_who_forgets_is_refused(what):
    with pytest.raises(IllFormedGame, match=r"player 0 would forget.*perfect recall"):
        Tree(FORGETS[what], 2)


@pytest.mark.parametrize(
    ("root", "says"),
    [
        (leaf(1), "an end pays 1 players, but the tree has 2"),
        (move(2, "a"), "player 2 moves at 'a', but players are numbered 0 to 1"),
        (move(0, "a", leaf(0, 0)), "'a' has 2 names for 1 branches"),
        (Move(0, "a", (), ()), "at least one"),
        (move(0, "a", actions=("l", "l")), "two branches of one name"),
        (
            chance({"h": ("1/2", move(0, "a")), "t": ("1/2", move(0, "a", actions=("x", "y")))}),
            "offers .* at one node",
        ),
        (chance({"h": ("1/2", leaf(0, 0)), "t": (0.49, leaf(0, 0))}), "not 1; give them as frac"),
        (chance({"h": ("3/2", leaf(0, 0)), "t": ("-1/2", leaf(0, 0))}), "a chance node has prob"),
        (Chance(("h",), (), (leaf(0, 0),)), "a chance node has probabilities"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(root, says):
    with pytest.raises(IllFormedGame, match=says):
        Tree(root, 2)


def test_a_tree_needs_a_player():
    with pytest.raises(IllFormedGame, match="at least 1"):
        Tree(leaf(), 0)
