"""Advantages: what cancels, what must not, and the published formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import Misuse
from nashscope.training import MovingAverage, advantage_alignment, group_advantages

REWARDS = arrays(float, 12, elements=st.floats(-5, 5))
GROUPS = [n % 3 for n in range(12)]
MATCHES = arrays(float, (2, 5), elements=st.floats(-3, 3))


@given(REWARDS, st.booleans())
def test_a_groups_advantages_sum_to_nothing(rewards, normalise):
    found = group_advantages(rewards, GROUPS, normalise=normalise)
    for group in range(3):
        assert found[group::3].sum() == pytest.approx(0, abs=1e-6)


@given(REWARDS, arrays(float, 3, elements=st.floats(-5, 5)))
def test_what_is_the_same_for_a_whole_group_cancels(rewards, constant):
    """So a reward must differ between the answers to one question to teach anything."""
    moved = rewards + constant[GROUPS]
    plain, shifted = (group_advantages(r, GROUPS, normalise=False) for r in (rewards, moved))
    assert plain == pytest.approx(shifted, abs=1e-9)
    assert not group_advantages(constant[GROUPS], GROUPS).any()


@given(arrays(float, 8, elements=st.floats(-5, 5)))
def test_in_a_zero_sum_game_a_group_per_game_has_no_baseline_and_one_per_player_has(paid):
    rewards = np.concatenate([paid, -paid])
    by_game = group_advantages(rewards, ["g"] * 16, normalise=False)
    assert by_game == pytest.approx(rewards, abs=1e-9)
    by_player = group_advantages(rewards, [0] * 8 + [1] * 8, normalise=False)
    assert by_player[:8] == pytest.approx(paid - paid.mean(), abs=1e-9)


def test_a_moving_average_knows_the_past_alone():
    average = MovingAverage(0.5)
    assert average.advantages([1.0, 3.0, -1.0], ["a", "a", "b"]).tolist() == [1.0, 3.0, -1.0]
    assert average.means == {"a": 2.0, "b": -1.0}
    assert average.advantages([4.0], ["a"]).tolist() == [2.0]
    assert average.means["a"] == 3.0
    for weight in (0.0, 1.5):
        with pytest.raises(Misuse, match="weight"):
            MovingAverage(weight)


@given(MATCHES, MATCHES, st.floats(0, 2), st.floats(0, 1))
def test_advantage_alignment_is_the_published_sum(own, other, beta, discount):
    wanted = np.zeros_like(own)
    for match in range(2):
        for now in range(5):
            past = sum(discount ** (now - k) * own[match, k] for k in range(now))
            wanted[match, now] = own[match, now] + beta * discount * past * other[match, now]
    found = advantage_alignment(own, other, beta=beta, discount=discount)
    assert found == pytest.approx(wanted, abs=1e-9)


@given(MATCHES, MATCHES)
def test_without_weight_or_past_it_is_the_plain_advantage(own, other):
    assert np.array_equal(advantage_alignment(own, other, beta=0.0), own)
    assert np.array_equal(advantage_alignment(own, other)[:, 0], own[:, 0])


def test_shapes_must_fit():
    with pytest.raises(Misuse, match="shapes"):
        advantage_alignment(np.zeros((1, 2)), np.zeros((1, 3)))
    with pytest.raises(Misuse, match="each reward has one"):
        group_advantages([1.0], ["a", "b"])
