"""Every gate is shown to close: with a fault planted in the package, it must turn red."""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tests.mutants
from tests import duration

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "nashscope"
FAILED = 1
"""How pytest ends when tests ran and some failed; other codes say that they did not run."""


def mutants():
    """All mutants of this folder, with a readable name each."""
    for found in pkgutil.iter_modules(tests.mutants.__path__):
        if not found.name.startswith(("test_", "_")):
            module = importlib.import_module(f"tests.mutants.{found.name}")
            for mutant in module.MUTANTS:
                yield pytest.param(mutant, id=f"{found.name}: {mutant.fault}")


def planted(mutant, folder):
    """A copy of the package, by links, in which one file has the fault."""
    for path in sorted(PACKAGE.rglob("*")):
        copy = folder / "nashscope" / path.relative_to(PACKAGE)
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif path.suffix != ".pyc":
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(path)
    file = folder / "nashscope" / mutant.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.old!r} stands {text.count(mutant.old)} times"
    file.unlink()
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def gate():
    """Runs a gate on the package below a folder; gives how pytest ended, and what it printed."""
    taken = [0.0]
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("_runner.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    ) as runner:

        def run(name, source):
            # shapes are checked by what the gate says, and not before it by decorators
            settings = ("addopts=", f"pythonpath={source} {ROOT}")
            arguments = ["-x", "-q", "-p", "no:cacheprovider", "--strict-markers", name]
            asked = {
                "arguments": [*arguments, *(f"--override-ini={own}" for own in settings)],
                "environment": {
                    "NASHSCOPE_GATES": "mutants",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PYTHONPATH": str(source),
                },
                "folder": str(ROOT),
                "timeout": 900,
            }
            runner.stdin.write(json.dumps(asked) + "\n")
            runner.stdin.flush()
            answer = json.loads(runner.stdout.readline())
            duration.elsewhere[0] += answer["processor"] - taken[0]
            taken[0] = answer["processor"]
            return answer["code"], answer["text"]

        yield run
        runner.stdin.close()


def test_every_fault_can_be_planted_and_names_the_one_test_that_catches_it():
    for parameters in mutants():
        (mutant,) = parameters.values
        text = (PACKAGE / mutant.file).read_text(encoding="utf-8")
        assert text.count(mutant.old) == 1, f"{mutant.fault}: {mutant.old!r} in {mutant.file}"
        file, _, name = mutant.gate.partition("::")
        written = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {name.partition('[')[0]}(" in written, f"{mutant.fault}: {mutant.gate}"


@pytest.mark.slow
def test_a_gate_without_a_fault_is_green(gate):
    first = next(mutants()).values[0]
    code, text = gate(first.gate, PACKAGE.parent)
    assert code == 0 and " passed" in text.splitlines()[-1], text[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", list(mutants()))
def test_a_fault_turns_its_gate_red(mutant, gate, tmp_path):
    code, text = gate(mutant.gate, planted(mutant, tmp_path))
    assert code == FAILED and " failed" in text.splitlines()[-1], text[-3000:]
