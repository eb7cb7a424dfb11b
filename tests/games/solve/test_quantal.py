"""Quantal response: logit equilibria on the branch that starts at uniform play."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from nashscope.errors import Misuse, NotSolved
from nashscope.games import NormalForm, game
from nashscope.games.solve import quantal_response, quantal_responses, relative_max_regret

ASYMMETRIC = NormalForm([[[9, 0], [0, 1]], [[0, 1], [1, 0]]])
"""Matching pennies with 9 for the row player's first match: Ochs 1995, GEB 10, game 2; McKelvey and
Palfrey 1995 fit it. Its one equilibrium is (1/2, 1/2), (1/10, 9/10)."""


def logit(values):
    weights = np.exp(values - values.max())
    return weights / weights.sum()


def drawn(seed):
    chance = np.random.default_rng(seed)
    shape = [(2, 2), (2, 3), (3, 3), (2, 2, 2)][seed % 4]
    return NormalForm(chance.normal(size=(len(shape), *shape)))


@given(st.integers(0, 10**6), st.floats(0, 20))
@settings(deadline=None, max_examples=12)
def test_everybody_plays_the_logit_response(seed, rationality):
    game_ = drawn(seed)
    found = quantal_response(game_, rationality)
    apart = [
        np.abs(own - logit(rationality * worth)).max()
        for own, worth in zip(found.profile, game_.action_values(found.profile), strict=True)
    ]
    assert max(apart) == pytest.approx(found.residual, abs=1e-12) and max(apart) < 1e-8


def test_without_rationality_play_is_uniform():
    for own in quantal_response(drawn(3), 0.0).profile:
        np.testing.assert_allclose(own, 1 / len(own))


@pytest.mark.parametrize("rationality", [0.1, 1.0, 3.0, 10.0])
def test_asymmetric_pennies_by_bisection(rationality):
    """Two equations in one unknown: p = logit(λ(10q - 1)), q = logit(λ(1 - 2p))."""

    def gap(p):
        q = 1 / (1 + np.exp(-rationality * (1 - 2 * p)))
        return p - 1 / (1 + np.exp(-rationality * (10 * q - 1)))

    p = brentq(gap, 0, 1, xtol=1e-14)
    found = quantal_response(ASYMMETRIC, rationality)
    assert found.profile[0][0] == pytest.approx(p, abs=1e-9)


def test_the_row_player_of_asymmetric_pennies_overplays_what_pays_more():
    """Ochs 1995: unlike the equilibrium, people do; McKelvey and Palfrey 1995, section 4."""
    assert quantal_response(ASYMMETRIC, 1.0).profile[0][0] > 0.55


@pytest.mark.parametrize("name", ["matching-pennies", "rock-paper-scissors", "chicken", "shapley"])
def test_the_branch_comes_near_an_equilibrium(name):
    """McKelvey and Palfrey 1995, theorem 2: limits of logit equilibria are Nash equilibria."""
    regrets = [
        float(relative_max_regret(game(name), found.profile))
        for found in quantal_responses(game(name), [1.0, 10.0, 100.0])
    ]
    assert regrets[2] < 0.02 and regrets[2] <= regrets[0] + 1e-12


def test_a_symmetric_game_keeps_a_symmetric_branch_through_its_bifurcation():
    found = quantal_response(game("chicken"), 20.0)
    np.testing.assert_allclose(found.profile[0], found.profile[1], atol=1e-9)


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_rationality_is_per_unit_of_payoff(unit):
    moved = NormalForm(unit * ASYMMETRIC.payoffs)
    here, there = quantal_response(ASYMMETRIC, 2.0), quantal_response(moved, 2.0 / unit)
    np.testing.assert_allclose(here.profile[0], there.profile[0], atol=1e-9)


def test_an_offset_of_one_player_does_not_drown_the_other():
    table = ASYMMETRIC.payoffs.copy()
    table[0] += 2.0**50
    here, there = quantal_response(ASYMMETRIC, 2.0), quantal_response(NormalForm(table), 2.0)
    for own, same in zip(here.profile, there.profile, strict=True):
        np.testing.assert_allclose(own, same, atol=1e-9)


def test_several_are_found_in_the_order_asked_for():
    found = quantal_responses(ASYMMETRIC, [3.0, 0.5, 3.0])
    assert [f.rationality for f in found] == [3.0, 0.5, 3.0] and found[0] is found[2]


@pytest.mark.parametrize("rationality", [-1.0, float("nan"), float("inf")])
def test_what_is_no_rationality_is_refused(rationality):
    with pytest.raises(Misuse, match="finite and 0 or more"):
        quantal_response(ASYMMETRIC, rationality)


def test_time_is_bounded():
    with pytest.raises(NotSolved, match="did not finish within"):
        quantal_response(ASYMMETRIC, 10.0, time_limit=1e-9)
