"""`--metric`: a function of one's own is tested when it is loaded, and measured like the others."""

import json

import pytest

OWN = '''
from nashscope.metrics import Measure, mean_over


def same(matches):
    """In which share of the rounds both did the same."""
    shares, unread, decisions = [], 0, 0
    for match in matches:
        read = [joint for joint in match.actions if None not in joint]
        decisions += len(match.agents) * len(match.actions)
        unread += sum(action is None for joint in match.actions for action in joint)
        shares.append(sum(len(set(joint)) == 1 for joint in read) / len(read) if read else None)
    share = unread / decisions if decisions else None
    return mean_over("same action", shares, "share of rounds", unparsed=share)


def of_nothing(matches):
    return Measure("nothing", 0.0, "share", 0)


def breaks(matches):
    return 1 / 0


def late(matches):
    if matches and matches[0].game.stage.shape == (3, 3):
        raise KeyError("three")
    return same(matches)


def text(matches):
    return "much"


NUMBER = 3
'''


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """A folder with a file of metrics."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    return tmp_path


PLAY = ("play", "chicken", "always-c", "always-c", "--rounds", 3, "--matches", 2)


def test_play_prints_it_after_its_own(nashscope):
    code, out, err = nashscope(*PLAY, "--metric", "own.py:same", "--metric", "welfare")
    assert code == 0, err
    assert out.splitlines()[-2].startswith("same action: 1.00 [1.00, 1.00] share of rounds")
    assert out.splitlines()[-1].startswith("welfare: 6.00 [6.00, 6.00] ")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("welfar", "no metric is named 'welfar'; did you mean welfare?"),
        ("own.py:sam", "did you mean same?"),
        ("own.py:of_nothing", "own.py:of_nothing: the metric 'nothing' of no matches"),
        ("own.py:breaks", "own.py:22 (breaks) raises ZeroDivisionError"),
        ("own.py:text", "own.py:text: the metric of no matches gives a str; a Measure is wanted"),
        ("own.py:NUMBER", "own.py:NUMBER is 3; a metric is a function"),
    ],
)
def test_one_that_breaks_its_promises_is_refused_before_anything_is_played(nashscope, name, says):
    code, out, err = nashscope(*PLAY, "--metric", name)
    assert code == 2 and out == ""
    assert says in err and err.count("\n") == 1


def test_one_that_fails_on_what_was_played_has_measured_nothing_and_ends_nothing(nashscope):
    game = ("rock-paper-scissors", "random", "random", "--rounds", 2)
    code, out, err = nashscope("play", *game, "--metric", "own.py:late")
    assert code == 0, err
    assert out.splitlines()[-2].startswith("own.py:late: –")
    assert out.splitlines()[-1] == "own.py:late: own.py:27 (late) raises KeyError: 'three'"


def test_a_run_has_it_for_every_cell_also_when_it_was_played_before(nashscope, own):
    plan = "games: [chicken, stag-hunt]\nagents: [always-c, random]\nmatches: 2\nrounds: 3\n"
    (own / "plan.yaml").write_text(plan, encoding="utf-8")
    run = ("run", "plan.yaml", "--out", "runs/x", "--quiet")
    assert nashscope(*run)[0] == 0
    kept = (own / "runs" / "x" / "transcripts").rglob
    before = {file: file.read_bytes() for file in kept("*.jsonl")}
    code, _, err = nashscope(*run, "--metric", "own.py:same")
    assert code == 0, err
    rows = json.loads((own / "runs" / "x" / "results.json").read_text(encoding="utf-8"))
    rows = rows["results"] if isinstance(rows, dict) else rows
    measured = [row for row in rows if row["metric"] == "same action"]
    assert len(measured) == 8 and {row["n"] for row in measured} == {2}
    assert before == {file: file.read_bytes() for file in kept("*.jsonl")} != {}


def test_a_tournament_has_it_for_every_pair(nashscope):
    arguments = ("tournament", "always-c", "always-d", "--rounds", 3, "--matches", 2)
    code, out, err = nashscope(*arguments, "--metric", "own.py:same", "--json")
    assert code == 0, err
    values = {row["condition"]["agents"]: row["value"] for row in json.loads(out)["metrics"]}
    assert values == {
        "always-c vs always-c": 1,
        "always-c vs always-d": 0,
        "always-d vs always-c": 0,
        "always-d vs always-d": 1,
    }
    code, out, err = nashscope(*arguments, "--metric", "own.py:same")
    assert code == 0 and "always-c vs always-d" in out and "same action" in out
    code, _, err = nashscope(*arguments, "--metric", "welfare", "--seasons", 2)
    assert code == 2 and "leave out --seasons" in err
