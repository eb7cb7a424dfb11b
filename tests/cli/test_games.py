"""`nashscope games` as a user meets it: the list by family, one game in full, JSON."""

import json
import re

import numpy as np
import pytest

from nashscope.games import NormalForm, Tree, catalogue, game, named
from nashscope.games.solve import pure_equilibria


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


def test_the_list_has_every_game_once_below_its_family(nashscope):
    code, out, err = nashscope("games")
    assert code == 0, err
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    family, found = None, {}
    for line in lines:
        if re.fullmatch(r"[A-Z-]+", line):
            family = line
        elif entry := re.fullmatch(r"  ([a-z-]+)  \((.+)\)", line):
            found[entry[1]] = family
    stated = {n: named(n).family.upper() for n in catalogue()}
    assert found == stated
    families = [line for line in lines if re.fullmatch(r"[A-Z-]+", line)]
    assert families == sorted(set(stated.values()))
    assert "ordinal-ROW-COLUMN" in out


def test_small_games_are_pictured_in_the_list(nashscope):
    lines = nashscope("games")[1].splitlines()
    start = lines.index("  chicken  (2×2)")
    picture = [line.split() for line in lines[start + 1 : start + 7]]
    assert picture[1] == ["swerve", "straight"]
    assert picture[3] == ["swerve", "3,", "3", "1,", "4", "*"]
    assert picture[4] == ["straight", "4,", "1", "*", "0,", "0"]


@pytest.mark.parametrize("name", catalogue())
def test_one_game_is_shown_in_full(nashscope, name):
    code, out, err = nashscope("games", name)
    assert code == 0, err
    lines, entry = out.splitlines(), named(name)
    assert lines[0].startswith(f"{name}  ({entry.family}; ")
    assert " ".join(out.split()).count(" ".join(entry.source.split())) == 1
    assert sum(line.startswith("equilibrium: ") for line in lines) == len(entry.equilibria)
    assert ("value to player 1" in out) == (entry.value is not None)
    assert ("backward induction pays" in out) == (entry.perfect is not None)
    if isinstance(entry.make(), NormalForm):  # the branches of a tree may be long
        assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", ["cournot", "volunteers-dilemma", "el-farol", "public-goods"])
def test_a_star_marks_every_pure_equilibrium(nashscope, name):
    _, out, _ = nashscope("games", name)
    assert out.count("*") == len(pure_equilibria(game(name))) > 0
    made = game(name)
    told = [line for line in out.splitlines() if line.startswith("player 3 plays")]
    captions = [line for line in told if ";" not in line]  # that is an equilibrium
    assert len(captions) == np.prod(made.shape[2:]) * (made.players > 2)


def test_a_picture_of_three_players_has_everyones_payoffs_in_their_cell(nashscope):
    _, out, _ = nashscope("games", "volunteers-dilemma")
    second = out[out.index("player 3 plays wait") :].splitlines()
    rows = [line.split() for line in second if line.startswith(" volunteer ")]
    assert rows[0] == ["volunteer", "3,", "3,", "4", "3,", "4,", "4", "*"]


def test_json_has_the_exact_payoffs_of_every_game(nashscope):
    code, out, err = nashscope("games", "--json")
    assert code == 0, err
    entries = {entry["name"]: entry for entry in json.loads(out)}
    assert sorted(entries) == catalogue()
    for name, entry in entries.items():
        made = named(name).make()
        assert entry["family"] and entry["source"]
        assert (entry["complete"] is None) == (not entry["equilibria"])
        if not isinstance(made, NormalForm):
            assert "payoffs" not in entry
            assert isinstance(made, Tree) != bool(entry.get("asks"))
        else:
            again = NormalForm(entry["payoffs"], entry["actions"])
            assert again == made
    assert entries["centipede"]["perfect"] == ["4", "1"]
    assert entries["kuhn-poker"]["value"] == "-1/18"


def test_an_ordinal_game_is_known_by_its_place(nashscope):
    _, out, _ = nashscope("games", "ordinal-6-7")
    assert out.startswith("ordinal-6-7  (prisoner's dilemma; 2×2)")


def test_a_file_of_ones_own_keeps_its_name(nashscope, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_game.py").write_text(
        "from nashscope.games import zero_sum_game\nGAME = zero_sum_game([[2, 0], [0, 1]])\n"
    )
    code, out, err = nashscope("games", "my_game.py:GAME")
    assert code == 0 and out.startswith("my_game.py:GAME  (own; 2×2)"), err


def test_an_unknown_name_is_one_line(nashscope):
    code, out, err = nashscope("games", "prisoner-dilemma")
    assert code == 2 and out == ""
    assert "did you mean prisoners-dilemma" in err and err.count("\n") == 1
