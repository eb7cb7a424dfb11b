"""Every line that says how to install something works as it is typed."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "nashscope").rglob("*.py"))
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def extras():
    """The optional parts there are."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"])


def test_messages_name_parts_that_there_are_and_in_one_way():
    asked = set()
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r"\binstall\(['\"]([\w-]+)['\"]\)", text))
        if file.name != "errors.py":
            assert "nashscope[" not in text, f"{file.name} spells out how to install a part"
    assert len(asked) > 8 and asked <= extras()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_install_from_a_clone_or_from_a_wheel(page):
    """The package is on no index: `pip install nashscope` would find nothing, or another's."""
    for line in page.read_text(encoding="utf-8").splitlines():
        for wanted in re.findall(r"pip install (?:-[\w-]+ )*(['\"]?)([^\s'\"`)]+)", line):
            target = wanted[1]
            if "nashscope" in target or target.startswith("."):
                assert re.match(r"\.(\[|$)|\./dist/nashscope|\S*nashscope-\S*\.whl", target), line
                named = re.search(r"\[([\w,]+)\]", target)
                assert named is None or set(named[1].split(",")) <= extras(), line
