"""An answer names one label, or it is kept as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import BrokenFraming
from nashscope.framing import Unparsed, check_labels, parse

letters = st.lists(st.sampled_from("FGHJKLMPQ"), min_size=2, max_size=4, unique=True)


@settings(
    deadline=None, max_examples=40
)  # the first call compiles patterns, and machines are shared
@given(
    letters, st.data(), st.sampled_from(["{}", "I choose {}.", "**{}**", "{}\n", "My choice: {}!"])
)
def test_a_label_alone_or_in_a_sentence_is_its_action(labels, data, sentence):
    action = data.draw(st.integers(0, len(labels) - 1))
    assert parse(sentence.format(labels[action]), labels) == action


@given(letters)
def test_two_labels_are_never_one_action(labels):
    read = parse(f"{labels[0]} or {labels[1]}", labels)
    assert isinstance(read, Unparsed) and read.why == "several labels"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("I would rather not say.", "no label"),
        ("Justice", "no label"),  # J inside a word is not J
        ("j", "no label"),  # a single letter must have its case: "a" is an article
        ("I'm sorry, I cannot take part in games.", "refused"),
        ("F, or perhaps J", "several labels"),
    ],
)
def test_what_names_no_action_says_why(text, why):
    read = parse(text, ["F", "J"])
    assert isinstance(read, Unparsed)
    assert (read.why, read.text) == (why, text)


def test_a_word_may_be_written_in_any_case_but_not_as_part_of_another():
    labels = ["cooperate", "defect"]
    assert parse("DEFECT", labels) == 1
    assert isinstance(parse("defective", labels), Unparsed)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (("F", "F"), "must differ"),
        (("F", "f"), "must differ"),
        (("left", "leftmost"), "contain each other"),
        (("opera", "cooperate"), "contain each other"),
        (("", "F"), "empty"),
        (("F ", "J"), "blanks"),
    ],
)
def test_labels_that_could_be_confused_are_refused(labels, says):
    with pytest.raises(BrokenFraming, match=says):
        check_labels(labels)
