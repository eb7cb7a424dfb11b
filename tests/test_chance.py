"""Streams are named by what the parts of their names are, not by how a library writes them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nashscope.chance import stream, subseed

numbers = st.integers(0, 2**31 - 1)


@given(seed=numbers, number=numbers, share=st.floats(allow_nan=False), text=st.text(max_size=8))
def test_a_number_of_numpy_names_the_stream_of_the_same_number(seed, number, share, text):
    plain = subseed(seed, text, number, share)
    numpy = subseed(np.int64(seed).item(), np.str_(text), np.int64(number), np.float64(share))
    assert plain == numpy and subseed(seed, number) == subseed(seed, np.uint32(number))
    assert stream(seed, number).random() == stream(seed, np.int32(number)).random()


@given(number=numbers)
def test_parts_of_another_kind_name_another_stream(number):
    assert len({subseed(0, number), subseed(0, str(number)), subseed(0, float(number))}) == 3
