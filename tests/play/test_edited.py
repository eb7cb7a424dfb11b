"""A run that was edited, torn or lost in part is refused by name, or computed again."""

import json
import re
import shutil
from pathlib import Path

import pytest

from nashscope.errors import Failed, FolderTaken, Unreadable
from nashscope.play.store.cells import kept_cells
from nashscope.play.store.run import open_run, read_run

PLAN = """games: [chicken]
agents: [fake/uniform, tit-for-tat]
rounds: 4
matches: 3
tremble: 0.2
talk: 1
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run that was played to its end, all in one file of decisions."""
    from nashscope.agents import agent
    from nashscope.metrics.summary import cell_rows
    from nashscope.play import Cell, play

    folder = tmp_path_factory.mktemp("runs") / "run"
    cell = Cell("chicken", ("fake/uniform", "random"), rounds=4, matches=3, tremble=0.2, talk=1)
    cast = {name: agent(name) for name in cell.agents}
    with open_run(folder, {"tournament": {"rounds": 4}}) as run:
        run.keep_cells([cell])
        played = play([cell], lambda name, _: cast[name], keep=run.keep)
        run.keep_results(cell_rows(cell, played))
        run.finish()
    return folder


@pytest.fixture
def run(whole, tmp_path):
    """A copy of it to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / "run"))


def lines(run):
    return (run / "transcripts.jsonl").read_text().splitlines()


def rewrite(run, number, change):
    """Changes one line of the transcript, counted from 1."""
    kept = lines(run)
    event = json.loads(kept[number - 1])
    change(event)
    kept[number - 1] = json.dumps(event)
    (run / "transcripts.jsonl").write_text("\n".join(kept) + "\n")


def put(**entries):
    return lambda event: event.update(entries)


def decide(**entries):
    return lambda event: event["decision"].update(entries)


LINE = 20
"""A decision of a player in a round after the first."""

EDITS = {
    "action 99": (decide(action=99), "action 99"),
    "action -1": (decide(action=-1), "action -1"),
    "no action": (decide(action=None), "action None"),
    "done 7": (put(done=7), "done 7"),
    "player 9": (put(player=9), "player 9 of 2"),
    "player -1": (put(player=-1), "player -1 of 2"),
    "other player": (lambda event: event.update(player=1 - event["player"]), "player|twice"),
    "match 99": (put(match=99), "match 99 of 3"),
    "match -1": (put(match=-1), "match -1 of 3"),
    "round 99": (put(round=99), "round 99 of 4"),
    "round -2": (put(round=-2), "round -2 of 4"),
    "round 3 too early": (put(round=3), "is not complete"),
    "unknown agent": (put(agent="nobody"), "is 'nobody' and not"),
    "unknown cell": (put(cell="0123456789abcdef"), "says nothing of cell 0123456789abcdef"),
    "one label": (put(labels=["J"]), "the labels J for 2 actions"),
    "labels that are one": (put(labels=["J", "J"]), "the labels J, J for 2 actions"),
    "mass 7": (decide(mass=7.0), "a mass of 7"),
    "policy of one": (decide(policy=[1.0]), "policy"),
    "policy that sums to 10": (decide(policy=[5.0, 5.0]), "policy"),
    "policy of NaN": (decide(policy=[float("nan"), 0.5]), "NaN"),
    "unknown field": (put(colour="red"), "has no field 'colour'"),
    "unknown inner field": (decide(colour="red"), "has no field 'colour'"),
    "text for a number": (put(round="two"), "round"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_decision_is_refused_with_its_line(nashscope, run, name):
    change, says = EDITS[name]
    rewrite(run, LINE, change)
    with pytest.raises(Unreadable, match=rf"transcripts.jsonl, line \d+: .*({says})") as error:
        read_run(run).events()
    # a line that became another's shows where it clashes with that one
    assert f"line {LINE}:" in str(error.value) or name == "other player"
    for command in ("report", "export"):
        code, out, said = nashscope(command, run)
        assert (code, out) == (2, "") and "Traceback" not in said
    with pytest.raises(Unreadable), open_run(run, {"tournament": {"rounds": 4}}) as again:
        again.events()


@pytest.mark.parametrize("gone", [1, 5, LINE])
def test_a_decision_missing_in_the_middle_is_refused(run, gone):
    kept = lines(run)
    (run / "transcripts.jsonl").write_text("\n".join(kept[: gone - 1] + kept[gone:]) + "\n")
    with (
        open_run(run, {"tournament": {"rounds": 4}}) as again,
        pytest.raises(Unreadable, match=r"transcripts.jsonl, line \d+: .* is not complete before"),
    ):
        again.events()


def test_a_decision_that_stands_twice_is_refused(run):
    kept = lines(run)
    (run / "transcripts.jsonl").write_text("\n".join([*kept[:LINE], *kept[LINE - 1 :]]) + "\n")
    with pytest.raises(Unreadable, match=r"twice|not complete"):
        read_run(run).events()


def test_the_end_of_a_finished_run_may_not_be_gone(run):
    (run / "transcripts.jsonl").write_text("\n".join(lines(run)[:-3]) + "\n")
    with pytest.raises(Unreadable, match="holds 27 decisions, and had 30 when it was finished"):
        read_run(run).events()
    with (
        pytest.raises(Failed, match="holds 27 decisions"),
        open_run(run, {"tournament": {"rounds": 4}}) as again,
    ):
        again.finish()


@pytest.mark.parametrize(
    ("field", "value"),
    [("rounds", 3), ("game", "stag-hunt"), ("agents", ["random", "random"]), ("colour", "red")],
)
def test_an_edited_cell_is_refused(run, field, value):
    told = json.loads((run / "cells.json").read_text())
    (key,) = told["cells"]
    told["cells"][key][field] = value
    (run / "cells.json").write_text(json.dumps(told))
    with pytest.raises(Unreadable, match=f"cell {key} is not what its name is the hash of"):
        kept_cells(run / "cells.json", 2, trusted=False)
    with pytest.raises(Unreadable, match=r"cells.json was changed after it was written"):
        read_run(run).events()


def test_edited_payoffs_are_refused(run):
    told = json.loads((run / "cells.json").read_text())
    (game,) = told["games"].values()
    game["payoffs"][0][0][0] += 1
    (run / "cells.json").write_text(json.dumps(told))
    with pytest.raises(Unreadable, match="has other payoffs than were played"):
        kept_cells(run / "cells.json", 2, trusted=False)


def test_an_edited_number_of_matches_is_refused(run):
    text = (run / "cells.json").read_text()
    (run / "cells.json").write_text(text.replace('"matches": 3', '"matches": 99'))
    with pytest.raises(Unreadable, match=r"cells.json was changed after it was written"):
        read_run(run).events()


def test_a_refused_command_leaves_the_folder_as_it_was(run):
    (run / "transcripts.jsonl").write_text("\n".join(lines(run)[1:]) + "\n")
    before = {file: file.read_bytes() for file in run.rglob("*") if file.is_file()}
    with (
        pytest.raises(Unreadable, match="is not complete"),
        open_run(run, {"tournament": {"rounds": 4}}) as again,
    ):
        again.events()
    assert {file: file.read_bytes() for file in before} == before


TORN = ["", "[]", "{", "null", "[1]", "\xff", '{"cells": 3, "games": {}}', "[" * 2000]


@pytest.mark.parametrize("content", TORN)
@pytest.mark.parametrize("name", ["cells.json", "manifest.json", "config.yaml", "results.json"])
def test_a_file_that_is_torn_or_something_else_is_one_line(nashscope, run, name, content):
    (run / name).write_bytes(content.encode("latin-1"))
    code, out, said = nashscope("export", run)
    assert (code, out) == (2, "") and "Traceback" not in said
    # it names the file, and what to do about it
    assert name in said and re.search("back|again", " ".join(said.split()))
    assert not (run / "export" / "decisions.parquet").exists()


def test_an_edited_configuration_is_refused(run):
    (run / "config.yaml").write_text("study: equilibrium-residuals\n")
    with pytest.raises(Unreadable, match=r"config.yaml was changed after the run began"):
        read_run(run)


def test_a_decision_that_could_have_been_is_refused_once_the_run_was_finished(run):
    rewrite(run, LINE, decide(reply="something else"))
    for opened in (read_run, lambda folder: open_run(folder, {"tournament": {"rounds": 4}})):
        with pytest.raises(Unreadable, match="were changed after it was finished"):
            opened(run).events()


POKER = {
    "action 99": (decide(action=99), "99 is no value"),
    "policy": (decide(policy=[5.0, 5.0]), "policy"),
    "mass": (decide(mass=7.0), "a mass of 7"),
    "about": (put(about="speak"), "is not asked about 'speak'"),
    "turn": (put(round=9), "is not asked in turn 9"),
    "player": (put(player=7), "player 7 of 2"),
    "agent": (put(agent="nobody"), "is 'nobody' and not"),
    "gone": (None, "is not asked|holds 7 decisions"),
}


@pytest.mark.parametrize("name", POKER)
def test_an_edit_of_a_game_with_a_state_does_not_fit_its_rules(
    nashscope, tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text("games: [kuhn-poker]\nagents: [fake/uniform]\nmatches: 2\n")
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    (file,) = Path("run/transcripts").iterdir()
    events = list(map(json.loads, file.read_text().splitlines()))
    # the first move of a player, after which the other one is asked
    place = next(k for k, event in enumerate(events) if event["player"] == 0)
    change, says = POKER[name]
    if change is None:
        del events[place]
    else:
        change(events[place])
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    with pytest.raises(Unreadable, match=says):
        read_run(Path("run")).events()
    code, _, said = nashscope("run", "plan.yaml", "--out", "run", "--quiet")
    assert code == 2 and "Traceback" not in said
    assert nashscope("export", "run")[0] == 2


@pytest.mark.parametrize("schema", [0, -1, "x", None, True, 1.5])
def test_a_format_that_is_none_is_refused(run, schema):
    _schema(run, schema)
    with pytest.raises(Unreadable, match=r"manifest.json: schema is .*, which is no format"):
        read_run(run)


def test_a_newer_format_is_refused(nashscope, run):
    _schema(run, 99)
    code, _, said = nashscope("report", run)
    assert code == 2 and "install a newer nashscope" in " ".join(said.split())
    with pytest.raises(Unreadable, match="format 99"):
        open_run(run, {"tournament": {"rounds": 4}})


def _schema(run, schema):
    told = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(told | {"schema": schema}))


def test_edited_or_lost_results_are_refused_until_they_are_computed_again(nashscope, run):
    rows = json.loads((run / "results.json").read_text())
    rows[0]["value"] = 99.0
    (run / "results.json").write_text(json.dumps(rows))
    code, out, said = nashscope("export", run)
    assert (code, out) == (2, "") and "was changed after it was written" in " ".join(said.split())
    (run / "results.json").unlink()
    code, out, said = nashscope("export", run)
    assert (code, out) == (2, "") and "is gone" in said and "again" in said


@pytest.mark.parametrize("spoil", ["torn", "edited", "gone", "of fewer matches"])
def test_a_result_of_a_cell_that_was_spoilt_is_computed_again(
    nashscope, tmp_path, monkeypatch, spoil
):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN)
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    before = Path("run/results.json").read_bytes()
    file = sorted(Path("run/results").iterdir())[0]
    told = json.loads(file.read_text())
    if spoil == "gone":
        file.unlink()
    elif spoil == "torn":
        file.write_text(file.read_text()[:100])
    elif spoil == "edited":
        told["rows"][0]["value"] = 99.0
        file.write_text(json.dumps(told))
    else:
        file.write_text(json.dumps(told | {"matches": 2}))
    Path("run/results.json").unlink()
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    assert Path("run/results.json").read_bytes() == before


def test_decisions_that_are_lost_are_taken_again(nashscope, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLAN)
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    before = Path("run/results.json").read_bytes()
    files = sorted(Path("run/transcripts").iterdir())
    files[0].unlink()
    files[1].write_text("\n".join(files[1].read_text().splitlines()[:7]) + "\n")
    with pytest.raises(Unreadable, match="when it was finished"):
        read_run(Path("run")).events()
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    assert Path("run/results.json").read_bytes() == before
    assert len(read_run(Path("run")).events()) == 4 * 3 * 5 * 2


def test_the_difference_between_two_runs_is_shown(run):
    with pytest.raises(FolderTaken, match=r"its tournament.rounds is 4, not 5"):
        open_run(run, {"tournament": {"rounds": 5}})
    with pytest.raises(FolderTaken, match=r"it has no tournament.matches, which is 2"):
        open_run(run, {"tournament": {"rounds": 4, "matches": 2}})
