"""`nashscope bench matrix` as a user meets it."""

import json

import pytest


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--sizes", "1"), "2 to 26 actions"),
        (("--sizes", "0x3"), "2 to 26 actions"),
        (("--sizes", "two"), "cannot be read"),
        (("--sizes", "4"), "--fresh"),
        (("--epsilon", "0"), "above 0, at most 1"),
        (("--epsilon", "1.2"), "above 0, at most 1"),
        (("--limit", "0"), "1 or more"),
        (("--interfaces", "text"), "one of numbers, ranking, policy"),
        (("--interfaces", ","), "no interface"),
        (("--interfaces", "numbers,numbers"), "names numbers twice"),
        (("--model", "fake/uniform"), "names fake/uniform twice"),
        (("--model", "fake/nothing"), "no fake model"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(nashscope, tmp_path, given, says):
    out = tmp_path / "run"
    code, _, said = nashscope("bench", "matrix", "--model", "fake/uniform", *given, "--out", out)
    assert code == 2 and says in said and "Traceback" not in said
    assert not out.exists()


def test_the_same_command_again_asks_nothing_twice(nashscope, tmp_path, monkeypatch):
    command = ("bench", "matrix", "--model", "fake/uniform", "--limit", "2", "--json")
    command += ("--out", tmp_path / "run", "--interfaces", "policy")
    code, first, said = nashscope(*command)
    assert code == 0, said
    monkeypatch.setattr("nashscope.studies._equilibrium_residuals.asking._asked", None)
    code, second, said = nashscope(*command)
    assert code == 0 and second == first, said


@pytest.mark.slow
def test_the_table_fits_a_terminal_and_the_report_is_drawn(nashscope, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = tmp_path / "run"
    code, printed, _ = nashscope(
        "bench", "matrix", "--model", "fake/constant:34 33 33", "--limit", "2", "--out", out
    )
    assert code == 0 and max(map(len, printed.splitlines()[:-1])) <= 80
    assert "Regime: none of the three regimes" in printed
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    code, _, said = nashscope("report", out)
    assert code == 0, said
    text = (out / "report.html").read_text()
    assert "compute equilibria" in text and (out / "figures" / "success.csv").is_file()


def test_games_of_any_size_are_drawn_anew(nashscope, tmp_path):
    code, out, said = nashscope(
        "bench",
        "matrix",
        "--model",
        "fake/uniform",
        "--fresh",
        "3",
        "--sizes",
        "4,2x6",
        "--limit",
        "3",
        "--interfaces",
        "policy",
        "--json",
        "--out",
        tmp_path / "run",
    )
    assert code == 0, said
    told = json.loads(out)
    kinds = {row["condition"]["group"] for row in told["models"]["fake/uniform"]["rows"]}
    assert kinds == {"4×4", "2×6"} and told["test_set"] == "fresh 3"
