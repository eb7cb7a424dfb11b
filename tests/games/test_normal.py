"""A game in strategic form holds what it was given, exactly, or says which entry is wrong."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import IllFormedGame
from nashscope.games import NormalForm, game, zero_sum_game
from nashscope.games.rational import as_decimal, as_fraction, integers

numbers = st.fractions(max_denominator=1000) | st.integers(-(10**18), 10**18)


@given(arrays(object, (2, 2, 3), elements=numbers))
def test_payoffs_are_kept_exactly(table):
    made = NormalForm(table.tolist())
    assert (made.exact == table).all()
    again = NormalForm([[[str(u) for u in row] for row in own] for own in table.tolist()])
    assert again == made and hash(again) == hash(made)


@given(arrays(float, (2, 2, 2), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_a_float_is_the_binary_fraction_that_it_is(table):
    made = NormalForm(table)
    assert (made.payoffs == table).all()
    assert [float(u) for u in made.exact.ravel()] == table.ravel().tolist()
    for whole, scale, own in zip(*made.whole, made.exact, strict=True):
        assert [Fraction(int(w), scale) for w in whole.ravel()] == own.ravel().tolist()


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, np.float32, np.float64])
def test_any_kind_of_number_may_be_given(kind):
    table = np.array([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], dtype=kind)
    made = NormalForm(table)
    assert made.exact.tolist() == [[[3, 0], [5, 1]], [[3, 5], [0, 1]]]
    assert made == NormalForm(table.tolist())
    table[:] = 0  # what was given is copied
    assert made.payoffs[0, 1, 0] == 5
    with pytest.raises(ValueError, match="read-only"):
        made.payoffs[0, 0, 0] = 1


def test_text_is_decimal_and_a_float_is_not():
    told, binary = NormalForm([[["0.1"]], [["1/3"]]]), NormalForm([[[0.1]], [[1 / 3]]])
    assert told.exact.ravel().tolist() == [Fraction(1, 10), Fraction(1, 3)]
    assert told != binary and told.payoffs.tolist() == binary.payoffs.tolist()


def test_the_smallest_integer_has_a_negative():
    for low in (np.array([[-128, 3]], dtype=np.int8), np.array([[0, 255]], dtype=np.uint8)):
        made = zero_sum_game(low)
        assert made.zero_sum and made.exact[1].ravel().tolist() == [-int(u) for u in low.ravel()]


@pytest.mark.parametrize(
    ("payoffs", "says"),
    [
        ([[[1, float("nan")]], [[1, 2]]], r"payoffs\[0\]\[0\]\[1\] is nan; payoffs must be finite"),
        (np.array([[[1, 2.0]], [[np.inf, 2]]]), r"payoffs\[1\]\[0\]\[0\] is inf; .* finite"),
        ([[["many"]], [[1]]], r"payoffs\[0\]\[0\]\[0\] is 'many'; .*fractions like '1/3'"),
        ([[["1/0"]], [[1]]], "is '1/0'"),
        ([[["1e9999999"]], [[1]]], "is '1e9999999'"),
        ([[[10**400]], [[1]]], "must be below 1.8e308"),
        ([[[None]], [[1]]], r"is None; every cell needs a number"),
        ([[[True]], [[1]]], r"is True; every cell needs a number"),
        ([[[1 + 2j]], [[1]]], "are finite numbers"),
        ([[[1, 2]], [[1]]], r"ragged: tables of lengths|ragged: payoffs"),
        ([[[1, 2], [3]], [[1, 2], [3, 4]]], r"payoffs\[0\] has rows of lengths \[1, 2\]"),
        ([[1, 2], [3, 4]], r"shape \(2, 2\); a game of n ≥ 2 players has shape"),
        ([[[1]], [[1]], [[1]]], r"shape \(3, 1, 1\)"),
        ([], r"shape \(0,\)"),
        ([[[]], [[]]], r"shape \(2, 1, 0\).*no action set empty"),
        (3, r"shape \(\)"),
    ],
)
def test_what_is_no_game_is_refused_with_the_place(payoffs, says):
    with pytest.raises(IllFormedGame, match=says):
        NormalForm(payoffs)


@pytest.mark.parametrize("table", [4, [1, 2], np.zeros((2, 2, 2)), []])
def test_a_zero_sum_game_is_one_table(table):
    with pytest.raises(IllFormedGame, match=r"a zero-sum game is \[rows, columns\]"):
        zero_sum_game(table)


def test_names_fit_the_actions_and_differ():
    table = [[[1, 2]], [[3, 4]]]
    with pytest.raises(IllFormedGame, match=r"action names ask for \(2, 1, 1\)"):
        NormalForm(table, (("a",), ("b",)))
    with pytest.raises(IllFormedGame, match="player 1 has two actions named 'b'"):
        NormalForm(table, (("a",), ("b", "b")))
    assert NormalForm(table).actions == (("a0",), ("a0", "a1"))


def test_regrets_are_counted_from_each_players_smallest_payoff():
    """An offset of 1e15 leaves 1/8 of a unit; a smaller stake is still told exactly."""
    pd = game("prisoners-dilemma")
    far = NormalForm(pd.payoffs + np.array([1e15, 0.0]).reshape(2, 1, 1))
    both = [np.array([1.0, 0.0])] * 2
    np.testing.assert_array_equal(far.regrets(both), pd.regrets(both))


@given(arrays(float, (3, 4), elements=st.floats(-1e300, 1e300)))
def test_integers_and_a_scale_are_the_table(table):
    whole, scale = integers(table)
    assert scale > 0
    assert [Fraction(int(w), scale) for w in whole.ravel()] == [Fraction(x) for x in table.ravel()]


@given(numbers.map(Fraction))
def test_numbers_written_out_are_read_back(value):
    assert as_fraction(as_decimal(value)) == value
