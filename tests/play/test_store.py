"""A run can be trusted at any moment: killed, torn, on a full disk, or wanted by two."""

import importlib
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nashscope.agents import agent
from nashscope.errors import Failed, FolderTaken, Misuse, NotSolved, Unreadable
from nashscope.metrics.summary import cell_rows
from nashscope.play import Cell, Event, play
from nashscope.play.execute.executor import is_done, result_of, run_cell
from nashscope.play.store.disk import BLOCK, mended
from nashscope.play.store.log import open_log
from nashscope.play.store.run import open_run, read_run

ROOT = Path(__file__).parents[2]
CELL = Cell("chicken", ("fake/uniform", "tit-for-tat"), rounds=5, matches=3, tremble=0.2)


def cast(name, cell):
    return AGENTS[name]


AGENTS = {name: agent(name) for name in CELL.agents}


@pytest.fixture
def benchmark(monkeypatch):
    """The benchmark of kills, whose small runs are tests."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("kill")


@pytest.mark.slow
def test_a_run_that_is_killed_and_taken_up_ends_with_the_same_actions(benchmark):
    same, moments = benchmark.kills(4, "fake/uniform", rounds=5, matches=2, seed=1)
    assert (same, len(moments)) == (4, 6)


def test_every_place_at_which_a_line_can_be_torn_ends_alike(tmp_path):
    whole = tmp_path / "whole"
    run_cell(CELL, whole, cast, cell_rows)
    file = Path("transcripts") / f"{CELL.id}.jsonl"
    content = (whole / file).read_bytes()
    ends = [k + 1 for k, byte in enumerate(content) if byte == ord("\n")]
    assert len(ends) == 3 * 5 * 2
    for number, cut in enumerate([0, 1, 40, ends[0] - 1, ends[0], ends[7] + 11, ends[-1] - 1]):
        folder = tmp_path / str(number)
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_bytes(content[:cut])
        note = run_cell(CELL, folder, cast, cell_rows)
        torn = cut - max([0, *(end for end in ends if end <= cut)])
        assert (f"was torn ({torn} bytes) and was cut off" in note) == (torn > 0)
        assert sorted((folder / file).read_bytes().split(b"\n")) == sorted(content.split(b"\n"))
        assert result_of(folder, CELL) == result_of(whole, CELL)


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_a_long_torn_line_is_cut_off_whole(tmp_path, size):
    file = tmp_path / "lines"
    file.write_bytes(b"one\ntwo\n" + b"x" * size)
    assert f"({size} bytes)" in mended(file) and file.read_bytes() == b"one\ntwo\n"
    assert mended(file) == "" and mended(tmp_path / "nowhere") == ""
    file.write_bytes(b"y" * size)
    assert mended(file) and file.read_bytes() == b""


def test_a_torn_line_of_a_run_is_said_and_readers_leave_it_out(tmp_path):
    events = []
    play([CELL], cast, keep=events.append)
    with open_run(tmp_path / "run", {"a": 1}) as run:
        run.keep_cells([CELL])
        for event in events:
            run.keep(event)
    kept = tmp_path / "run" / "transcripts.jsonl"
    kept.write_bytes(kept.read_bytes()[:-9])
    assert read_run(tmp_path / "run").events() == events[:-1]
    with open_run(tmp_path / "run", {"a": 1}) as run:
        assert "was torn" in run.note and run.events() == events[:-1]
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join([*lines[:3], "{}\n", *lines[4:]]))
    with pytest.raises(Unreadable, match=r"transcripts.jsonl, line 4"):
        read_run(tmp_path / "run").events()


def test_a_run_killed_in_its_first_moments_begins_again(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".lock").touch()
    (folder / ".config.yaml.new").write_text("half")
    with open_run(folder, {"a": 1}) as run:
        assert run.config == {"a": 1}
    assert read_run(folder).config == {"a": 1}
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / "notes.txt").write_text("mine")
    with pytest.raises(FolderTaken, match="holds files that are no run"):
        open_run(stranger, {"a": 1})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["transcripts.jsonl", "calls.jsonl"])
def test_a_full_disk_is_one_line_and_damages_nothing(tmp_path, name):
    from nashscope.models.hosted import Call

    event = Event(CELL.id, 0, 0, 0, "x", AGENTS["tit-for-tat"].decide([_question()])[0])
    folder = tmp_path / "run"
    with open_run(folder, {"a": 1}) as run:
        run.keep_cells([CELL])
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    (folder / name).symlink_to("/dev/full")
    with (
        pytest.raises(Failed, match=r"No space left on device; what was finished is there"),
        open_run(folder, {"a": 1}) as run,
    ):
        run.keep(event) if name == "transcripts.jsonl" else run.calls.keep(Call("m", "r", "x", 0.0))
    after = {file.name: file.read_bytes() for file in folder.iterdir() if file.name in before}
    assert {k: v for k, v in after.items() if k != "manifest.json"} == {
        k: v for k, v in before.items() if k != "manifest.json"
    }
    assert json.loads(after["manifest.json"])["status"] == "stopped (Failed)"


def _question():
    from nashscope.agents import Question
    from nashscope.chance import stream
    from nashscope.games import View
    from nashscope.play import framing_of

    view = View(CELL.repeated, 1, now=(None, None))
    return Question(view, framing_of(CELL, 0), stream(0, "test"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_cell_on_a_full_disk_has_no_result_and_goes_on_when_there_is_room(tmp_path, monkeypatch):
    file = tmp_path / "transcripts" / f"{CELL.id}.jsonl"
    file.parent.mkdir()
    file.symlink_to("/dev/full")
    with monkeypatch.context() as empty:
        # a reader of /dev/full never ends
        empty.setattr("nashscope.play.store.lines.Lines.numbered", lambda lines: [])
        with pytest.raises(Failed, match="No space left"):
            run_cell(CELL, tmp_path, cast, cell_rows)
    assert not is_done(tmp_path, CELL)
    file.unlink()
    run_cell(CELL, tmp_path, cast, cell_rows)
    assert is_done(tmp_path, CELL)


def test_a_cell_that_cannot_be_measured_was_played_and_ends_no_run(tmp_path):
    def unsolved(cell, matches):
        raise NotSolved("out of time")

    note = run_cell(CELL, tmp_path, cast, unsolved)
    assert "was played and is not measured: out of time" in note
    assert is_done(tmp_path, CELL) and result_of(tmp_path, CELL) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(Failed, match="cannot write to /proc/run"):
        open_run(Path("/proc/run"), {"a": 1})
    if os.geteuid():
        with open_run(tmp_path / "run", {"a": 1}):
            pass
        (tmp_path / "run").chmod(0o500)
        with pytest.raises(Failed, match="Permission denied"):
            open_run(tmp_path / "run", {"a": 1})
        (tmp_path / "run").chmod(0o700)
    (tmp_path / "file").touch()
    with pytest.raises(FolderTaken, match="is a file"):
        open_run(tmp_path / "file", {"a": 1})


def test_a_folder_and_a_cell_have_one_writer(tmp_path):
    with open_run(tmp_path / "run", {"a": 1}):
        code = (
            "import sys; from pathlib import Path; from nashscope.play.store.run import open_run\n"
            "open_run(Path(sys.argv[1]), {'a': 1})"
        )
        asked = [sys.executable, "-c", code, str(tmp_path / "run")]
        other = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert "another process is writing to" in other.stderr
    with open_run(tmp_path / "run", {"a": 1}):
        pass
    with open_log(tmp_path, CELL), pytest.raises(FolderTaken, match="playing cell"):
        run_cell(CELL, tmp_path, cast, cell_rows)
    with pytest.raises(FolderTaken, match="its a is 1, not 2"):
        open_run(tmp_path / "run", {"a": 2})


def test_a_request_that_could_not_be_leaves_no_folder(tmp_path):
    with pytest.raises(Misuse), open_run(tmp_path / "run", {"a": 1}) as run:
        run.keep_cells([CELL])
        raise Misuse("no")
    assert not (tmp_path / "run").exists()
    with pytest.raises(Misuse), open_run(tmp_path / "run", {"a": 1}) as run:
        run.keep(Event(CELL.id, 0, 0, 0, "x", AGENTS["tit-for-tat"].decide([_question()])[0]))
        raise Misuse("no")
    assert (tmp_path / "run" / "transcripts.jsonl").is_file()


def test_cells_apart_and_together_are_the_same_decisions(tmp_path):
    cells = [CELL, replace(CELL, seed=1), replace(CELL, game="stag_hunt")]
    together = []
    play(cells, cast, keep=together.append)
    for cell in cells[::-1]:
        run_cell(cell, tmp_path, cast, cell_rows)
        with open_log(tmp_path, cell) as log:
            assert sorted(map(repr, log.events())) == sorted(
                repr(event) for event in together if event.cell == cell.id
            )


@pytest.mark.slow
def test_decisions_against_a_faulty_server_are_kept_once_and_failures_are_outcomes(benchmark):
    pytest.importorskip("openai")
    kept, twice, failed, wrong = benchmark.faults(100)
    assert (kept, twice) == (100, 0) and failed > 0 and 0.1 < wrong < 0.3


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_matches(benchmark):
    tenth, whole = benchmark.memory(100, cells=20)
    assert whole / tenth < 1.05


@pytest.mark.slow
def test_the_command_is_killed_and_taken_up(tmp_path):
    """The whole way, from the command line: twice killed, once in two processes."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "games: [chicken, prisoners-dilemma]\nagents: [fake/uniform, random]\n"
        "rounds: 25\nmatches: 8\ntremble: 0.1\n"
    )
    code = "from nashscope.cli import main; main()"
    command = [sys.executable, "-c", code, "run", str(plan), "--quiet"]

    def started(folder, *more):
        return subprocess.Popen([*command, "--out", str(folder), *more])

    assert started(tmp_path / "whole").wait() == 0
    for executor in ("process", "local"):
        folder = tmp_path / executor
        running = started(folder, "--executor", executor)
        until = time.monotonic() + 60
        while running.poll() is None and time.monotonic() < until and _size(folder) < 60_000:
            time.sleep(0.01)
        running.kill()
        assert running.wait() == -9 and not (folder / "results.json").exists()
        # the processes that it had started end by themselves
        while started(folder, "--executor", "process").wait() == 2 and time.monotonic() < until:
            time.sleep(0.2)
        assert _decided(folder) == _decided(tmp_path / "whole")
        one, two = (Path(f) / "results.json" for f in (folder, tmp_path / "whole"))
        assert one.read_bytes() == two.read_bytes()


def _size(folder):
    """Bytes of decisions so far."""
    return sum(file.stat().st_size for file in folder.glob("transcripts/*.jsonl"))


def _decided(folder):
    """Every decision, as text."""
    return sorted(repr(event) for event in read_run(folder).events())
