from fractions import Fraction

from nashscope.games import NormalForm, game
from nashscope.games.welfare import best_joint_payoff, cooperative, welfare_cells


def test_the_stag_is_what_is_best_for_both():
    assert welfare_cells(game("stag-hunt")) == [(0, 0)]
    assert cooperative(game("stag-hunt")) == (0, 0)


def test_a_tie_that_disagrees_about_one_player_only_leaves_the_other_its_action():
    tied = NormalForm([[[1, 1], [0, 0]], [[1, 1], [0, 0]]])
    assert cooperative(tied) == (0, None)
    assert best_joint_payoff(tied) == Fraction(2)
