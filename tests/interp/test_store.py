"""Captures in shards are the captures; a stopped run goes on; memory does not grow with prompts."""

import json
import tracemalloc

import numpy as np
import pytest

from nashscope.errors import FolderTaken, IllFormedEdit, Misuse, Unreadable
from nashscope.interp import Captured, capture, capture_to, stored
from nashscope.interp import store as module


def test_shards_hold_what_capture_gives_and_layers_can_be_read_alone(model, asked, tmp_path):
    expected = capture(model, asked.prompts[:14], asked.labels[:14])
    found = capture_to(tmp_path / "c", model, asked.prompts[:14], asked.labels[:14], rows=4)
    assert [shard.rows for shard in found.shards] == [4, 4, 4, 2] and len(found) == 14
    again = stored(tmp_path / "c")
    assert again == found and again.complete
    for name in ("stream", "lens", "logprobs"):
        whole = getattr(again.every(), name)
        assert whole == pytest.approx(getattr(expected, name), abs=1e-4)
        assert whole.dtype == getattr(expected, name).dtype
    for k in (0, 3, 4):
        assert np.array_equal(again.layer(k), again.every().stream[:, k])
    assert [len(one.stream) for one in again] == [4, 4, 4, 2]


def test_prompts_are_taken_as_they_are_needed_and_let_go(model, tmp_path, monkeypatch):
    """When a prompt is asked for, every shard before its own is on the disk and out of memory."""
    folder, held, megabyte = tmp_path / "c", [], 2**20

    def large(_, prompts, choices):
        assert len(prompts) == len(choices) == 8
        stream = np.ones((8, 5, megabyte // (8 * 5 * 4)), np.float32)
        return Captured(stream, np.ones((8, 5, 2)), np.ones((8, 2)))

    def prompts(count):
        for number in range(count):
            assert len(list(folder.glob("captured-*.safetensors"))) == number // 8
            if number % 8 == 0:
                held.append(tracemalloc.get_traced_memory()[0])
            yield f"prompt {number}"

    monkeypatch.setattr(module, "capture", large)
    tracemalloc.start()
    try:
        capture_to(folder, model, prompts(96), (("F", "K") for _ in range(96)), rows=8)
    finally:
        tracemalloc.stop()
    assert len(held) == 12 and max(held) - held[0] < 2 * megabyte


def test_a_run_that_was_stopped_goes_on_where_it_was(model, asked, tmp_path, monkeypatch):
    folder, calls = tmp_path / "c", []

    def counted(*given):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(given)
        return capture(*given)

    monkeypatch.setattr(module, "capture", counted)
    with pytest.raises(KeyboardInterrupt):
        capture_to(folder, model, asked.prompts[:12], asked.labels[:12], rows=4)
    left = stored(folder)
    assert len(left) == 8 and not left.complete
    monkeypatch.setattr(module, "capture", capture)
    before = (folder / left.shards[0].file).stat().st_mtime_ns
    found = capture_to(folder, model, asked.prompts[:12], asked.labels[:12], rows=4)
    assert len(found) == 12 and found.complete
    assert (folder / left.shards[0].file).stat().st_mtime_ns == before
    direct = capture(model, asked.prompts[:12], asked.labels[:12]).stream
    assert found.every().stream == pytest.approx(direct, abs=1e-4)


def test_what_is_something_else_is_left_alone(model, few, tmp_path):
    folder = tmp_path / "c"
    capture_to(folder, model, few.prompts, few.labels, rows=4)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for prompts, labels, rows in (
        (few.prompts[::-1], few.labels[::-1], 4),
        (few.prompts, few.labels, 3),
        (few.prompts[:4], few.labels[:4], 4),
    ):
        with pytest.raises(FolderTaken, match="another folder"):
            capture_to(folder, model, prompts, labels, rows=rows)
    index = json.loads((folder / "index.json").read_text())
    (folder / "index.json").write_text(json.dumps({**index, "fingerprint": "other"}))
    with pytest.raises(FolderTaken, match="other weights"):
        capture_to(folder, model, few.prompts, few.labels, rows=4)
    (folder / "index.json").write_bytes(before["index.json"])
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("all my work")
    with pytest.raises(FolderTaken, match="no captures"):
        capture_to(tmp_path / "mine", model, few.prompts, few.labels)


def test_what_cannot_be_is_refused(model, few, tmp_path):
    with pytest.raises(Misuse, match="no prompt"):
        capture_to(tmp_path / "a", model, [], [])
    with pytest.raises(Misuse, match="not as many choices"):
        capture_to(tmp_path / "b", model, few.prompts, few.labels[:2])
    with pytest.raises(Misuse, match="at least 1"):
        capture_to(tmp_path / "c", model, few.prompts, few.labels, rows=0)
    with pytest.raises(Unreadable, match="no captures"):
        stored(tmp_path / "nowhere")
    found = capture_to(tmp_path / "d", model, few.prompts, few.labels)
    with pytest.raises(IllFormedEdit, match="no layer 5"):
        found.layer(5)
    (tmp_path / "d" / found.shards[0].file).unlink()
    with pytest.raises(Unreadable, match="lacks captured-00001"):
        stored(tmp_path / "d")
