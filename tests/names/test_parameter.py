"""Parameters are what a function takes, as exactly as they were typed."""

from fractions import Fraction
from functools import partial
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, Misuse
from nashscope.names import called


def told(
    players: int = 2, share: Fraction | float = 0.5, name: str = "x", loud: bool = False, least=4
):
    return players, share, name, loud, least


def kind(how: Literal["direct", "cot"] = "direct", most: int | None = 3):
    return how, most


@given(st.integers(-9999, 9999), st.fractions(max_denominator=999), st.booleans())
def test_numbers_are_exact_and_of_the_type_that_is_asked_for(count, share, loud):
    given = (
        ("players", str(count)),
        ("share", str(share)),
        ("loud", str(loud).lower()),
        ("least", str(share)),
    )
    assert called(told, given, "told") == (count, share, "x", loud, share)


def test_a_float_is_one_where_nothing_else_is_taken():
    def half(share: float = 0.5):
        return share

    given = called(half, (("share", "1/4"),), "half")
    assert given == 0.25 and isinstance(given, float)


def test_a_decimal_is_the_fraction_that_it_says():
    assert called(told, (("share", "0.1"),), "told")[1] == Fraction(1, 10)


def test_words_and_nothing():
    assert called(kind, (("how", "cot"), ("most", "none")), "kind") == ("cot", None)
    assert called(told, (("name", "7"),), "told")[2] == "7"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("player", "3", "has no parameter 'player'; did you mean players. it takes players=2, "),
        ("zz", "3", "has no parameter 'zz'; it takes players=2, share=0.5, name=x, loud=False"),
        ("players", "3.5", "players is '3.5'; it is a whole number"),
        ("players", "20000", "at most 10,000"),
        ("players", "9" * 400, "whole number"),
        ("share", "1/0", "a number such as"),
        ("share", "nan", "a number such as"),
        ("share", "1e999999999", "a number such as"),
        ("loud", "1", "true or false"),
        ("least", "many", "a number such as"),
    ],
)
def test_what_does_not_fit_names_the_parameter_and_what_fits(key, value, says):
    with pytest.raises(Misuse, match=says):
        called(told, ((key, value),), "told")


def test_one_of_a_few_words():
    with pytest.raises(Misuse, match="how is 'loud'; it is one of direct, cot"):
        called(kind, (("how", "loud"),), "kind")


def test_what_goes_wrong_within_says_what_was_written_and_what_there_is():
    def halves(parts: int = 2):
        return 1 / parts

    with pytest.raises(Misuse, match="halves:parts=0 cannot be made: division by zero; it takes"):
        called(halves, (("parts", "0"),), "halves")

    def none(players: int = 2):
        raise IllFormedGame("a game has players")

    with pytest.raises(IllFormedGame, match="none:players=0: a game has players"):
        called(none, (("players", "0"),), "none")


def test_a_bug_of_a_user_without_parameters_is_theirs():
    def broken():
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        called(broken, (), "broken")


def test_a_function_with_some_arguments_given_is_read_like_the_whole():
    given = called(partial(kind, most=4), (("how", "cot"),), "kind")
    assert given == ("cot", 4)
    with pytest.raises(Misuse, match="one of direct, cot"):
        called(partial(kind, most=4), (("how", "loud"),), "kind")
