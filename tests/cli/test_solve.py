"""`nashscope solve` as a user meets it: names, payoffs, files; a table, or JSON, or one line."""

import json
from fractions import Fraction

import pytest

from nashscope.games import NormalForm, catalogue, named, write_efg, write_nfg
from nashscope.games.solve import certify, equilibria

# seconds; solved elsewhere
SLOW = ("leduc-poker", "ring-network", "beauty-contest", "commons", "capacity", "soccer")
PLAIN = [name for name in catalogue() if name not in SLOW]


@pytest.fixture(autouse=True)
def narrow(tmp_path, monkeypatch):
    """A terminal of 80 columns, in a folder of the test's own."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def told(nashscope, *arguments):
    """What `nashscope solve … --json` printed."""
    code, out, err = nashscope("solve", *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def plain(strategies):
    """Strategies as JSON has them, as one row of probabilities per place."""
    return [[list(place["plays"].values()) for place in places] for places in strategies]


def test_json_has_the_form_that_is_promised(nashscope):
    found = told(nashscope, "battle-of-the-sexes")
    assert [sorted(e) for e in found["equilibria"]] == [
        ["index", "labels", "payoffs", "regrets", "strategies", "unreached"]
    ] * 3
    first, second, mixed = found["equilibria"]
    assert plain(first["strategies"]) == [[["1", "0"]], [["1", "0"]]] and first["payoffs"] == [
        "3",
        "2",
    ]
    assert plain(second["strategies"]) == [[["0", "1"]], [["0", "1"]]] and second["payoffs"] == [
        "2",
        "3",
    ]
    assert mixed["strategies"] == [
        [{"at": None, "plays": {"ballet": "3/5", "boxing": "2/5"}}],
        [{"at": None, "plays": {"ballet": "2/5", "boxing": "3/5"}}],
    ]
    assert mixed["payoffs"] == ["6/5", "6/5"]
    assert first["labels"] == ["pure", "strict", "pareto", "undominated"]
    assert mixed["labels"] == ["mixed", "undominated"]
    assert [e["index"] for e in found["equilibria"]] == [1, 1, -1]
    assert [part["members"] for part in found["components"]] == [[0], [1], [2]]
    assert found["complete"] is True and found["degenerate"] is None


@pytest.mark.parametrize("name", PLAIN)
def test_every_game_of_the_catalogue_is_solved_within_80_columns(nashscope, name):
    code, out, err = nashscope("solve", name.replace("_", "-"))
    assert code == 0, err
    assert out.startswith(name.replace("_", "-"))
    assert "payoffs" in out or "all together can earn" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("alternating-offers:rounds=2", "payoffs: 1, 9   (pure, subgame-perfect)"),
        ("sequential-goods:bonus=1/2", "payoffs: 6/5, 1/5, 7/10   (pure, subgame-perfect)"),
        ("soccer:rows=1,columns=2", "payoffs: ≈0, ≈0   (optimal)"),
        ("commons:players=2,months=2,stock=6,collapse=1", "all together can earn: 9"),
    ],
)
def test_games_with_a_state_are_solved_as_far_as_they_can_be(nashscope, name, says):
    code, out, err = nashscope("solve", name)
    assert code == 0 and says in out, (out, err)
    assert max(map(len, out.splitlines())) <= 80
    assert isinstance(told(nashscope, name), dict)


def test_a_game_with_too_large_a_draw_is_played_and_not_solved(nashscope):
    code, out, err = nashscope("solve", "commons:players=2,stock=6,months=3,excess=lot")
    assert code == 1 and out == "" and "nature is asked for one of 9,223,372,036,854,775,808" in err


@pytest.mark.parametrize(
    "text",
    [
        "3,3 0,5; 5,0 1,1",
        "3,3  0,5\n5,0  1,1\n",
        "[[[3, 0], [5, 1]], [[3, 5], [0, 1]]]",
        '[[["6/2", 0], [5.0, 1]], [[3, 5], [0, 1e0]]]',
    ],
)
def test_payoffs_may_be_spelled_out(nashscope, text):
    found = told(nashscope, text)
    assert found["game"] is None
    (only,), (named_one,) = (
        each["equilibria"] for each in (found, told(nashscope, "prisoners-dilemma"))
    )
    assert plain(only.pop("strategies")) == plain(named_one.pop("strategies"))
    assert only == named_one


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 -1; -1 1", "0"),
        ("[[1, -1], [-1, 1]]", "0"),
        ("0.1 1/3", "1/10"),  # decimals are what they say, not the nearest binary fraction
        ("7", "7"),
        ("-1 -2", "-2"),
        ("-.5 -1e1; -3 -4", "-4"),
        ("1 2 3;", "1"),
    ],
)
def test_one_number_a_cell_is_a_zero_sum_game(nashscope, text, value):
    assert {tuple(e["payoffs"]) for e in told(nashscope, text)["equilibria"]} == {
        (value, str(-Fraction(value)))
    }


def test_a_file_is_what_was_written_to_it(nashscope, tmp_path):
    game = named("battle-of-the-sexes").make()
    write_nfg(game, tmp_path / "a game.nfg")
    write_nfg(game, tmp_path / "outcomes.NFG", outcomes=True)
    by_name = told(nashscope, "battle-of-the-sexes")
    assert told(nashscope, "a game.nfg") == told(nashscope, "outcomes.NFG") == by_name
    write_efg(named("beer-quiche").make(), tmp_path / "tree.efg")
    assert told(nashscope, "tree.efg") == told(nashscope, "beer-quiche")


def test_a_game_of_ones_own_is_taken_from_a_python_file(nashscope, tmp_path):
    (tmp_path / "own_game.py").write_text(
        "from nashscope.games import zero_sum_game\nGAME = zero_sum_game([[2, 0], [0, 1]])\n"
    )
    assert told(nashscope, "own_game.py:GAME")["equilibria"][0]["payoffs"] == ["2/3", "-2/3"]


def test_a_tree_is_solved_by_what_fits_it(nashscope):
    poker = told(nashscope, "kuhn-poker")["equilibria"][0]
    assert poker["payoffs"] == ["-1/18", "1/18"] and poker["labels"] == ["optimal"]
    king = next(place for place in poker["strategies"][0] if place["at"] == "Kpb")
    assert king["plays"] == {"pass": "0", "bet": "1"} and len(poker["strategies"][1]) == 6
    centipede = told(nashscope, "centipede")["equilibria"][0]
    assert centipede["payoffs"] == ["4", "1"]
    assert centipede["labels"] == ["pure", "subgame-perfect"]
    ties = told(nashscope, "ultimatum")["equilibria"][0]["labels"]
    assert ties[-1] == "one of several"
    assert len(told(nashscope, "beer-quiche")["components"]) == 2


def test_floats_are_numbers_and_fractions_are_text(nashscope):
    found = told(nashscope, "el-farol")
    numbers = [p for e in found["equilibria"] for (s,) in plain(e["strategies"]) for p in s]
    assert {type(p) for p in numbers} == {str, float}
    for equilibrium in found["equilibria"]:
        own = [
            [Fraction(p) if isinstance(p, str) else p for p in s]
            for (s,) in plain(equilibrium["strategies"])
        ]
        certify(named("el-farol").make(), own)
        exact = all(isinstance(p, Fraction) for s in own for p in s)
        assert (equilibrium["regrets"] == ["0"] * 4) == exact
        assert all(isinstance(r, str) or 0 <= r <= 2e-9 for r in equilibrium["regrets"])


def test_what_json_says_is_what_the_library_says(nashscope):
    game = NormalForm([[[1, 0], [1, 0]], [[1, 1], [0, 2]]])
    found = told(nashscope, "1,1 0,1; 1,0 0,2")
    assert found["equilibria"] == [
        {
            "strategies": [
                [{"at": None, "plays": dict(zip(("a0", "a1"), map(str, s), strict=True))}]
                for s in e.strategies
            ],
            "payoffs": [str(u) for u in e.payoffs],
            "regrets": ["0", "0"],
            "labels": list(e.labels),
            "index": e.index,
            "unreached": None,
        }
        for e in equilibria(game)
    ]
    assert found["degenerate"] == equilibria(game).degenerate is not None


def test_the_table_says_what_it_cannot_list(nashscope):
    _, out, _ = nashscope("solve", "1,1 0,1; 1,0 0,2")
    assert "continuum" in out and "Degenerate: against player" in out
    _, out, _ = nashscope("solve", "colonel-blotto")
    assert "In a game of this size, mixed equilibria may be missing." in out
    _, out, _ = nashscope("solve", "el-farol")
    assert "With more than two players, mixed equilibria may be missing." in out


def test_json_has_one_form_for_all_ways_of_solving(nashscope):
    heads = set()
    for name in ("chicken", "el-farol", "kuhn-poker", "centipede", "beer-quiche", "leduc-poker"):
        found = told(nashscope, name)
        heads.add(tuple(found))
        assert found["players"] == [f"player {n + 1}" for n in range(len(found["players"]))]
        for e in found["equilibria"]:
            assert len(e["strategies"]) == len(e["payoffs"]) == len(e["regrets"])
            assert all(float(Fraction(r)) >= 0 for r in e["regrets"])
            for place in (place for places in e["strategies"] for place in places):
                assert list(place) == ["at", "plays"]
                assert abs(sum(Fraction(p) for p in place["plays"].values()) - 1) < 1e-9
    assert len(heads) == 1
    plans = told(nashscope, "beer-quiche")["equilibria"][1]["strategies"][0][0]["plays"]
    assert plans["strong: quiche, weak: quiche"] == "1"


def test_more_is_said_where_it_is_asked_for(nashscope):
    _, out, _ = nashscope("solve", "chicken", "--also", "correlated,dominance,quantal")
    assert "  payoffs: 8/3, 8/3" in out and "no action is dominated" in out
    found = told(nashscope, "prisoners-dilemma", "--also", "dominance,correlated,quantal")
    assert found["dominance"]["left"] == [["defect"], ["defect"]]
    assert found["correlated"]["cells"] == [{"actions": ["defect", "defect"], "probability": "1"}]
    last = found["quantal"][-1]["strategies"][0][0]["plays"]
    assert last["defect"] > 0.9
    code, _, err = nashscope("solve", "chicken", "--also", "everything")
    assert code == 2 and "correlated, dominance, quantal" in err
    code, _, err = nashscope("solve", "centipede", "--also", "dominance")
    assert code == 2 and "this is a tree" in err


def test_names_from_a_file_are_shown_and_steer_no_terminal(nashscope, tmp_path):
    (tmp_path / "names.nfg").write_text(
        'NFG 1 R "a \x1b[31mgame" { "Ann" "Bob\x1b[2J" } { { "x\x1b[1m" "y" } { "l" "r" } }\n'
        "1 2 0 0 0 0 3 4\n"
    )
    _, out, _ = nashscope("solve", "names.nfg")
    assert "Ann" in out and "\x1b" not in out and "\\x1b[2J" in out
    assert told(nashscope, "names.nfg")["players"] == ["Ann", "Bob\x1b[2J"]


def test_the_pure_equilibria_are_printed_when_time_is_over(nashscope):
    code, out, _ = nashscope("solve", "el-farol", "--time-limit", "1e-9")
    assert code == 0 and "Not finished: " in out and "within 1e-09 s" in " ".join(out.split())


@pytest.mark.parametrize("name", ["travellers-dilemma", "shapley", "colonel-blotto",
                                  "kuhn-poker", "centipede", "beer-quiche"])  # fmt: skip
def test_the_time_limit_holds_for_every_kind_of_game(nashscope, name):
    code, out, err = nashscope("solve", name, "--time-limit", "1e-9")
    assert code == 1 and out == ""
    assert "did not finish within" in err and "longer time limit" in err and err.count("\n") == 1


def test_a_time_limit_is_a_positive_number(nashscope):
    for limit in ("0", "-3", "nan", "soon"):
        code, out, err = nashscope("solve", "chicken", "--time-limit", limit)
        assert code == 2 and out == "" and "Traceback" not in err, limit


def test_an_option_that_is_none_is_no_game(nashscope):
    for wrong in (("chicken", "--jsn"), ("--jsn", "chicken"), ("chicken", "-x")):
        code, out, err = nashscope("solve", *wrong)
        assert code == 2 and out == "" and "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chickn", "did you mean chicken"),
        ("1 2; 3", "the rows have [2, 1] cells"),
        ("1,2 3; 4 5", "cells hold [1, 2] numbers"),
        ("1,2,3 4,5,6", "cells hold [3] numbers; 1 or 2"),
        ("1,x 2,2", "row 1, cell 1 is '1,x'"),
        ("1 2; 1/0 3", "row 2, cell 1 is '1/0'"),
        ("1 nan", "row 1, cell 2 is 'nan'"),
        ("1e99999999999 2", "row 1, cell 1 is '1e99999999999'"),
        ("1e400 2", "payoffs must be below 1.8e308"),
        (";", "the rows have no cells"),
        ("[[1, 2], [3]]", "ragged"),
        ("[[1, 2], 3]", "ragged"),
        ("[[1, 2], [3,", "the lists cannot be read"),
        ("[1, 2]", "the lists are 1 deep"),
        ("[]", "the lists are 0 deep"),
        ("[" * 5000, "the lists cannot be read"),
        ("[[1, Infinity]]", "payoffs[0][0][1] is inf"),
        ("[[1, null]]", "payoffs[0][0][1] is None"),
        ("[[1, true]]", "payoffs[0][0][1] is True"),
        ('[[1, "many"]]', "payoffs[0][0][1] is 'many'"),
        ("[[[1, 2]], [[1]]]", "ragged"),
        ("[[[1]]]", "payoffs have shape (1, 1, 1)"),
        ("none.nfg", "none.nfg cannot be read: No such file"),
        ("none.efg", "none.efg cannot be read: No such file"),
        ("game.txt", ".nfg, .efg"),
        ("own.py:GAME", "there is no file own.py"),
        ("ordinal-13-1", "both run from 1 to 12"),
        ("", "'' has no name"),
    ],
)
def test_what_is_no_game_is_one_line(nashscope, text, says):
    code, out, err = nashscope("solve", text)
    assert code == 2 and out == ""
    assert says in err and err.count("\n") == 1 and "Traceback" not in err
    assert len(err) < 240


def test_a_malformed_file_is_one_line_with_the_place(nashscope, tmp_path):
    (tmp_path / "bad.nfg").write_text('NFG 1 R "x" { "A" "B" }\n{ 2 2 }\n1 1 2 2 3 3 4')
    (tmp_path / "bad.efg").write_text('EFG 2 R "x" { "A" }\nq "" 1')
    (tmp_path / "own.py").write_text("GAME = 5\n")
    for name, says in (("bad.nfg", "bad.nfg ends too early"), ("bad.efg", "bad.efg, line 2"),
                       ("own.py:GAME", "a game is a Named, a NormalForm, a Tree")):  # fmt: skip
        code, out, err = nashscope("solve", name)
        assert code == 2 and out == "" and says in err and err.count("\n") == 1
