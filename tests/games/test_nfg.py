"""Gambit's strategic files are read in both forms, written without loss, and refused by line."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import IllFormedGame, Unreadable
from nashscope.games import (
    NormalForm,
    catalogue,
    format_nfg,
    named,
    parse_nfg,
    read_nfg,
    write_nfg,
)

STRATEGIC = [name for name in catalogue() if isinstance(named(name).make(), NormalForm)]

PAYOFFS = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
OUTCOMES = """NFG 1 R "An example" { "Player 1" "Player 2" }

{ { "1" "2" "3" }
{ "1" "2" }
}
"a comment"

{
{ "one" 1, 1 }
{ "two" 0, 2 }
{ "" 0 3 }
{ 2/4, -.5 }
}
1 2 2 1 3 4
"""
"""Both after the examples of Gambit's manual, "The strategic game (.nfg) file format"."""


def test_the_first_players_action_changes_fastest():
    read = parse_nfg(PAYOFFS)
    assert read.name.startswith("Selten") and read.actions == (("1", "2", "3"), ("1", "2"))
    assert read.payoffs[0].T.tolist() == [[1, 0, 0], [1, 0, 2]]
    assert read.payoffs[1].T.tolist() == [[1, 2, 2], [1, 3, 0]]


def test_outcomes_are_told_once_and_named_by_number():
    read = parse_nfg(OUTCOMES)
    assert read.payoffs[0].T.tolist() == [[1, 0, 0], [1, 0, 0.5]]
    assert read.exact[1, 2, 1] == Fraction(-1, 2)


def test_outcome_zero_pays_nothing():
    assert parse_nfg(OUTCOMES.replace("1 2 2", "0 2 2")).payoffs[:, 0, 0].tolist() == [0, 0]


def test_three_players_and_names_that_are_none():
    read = parse_nfg('NFG 1 D "" { "" "" "" } { 2 { "x" "x" } { "y" "" "z" } } ' + "1 2 3 " * 12)
    assert read.shape == (2, 2, 3)
    assert read.actions[1:] == (("1", "2"), ("1", "2", "3"))


@st.composite
def games(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    number = st.fractions(max_denominator=50) | st.decimals(-99, 99, places=3).map(Fraction)
    table = draw(arrays(object, (len(shape), *shape), elements=number))
    text = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=5)
    names = [draw(st.lists(text, min_size=n, max_size=n, unique=True)) for n in shape]
    return NormalForm(table, names, draw(st.text(max_size=9)))


@given(games(), st.booleans())
@settings(max_examples=40)
def test_what_is_written_is_read_back(game, outcomes):
    again = parse_nfg(format_nfg(game, outcomes=outcomes))
    assert again == game and again.name == game.name


