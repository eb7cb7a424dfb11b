"""Every gate is shown to close: with a fault planted in the package, it must turn red."""

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import tests.mutants

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "nashscope"
FAILED = 1
"""How pytest ends when tests ran and some failed; other codes say that they did not run."""


def mutants():
    """All mutants of this folder, with a readable name each."""
    for found in pkgutil.iter_modules(tests.mutants.__path__):
        if not found.name.startswith("test_"):
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


@pytest.mark.slow
@pytest.mark.parametrize("mutant", list(mutants()))
def test_a_fault_turns_its_gate_red(mutant, tmp_path):
    source = planted(mutant, tmp_path)
    asked = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    asked += ["-o", f"pythonpath={source} {ROOT}", mutant.gate]
    ran = subprocess.run(
        asked,
        cwd=ROOT,
        env={
            **os.environ,
            "NASHSCOPE_GATES": "mutants",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(source),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == FAILED, ran.stdout[-3000:] + ran.stderr[-1000:]
