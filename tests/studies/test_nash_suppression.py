"""The main job on a tiny random model: what it writes, and that it goes on where it stopped."""

import json

import pytest
import yaml

pytestmark = pytest.mark.slow
FIELDS = {
    "matches": "2",
    "horizons": "[3]",
    "looked": "8",
    "tellings": "1",
    "strengths": "[-1, 0, 1]",
    "nulls": "2",
    "games": "[prisoners_dilemma, matching_pennies]",
}
SMALL = ("--plan", "demo", *(f"--set={name}={value}" for name, value in FIELDS.items()))
RECORD = {"study", "part", "condition", "metric", "value", "low", "high", "unit", "n", "unparsed"}


@pytest.fixture
def study(nashscope, random_model, tmp_path):
    """Runs the study with a small plan into a folder."""

    def run(*more, model=f"hf/{random_model}", out=tmp_path / "run"):
        code, printed, said = nashscope(
            "study", "nash-suppression", "--model", model, *SMALL, "--out", out, *more
        )
        return code, printed, said, out

    return run


def test_a_run_holds_what_the_readme_promises(study):
    code, printed, said, out = study("--opponents", "tit-for-tat")
    assert code == 0, said
    assert printed.strip().splitlines()[-1] == str(out / "report.html")
    config = yaml.safe_load((out / "config.yaml").read_text())
    assert config["plan"]["horizons"] == [3] and config["opponents"] == ["tit-for-tat"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["status"] == "done" and manifest["versions"]["torch"]
    rows = json.loads((out / "results.json").read_text())
    assert all(set(row) == RECORD for row in rows)
    parts = {row["part"] for row in rows}
    assert parts >= {"behaviour", "behaviour by round", "lens", "steering", "steering map"}
    pairs = {row["condition"]["pair"] for row in rows if row["part"] == "behaviour"}
    assert {tuple("tit" in side for side in pair.split(" vs ")) for pair in pairs} >= {
        (False, False),
        (False, True),
        (True, False),
    }
    decisions = [json.loads(line) for line in (out / "transcripts.jsonl").read_text().splitlines()]
    seats = {(d["cell"], d["match"], d["round"], d["player"]) for d in decisions}
    assert len(seats) == len(decisions)
    for figure in ("nash-distance", "lens", "steering-map", "cross-play"):
        assert (out / "figures" / f"{figure}.csv").read_text().count("\n") > 2


def test_the_same_command_again_plays_nothing_twice_and_finds_the_same(study):
    code, _, said, out = study()
    assert code == 0, said
    before = (out / "transcripts.jsonl").read_bytes(), (out / "results.json").read_bytes()
    assert study()[0] == 0
    assert ((out / "transcripts.jsonl").read_bytes(), (out / "results.json").read_bytes()) == before


def test_a_run_cut_short_ends_with_the_same_actions(study, tmp_path):
    whole = study(out=tmp_path / "whole")[3]
    lines = (whole / "transcripts.jsonl").read_text().splitlines(keepends=True)
    torn = tmp_path / "torn"
    torn.mkdir()
    (torn / "config.yaml").write_bytes((whole / "config.yaml").read_bytes())
    cut = len(lines) // 3
    (torn / "transcripts.jsonl").write_text("".join(lines[:cut]) + lines[cut][:25])
    code, _, said, _ = study(out=torn)
    assert code == 0 and "torn" in said

    def actions(folder):
        rows = [json.loads(x) for x in (folder / "transcripts.jsonl").read_text().splitlines()]
        return sorted(
            (r["cell"], r["match"], r["round"], r["player"], r["decision"]["action"]) for r in rows
        )

    assert actions(torn) == actions(whole)


def test_another_run_in_the_folder_is_left_alone(study):
    _, _, _, out = study()
    before = (out / "results.json").read_bytes()
    code, _, said, _ = study("--seed", "5")
    assert code == 2 and "--out" in said
    assert (out / "results.json").read_bytes() == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--set", "strengths=[0, .nan]"), "finite"),
        (("--set", "strengths=[0, strong]"), "strengths"),
        (("--set", "horizons=[0]"), "at least 1"),
        (("--set", "matchs=3"), "did you mean matches"),
        (("--opponents", "tit-for-tatt"), "did you mean tit-for-tat"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_before_anything_runs(study, given, says):
    code, _, said, out = study(*given)
    assert code == 2 and says in said.replace("\n", " ")
    assert not out.exists()


def test_what_is_no_model_is_refused(study, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, said, out = study(model=f"hf/{empty}")
    assert code == 2 and "no config.json" in said
    assert not out.exists()