@given(arrays(float, (2, 2, 2), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_survive_to_the_last_bit(table):
    again = parse_nfg(format_nfg(NormalForm(table)))
    assert again == NormalForm(table)
    np.testing.assert_array_equal(again.payoffs, table)


@pytest.mark.parametrize("name", STRATEGIC)
@pytest.mark.parametrize("outcomes", [False, True])
def test_the_catalogue_survives_a_file(name, outcomes, tmp_path):
    game = named(name).make()
    write_nfg(game, tmp_path / "game.nfg", outcomes=outcomes)
    assert read_nfg(tmp_path / "game.nfg") == game
    assert read_nfg(str(tmp_path / "game.nfg")).name == game.name


@pytest.mark.parametrize(
    ("source", "old", "new", "says"),
    [
        (PAYOFFS, "NFG 1", "EFG 2", "line 1: NFG at the start was expected, not 'EFG'"),
        (PAYOFFS, "NFG 1", "NFG 2", "line 1: version 1 was expected, not '2'"),
        (PAYOFFS, "1 R", "1 Q", "line 1: R or D was expected, not 'Q'"),
        (PAYOFFS, '"Selten (IJGT, 75), Figure 2, normal form"', "", "the title in quotation marks"),
        (PAYOFFS, "{ 3 2 }", "{ 3 2 2 }", "2 players are named, but actions are given for 3"),
        (PAYOFFS, "{ 3 2 }", "{ 3 }", "2 players are named, but actions are given for 1"),
        (PAYOFFS, "{ 3 2 }", "{ 3 1/2 }", "line 2: a number of actions was expected, not '1/2'"),
        (PAYOFFS, "{ 3 2 }", "{ 3 -2 }", "line 2: a number of actions was expected, not '-2'"),
        (PAYOFFS, "3 2 0\n", "3 2\n", "ends too early: a payoff of cell (2, 1) was expected"),
        (PAYOFFS, "3 2 0\n", "3 2 0 7\n", "line 4: the end of the file was expected, not '7'"),
        (PAYOFFS, "1 1 0 2", "1 1 0 x", "line 4: a payoff of cell (1, 0) was expected, not 'x'"),
        (PAYOFFS, "1 1 0 2", "1 1 0 nan", "line 4: a payoff of cell (1, 0) was expected"),
        (PAYOFFS, "1 1 0 2", "1 1 0 inf", "line 4: a payoff of cell (1, 0) was expected"),
        (PAYOFFS, "1 1 0 2", "1 1 0 2/0", "line 4: a payoff of cell (1, 0) was expected"),
        (PAYOFFS, "1 1 0 2", "1 1 0 1e999999999", "line 4: a payoff of cell (1, 0) was expected"),
        (PAYOFFS, "form", 'fo"rm', "a quotation mark is never closed"),
        (OUTCOMES, "1 2 2 1 3 4", "1 2 2 1 3 5", "line 14: an outcome from 0 to 4 was expected"),
        (OUTCOMES, "1 2 2 1 3 4", "1 2 2 1 3 -1", "line 14: the outcome of cell (2, 1) was"),
        (OUTCOMES, "1 2 2 1 3 4", "1 2 2 1 3 .5", "line 14: the outcome of cell (2, 1) was"),
        (OUTCOMES, "0, 2 }", "0 }", "line 10: a payoff of an outcome was expected, not '}'"),
        (OUTCOMES, "0, 2 }", "0, 2, 2 }", "line 10: } after an outcome was expected, not '2'"),
        (OUTCOMES, "3 4\n", "3\n", "ends too early: the outcome of cell (2, 1) was expected"),
    ],
)
def test_a_malformed_file_is_one_line_that_names_the_line(source, old, new, says, tmp_path):
    assert old in source
    path = tmp_path / "game.nfg"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Unreadable) as raised:
        read_nfg(path)
    assert says in str(raised.value) and "game.nfg" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("ending", range(0, len(OUTCOMES) - 3, 7))
def test_a_file_that_breaks_off_is_refused_wherever_it_does(ending):
    with pytest.raises(Unreadable):
        parse_nfg(OUTCOMES[:ending])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('NFG 1 R "" { "A" } { 2 } 1 2', "names 1 players; a strategic game has 2 or more"),
        ('NFG 1 R "" { } { }', "names 0 players"),
        ('NFG 1 R "" { "A" "B" } { 2 0 }', "1 or more, was expected, not '0'"),
        ('NFG 1 R "" { "A" "B" } { 2 { } }', "an action was expected, not '}'"),
        ('NFG 1 R "" { "A" "B" } { 9999999999999 1 } 1', "1 or more, was expected"),
        ('NFG 1 R "" { A B } { 2 2 }', "} after the players' names was expected, not 'A'"),
        ('NFG 1 R "" ' + '{ "A" "B" "C" "D" } { 15 15 15 15 } 1', "ends too early: a payoff of"),
    ],
)
def test_a_file_too_short_for_its_game_is_refused_at_once(text, says):
    with pytest.raises(Unreadable, match=r"^small\.nfg") as raised:
        parse_nfg(text, "small.nfg")
    assert says in str(raised.value)


def test_a_payoff_beyond_floats_is_named_with_the_file():
    with pytest.raises(IllFormedGame, match=r"small\.nfg: payoffs\[0\].*below 1.8e308"):
        parse_nfg('NFG 1 R "" { "A" "B" } { 1 1 } 1e400 2', "small.nfg")


def test_no_file_and_no_text_are_told_apart(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        read_nfg(tmp_path / "none.nfg")
    (tmp_path / "picture.nfg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(Unreadable, match="not UTF-8 text"):
        read_nfg(tmp_path / "picture.nfg")
    with pytest.raises(Unreadable, match="directory"):
        read_nfg(tmp_path)
