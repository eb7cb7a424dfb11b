"""How the command starts: by its name or as a module, and what it says of itself."""

import subprocess
import sys

from nashscope import __version__


def test_the_version_needs_no_command(nashscope):
    code, printed, _ = nashscope("--version")
    assert (code, printed.strip()) == (0, __version__)


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "nashscope", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == __version__


def test_names_of_organisms_can_be_read_in_eighty_columns(nashscope, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, printed, _ = nashscope("organism", "list")
    assert code == 0
    assert "organism/spread-override" in printed and "1–8" in printed
    assert max(map(len, printed.splitlines())) <= 80
