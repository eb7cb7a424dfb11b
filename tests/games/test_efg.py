"""Gambit's tree files are read and written without loss, and refused with the line."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, Unreadable
from nashscope.games import (
    Move,
    Tree,
    catalogue,
    format_efg,
    format_nfg,
    game,
    leaf,
    named,
    parse_efg,
    read_efg,
    write_efg,
)
from nashscope.games.exchange.file import read_game
from nashscope.games.solve import expected_payoffs, tree_nash_conv
from tests.games.forest import random_tree

TREES = [name for name in catalogue() if isinstance(named(name).make(), Tree)]

POKER = """EFG 2 R "General Bayes game, one stage" { "Player 1" "Player 2" }
"a comment of
two lines"

c "ROOT" 1 "(0,1)" { "1G" 1/2 "1B" .5 } 0
c "" 2 "(0,2)" { "2g" 0.500000 "2b" 0.500000 } 0
p "" 1 1 "(1,1)" { "H" "L" } 0
p "" 2 1 "(2,1)" { "h" "l" } 0
t "" 1 "Outcome 1" { 10, 2 }
t "" 2 "Outcome 2" { 0, 10 }
p "" 2 1 0
t "" 3 "Outcome 3" { 2 4 }
t "" 1
p "" 1 1 "(1,1)" { "H" "L" } 5 "on the way" { -1, -1/3 }
p "" 2 2 "(2,2)" { "h" "l" } 0
t "" 2
t "" 0
p "" 2 2 "(2,2)" { "h" "l" } 5
t "" 2
t "" 3
t "the \\"bad\\" end" 4 "" { 1e1, -.25 }
"""
"""After the example of Gambit's manual, "The extensive game (.efg) file format", with its shorter
forms: sets and outcomes told once, and outcomes on the way."""


def test_the_forms_of_the_manual():
    tree = parse_efg(POKER)
    assert tree.players == 2
    assert list(tree.information) == [(0, "(1,1)"), (1, "(2,1)"), (1, "(2,2)")]
    ends = [node.payoffs for node in tree.nodes() if not hasattr(node, "children")]
    third = Fraction(1, 3)
    assert ends == [
        (10, 2),
        (0, 10),
        (2, 4),
        (10, 2),
        (-1, 10 - third),
        (-1, -third),
        (-2, 10 - 2 * third),
        (0, 4 - 2 * third),
        (10, Fraction(-1, 4)),
    ]


@given(st.integers(0, 10**6), st.integers(1, 3))
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_read_back(seed, players):
    tree = random_tree(seed, players=players)
    assert parse_efg(format_efg(tree)) == tree


@pytest.mark.parametrize("name", TREES)
def test_the_catalogue_survives_a_file(name, tmp_path):
    tree = named(name).make()
    write_efg(tree, tmp_path / "game.efg")
    assert read_efg(tmp_path / "game.efg") == tree
    assert read_efg(tmp_path / "game.efg").name == tree.name


def test_names_with_quotes_and_backslashes_survive():
    tree = Tree(Move(0, 'say "no" \\ yes', ('"', "\\"), (leaf(1), leaf(0))), 1, 'the "game"')
    again = parse_efg(format_efg(tree))
    assert again == tree and again.name == tree.name


def test_a_tree_is_as_deep_as_it_likes():
    node = leaf(0, 0)
    for turn in range(1200):
        node = Move(turn % 2, f"turn {turn}", ("stop", "go"), (leaf(turn, 1), node))
    tree = Tree(node, 2)
    assert parse_efg(format_efg(tree)) == tree
    go = dict.fromkeys(tree.information, (0, 1))
    assert expected_payoffs(tree, go) == (0, 0)
    # whoever stops at once gets the most that is left to it
    assert tree_nash_conv(tree, go) == 1198 + 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("EFG 2", "NFG 2", "line 1: EFG at the start was expected, not 'NFG'"),
        ("EFG 2", "EFG 1", "line 1: version 2 was expected, not '1'"),
        ('"Player 2" }', '"Player 2"', "line 5: } after the players' names was expected, not 'c'"),
        ('c "ROOT"', 'x "ROOT"', "line 5: c, p or t was expected, not 'x'"),
        ("1/2", "1/0", "line 5: a probability was expected, not '1/0'"),
        ("1/2", "half", "line 5: a probability was expected, not 'half'"),
        ('{ "H" "L" } 0', "{ } 0", "line 7: an action was expected, not '}'"),
        ('p "" 2 1 "(2,1)"', 'p "" 3 1 "(2,1)"', "line 8: a player from 1 to 2 was expected"),
        ('p "" 2 1 "(2,1)"', 'p "" 2 -1 "(2,1)"', "line 8: an information set's number was"),
        ("{ 10, 2 }", "{ 10 }", "line 9: a payoff was expected, not '}'"),
        ("{ 10, 2 }", "{ 10, 2, 3 }", "line 9: } after the payoffs was expected, not '3'"),
        ("{ 10, 2 }", "{ 10, nan }", "line 9: a payoff was expected, not 'nan'"),
        ("{ 10, 2 }", "{ 10, inf }", "line 9: a payoff was expected, not 'inf'"),
        ('p "" 2 1 0', 'p "" 2 7 0', "line 11: { before the actions of information set 7"),
        ('t "" 1\n', 't "" 9\n', "line 14: { before the payoffs of outcome 9 was expected"),
        ("{ 1e1, -.25 }", "{ 1e1, -.25 } 7", "line 21: the end of the file was expected"),
        ("{ 1e1, -.25 }", '{ 1e1, "', "line 21: a quotation mark is never closed"),
        (' "" { 1e1, -.25 }', "", "ends too early: { before the payoffs of outcome 4"),
    ],
)
def test_a_malformed_file_is_one_line_that_names_the_line(old, new, says, tmp_path):
    path = tmp_path / "game.efg"
    path.write_text(POKER.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Unreadable) as raised:
        read_efg(path)
    assert says in str(raised.value) and "game.efg" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (".5 } 0", ".4 } 0", "sum to 9/10, not 1"),
        ('p "" 2 2 "(2,2)" { "h" "l" }', 'p "" 1 1 "(1,1)"', "would forget"),
    ],
)
def test_a_file_whose_tree_contradicts_itself_is_named_too(old, new, says):
    with pytest.raises(IllFormedGame, match=rf"poker\.efg: .*{says}"):
        parse_efg(POKER.replace(old, new, 1), "poker.efg")


def test_no_file_and_no_text_are_told_apart(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        read_efg(tmp_path / "none.efg")
    (tmp_path / "picture.efg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(Unreadable, match="not UTF-8 text"):
        read_efg(tmp_path / "picture.efg")


HEAD = 'EFG 2 R "" { "A" "B" }\n'
DRAW = 'c "" 1 "d" { "x" 1/2 "y" 1/2 } 0\n'
ENDS = [
    't "" 1 "" { 1, 2 }\n',
    't "" 2 "" { 3, 4 }\n',
    't "" 3 "" { 5, 6 }\n',
    't "" 4 "" { 7, 8 }\n',
]


def two_moves(first='"s" { "L" "R" }', second='"s" { "L" "R" }', draw=DRAW, ends=ENDS):
    """A draw that player 1 does not see; its set stands on lines 3 and 6."""
    moves = [f'p "" 1 1 {told} 0\n' for told in (first, second)]
    return HEAD + draw + moves[0] + "".join(ends[:2]) + moves[1] + "".join(ends[2:])


CONTRADICTIONS = {
    "an outcome": (
        two_moves(ends=[*ENDS[:2], 't "" 1 "" { 1, 1 }\n', ENDS[3]]),
        r"line 7: outcome 1 is { 1 1 } here but { 1 2 } on line 4",
    ),
    "outcome 0": (
        two_moves(ends=['t "" 0 "" { 1, 1 }\n', *ENDS[1:]]),
        r"line 4: outcome 0 pays { 1 1 }, but 0 stands for no outcome",
    ),
    "a set's name": (
        two_moves(second='"other" { "L" "R" }'),
        r"line 6: set 1 of player 1 is 'other' here but 's' on line 3",
    ),
    "a set's name alone": (
        two_moves(second='"other"'),
        r"line 6: .*'other' here but 's' on line 3",
    ),
    "swapped actions": (
        two_moves(second='"s" { "R" "L" }'),
        r'line 6: set 1 of player 1 is { "R" "L" } here but { "L" "R" } on line 3',
    ),
    "one action more": (two_moves(second='"s" { "L" "R" "M" }'), r"line 6: set 1 of player 1"),
    "odds": (
        HEAD + DRAW + 'c "" 1 "d" { "x" 1/4 "y" 3/4 } 0\n' + "".join(ENDS[:3]),
        r"line 3: draw 1 is { 0.25 0.75 } here but { 0.5 0.5 } on line 2",
    ),
    "a draw's outcomes": (
        HEAD + DRAW + 'c "" 1 "d" { "y" 1/2 "x" 1/2 } 0\n' + "".join(ENDS[:3]),
        r"line 3: draw 1 is",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_what_is_told_twice_must_be_the_same(case):
    source, message = CONTRADICTIONS[case]
    with pytest.raises(Unreadable, match=message):
        parse_efg(source)


def test_what_is_told_twice_in_the_same_way_is_read():
    plain = parse_efg(two_moves())
    for second in ('"s" { "L" "R" }', '"s"', "", '"" { "L" "R" }', '{ "L" "R" }'):
        assert parse_efg(two_moves(second=second)) == plain
    again = parse_efg(two_moves(ends=[*ENDS[:3], 't "" 1 "called otherwise" { 1, 2.0 }\n']))
    assert next(n for n in reversed(list(again.nodes()))).payoffs == (1, 2)
    nothing = 't "" 0 "" { 0, 0 }\n'
    assert list(parse_efg(two_moves(ends=[*ENDS[:3], nothing])).nodes())[-1].payoffs == (0, 0)


def test_the_players_keep_their_names_and_a_byte_order_mark_is_no_content():
    assert parse_efg("\ufeff" + two_moves()).player_names == ("A", "B")
    unnamed = parse_efg(two_moves().replace('{ "A" "B" }', '{ "" "B" }'))
    assert unnamed.player_names == ("player 1", "B")
    twins = parse_efg(two_moves().replace('{ "A" "B" }', '{ "A" "A" }'))
    assert twins.player_names == ("player 1", "player 2")
    assert parse_efg(format_efg(parse_efg(two_moves()))).player_names == ("A", "B")
    assert unnamed == twins  # names do not make another game


def test_the_first_word_says_which_form_a_file_has(tmp_path):
    path = tmp_path / "game.txt"
    path.write_text(two_moves(), encoding="utf-8-sig")
    assert read_game(path) == parse_efg(two_moves())
    path.write_text(format_nfg(game("chicken")))
    assert read_game(path) == game("chicken")
    for source in ("", "matrix 2 2", "\n"):
        path.write_text(source)
        with pytest.raises(Unreadable, match=r"game.txt begins with .*NFG .* or EFG"):
            read_game(path)


def test_imperfect_recall_is_told_by_the_names_of_the_file():
    forgets = HEAD + 'p "" 1 1 "s" { "L" "R" } 0\np "" 1 1 0\n' + "".join(ENDS[:3])
    with pytest.raises(IllFormedGame, match=r"'A' would forget: .* after 'L' at 's'"):
        parse_efg(forgets)
