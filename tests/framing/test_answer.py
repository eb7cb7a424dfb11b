"""An answer names one label, or it is kept as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import BrokenFraming
from nashscope.framing import Unparsed, check_labels, outside_thoughts, parse, parse_reasoned

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
        ("I would rather not say.", "refused"),
        ("I refuse.", "refused"),
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


WORDS = ["cooperate", "defect"]


@pytest.mark.parametrize(
    "text",
    [
        "I will not cooperate",
        "Don't cooperate.",
        "I don’t think I should cooperate",
        "I would never defect",
        "Never, ever defect!",
        "I cannot choose cooperate, sorry",
        "I do not want to play defect",
        "I'm unwilling to defect",
        "I refuse to cooperate.",
        "I avoid defect.",
        "Anything but defect.",
        "rather than defect",
        "instead of choosing defect",
        "I decide against defect.",
        "I rule out defect.",
        "There is no defect here",
        "defect is not my choice",
        "**Defect** isn't wise",
        "Defect would never be right.",
        "Defect? Never.",
        "Neither, least of all defect",
    ],
)
def test_what_is_denied_is_not_chosen(text):
    read = parse(text, WORDS)
    assert isinstance(read, Unparsed) and (read.why, read.text) == ("negated", text)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Not only cooperate, but also smile", 0),
        ("I can't help but choose cooperate", 0),
        ("I'm not sure, but I choose defect", 1),
        ("I have no doubt: defect", 1),
        ("I do not know what the other will do. Cooperate.", 0),
        ("I can't know what comes, so cooperate", 0),
        ("I choose cooperate because I don't trust threats", 0),
        ("I choose to cooperate, not to lose", 0),
        ("Cooperate, without hesitation, and I will not change", 0),
        ("As an AI I have no wishes, but I choose cooperate", 0),
        ("I'm sorry, but I defect", 1),
        ("Nothing but defect", 1),
    ],
)
def test_a_negation_about_something_else_leaves_the_choice(text, action):
    assert parse(text, WORDS) == action


@given(
    st.sampled_from(["not", "never", "cannot", "won't", "don't", "didn’t", "wouldn't"]),
    st.lists(
        st.sampled_from(["choose", "ever", "want", "to", "play", "the", "action"]), max_size=4
    ),
    st.integers(0, 1),
    st.booleans(),
)
def test_a_label_after_a_negation_in_its_clause_is_never_read(negation, between, action, case):
    label = WORDS[action].upper() if case else WORDS[action]
    assert isinstance(parse(" ".join(["I", negation, *between, label]), WORDS), Unparsed)
    assert parse(f"I {negation} mind; {label}", WORDS) == action


@pytest.mark.parametrize(
    "text", ["I will not defect, I choose cooperate", "cooperate, not defect", "defect > cooperate"]
)
def test_two_labels_are_not_read_whatever_is_said_of_them(text):
    read = parse(text, WORDS)
    assert isinstance(read, Unparsed) and read.why == "several labels"


@pytest.mark.parametrize(
    "text",
    [
        "I refuse. F",
        "F, but I decline to play.",
        "I can't decide. F",
        "I am not able to choose. F.",
        "I would rather not say. F?",
    ],
)
def test_a_label_beside_a_refusal_is_not_read(text):
    read = parse(text, ["F", "J"])
    assert isinstance(read, Unparsed) and read.why == "refused"


def test_a_label_may_be_the_word_that_refuses():
    assert parse("I refuse.", ["accept", "refuse"]) == 1
    assert isinstance(parse("I will not accept.", ["accept", "refuse"]), Unparsed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<think>I take F", "truncated"),
        ("<think>F</think><THINKING> or J", "truncated"),
        ("[THINK] F", "truncated"),
        ("F or", "truncated"),
        ("<think>F or J?</think>", "empty"),
        ("<think>F</think> Hm.", "no label"),
    ],
)
def test_what_is_only_thought_or_cut_off_is_no_answer(text, why):
    for read in (parse(text, ["F", "J"]), parse_reasoned(f"{text}", ["F", "J"])):
        assert isinstance(read, Unparsed)
    assert parse(text, ["F", "J"]).why == why


@given(st.text("FJ <>/think", max_size=20), st.sampled_from(["think", "thinking", "reasoning"]))
def test_a_thought_says_nothing(thought, tag):
    """The answer is what stands outside of thoughts; without an end of them there is none."""
    if outside_thoughts(thought) != thought:
        return
    assert parse(f"<{tag}>{thought}</{tag}>J", ["F", "J"]) == 1
    assert parse(f"{thought}</{tag}>J", ["F", "J"]) == 1
    assert parse_reasoned(f"<{tag}>Answer: F {thought}</{tag}>Answer: J", ["F", "J"]) == 1
    for read in (parse, parse_reasoned):
        assert read(f"<{tag}>Answer: F {thought}", ["F", "J"]).why == "truncated"
