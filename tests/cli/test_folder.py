"""A run's folder is called after what was asked, and never lies within another one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope import records
from nashscope.cli.folder import run_folder, subject


@given(st.text(), st.text(), st.text())
def test_a_run_lies_directly_below_runs_whatever_it_is_named_after(tool, model, game):
    folder = run_folder(None, {}, tool, model, game)
    assert folder.parent == Path("runs") and folder.parts == ("runs", folder.name)
    assert len(folder.name) <= 140 and not folder.name.startswith(".")
    assert not set(folder.name) & set('/\\:*?"<>| \n\0')


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hf/meta-llama/Llama-3.1-8B", "Llama-3.1-8B"),
        ("hf/./my-model/", "my-model"),
        ("openai-api/local/qwen3:8b", "qwen3-8b"),
        ("deep/dir/a b.py:GAME", "a-b-GAME"),
        ("my games/x y.nfg", "x-y"),
        ("public-goods:players=4", "public-goods-players-4"),
        ("3,3 0,5; 5,0 1,1", "3-3-0-5-5-0-1-1"),
        ("plan.v2", "plan.v2"),
        ("..", ""),
    ],
)
def test_a_name_loses_what_a_folder_cannot_have(text, name):
    assert subject(text) == name


def test_the_hash_tells_configurations_and_formats_apart(monkeypatch):
    one = run_folder(None, {"seed": 0}, "lens", "organism/nash")
    assert one != run_folder(None, {"seed": 1}, "lens", "organism/nash")
    monkeypatch.setattr(records, "SCHEMA", records.SCHEMA + 1)
    assert one != run_folder(None, {"seed": 0}, "lens", "organism/nash")


def test_a_folder_that_was_named_is_taken():
    assert run_folder(Path("here"), {}, "lens") == Path("here")
