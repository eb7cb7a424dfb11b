"""What is no profile has no score: shape, finiteness, sign and sum, and scaling only when asked."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import IllFormedProfile
from nashscope.games import NormalForm, game
from nashscope.games.solve import (
    certify,
    check_profile,
    distance,
    equilibria,
    nash_conv,
    renormalise,
)
from nashscope.games.solve import exploitability as score

RPS = game("rock-paper-scissors")
UNIFORM = [[1 / 3] * 3] * 2


@pytest.mark.parametrize(
    "profile",
    [
        UNIFORM,
        [np.full(3, 1 / 3, dtype=np.float32)] * 2,
        [(Fraction(1, 3),) * 3, (0, 1, 0)],
        [np.array([[1.0, 0, 0], [0, 0.5, 0.5]]), np.full((2, 3), 1 / 3)],
        [np.array([1 + 9e-7, -9e-7, 0]), [0, 0, 1]],  # what float32 costs
    ],
)
def test_distributions_pass(profile):
    check_profile(RPS, profile)


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ([[0.3, 0.3, 0.3], UNIFORM[1]], r"player 0 sums to 0.9, not 1: \[0.3, 0.3, 0.3\]; renorm"),
        ([UNIFORM[0], [0, 0, 0]], "player 1 sums to 0, not 1"),
        ([UNIFORM[0], [2, -1, 0]], "player 1 gives action 1 the probability -1"),
        ([UNIFORM[0], [np.nan, 1, 0]], "player 1 gives action 0 the probability nan"),
        ([UNIFORM[0], [1, np.inf, 0]], "player 1 gives action 1 the probability inf"),
        ([[0.5, 0.5], UNIFORM[1]], r"player 0 has shape \(2,\); the player has 3 actions"),
        ([UNIFORM[0]], "has 1 strategies; this game has 2 players"),
        ([*UNIFORM, UNIFORM[0]], "has 3 strategies; this game has 2 players"),
        ([0.5, UNIFORM[1]], r"player 0 has shape \(\)"),
        (["rock", UNIFORM[1]], "player 0 is 'rock'; it must be a row of numbers"),
        ([[[1, 0, 0], [1, 0]], UNIFORM[1]], "must be a row of numbers"),
        ([UNIFORM[0], None], "player 1"),
        ([[1.00001, 0, 0], UNIFORM[1]], "player 0 sums to 1.00001"),
        ([np.array([[1, 0, 0], [0, 0.5, 0.4]]), UNIFORM[1]], "row 1 of the batch sums to 0.9"),
    ],
)
def test_what_is_none_is_named_with_the_player_the_entry_and_the_sum(profile, says):
    for judge in (check_profile, certify, score, nash_conv, _distance):
        with pytest.raises(IllFormedProfile, match=says):
            judge(RPS, profile)


def _distance(made, profile):
    return distance(equilibria(made), profile)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.91, 1.09))
def test_renormalising_is_asked_for_and_says_what_it_did(first, second, total):
    low, high = sorted((first, second))
    weights = [total * low, total * (high - low), total * (1 - high)]
    given_profile = [np.array(weights), np.array([1.0, 0.0, -0.01])]
    mended = renormalise(RPS, given_profile)
    check_profile(RPS, mended.profile, slack=1e-12)
    np.testing.assert_allclose(mended.sums, [sum(weights), 1.0])
    assert mended.clipped == 0.01
    np.testing.assert_allclose(mended.profile[0] * mended.sums[0], weights)


@pytest.mark.parametrize("wrong", [[0.5, 0.3, 0.0], [0.5, 0.7, 0.0], [1.2, -0.2, 0.0], [0, 0, 0]])
def test_what_is_too_far_off_is_not_mended(wrong):
    with pytest.raises(IllFormedProfile):
        renormalise(RPS, [wrong, [1, 0, 0]])


def test_the_scores_of_a_game_itself_check_too():
    for judge in (RPS.regrets, RPS.expected_payoffs):
        with pytest.raises(IllFormedProfile, match=r"player 0 sums to 0\.9, not 1"):
            judge([np.full(3, 0.3), np.full(3, 1 / 3)])
        with pytest.raises(IllFormedProfile, match="has 1 strategies"):
            judge([np.full(3, 1 / 3)])


def test_an_array_of_fractions_is_a_profile():
    thirds = np.array([Fraction(1, 3)] * 3, dtype=object)
    assert score(RPS, [thirds, thirds]) == pytest.approx(0, abs=1e-15)


def test_a_proof_is_of_one_profile():
    with pytest.raises(IllFormedProfile, match="several rows"):
        certify(RPS, [np.full((2, 3), 1 / 3)] * 2)


def test_an_equilibrium_times_a_number_is_none():
    """Four libraries take [.3, .3, .3] and [0, 0, 0] for equilibria of rock-paper-scissors."""
    for wrong in ([0.3] * 3, [0.0] * 3, [Fraction(3, 10)] * 3, [0, 0, 0]):
        with pytest.raises(IllFormedProfile, match="sums to"):
            certify(RPS, [wrong, wrong])
    certify(RPS, [[Fraction(1, 3)] * 3] * 2)


def test_the_sum_is_judged_before_the_payoffs_can_hide_it():
    """A game in which nothing is at stake gives every vector no regret."""
    nothing = NormalForm(np.zeros((2, 2, 2)))
    with pytest.raises(IllFormedProfile, match="player 0 sums to 2"):
        score(nothing, [[1, 1], [1, 0]])
