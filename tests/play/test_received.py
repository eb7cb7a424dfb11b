"""A run folder from somebody else: it is read without any other file, and runs none of its code."""

import shutil
from pathlib import Path

import pytest

from nashscope.errors import Unreadable
from nashscope.play import questions
from nashscope.play.store.run import read_run

EVIL = """from pathlib import Path
Path("ran").touch()
from nashscope.framing import PlainStyle
from nashscope.games import NormalForm
STYLE = PlainStyle()
GAME = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], (("C", "D"), ("C", "D")), "dilemma")
STUDY = 3
"""
PLAN = """games: ["evil.py:GAME"]
framings: ["evil.py:STYLE"]
agents: [fake/uniform, tit-for-tat]
rounds: 2
matches: 1
"""


@pytest.fixture
def received(nashscope, tmp_path, monkeypatch):
    """A run of a game and a framing in a file, and the file beside it, not run since."""
    monkeypatch.chdir(tmp_path)
    Path("evil.py").write_text(EVIL)
    Path("plan.yaml").write_text(PLAN)
    code, _, said = nashscope("run", "plan.yaml", "--out", "run", "--quiet")
    assert code == 0, said
    # the file as it is received is another one, so that it would have to be run again
    Path("evil.py").write_text(EVIL + "# received\n")
    Path("ran").unlink()
    return Path("run")


@pytest.mark.parametrize("command", ["report", "export", "figure"])
def test_no_command_that_reads_runs_code_that_a_folder_names(nashscope, received, command):
    code, _, said = nashscope(command, received)
    assert code == 0, said
    assert not Path("ran").exists()


def test_payoffs_are_those_that_were_played_whatever_the_file_says_now(received):
    Path("evil.py").write_text(EVIL.replace("5", "99"))
    cells = read_run(received).cells.values()
    assert all(cell.stage.payoffs.max() == 5 for cell in cells)
    Path("evil.py").unlink()
    assert all(cell.stage.actions[0] == ("C", "D") for cell in read_run(received).cells.values())


def test_prompts_of_a_framing_in_a_file_are_rebuilt_for_who_trusts_it(nashscope, received):
    def rebuilt(**trust):
        run = read_run(received, **trust)
        cell = next(c for c in run.cells.values() if c.agents == ("fake/uniform", "tit-for-tat"))
        return list(questions(cell, 0, [e for e in run.events() if e.cell == cell.id]))

    with pytest.raises(Unreadable, match="say --trust-files if you trust it"):
        rebuilt()
    assert not Path("ran").exists()
    assert len(rebuilt(trusted=True)) == 4 and Path("ran").exists()
    assert nashscope("report", received, "--trust-files")[0] == 0


def test_rules_in_a_file_are_run_only_for_who_trusts_it(nashscope, received):
    told = "from nashscope.games import named\nTREE = named('kuhn-poker').make()\n"
    Path("evil.py").write_text(EVIL + told)
    Path("plan.yaml").write_text('games: ["evil.py:TREE"]\nagents: [fake/uniform]\nmatches: 1\n')
    assert nashscope("run", "plan.yaml", "--out", "tree", "--quiet")[0] == 0
    Path("evil.py").write_text(EVIL + told + "# received\n")
    Path("ran").unlink()
    assert nashscope("export", "tree", "--out", "untrusted")[0] == 0 and not Path("ran").exists()
    assert nashscope("export", "tree", "--trust-files")[0] == 0 and Path("ran").exists()


def test_a_study_in_a_file_is_run_only_on_demand(nashscope, received):
    (received / "config.yaml").write_text("study: evil.py:STUDY\n")
    manifest = received / "manifest.json"
    manifest.write_text('{"schema": 2}')
    code, _, said = nashscope("report", received)
    assert code == 2 and "is code in a file" in said and not Path("ran").exists()
    assert nashscope("report", received, "--trust-files")[0] == 2 and Path("ran").exists()


@pytest.mark.slow
def test_a_page_opened_on_a_run_does_not_run_its_code(nashscope, received):
    shutil.rmtree(received / "transcripts")
    code, _, said = nashscope("view", received, "--no-browser")
    assert code == 2 and "names code in a file" in said and not Path("ran").exists()
