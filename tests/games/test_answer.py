"""What may be answered: every value is legal, counted, found by its place, and survives JSON."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.chance import stream
from nashscope.errors import IllFormedGame, Misuse, Unreadable
from nashscope.games.answer import (
    Amount,
    Choice,
    Several,
    Split,
    Subset,
    Words,
    decoded,
    draw,
    encoded,
    ends,
    legal,
    nth,
    size,
    values,
)

EXACT = st.fractions(min_value=0, max_value=3, max_denominator=6)
STEP = st.fractions(min_value="1/6", max_value=2, max_denominator=6)
OPTIONS = st.integers(1, 5).map(lambda n: tuple("abcde"[:n]))


def amount(low, steps, step):
    return Amount(low, low + steps * step, step)


def subset(options, first, second):
    least, most = sorted((first % (len(options) + 1), second % (len(options) + 1)))
    return Subset(options, least, most)


SIMPLE = st.one_of(
    st.builds(Choice, OPTIONS),
    st.builds(amount, EXACT, st.integers(0, 8), STEP),
    st.builds(
        lambda n, parts, unit: Split(n * unit, parts, unit),
        st.integers(0, 5),
        st.integers(1, 4),
        STEP,
    ),
    st.builds(subset, OPTIONS, st.integers(0, 5), st.integers(0, 5)),
)
FINITE = st.one_of(
    SIMPLE,
    st.lists(SIMPLE, min_size=1, max_size=2).map(
        lambda own: Several(tuple((f"field {n}", a) for n, a in enumerate(own)))
    ),
)


@given(FINITE)
def test_values_are_legal_different_and_as_many_as_stated(answer):
    listed = list(values(answer))
    assert len(listed) == size(answer) == len(set(listed))
    assert all(legal(answer, value) for value in listed)
    assert set(ends(answer)) <= {listed[0], listed[-1]}


@given(FINITE)
def test_a_value_is_found_by_its_place(answer):
    listed = list(values(answer))
    assert [nth(answer, place) for place in range(len(listed))] == listed
    for place in (-1, len(listed)):
        with pytest.raises(Misuse, match="has no value number"):
            nth(answer, place)


@given(FINITE)
def test_a_value_survives_json(answer):
    for value in values(answer):
        assert decoded(answer, json.loads(json.dumps(encoded(value)))) == value


@given(st.text(max_size=8))
def test_words_survive_json_and_are_counted_by_characters(text):
    assert decoded(Words(8), json.loads(json.dumps(encoded(text)))) == text
    assert legal(Words(len(text)), text) and not legal(Words(len(text)), text + "x")


HALF = Fraction(1, 2)
JUNK = [
    None,
    True,
    0.5,
    float("nan"),
    -1,
    99,
    "x",
    (),
    ("x",),
    (0.5, 0.5),
    [[0]],
    {},
    Fraction(1, 7),
]


@pytest.mark.parametrize(
    "answer", [Choice(("a", "b")), Amount(1, 9, 2), Split(2, 2), Subset(("a",), 1)]
)
@pytest.mark.parametrize("value", JUNK)
def test_what_is_no_value_is_illegal_and_never_an_error(answer, value):
    assert not legal(answer, value)
    with pytest.raises(Unreadable, match="is no value of"):
        decoded(answer, value)


@pytest.mark.parametrize(
    ("answer", "near"),
    [
        (Amount(0, 10, 3), [-3, 1, 12, Fraction(1, 2), True]),
        (Amount(HALF, None, HALF), [0, Fraction(1, 3), 0.5]),
        (Split(3, 2), [(1, 1), (4, -1), (Fraction(1, 2), Fraction(5, 2)), (1, 1, 1)]),
        (Subset(("a", "b", "c"), 1, 2), [(), (0, 1, 2), (1, 0), (1, 1), (3,), (True,)]),
        (Several((("give", Amount(0, 1)), ("say", Words(2)))), [(1,), (1, "abc"), ("a", 1)]),
    ],
)
def test_what_is_nearly_a_value_is_illegal(answer, near):
    assert not any(legal(answer, value) for value in near)


def test_an_endless_amount_has_places_and_no_list():
    prices = Amount(0, None, Fraction("0.01"), "dollars")
    assert size(prices) is None and nth(prices, 1650) == Fraction(33, 2)
    assert legal(prices, 10**12) and legal(prices, Fraction("16.5"))
    for endless in (prices, Words(), Several((("price", prices),))):
        with pytest.raises(Misuse, match="cannot be listed"):
            list(values(endless))
        assert all(legal(endless, value) for value in ends(endless))


def test_draws_are_even_and_of_any_size():
    chance, answer = stream(0, "tests", "draw"), Split(2, 2)
    drawn = [draw(answer, chance) for _ in range(3000)]
    # three standard deviations of a third of 3000 are 77
    assert all(abs(drawn.count(value) - 1000) < 80 for value in values(answer))
    huge = Amount(0, 2**100)
    parts = [draw(huge, chance) / 2**100 for _ in range(2000)]
    assert abs(sum(parts) / 2000 - 0.5) < 0.02 and all(0 <= part <= 1 for part in parts)
    assert draw(Words(), chance) == "" and legal(Amount(3), draw(Amount(3), chance))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Choice(()), "at least one, all different"),
        (lambda: Choice(("a", "a")), "at least one, all different"),
        (lambda: Amount(0, 5, 0), "steps of 0; they must be positive"),
        (lambda: Amount(5, 0), "from 5 to 0; swap the two"),
        (lambda: Split(1, 2, Fraction(2, 3)), "1 cannot be split in units of 2/3"),
        (lambda: Split(1, 0), "0 parts"),
        (lambda: Subset(("a",), 2), "from 2 to 1 of 1 options"),
        (lambda: Words(-1), "at most -1 characters"),
        (lambda: Several(()), "at least one, all different"),
    ],
)
def test_an_answer_that_cannot_be_is_named(make, says):
    with pytest.raises(IllFormedGame, match=says):
        make()


@pytest.mark.parametrize("number", [0.1, float("nan"), True, "1/2"])
def test_an_answer_is_told_in_exact_numbers(number):
    answer = Amount(0, 1)
    object.__setattr__(answer, "step", number)
    with pytest.raises(
        IllFormedGame, match=r"step of an answer is .+; it must be an int or a Frac"
    ):
        answer.__post_init__()
