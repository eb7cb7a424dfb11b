"""What messages are made of: values that are cut, and commands that work as they are typed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope import errors
from nashscope.errors import install, shown


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=30))
def test_a_value_is_quoted_on_one_line_of_at_most_48_characters(value):
    text = shown(value)
    assert len(text) <= 48 and len(text.splitlines()) == 1


class Installed:
    """An installation of which pip noted where it is from."""

    def __init__(self, origin):
        self.origin = origin

    def read_text(self, name):
        return self.origin if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("editable", "here", "command"),
    [
        (True, True, "pip install -e '.[api]'"),
        (True, False, "pip install -e '{clone}[api]'"),
        (False, False, "pip install 'nashscope[api]'"),
    ],
)
def test_an_extra_is_added_from_where_the_package_is_from(
    monkeypatch, tmp_path, editable, here, command
):
    clone = tmp_path / "my clone"
    clone.mkdir()
    origin = {"url": clone.as_uri(), "dir_info": {"editable": editable}}
    monkeypatch.setattr(errors, "distribution", lambda name: Installed(json.dumps(origin)))
    monkeypatch.chdir(clone if here else tmp_path)
    assert install("api") == command.format(clone=clone)


def test_an_installation_from_an_index_names_the_package(monkeypatch):
    monkeypatch.setattr(errors, "distribution", lambda name: Installed(None))
    assert install("hf") == "pip install 'nashscope[hf]'"
