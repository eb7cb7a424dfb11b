"""A user's file is run once, is found again, and says where it goes wrong."""

import sys

import pytest

from nashscope.errors import UnknownName, Unreadable
from nashscope.names import Shelf, find, ran, sources

SHELF = Shelf("thing", "nashscope.things")


@pytest.fixture(autouse=True)
def imports(monkeypatch):
    """Imports of users' folders that end with the test."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def written(folder, name, text):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_is_run_once_and_again_only_when_it_changed(tmp_path):
    count = tmp_path / "count"
    text = (
        "from pathlib import Path\n"
        f"count = Path({str(count)!r})\n"
        "count.write_text((count.read_text() if count.exists() else '') + 'x')\n"
        "THING = object()\n"
    )
    file = written(tmp_path, "own.py", text)
    first = find(f"{file}:THING", SHELF)
    assert find(f"{file}:THING", SHELF) is first
    assert count.read_text() == "x"
    written(tmp_path, "own.py", text + "# edited\n")
    assert find(f"{file}:THING", SHELF) is not first
    assert count.read_text() == "xx"


def test_a_file_is_run_again_when_what_it_imports_changed(tmp_path):
    written(tmp_path, "part_of_own.py", "NUMBER = 1\n")
    file = written(tmp_path, "own.py", "from part_of_own import NUMBER\n")
    assert ran(file).NUMBER == 1
    written(tmp_path, "part_of_own.py", "NUMBER = 22\n")
    assert ran(file).NUMBER == 22


def test_files_of_one_name_in_two_folders_are_two(tmp_path):
    one, two = (tmp_path / folder for folder in ("one", "two"))
    for number, folder in enumerate((one, two)):
        written(folder, "part_of_own.py", f"NUMBER = {number}\n")
        written(folder, "own.py", "from part_of_own import NUMBER\ndef number(): return NUMBER\n")
    modules = [ran(folder / "own.py") for folder in (one, two)]
    assert [module.number() for module in modules] == [0, 1]
    assert [sys.modules[module.__name__] for module in modules] == modules


def test_a_file_of_a_user_never_stands_for_a_library(tmp_path):
    # one that nothing has imported before
    written(tmp_path, "colorsys.py", "raise RuntimeError('not the library')\n")
    file = written(tmp_path, "own.py", "import colorsys\nGREY = colorsys.rgb_to_hsv(1, 1, 1)\n")
    assert ran(file).GREY == (0, 0, 1)


def test_sources_are_the_file_and_what_it_imports_from_its_folder_in_any_depth(tmp_path):
    written(tmp_path, "aside.py", "")
    written(tmp_path, "near.py", "from pack import inner\n")
    written(tmp_path, "pack/__init__.py", "")
    written(tmp_path, "pack/inner.py", "from . import deeper\n")
    written(tmp_path, "pack/deeper.py", "import json\n")
    file = written(tmp_path, "own.py", "import numpy\ndef late():\n    import near\n")
    names = {str(source.relative_to(tmp_path)) for source in sources(file)}
    assert names == {"own.py", "near.py", "pack/__init__.py", "pack/inner.py", "pack/deeper.py"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\ny = 1 / 0\n", "own.py, line 2 could not be run: ZeroDivisionError: division"),
        ("x = 1\ny = (\n", "own.py, line 2 could not be run: SyntaxError"),
        ("import nowhere_at_all\n", "line 1 could not be run: ModuleNotFoundError: No module"),
        ("import sys\nsys.exit(7)\n", "own.py calls sys.exit"),
        ("raise ValueError\n", "line 1 could not be run: ValueError"),
        ("raise ValueError('a\\nb')\n", "ValueError: a"),
        ("x = '\x00'\n", "could not be run: SyntaxError"),
    ],
)
def test_a_file_that_fails_is_one_line_with_the_place_and_leaves_nothing(tmp_path, text, says):
    file = written(tmp_path, "own.py", text)
    before = set(sys.modules)
    with pytest.raises(Unreadable) as refused:
        ran(file)
    assert says in str(refused.value) and len(str(refused.value).splitlines()) == 1
    assert set(sys.modules) == before


def test_an_object_that_is_not_there_is_told_by_those_that_are(tmp_path):
    text = "from fractions import Fraction\nimport math\nGAME = 1\ndef game(): pass\n"
    file = written(tmp_path, "own.py", text)
    with pytest.raises(UnknownName, match="did you mean GAME"):
        find(f"{file}:GAM", SHELF)
    with pytest.raises(UnknownName, match="known: GAME"):
        find(f"{file}:xyzzy", SHELF)
    with pytest.raises(Unreadable, match="name the object in it"):
        find(str(file), SHELF)
