"""Bits: as many as there are, and none where there are none."""

import numpy as np
import pytest

from nashscope.interp.information import mutual_information


def test_independent_labels_share_no_bits_once_the_bias_is_off():
    chance = np.random.default_rng(0)
    found = [
        mutual_information(chance.integers(0, 3, 60), chance.integers(0, 3, 60)) for _ in range(200)
    ]
    bits = np.array([one.bits for one in found])
    assert abs(bits.mean()) < 4 * bits.std() / np.sqrt(200) + 0.002
    # As counted, it is too large by (3-1)(3-1)/(2 n ln 2) bits (Miller 1955).
    assert np.mean([one.plugin for one in found]) == pytest.approx(4 / (120 * np.log(2)), rel=0.15)


def test_a_noisy_channel_has_the_capacity_of_the_textbook():
    # Cover and Thomas 2006, section 7.1.4: a binary symmetric channel with error e and uniform
    # input carries 1 - H(e) bits; H(0.1) = 0.4690.
    chance = np.random.default_rng(1)
    sent = chance.integers(0, 2, 40_000)
    got = sent ^ (chance.random(40_000) < 0.1)
    assert mutual_information(
        sent, got.astype(int), np.arange(40_000) // 400
    ).bits == pytest.approx(1 - 0.4690, abs=0.01)


def test_the_interval_covers_the_truth():
    chance = np.random.default_rng(2)
    truth, held = 1 - 0.7219280948873623, 0  # H(0.2)
    for _ in range(150):
        sent = chance.integers(0, 2, 200)
        got = (sent ^ (chance.random(200) < 0.2)).astype(int)
        found = mutual_information(sent, got, np.repeat(np.arange(50), 4))
        held += found.low <= truth <= found.high
    assert 0.88 <= held / 150 <= 0.99
