"""A tree's strategic form: reduced, with the tree's payoffs, and refused before it explodes."""

import pytest

from nashscope.errors import NotSolved
from nashscope.games import Move, Tree, leaf, named, strategic_form
from nashscope.games.strategic import plans
from tests.games.forest import random_tree


def test_no_action_is_planned_where_ones_own_moves_forbid_to_come():
    tree = named("centipede").make()
    assert [dict(plan) for plan in plans(tree, 0)] == [
        {"move 1": 0},
        {"move 1": 1, "move 3": 0},
        {"move 1": 1, "move 3": 1, "move 5": 0},
        {"move 1": 1, "move 3": 1, "move 5": 1},
    ]
    game = strategic_form(tree)
    assert game.shape == (4, 4) and game.actions[0][0] == "take"


@pytest.mark.parametrize("seed", range(20))
def test_the_form_has_a_row_for_every_plan(seed):
    tree = random_tree(seed, players=2, depth=3)
    shape = tuple(max(1, len(plans(tree, player))) for player in range(2))
    assert strategic_form(tree).shape == shape


def test_a_player_who_never_moves_has_one_action():
    assert strategic_form(named("dictator").make()).actions[1] == ("nothing",)


def test_too_large_a_form_is_refused_at_once():
    with pytest.raises(NotSolved, match=r"more than 10⁹×more than 10⁹ cells.*solve_tree"):
        strategic_form(named("leduc-poker").make())


def test_a_deep_tree_is_no_trouble():
    node = leaf(0, 0)
    for turn in reversed(range(600)):
        node = Move(turn % 2, f"{turn}", ("stop", "go"), (leaf(1, 1), node))
    assert len(plans(Tree(node, 2), 0)) == 301
