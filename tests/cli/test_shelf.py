"""What there is can be listed: agents, framings, models; and the shells can complete it."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """A terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")


def test_every_classic_strategy_is_listed_with_its_source(nashscope):
    from nashscope.agents import agent
    from nashscope.agents.library import strategies

    code, printed, _ = nashscope("agents", "--json")
    assert code == 0
    known = {row["name"].partition("[")[0]: row for row in json.loads(printed)["strategies"]}
    assert sorted(known) == strategies()
    for name, row in known.items():
        assert row["source"] == agent(name).source and row["about"]


def test_names_that_take_parameters_say_so_and_take_them(nashscope):
    from nashscope.agents import agent

    _, printed, _ = nashscope("agents", "--json")
    numbered = [r["name"] for r in json.loads(printed)["strategies"] if "[" in r["name"]]
    assert "zd-extortion[:factor=…]" in numbered
    for name in numbered:
        assert agent(name.replace("[", "").replace("…", "2.5").rstrip("]")).name


@pytest.mark.parametrize("command", ["agents", "framings", "models", "studies"])
def test_lists_fit_eighty_columns(nashscope, command):
    code, printed, _ = nashscope(command)
    assert code == 0 and printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_framing_is_shown_as_a_model_reads_it(nashscope):
    from nashscope.framing.library import styles

    for name in styles():
        code, printed, _ = nashscope("framings", name, "--game", "chicken", "--rounds", "2")
        assert code == 0
        assert "round 3" in printed.lower() and "labels: " in printed


def test_what_is_not_there_is_one_line(nashscope):
    for arguments in (("framings", "plane"), ("framings", "plain", "--rounds", "100000000")):
        code, printed, said = nashscope(*arguments)
        assert (code, printed) == (2, "") and said.count("\n") == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_commands(shell):
    """The script that is printed is for this shell, and what it asks for is answered."""
    variable = {"bash": "COMP_WORDS", "zsh": "_TYPER_COMPLETE_ARGS", "fish": "_TYPER_COMPLETE_ARGS"}
    asked = {
        "_NASHSCOPE_COMPLETE": f"complete_{shell}",
        variable[shell]: "nashscope fing",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    program = "import sys; sys.argv[0] = 'nashscope'; from nashscope.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
    )
    assert "fingerprint" in done.stdout, done.stderr
    assert "tournament" not in done.stdout
