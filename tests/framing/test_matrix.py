"""Questions about zero-sum games: what is told is the game, and what is written is read back."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.bench.matrix.interface import (
    INTERFACES,
    MatrixQuestion,
    Ranking,
    Stated,
    Unread,
    percentages,
    read_ranking,
    read_stated,
)
from nashscope.errors import BrokenFraming

PENNIES = MatrixQuestion(((1, -1), (-1, 1)), ("A", "B"), ("x", "y"))


@st.composite
def strategies(draw, most=8):
    """Probabilities that sum to 1, often with zeros."""
    weights = draw(st.lists(st.integers(0, 50), min_size=2, max_size=most).filter(any))
    return [w / sum(weights) for w in weights]


@given(strategies())
def test_percentages_sum_to_100_and_are_within_one_of_the_exact_value(strategy):
    whole = percentages(strategy)
    assert sum(whole) == 100 and min(whole) >= 0
    assert max(abs(w - 100 * p) for w, p in zip(whole, strategy, strict=True)) < 1


@given(strategies())
def test_a_written_strategy_is_read_back(strategy):
    labels = tuple("ABCDEFGH"[: len(strategy)])
    rows = tuple(tuple(range(i, i + 3)) for i in range(len(labels)))
    question = MatrixQuestion(rows, labels, ("x", "y", "z"))
    read = question.read(question.write(strategy, "numbers"), "numbers")
    assert isinstance(read, Stated)
    assert np.abs(np.array(read.distribution) - strategy).max() < 0.01 + 1e-9
    ranking = question.read(question.write(strategy, "ranking"), "ranking")
    assert isinstance(ranking, Ranking)
    assert [strategy[a] for a in ranking.order] == sorted(strategy, reverse=True)


@given(st.integers(2, 7), st.integers(2, 7), st.integers(0, 99))
def test_every_payoff_is_told_once_in_its_row(rows, columns, seed):
    marked = 1001 + np.random.default_rng(seed).permutation(rows * columns).reshape(rows, columns)
    question = MatrixQuestion(
        tuple(tuple(map(int, row)) for row in marked),
        tuple("ABCDEFG"[:rows]),
        tuple("hijklmn"[:columns]),
    )
    for how in INTERFACES:
        told = question.render(how)
        assert sorted(map(int, re.findall(r"\d{4,}", told))) == sorted(marked.ravel().tolist())
        for label, row in zip(question.labels, marked, strict=True):
            assert f"\n{label}: {' '.join(map(str, row))}\n" in told


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("25 75", (0.25, 0.75)),
        ("25%, 75%", (0.25, 0.75)),
        ("0.25, 0.75", (0.25, 0.75)),
        ("1/4 and 3/4", (0.25, 0.75)),
        ("B: 75\nA: 25", (0.25, 0.75)),
        ("**A** = 25 %, **B** = 75 %", (0.25, 0.75)),
        ("0 100", (0.0, 1.0)),
        ("0 1", (0.0, 1.0)),
        ("The gap is 3 and 7.\nAnswer: 40 60", (0.4, 0.6)),
        ("33.3 66.6", (1 / 3, 2 / 3)),
    ],
)
def test_ways_in_which_models_write_a_strategy(text, wanted):
    read = read_stated(text, ("A", "B"))
    assert isinstance(read, Stated)
    assert read.distribution == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("text", ["50 60", "-10 110", "0 0", "30 30", "0.3 0.4", "1/0 1/2"])
def test_numbers_that_are_no_distribution_are_none(text):
    read = read_stated(text, ("A", "B"))
    assert isinstance(read, Stated) and read.distribution is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("I cannot help with that.", "refused"),
        ("It depends.", "no numbers"),
        ("100", "too few"),
        ("30 30 40", "too many"),
    ],
)
def test_what_cannot_be_read_says_why_and_is_no_strategy(text, why):
    read = read_stated(text, ("A", "B"))
    assert isinstance(read, Unread) and read.why == why and read.text == text


def test_an_answer_cut_off_is_truncated_and_a_complete_one_is_not():
    assert read_stated("25", ("A", "B"), cut_off=True).why == "truncated"
    assert isinstance(read_stated("25 75", ("A", "B"), cut_off=True), Stated)


@pytest.mark.parametrize("text", ["A", "A B A", "B B", "a b", ""])
def test_a_ranking_names_every_action_once(text):
    assert isinstance(read_ranking(text, ("A", "B"), 2), Unread)


def test_of_a_choice_one_action_is_read():
    assert PENNIES.read("B", "policy") == Ranking((1,))
    assert isinstance(PENNIES.read("A or B", "policy"), Unread)
    for denied in ("I would never play B.", "<think>B", "I refuse to say B."):
        assert isinstance(PENNIES.read(denied, "policy"), Unread)


def test_numbers_within_a_thought_are_no_strategy():
    assert read_stated("<think>40 60</think>25 75", ("A", "B")).numbers == (25, 75)
    assert read_stated("<think>25 75", ("A", "B")).why == "truncated"


def test_labels_that_hold_numbers_or_each_other_are_refused():
    for labels in (("A 1", "B"), ("rock", "rocket"), ("A", "A")):
        with pytest.raises(BrokenFraming):
            MatrixQuestion(((1, -1), (-1, 1)), labels, ("x", "y"))
    with pytest.raises(BrokenFraming, match="do not fit"):
        MatrixQuestion(((1, -1), (-1, 1)), ("A", "B", "C"), ("x", "y"))
