"""Directions point where they were planted, and noise points nowhere."""

import numpy as np
import pytest

from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp import (
    METHODS,
    cosines,
    difference_of_means,
    direction,
    random_like,
    residual_norms,
    scaled,
    stability,
)


def planted(seed=0, size=3.0, rows=240, width=40):
    """Activations in which a unit direction tells a label, the label, the direction, games."""
    chance = np.random.default_rng(seed)
    unit = chance.normal(size=width)
    unit /= np.linalg.norm(unit)
    positive = chance.random(rows) < 0.5
    stream = chance.normal(size=(rows, width)) + size * np.outer(2.0 * positive - 1, unit)
    return stream, positive, unit, np.arange(rows) // 6


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_what_was_planted_and_its_length(method):
    stream, positive, unit, _ = planted()
    found = direction(stream, positive, 3, method)
    assert found.layer == 3
    assert found.vector @ unit / found.norm > 0.9
    assert found.norm == pytest.approx(6, rel=0.15)


def test_the_first_component_is_about_what_varies_most():
    stream, positive, unit, _ = planted()
    loud = np.roll(unit, 1) - (np.roll(unit, 1) @ unit) * unit
    stream += 30 * np.outer(np.random.default_rng(1).normal(size=len(stream)), loud)
    found = [direction(stream, positive, 0, m) for m in METHODS]
    table = cosines(found)
    assert np.diag(table) == pytest.approx(1)
    along = [abs(one.vector @ unit) / one.norm for one in found]
    assert along[1] < 0.2 < 0.5 < along[2]


def test_only_halves_tell_noise_from_a_direction():
    stream, positive, _, groups = planted()
    sure = stability(difference_of_means, stream, positive, groups)
    assert sure.halves.mean() > 0.9 and sure.bootstrap.mean() > 0.95
    noise, labels, _, groups = planted(size=0.0)
    none = stability(difference_of_means, noise, labels, groups)
    assert abs(none.halves.mean()) < 0.15
    assert none.bootstrap.mean() > 0.5  # resamples share games with the whole
    assert abs(none.null.mean()) < 0.15
    assert none.halves.mean() < np.quantile(none.null, 0.99)


def test_a_random_direction_has_the_same_norm_and_another_sense():
    stream, positive, *_ = planted()
    found = difference_of_means(stream, positive, 2)
    drawn = [random_like(found, np.random.default_rng(i)) for i in range(50)]
    assert [one.norm for one in drawn] == pytest.approx([found.norm] * 50)
    assert abs(np.mean([one.vector @ found.vector for one in drawn])) < found.norm**2 / 10


def test_lengths_are_told_in_norms_of_the_stream():
    stream = np.zeros((2, 3, 4))
    stream[:, 1, 0] = 3, 5
    norms = residual_norms(stream)
    assert norms == pytest.approx([0, 4, 0])
    moved = scaled(difference_of_means(np.eye(4), np.arange(4) < 2, 2), 0.5 * norms[1], 1)
    assert moved.norm == pytest.approx(2) and moved.layer == 1


def test_what_points_nowhere_is_refused():
    with pytest.raises(Misuse, match="both sides"):
        direction(np.eye(3), np.ones(3, bool), 0)
    with pytest.raises(Misuse, match="means, pca, probe"):
        direction(np.eye(3), np.arange(3) < 1, 0, "svm")
    with pytest.raises(IllFormedEdit, match="norm 0"):
        scaled(difference_of_means(np.ones((4, 3)), np.arange(4) < 2, 0), 1.0)
    with pytest.raises(Misuse, match="at least 4 games"):
        stability(difference_of_means, np.eye(4), np.arange(4) < 2, np.arange(4) // 2)
