"""Under the null the nulls hold: p-values are uniform, corrections are the published ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from nashscope.errors import Misuse
from nashscope.interp.null import familywise_p, holm, permutation_p, shuffled

levels = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)


def test_holm_is_what_r_computes():
    # p.adjust(c(.01, .02, .03, .04, .05), "holm") and p.adjust(c(.005, .7, .04, .01), "holm")
    # of R 4; the second by Holm's rule: 4 x .005, 3 x .01, 2 x .04, 1 x .7.
    assert holm(np.array([0.01, 0.02, 0.03, 0.04, 0.05])) == pytest.approx(
        [0.05, *[0.08, 0.09, 0.09, 0.09]]
    )
    assert holm(np.array([0.005, 0.7, 0.04, 0.01])) == pytest.approx([0.02, 0.7, 0.08, 0.03])


@given(levels)
def test_holm_keeps_the_order_and_never_lowers(p):
    corrected = holm(p)
    assert (corrected >= p).all() and (corrected <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(corrected[order]) >= 0).all()
    assert corrected.min() == pytest.approx(min(1, len(p) * p.min()))


def test_holm_refuses_what_is_no_probability():
    with pytest.raises(Misuse, match="between 0 and 1"):
        holm(np.array([0.5, np.nan]))


def test_a_permutation_p_counts_what_was_observed_and_is_never_zero():
    null = np.array([[0.1], [0.2], [0.3], [0.3]])
    assert permutation_p(np.array([0.3]), null)[0] == pytest.approx(3 / 5)
    assert permutation_p(np.array([9.0]), null)[0] == pytest.approx(1 / 5)


def test_the_familywise_p_is_uniform_over_many_tests_and_the_plain_one_is_not():
    chance = np.random.default_rng(1)
    found, smallest = [], []
    for _ in range(400):
        tests = chance.normal(size=(100, 12))
        found.append(familywise_p(tests[0], tests[1:]).min())
        smallest.append(permutation_p(tests[0], tests[1:]).min())
    assert kstest(found, "uniform").pvalue > 0.01
    assert np.mean(np.array(smallest) <= 0.05) > 0.3


@given(st.integers(0, 10**6))
def test_shuffles_keep_the_labels_and_their_groups(seed):
    chance = np.random.default_rng(seed)
    groups = np.repeat(np.arange(6), [4, 4, 4, 4, 2, 2])
    labels = chance.integers(0, 3, len(groups))
    for dealt in shuffled(labels, groups, chance, 5):
        assert sorted(dealt) == sorted(labels)
        # As sets of labels, the groups of each size are those there were.
        for sizes in (range(4), range(4, 6)):
            sets = [sorted(dealt[groups == g].tolist()) for g in sizes]
            assert sorted(sets) == sorted(sorted(labels[groups == g].tolist()) for g in sizes)


def test_labels_that_are_equal_in_every_group_stay_so():
    groups = np.repeat(np.arange(5), [1, 2, 3, 4, 5])
    labels = (groups % 2).astype(int)
    draws = shuffled(labels, groups, np.random.default_rng(0), 30)
    assert all(len(set(draw[groups == g])) == 1 for draw in draws for g in range(5))
    assert len({tuple(draw) for draw in draws}) > 3


def statistic(stream, labels):
    """The distance between two means."""
    gap = stream[labels == 1].mean(axis=0) - stream[labels == 0].mean(axis=0)
    return np.array([np.linalg.norm(gap)])


@pytest.mark.parametrize("constant", [True, False])
def test_p_is_uniform_though_rows_of_a_game_are_alike(constant):
    """Rows share their game's activations; labels say nothing. `constant`: one label per game."""
    found = []
    for seed in range(400):
        chance = np.random.default_rng(seed)
        groups = np.repeat(np.arange(12), 4)
        stream = chance.normal(size=(12, 3))[groups] + 0.3 * chance.normal(size=(48, 3))
        dealt = chance.permutation(np.arange(12) % 2)[groups]
        labels = dealt if constant else (chance.random(48) < 0.2 + 0.6 * dealt).astype(int)
        draws = shuffled(labels, groups, chance, 99)
        null = np.array([statistic(stream, draw) for draw in draws])
        found.append(permutation_p(statistic(stream, labels), null)[0])
    assert np.mean(np.array(found) <= 0.05) < 0.09
    assert kstest(found, "uniform").pvalue > 0.005
