"""Risk-averse equilibria: no player can raise its mean less the price of its variance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import Misuse, NotSolved
from nashscope.games import NormalForm, game
from nashscope.games.solve import certify, equilibria, risk_averse_equilibria
from nashscope.games.solve.strategic.risk_averse import moments


def drawn(seed):
    chance = np.random.default_rng(seed)
    shape = [(2, 2), (2, 3), (3, 3), (2, 2, 2)][seed % 4]
    return NormalForm(chance.integers(-4, 5, (len(shape), *shape)))


def utility(payoffs, profile, player, strategy, aversion):
    """Mean less aversion times variance, over the others' draws, cell by cell from the definition.

    Slumbers et al. 2023, equation 2: the variance of what the strategy, as a portfolio of actions,
    earns when the others' actions are drawn.
    """
    own = np.moveaxis(payoffs[player], player, 0)
    earned = np.tensordot(strategy, own, axes=(0, 0))
    others = [p for i, p in enumerate(profile) if i != player]
    weight = others[0]
    for other in others[1:]:
        weight = np.multiply.outer(weight, other)
    mean = (weight * earned).sum()
    return mean - aversion * (weight * (earned - mean) ** 2).sum()


@pytest.mark.slow
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.1, 1.0]))
@settings(deadline=None, max_examples=5)
def test_no_strategy_has_more_utility_than_the_proof_allows(seed, aversion):
    game_ = drawn(seed)
    chance = np.random.default_rng(seed)
    for found in risk_averse_equilibria(game_, aversion):
        for player, own in enumerate(found.profile):
            here = utility(game_.payoffs, found.profile, player, own, aversion)
            mean, variance = found.means[player], found.variances[player]
            assert here == pytest.approx(mean - aversion * variance, abs=1e-9)
            rivals = [*np.eye(len(own)), *chance.dirichlet(np.ones(len(own)), 10)]
            for rival in rivals:
                there = utility(game_.payoffs, found.profile, player, rival, aversion)
                assert there <= here + found.bounds[player] + 1e-9
            assert found.bounds[player] <= 1e-8 * game_.ranges.max()


@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=5)
def test_without_aversion_they_are_nash_equilibria(seed):
    game_ = drawn(seed)
    for found in risk_averse_equilibria(game_, 0.0):
        certify(game_, found.profile)


def reached(game_, aversion):
    return [np.concatenate(found.profile) for found in risk_averse_equilibria(game_, aversion)]


@pytest.mark.parametrize("aversion", [0.01, 1.0, 10.0])
@pytest.mark.parametrize("name", ["stag-hunt", "chicken", "prisoners-dilemma"])
def test_strict_pure_equilibria_stay_whatever_the_aversion(name, aversion):
    """What the others do for certain has no variance."""
    found = reached(game(name), aversion)
    for e in equilibria(game(name)):
        if "strict" in e.labels:
            target = np.concatenate([np.array(s, dtype=float) for s in e.strategies])
            assert min(np.abs(target - own).max() for own in found) < 1e-6


@pytest.mark.slow
def test_with_payoffs_twice_as_large_half_the_aversion_means_the_same():
    once, twice = drawn(2), NormalForm(2 * drawn(2).payoffs)
    here, there = reached(once, 0.5), reached(twice, 0.25)
    assert len(here) == len(there) > 0
    np.testing.assert_allclose(here, there, atol=1e-7)


def test_against_a_fixed_mixture_by_hand():
    """A safe action pays 2, a risky one 6 or 0 with the column player's pennies, whose mixture the
    row player's other two actions force.

    With y the chance of the first column, mean 6y and variance 36y(1 - y), the weight x on risk is
    best where 6y - 2 = 2·aversion·x·36y(1 - y)."""
    mean = np.array([2.0, 6 * 0.5])
    (found_mean, covariance), _ = moments(
        np.array([[[2.0, 2.0], [6.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]]),
        [np.array([0.5, 0.5]), np.array([0.5, 0.5])],
    )
    np.testing.assert_allclose(found_mean, mean)
    np.testing.assert_allclose(covariance, [[0, 0], [0, 9]])
    pennies = NormalForm([[[2, 2], [6, 0]], [[1, 0], [0, 1]]])
    for aversion in (0.0, 0.05, 0.2):
        (found,) = risk_averse_equilibria(pennies, aversion)
        x, y = found.profile[0][1], found.profile[1][0]
        assert 6 * y - 2 == pytest.approx(2 * aversion * x * 36 * y * (1 - y), abs=1e-7)
        # the column player: 1 - x in the first column, x in the second, each a coin
        slope = 2 * aversion * (1 - x) * x * (2 * y - 1)
        # moments of its actions: variance x(1 - x) each, covariance -x(1 - x)
        assert (1 - x) - x == pytest.approx(2 * slope, abs=1e-7)


@pytest.mark.parametrize("aversion", [-1.0, float("nan"), float("inf")])
def test_what_is_no_aversion_is_refused(aversion):
    with pytest.raises(Misuse, match="finite and 0 or more"):
        risk_averse_equilibria(game("chicken"), aversion)


def test_time_is_bounded():
    with pytest.raises(NotSolved, match="did not finish within"):
        risk_averse_equilibria(game("shapley"), 1.0, time_limit=1e-9)
