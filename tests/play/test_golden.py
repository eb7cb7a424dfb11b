"""Runs of earlier formats are read, reported and exported for ever; they lie in tests/golden."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from nashscope.metrics import payoff
from nashscope.play import questions, transcripts
from nashscope.play.store.check import tally
from nashscope.play.store.run import read_run

GOLDEN = Path(__file__).parents[1] / "golden"
COUNTS = {"run": 54, "cot": 8, "tournament": 24, "imported": 6}
"""Decisions of each, as they were when it was written."""


def copied(tmp_path, name):
    """A copy of a run, since a report is written into its folder."""
    return Path(shutil.copytree(GOLDEN / name, tmp_path / "copy"))


@pytest.mark.parametrize("name", COUNTS)
def test_every_decision_of_format_1_is_read_and_earns_what_it_earned(name):
    run = read_run(GOLDEN / "run-1" / name)
    events, cells = run.events(), run.cells
    assert len(events) == COUNTS[name]
    assert set(cells) == set(json.loads((run.folder / "cells.json").read_text()))
    assert tally(cells, events).whole
    played = transcripts(cells, events)
    rows = [row for row in run.results() if row["metric"] == "payoff" and row["part"] == "cells"]
    for row in rows:
        matches = [match for match in played if match.cell == row["condition"]["cell"]]
        again = payoff(matches, row["condition"]["player"])
        assert (again.value, again.n) == (pytest.approx(row["value"]), row["n"])
    assert rows or name == "tournament"


def test_prompts_and_trembles_of_format_1_are_rebuilt_to_the_letter():
    run = read_run(GOLDEN / "run-1" / "run")
    seen = slips = 0
    for key, cell in run.cells.items():
        for number in range(cell.matches):
            events = [e for e in run.events() if (e.cell, e.match) == (key, number)]
            again = list(questions(cell, number, events))
            assert len(again) == len(events)
            for event, question in again:
                slips += event.done is not None
                if event.prompt_hash is not None:
                    prompt = question.prompt(cell.mode)
                    assert hashlib.sha256(prompt.encode()).hexdigest()[:16] == event.prompt_hash
                    seen += 1
    assert seen > 10 and slips > 0


@pytest.mark.parametrize("name", COUNTS)
def test_a_run_of_format_1_is_reported_and_exported(nashscope, tmp_path, name):
    folder = copied(tmp_path, f"run-1/{name}")
    assert nashscope("report", folder)[0] == 0
    assert "unfinished" not in (folder / "report.html").read_text(encoding="utf-8")
    code, out, said = nashscope("export", folder, "--to", "csv")
    assert (code, said) == (0, "") and len(out.splitlines()) == 3
    with (folder / "export" / "decisions.csv").open() as table:
        assert len(list(csv.DictReader(table))) == COUNTS[name]


def test_an_unfinished_run_of_format_1_is_read_and_left_to_the_version_that_began_it(
    nashscope, tmp_path, monkeypatch
):
    folder = copied(tmp_path, "run-1-unfinished")
    monkeypatch.chdir(tmp_path)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    code, out, said = nashscope("run", folder / "plan.yaml", "--out", folder, "--quiet")
    assert (code, out) == (2, "")
    assert "was begun by nashscope 0.1.0 (format 1)" in said and "another folder" in said
    assert {file: file.read_bytes() for file in before} == before
    assert nashscope("report", folder)[0] == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Unfinished: 2 of 6 matches and parts of 2 more." in page
