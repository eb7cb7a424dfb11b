"""YAML as a person means it: nothing guessed, nothing dropped; what PyYAML writes comes back."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import Misuse, Unreadable
from nashscope.settings import assignments, pairs, read_yaml, yaml_value

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(plain)
def test_what_is_written_comes_back(value):
    assert yaml_value(yaml.safe_dump(value, allow_unicode=True), "here") == value


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "Off", "1:30", "190:20:30.5", "0x1F", "0o17", "2024-01-31", "1e3"]
)
def test_what_may_be_meant_otherwise_is_the_text_that_was_typed(text):
    assert yaml_value(f"field: {text}", "here") == {"field": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-3", -3), ("0", 0), ("1_000", 1000), ("0.5", 0.5), ("true", True), ("~", None)],
)
def test_what_has_one_meaning_has_it(text, value):
    assert yaml_value(f"field: {text}", "here") == {"field": value}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rounds: 4\nmatches: 2\nrounds: 5", "plan.yaml, line 3: 'rounds' comes twice"),
        ("deep:\n  a: 1\n  a: 1", "line 3: 'a' comes twice"),
        ("a: 1\nb: 010", "line 2: a number begins with 0"),
        ("games: [chicken\nrounds: 3", "line 2 is not YAML"),
        ("a: !!python/object:os.system x", "nothing here reads the tag"),
        ("a: " + "9" * 5000, "a number of 5000 digits"),
        ("[" * 5000, "is not YAML"),
        ("a: \x00", "is not YAML"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_its_place(tmp_path, text, says):
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable) as refused:
        read_yaml(file)
    assert says in str(refused.value) and len(str(refused.value).splitlines()) == 1


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(Unreadable, match=r"the plan .*: there is no such file"):
        read_yaml(tmp_path / "none.yaml", "plan")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(Unreadable, match="not UTF-8"):
        read_yaml(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["matches"], "write it as NAME=VALUE, such as --set matches=4"),
        (["=4"], "write it as NAME=VALUE"),
        (["matches=["], r"--set matches=\[ is not YAML"),
    ],
)
def test_an_assignment_that_says_nothing_is_refused(given, says):
    with pytest.raises(Misuse, match=says):
        assignments(given, "--set", "matches=4")


def test_of_an_option_that_comes_twice_the_last_counts_and_of_a_map_none():
    given = ["matches=4", "matches=5"]
    assert assignments(given, "--set", "matches=4") == {"matches": 5}
    with pytest.raises(Misuse, match="--map matches is given twice"):
        pairs(given, "--map", "round=turn")
