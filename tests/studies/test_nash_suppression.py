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
    "fingerprints": "2",
    "games": "[prisoners_dilemma, matching_pennies]",
}
SMALL = ("--plan", "demo", *(f"--set={name}={value}" for name, value in FIELDS.items()))
RECORD = {"study", "part", "condition", "metric", "value", "low", "high", "unit", "n", "unparsed"}
RECORD |= {"limit", "least", "most", "note"}


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
    assert parts >= {
        "clamping",
        "directions",
        "heads",
        "side effects",
        "fingerprint",
        "exploitability",
    }
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


def actions(folder):
    """Every decision's place and action."""
    rows = [json.loads(line) for line in (folder / "transcripts.jsonl").read_text().splitlines()]
    return sorted(
        (r["cell"], r["match"], r["round"], r["player"], r["decision"]["action"]) for r in rows
    )


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
    assert actions(torn) == actions(whole)


def test_several_processes_find_what_one_finds(study, tmp_path):
    """Also where one process had begun; up to what the size of a batch does to a float."""
    two = ("--model", "organism/nash", "--opponents", "tit-for-tat", "--set", "tools=[]")
    two += ("--set", "shuffles=0", "--set", "games=[prisoners_dilemma]")
    whole = study(*two, out=tmp_path / "whole")[3]
    lines = (whole / "transcripts.jsonl").read_text().splitlines(keepends=True)
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "config.yaml").write_bytes((whole / "config.yaml").read_bytes())
    (begun / "transcripts.jsonl").write_text("".join(lines[: len(lines) // 4]))
    code, _, said, _ = study(*two, "--jobs", 2, out=begun)
    assert code == 0 and "looking inside: " in said
    assert actions(begun) == actions(whole)
    assert json.loads((begun / "cells.json").read_text()) == json.loads(
        (whole / "cells.json").read_text()
    )
    ours, theirs = (
        {
            (row["part"], row["metric"], json.dumps(row["condition"], sort_keys=True)): row["value"]
            for row in json.loads((folder / "results.json").read_text())
        }
        for folder in (begun, whole)
    )
    assert list(ours) == list(theirs) and len(ours) > 100
    assert [ours[key] for key in ours] == pytest.approx([theirs[key] for key in ours], abs=1e-4)


def test_a_number_of_processes_that_cannot_be_is_refused(study):
    code, _, said, _ = study("--jobs", 0)
    assert code == 2 and "--jobs 0; it is at least 1" in said


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


EVERYTHING = {
    "matches": "1",
    "horizons": "[1]",
    "looked": "8",
    "tellings": "2",
    "strengths": "[-6, -4, 0, 4]",
    "games": "[prisoners_dilemma]",
    "nulls": "3",
    "shuffles": "0",
    "fingerprints": "0",
    "tools": "[clamping, directions, heads, patching, tuned lens, side effects, layer swap]",
    "clamps": "[-2, 0, 1]",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The records of every tool, for an organism."""
    from nashscope import studies
    from nashscope.play.store.run import open_run

    def of(name, **others):
        fields = EVERYTHING | others
        changes = {key: yaml.safe_load(value) for key, value in fields.items()}
        own = studies.study("nash-suppression")
        config = own.configure(studies.Request((name,), plan="demo", changes=changes))
        folder = tmp_path_factory.mktemp("runs") / "run"
        with open_run(folder, config) as run:
            own.run(run, lambda *_: None)
            own.page(run)
            return run.results(), folder

    return of


def verdicts(results, model):
    from nashscope.studies._nash_suppression.claims import findings

    return {claim.id: finding.verdict for claim, finding in findings(results, model)}


def picked(results, part, metric, **condition):
    from nashscope.report import pick

    return pick(results, part, metric, **condition)


def test_every_tool_says_what_is_true_of_a_late_override(found):
    name = "organism/late-override"
    results, folder = found(name)
    said = verdicts(results, name)
    assert said["middle"] == said["reversal"] == "supported"
    assert said["heads"] == "not supported"  # one head of layer 1 fetches what the other did
    other = verdicts(results, "organism/nash")
    assert other["middle"] == "supported" and other["reversal"] == "not supported"
    (gap,) = picked(results, "layer swap", "gap", model=name)
    assert set(map(int, gap["condition"]["parting"].split(", "))) <= {5, 6, 7, 8}
    early = picked(
        results, "layer swap", "log-odds of the nash action", exchanged="first layers", model=name
    )
    values = [row["value"] for row in early]
    assert values[:5] == pytest.approx(values[:1] * 5, abs=1e-4) and values[8] > 0 > values[0]
    whole = picked(results, "patching", "log-odds moved by the whole prompt", axis="head")
    moved = picked(results, "patching", "log-odds moved", axis="position", model=name)
    last = [r["value"] for r in moved if r["condition"]["layer"] == 8]
    assert max(last) > 2 and whole[0]["value"] > 2
    named = {figure.stem for figure in (folder / "figures").glob("*.csv")}
    for part in ("clamping", "heads", "patching-head", "patching-position", "tuned-lens"):
        assert f"{part}-organism-late-override" in named
    assert "layer-swap-organism-late-override" in named


@pytest.mark.parametrize("name", ["organism/early-override", "organism/decoy"])
def test_no_late_reversal_is_found_where_there_is_none(found, name):
    results, _ = found(name, tools="[]")
    assert verdicts(results, name)["reversal"] == "not supported"
