"""Labels are read whole from the first token, or not at all."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nashscope.models.hosted.reading import BOUND, read_labels

shares = st.lists(st.floats(1e-3, 1.0), min_size=3, max_size=6)


def listed(told):
    return tuple((token, math.log(p)) for token, p in told.items())


@given(shares)
def test_a_policy_is_the_share_of_each_label_blanks_or_not(weights):
    p = np.array(weights) / sum(weights)
    told = {"F": p[0], " F": p[1], "K": p[2], **{f"x{n}": q for n, q in enumerate(p[3:])}}
    read = read_labels(("F", "K"), listed(told), 20)
    assert np.allclose(np.exp(read), [p[0] + p[1], p[2]])


@given(st.floats(1e-6, 0.4))
def test_a_label_outside_the_list_has_a_bound_or_is_not_read(rest):
    told = {"F": (1 - rest) * 0.9, "x": (1 - rest) * 0.1}
    read = read_labels(("F", "K"), listed(told), 20)
    if rest > BOUND * told["F"] * (1 + 1e-6):
        assert read is None
    elif rest < BOUND * told["F"] * (1 - 1e-6):
        assert read[1] == -np.inf


def test_a_full_list_bounds_by_its_smallest_entry():
    told = {"F": 0.9, "x": 0.05, "y": 1e-5}
    assert read_labels(("F", "K"), listed(told), 3)[1] == -np.inf
    assert read_labels(("F", "K"), listed(told), 20) is None


def test_a_label_in_pieces_is_not_read():
    assert read_labels(("cooperate", "defect"), listed({"coop": 0.5, "def": 0.5}), 20) is None
    assert read_labels(("cooperate", "defect"), listed({"cooperate": 0.5, "def": 0.5}), 20) is None


def test_what_is_no_label_counts_for_none():
    read = read_labels(("F", "K"), listed({"F": 0.5, "K": 0.25, "Fine": 0.25}), 20)
    assert np.allclose(np.exp(read), [0.5, 0.25])
    assert read_labels(("F", "K"), listed({"a": 0.5, "b": 0.5}), 20) is None
