"""Tournaments, fingerprints and invariance on the command line: narrow, JSON, one-line errors."""

import json
from pathlib import Path

import pytest

CASES = Path(__file__).parents[1] / "cases" / "games"


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_a_tournament_is_ranked_and_fits_a_terminal(nashscope):
    code, out, _ = nashscope(
        "tournament", "tit-for-tat", "always-d", "always-c", "--rounds", 10, "--matches", 2
    )
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    lines = [line.split() for line in out.splitlines() if line.split()]
    assert lines[2][:2] == ["always-d", "2.47"]  # (1.4 + 1 + 5) / 3
    assert any(line == ["1", "tit-for-tat", "3.00", "0.90", "3.00"] for line in lines)


def test_a_tournament_as_json_holds_conditions_ranking_and_pairs(nashscope):
    code, out, err = nashscope(
        "tournament", "tit-for-tat", "fake/constant:F", "--rounds", 4, "--matches", 4, "--json",
        "--tremble", 0.1, "--goes-on", 0.9, "--talk", 1, "--mechanism", "contract:1",
    )  # fmt: skip
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert told["conditions"]["ending"] == "random" and told["conditions"]["tremble"] == 0.1
    assert {row["agent"] for row in told["ranking"]} == {"tit-for-tat", "fake/constant:F"}
    for row in told["ranking"]:
        assert row["worst"] <= row["best"]
    assert len(told["pairs"]) == 4


def test_shares_do_not_depend_on_the_order_of_names(nashscope):
    """One population in a game in which it is drawn to a mixture; see the case's own `.expect`."""
    case = CASES / "three_constant_agents.py"
    game = "0.16,0.16 2.26,4.8 0.32,1.02; 4.8,2.26 0.04,0.04 1.63,0.07; 1.02,0.32 0.07,1.63 2.5,2.5"
    for order in (("first", "second", "third"), ("second", "third", "first")):
        names = [f"{case}:{name}" for name in order]
        code, out, _ = nashscope(
            "tournament", *names, "--game", game, "--rounds", 1, "--matches", 1, "--json"
        )
        shares = {row["agent"]: row["replicator"] for row in json.loads(out)["ranking"]}
        found = [shares[f"{case}:{name}"] for name in ("first", "second", "third")]
        assert code == 0 and found == pytest.approx([0.32, 0.68, 0], abs=0.005)


def test_alpha_rank_of_noise_is_called_that_and_the_score_is_what_to_trust(nashscope):
    code, out, _ = nashscope(
        "tournament", "tit-for-tat", "memory-one:1,0,1,0", "--tremble", 0.1, "--rounds", 20
    )
    told = " ".join(out.split())
    assert code == 0 and "Trust the score and its interval" in told
    assert "α-rank ranks noise here" in told and "equal within their intervals" in told
    assert max(map(len, out.splitlines())) <= 80
    code, out, _ = nashscope("tournament", "always-c", "always-d", "--rounds", 2, "--matches", 2)
    assert "Trust the score" in out and "noise" not in out


def test_play_shows_its_measures_for_all_and_for_each_player(nashscope):
    """Of two cooperators one cannot be read: its opponent's rate is not its own."""
    code, out, _ = nashscope(
        "play", "prisoners-dilemma", "always-c", "fake/constant:hm", "--rounds", 2
    )
    lines = [line.split() for line in out.splitlines()]
    assert code == 0 and ["cooperation", "rate", "1.00", "1.00", "–"] in lines
    assert ["unparsed", "rate", "0.50", "0.00", "1.00"] in lines
    assert "(unread: 0.50 to 1.00)" in out and max(map(len, out.splitlines())) <= 80
    code, out, _ = nashscope("play", "el-farol", *["always-c"] * 4, "--rounds", 1)
    assert code == 2  # nobody knows what cooperation is there
    code, out, _ = nashscope("play", "el-farol", *["random"] * 4, "--rounds", 1)
    assert code == 0 and "at most 0." in out


def test_a_tournament_in_a_folder_is_taken_up_where_it_stopped(nashscope, tmp_path):
    arguments = ["tournament", "tit-for-tat", "random", "--rounds", 5, "--matches", 2]
    arguments += ["--tremble", 0.2, "--json", "--out", tmp_path / "run"]
    code, whole, _ = nashscope(*arguments)
    kept = tmp_path / "run" / "transcripts.jsonl"
    lines = kept.read_text(encoding="utf-8").splitlines(keepends=True)
    assert code == 0 and len(lines) == 4 * 2 * 5 * 2
    kept.write_text("".join(lines[:33]), encoding="utf-8")
    assert nashscope(*arguments)[1] == whole
    again = kept.read_text(encoding="utf-8").splitlines(keepends=True)
    assert again == lines
    results = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    assert {"pairs", "scores"} == {row["part"] for row in results}
    code, _, err = nashscope(*arguments, "--seed", 1)
    assert code == 2 and "another" in err


