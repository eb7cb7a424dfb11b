"""One look-up for every kind, in a fixed order, with one error."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from nashscope.errors import Misuse, UnknownName, Unreadable
from nashscope.names import Shelf, find, known, nearest, shelf

THING = 3.0
NOT = "a text"


def make(size: int = 1):
    return float(size)


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """A package that declares a few things."""
    module = __name__
    declared = EntryPoints(
        EntryPoint(name, f"{module}:{value}" if value else "nowhere.at.all:X", "nashscope.things")
        for name, value in (("theirs", "THING"), ("Wrong", "NOT"), ("lost", ""), ("made", "make"))
    )
    monkeypatch.setattr(shelf, "entry_points", lambda *, group: declared.select(group=group))


THINGS = Shelf(
    "thing", "nashscope.things", (float,), "a number", shipped={"ours": 1.0, "two-words": 2.0}
)


@pytest.mark.parametrize("name", ["ours", "Ours", "OURS", " ours "])
def test_capitals_do_not_count(name):
    assert find(name, THINGS) == 1.0


@pytest.mark.parametrize("name", ["two-words", "two_words", "Two words"])
def test_blanks_and_underscores_are_dashes(name):
    assert find(name, THINGS) == 2.0


def test_what_a_package_declares_is_found_and_listed_beside_what_is_shipped():
    assert find("theirs", THINGS) == THING and find("THEIRS", THINGS) == THING
    assert known(THINGS) == ["Wrong", "lost", "made", "ours", "theirs", "two-words"]


def test_a_function_with_parameters_makes_the_object():
    assert find("made:size=4", THINGS) == 4.0
    with pytest.raises(Misuse, match="theirs takes no parameters"):
        find("theirs:size=4", THINGS)
    with pytest.raises(Misuse, match="ours takes no parameters"):
        find("ours:size=4", THINGS)


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("our", UnknownName, "no thing is named 'our'; did you mean ours"),
        ("xyzzy", UnknownName, "no thing is named 'xyzzy'; known: Wrong, lost"),
        ("wrong", Unreadable, "wrong is a str; a thing is a number"),
        ("lost", Unreadable, "lost cannot be imported from nowhere.at.all:X: ModuleNotFoundError"),
    ],
)
def test_what_cannot_be_had_is_one_line(name, error, says):
    with pytest.raises(error, match=says):
        find(name, THINGS)


def test_a_class_is_no_object_of_its_kind(tmp_path):
    file = tmp_path / "own.py"
    file.write_text("class Mine(float): pass\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="is a class; name an object of it"):
        find(f"{file}:Mine", THINGS)


def test_what_is_not_the_packages_own_is_tested_once(tmp_path):
    tested = []

    def test(value, name):
        tested.append(value)
        if value > 5:
            raise Misuse("too much")

    checked = Shelf("thing", "nashscope.things", (float,), check=test, shipped={"ours": 1.0})
    file = tmp_path / "own.py"
    file.write_text("GOOD, BAD = 2.5, 7.5\n", encoding="utf-8")
    for _ in range(2):
        find("ours", checked)
        find(f"{file}:GOOD", checked)
    assert tested == [2.5]
    with pytest.raises(Misuse, match=r"own.py:BAD: too much"):
        find(f"{file}:BAD", checked)


def test_a_long_list_is_not_poured_out():
    every = [f"name-{n}-of-many" for n in range(40)]
    assert len(str(nearest("zzz", every, "thing"))) < 140
    listed = nearest("zzz", every, "thing", "nashscope things")
    assert str(listed) == "no thing is named 'zzz'; `nashscope things` lists what there is"


def test_only_names_that_are_about_as_close_are_suggested():
    error = nearest("prisoner-dilemma", ["prisoners-dilemma", "volunteers-dilemma"], "game")
    assert "prisoners-dilemma" in str(error) and "volunteers" not in str(error)
