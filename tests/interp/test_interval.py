"""An interval covers the truth as often as it says, with few games and rows that are alike."""

import numpy as np
import pytest

from nashscope.errors import Misuse
from nashscope.interp.interval import interval


def alike(seed, groups=10, rows=8):
    """Rows that mostly share the value of their game; the truth is 0."""
    chance = np.random.default_rng(seed)
    own = np.repeat(np.arange(groups), rows)
    return chance.normal(size=groups)[own] + 0.3 * chance.normal(size=len(own)), own


def covered(given):
    """How often the interval of the mean holds 0."""
    found = [interval(values, own) for values, own in given]
    return np.mean([one.low <= 0 <= one.high for one in found])


def test_the_interval_covers_as_often_as_it_says():
    share = covered(alike(seed) for seed in range(500))
    assert 0.92 <= share <= 0.975


def test_ignoring_the_games_would_not_cover():
    assert covered((alike(seed)[0], None) for seed in range(200)) < 0.75


def test_games_of_unequal_size_count_by_their_rows():
    values = np.array([1.0, 1.0, 1.0, 0.0])
    found = interval(values, np.array([0, 0, 0, 1]))
    assert float(found.value) == pytest.approx(0.75)
    assert found.rows == 4 and found.groups == 2


def test_many_means_are_the_means_one_by_one():
    values, own = alike(3)
    many = interval(np.stack([values, 2 * values + 1]), own)
    one = interval(values, own)
    assert many.value == pytest.approx(np.array([one.value, 2 * one.value + 1]))
    assert many.low == pytest.approx(np.array([one.low, 2 * one.low + 1]))
    assert many[1].high == pytest.approx(float(2 * one.high + 1))


def test_one_game_has_no_interval_and_none_is_refused():
    one = interval(np.array([1.0, 2.0]), np.array([5, 5]))
    assert np.isnan(one.low) and np.isnan(one.high) and one.value == 1.5
    with pytest.raises(Misuse, match="no row"):
        interval(np.empty(0), None)
    with pytest.raises(Misuse, match="3 groups are given for 2 rows"):
        interval(np.array([1.0, 2.0]), np.arange(3))
