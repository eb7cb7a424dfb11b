"""The house as it is drawn is the house as it is built."""

import configparser
import re
from pathlib import Path

import nashscope
from nashscope import errors

ROOT = Path(__file__).parent.parent


def contract_floors():
    """The floors of `.importlinter`, top to bottom."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    text = contracts["importlinter:contract:floors"]["layers"]
    return [{room.strip() for room in line.split("|")} for line in text.split("\n") if line.strip()]


def drawn_floors():
    """The floors of the picture in docs/house.md, top to bottom."""
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    picture = re.search(r"```text\n(.*?)```", text, re.S)
    lines = [set(re.findall(r"[a-z]+", line)) for line in picture[1].splitlines()]
    return [floor for floor in lines if floor]


def test_the_picture_shows_the_floors_of_the_contract():
    assert drawn_floors() == contract_floors()


def test_every_folder_and_file_of_the_package_has_a_floor():
    package = Path(nashscope.__file__).parent
    rooms = {path.stem for path in package.iterdir() if not path.name.startswith(("_", "py."))}
    assert rooms == set().union(*contract_floors())


def test_every_error_is_in_the_tree_of_the_docstring():
    drawn = set(re.findall(r"^\s*[*x] (\w+)", errors.__doc__, re.M))
    assert drawn == {name for name in errors.__all__ if name[0].isupper()}
    for name in drawn:
        assert issubclass(getattr(errors, name), errors.NashscopeError)


def test_no_module_has_a_name_that_says_nothing():
    empty = {"utils", "util", "common", "base", "core", "helpers", "manager", "misc"}
    package = Path(nashscope.__file__).parent
    assert not [path for path in package.rglob("*.py") if path.stem in empty]