def test_seasons_show_who_is_left_alone(nashscope):
    arguments = ["tournament", *["tit-for-tat"] * 2, *["always-d"] * 2, "--rounds", 4]
    arguments += ["--seasons", 6, "--choose", "--tolerance", 1.6, "--reputation"]
    code, out, _ = nashscope(*arguments)
    assert code == 0 and "without a partner in the last: 3, 4" in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, _ = nashscope(*arguments, "--json")
    told = json.loads(out)
    assert len(told["seasons"]) == 6 and told["participants"][0]["agent"] == "tit-for-tat"


def test_bounds_are_shown_where_answers_were_unread(nashscope):
    code, out, _ = nashscope(
        "tournament", "tit-for-tat", "fake/constant:F", "--rounds", 4, "--matches", 2
    )
    assert code == 0 and "if unread" in out


def test_a_fingerprint_names_the_strategy(nashscope):
    arguments = ("fingerprint", "win-stay-lose-shift", "--rounds", 12, "--matches", 2)
    code, out, _ = nashscope(*arguments)
    assert code == 0 and "nearest known strategy: win-stay-lose-shift, at most 0.00" in out
    assert max(map(len, out.splitlines())) <= 80
    code, out, _ = nashscope(*arguments, "--json", "--memory", 1, "--exploit")
    told = json.loads(out)
    assert [told["after"][state]["value"] for state in ("CC", "CD", "DC", "DD")] == [1, 0, 0, 1]
    assert told["best response"]["kind"] == "exact"
    # to cooperate until the last round and then defect; defecting always gives 5, 1, 5, 1, …
    assert told["best response"]["best response earns"]["value"] == pytest.approx((11 * 3 + 5) / 12)


def test_a_fingerprint_says_what_it_cannot_tell_apart(nashscope):
    code, out, _ = nashscope("fingerprint", "grim-trigger", "--matches", 1)
    told = " ".join(out.split())
    assert code == 0 and "nearest known strategy: grim-trigger, at most 0.00 away" in told
    assert "not told apart from it by 21 situations: hard-tit-for-tat, soft-grudger" in told
    assert "tit-for-tat," not in told.split("situations:")[1].replace("hard-tit-for-tat,", "")
    code, out, _ = nashscope("fingerprint", "grim-trigger", "--matches", 1, "--depth", 1, "--json")
    near = json.loads(out)["nearest"]
    assert near["situations"] == 5 and "tit-for-tat" in [near["strategy"], *near["not told apart"]]
    code, _, said = nashscope("fingerprint", "grim-trigger", "--depth", 3)
    assert code == 2 and "--depth 3" in said


def test_invariance_is_one_number_per_change(nashscope):
    code, out, _ = nashscope("invariance", "--model", "fake/uniform", "--draws", 4)
    assert code == 0 and "label swap" in out and max(map(len, out.splitlines())) <= 80
    code, out, _ = nashscope("invariance", "--model", "best-response", "--draws", 4, "--json")
    told = json.loads(out)["models"]["best-response"]
    assert len(told) == 6 and all(measure["value"] == 0 for measure in told.values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("tournament", "tit-for-tat"), "two or more agents"),
        (("tournament", "tit-for-tat", "tit-for-tat"), "named twice"),
        (("tournament", "a", "b", "--game", "selten-horse"), "selten-horse is a game tree"),
        (("tournament", "always-c", "random", "--goes-on", 1.0), "below 1"),
        (("tournament", "always-c", "random", "--mechanism", "law"), "contract:FINE"),
        (("tournament", "always-c", "random", "--choose"), "add --seasons"),
        (
            ("tournament", "always-c", "random", "--seasons", 0),
            "must be at least 1",
        ),
        (("tournament", "always-c", "random", "--seasons", 2, "--out", "x"), "leave out --out"),
        (("fingerprint", "tit-for-tad"), "did you mean tit-for-tat"),
        (("fingerprint", "random", "--memory", 9, "--exploit"), "make memory or rounds smaller"),
        (("invariance", "--model", "random", "--draws", 0), "at least 1"),
        (("invariance", "--model", "random", "--mode", "loud"), "cot, direct, scratchpad"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(nashscope, arguments, says):
    code, out, err = nashscope(*arguments)
    assert (code, out) == (2, "")
    assert says in err and "Traceback" not in err
    assert err.strip().splitlines()[-1].startswith("nashscope: ")
