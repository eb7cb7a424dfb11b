"""The wheel alone runs a study; it is built from this tree and from the sdist to the same files."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.release import ROOT, faults


def run(*words, cwd, **variables):
    """What a command printed, in an environment of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**environment, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with a wheel and an sdist of this tree."""
    pytest.importorskip("hatchling", reason="of the extra dev")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


def test_version_citation_and_changelog_are_of_one_release():
    wrong, version = faults()
    assert not wrong and version


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("CITATION.cff", "version: ", "version: 9", "CITATION.cff"),
        ("CHANGELOG.md", "## 0", "## Unreleased\n\n## 0", "first section"),
        ("CHANGELOG.md", "\n- ", "\n", "says nothing"),
        ("pyproject.toml", '\nversion = "', '\nversion = "7', "first section"),
    ],
)
def test_what_is_not_ready_is_said(tmp_path, file, old, new, says):
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), encoding="utf-8")
    wrong, _ = faults(tmp_path)
    assert any(says in line for line in wrong)


@pytest.mark.slow
def test_the_wheel_alone_plays_and_runs_a_study(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    site = tmp_path / "site"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, "--target", site, wheel, cwd=tmp_path)
    here = {"PYTHONPATH": str(site), "OMP_NUM_THREADS": "1", "COLUMNS": "80"}
    program = "import nashscope; print(nashscope.__file__, nashscope.__version__)"
    where, version = run(sys.executable, "-c", program, cwd=tmp_path, **here).split()
    assert Path(where).is_relative_to(site) and version == faults()[1]

    def nashscope(*words):
        return run(sys.executable, "-m", "nashscope", *words, cwd=tmp_path, **here)

    nash = "player 1 plays defect; player 2 plays defect"
    assert nash in " ".join(nashscope("games", "prisoners-dilemma").split())
    played = nashscope("play", "prisoners-dilemma", "organism/nash", "tit-for-tat", "--rounds", "2")
    assert "defect" in played and "nash distance" in played
    small = ("matches=1", "horizons=[2]", "games=[chicken]", "fingerprints=1")
    changes = [f"--set={change}" for change in small]
    study = ("study", "nash-suppression", "--model", "fake/uniform", "--plan", "demo", "--quiet")
    page = tmp_path / nashscope(*study, *changes).strip().splitlines()[-1]
    assert page.is_file() and "<html" in page.read_text(encoding="utf-8")[:500].lower()


@pytest.mark.slow
def test_the_sdist_holds_all_that_the_wheel_is_made_of(built, tmp_path):
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    assert {"README.md", "LICENSE", "CHANGELOG.md", "Makefile"} <= {f.name for f in tree.iterdir()}
    out = tmp_path / "again"
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=tree)
    (again,) = out.glob("*.whl")

    def content(file):
        with zipfile.ZipFile(file) as archive:
            return {item.filename: item.CRC for item in archive.infolist()}

    assert content(again) == content(wheel)
    assert not any("runs/" in name or ".venv" in name for name in content(wheel))
