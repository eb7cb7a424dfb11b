"""Runs by their names: listed newest first, `latest`, shown turn by turn, never guessed."""

import json
import os
import time

import pytest


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A working folder of the test's own, and a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def played(nashscope, tmp_path):
    """Two runs, the second of which is the newer."""
    small = ("--rounds", "3", "--matches", "2")
    for place, agents in enumerate((("tit-for-tat", "always-d"), ("random", "grim-trigger"))):
        folder = f"runs/{'ab'[place]}"
        code, _, said = nashscope("play", "chicken", *agents, *small, "--out", folder)
        assert code == 0, said
    manifest = tmp_path / "runs/a/manifest.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "started": ["2020-01-01T00:00:00+0000"]}))
    return tmp_path / "runs"


def test_play_out_keeps_what_was_played_and_goes_on(nashscope, played):
    kept = (played / "b" / "transcripts.jsonl").read_text().splitlines()
    assert len(kept) == 2 * 3 * 2
    (played / "b" / "transcripts.jsonl").write_text("\n".join(kept[:5]) + "\n")
    again = ("random", "grim-trigger", "--rounds", "3", "--matches", "2", "--out", "runs/b")
    code, _, said = nashscope("play", "chicken", *again)
    assert code == 0, said
    assert sorted((played / "b" / "transcripts.jsonl").read_text().splitlines()) == sorted(kept)


def test_runs_are_listed_newest_first_with_their_state(nashscope, played):
    _code, printed, _ = nashscope("runs", "--json")
    listed = json.loads(printed)
    assert [run["folder"] for run in listed] == ["runs/b", "runs/a"]
    assert {run["state"] for run in listed} == {"done"} and listed[0]["about"] == "play"
    manifest = played / "b" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "status": "running"}))
    _, printed, _ = nashscope("runs")
    assert "ended" in printed and "goes on by: nashscope play chicken random" in printed
    assert max(map(len, printed.splitlines()[:6])) <= 80


def test_a_run_that_another_process_writes_is_running(nashscope, played):
    from nashscope.play.store.disk import is_locked, locked

    manifest = played / "b" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "status": "running"}))
    with locked(played / "b" / ".lock"):
        assert is_locked(played / "b" / ".lock")
        _, printed, _ = nashscope("runs", "--json")
    assert json.loads(printed)[0]["state"] == "running"
    assert not is_locked(played / "b" / ".lock")


def test_show_tells_a_match_turn_by_turn(nashscope, played):
    code, printed, _ = nashscope("show")
    assert code == 0 and "random – grim-trigger" in printed
    code, printed, _ = nashscope("show", "a", "2")
    assert code == 0
    assert "tit-for-tat" in printed and "straight" in printed and "nash distance" in printed
    assert max(map(len, printed.splitlines())) <= 80
    code, printed, said = nashscope("show", "latest", "9")
    assert (code, printed) == (2, "") and "1 to 2" in said


def test_a_run_that_is_not_there_names_the_newest(nashscope, played):
    for command in ("show", "report", "figure", "export"):
        code, printed, said = nashscope(command, "runs/RUN")
        assert (code, printed) == (2, "")
        assert "no folder runs/RUN" in said and "runs/b" in said and said.count("\n") == 1


def test_without_a_name_the_newest_run_is_meant(nashscope, played):
    code, printed, said = nashscope("report")
    assert code == 0, said
    assert printed.strip() == "runs/b/report.html"
    code, printed, said = nashscope("export", "latest", "--to", "csv")
    assert code == 0 and "runs/b/export/decisions.csv" in printed, said


def test_where_there_is_no_run_it_says_so(nashscope):
    code, _, said = nashscope("show")
    assert code == 2 and "no run lies below runs/" in said
    code, _, said = nashscope("runs")
    assert code == 2 and "there is no folder runs" in said


def test_a_folder_that_cannot_be_read_is_left_out_of_the_list(nashscope, played):
    (played / "c").mkdir()
    (played / "c" / "config.yaml").write_bytes(b"\xff\xfe")
    (played / "d").mkdir()
    (played / "d" / "config.yaml").write_text("[1, 2")
    code, printed, _ = nashscope("runs", "--json")
    assert code == 0 and [run["folder"] for run in json.loads(printed)] == ["runs/b", "runs/a"]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_a_run_with_a_word_and_the_manifest_says_so(tmp_path, name):
    import signal
    import subprocess
    import sys

    words = ["play", "chicken", "random", "random", "--rounds", "2000", "--matches", "500"]
    running = subprocess.Popen(
        [sys.executable, "-m", "nashscope", *words, "--out", "runs/long"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    kept = tmp_path / "runs" / "long" / "transcripts.jsonl"
    until = time.monotonic() + 60
    while not (kept.is_file() and kept.stat().st_size > 100_000):
        assert time.monotonic() < until and running.poll() is None
        time.sleep(0.05)
    running.send_signal(getattr(signal, name))
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in said and "the same command goes on" in said
    assert "Traceback" not in said
    manifest = json.loads((tmp_path / "runs" / "long" / "manifest.json").read_text())
    assert manifest["status"].startswith("stopped")
