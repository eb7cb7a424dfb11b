"""The time left is true, bars end and leave one line each, and a pipe gets no control codes."""

import os
import pty
import re
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from nashscope.cli.progress import Pace, duration

WORK = """
import sys, time
from nashscope.cli.progress import progress
from nashscope.cli.screen import say
with progress() as tell:
    tell("loading organism/late-override", 0, 2)
    say("a message")
    tell("loading organism/nash", 1, 2)
    for done in range(0, 31, 10):
        tell("playing", done, 30)
        time.sleep(0.05)
    tell("reading again", 5, 5)
    tell("clamping", 0, 4)
    tell("clamping", 1, 4)
    tell("drawing the report", 0, 1)
    tell("drawing the report", 1, 1)
print("runs/page.html")
"""


def shown(raw, width=80):
    """The lines that a terminal shows after it was sent these characters."""
    lines, row, column = [[]], 0, 0
    for code, move, sign in re.findall(r"\x1b\[([?\d;]*)([A-Za-z])|([^\x1b])", raw):
        if move:
            count = int(code) if code.isdigit() else 1
            if move == "A":
                row = max(0, row - count)
            elif move == "K":
                lines[row] = [] if code == "2" else lines[row][:column]
        elif sign == "\r":
            column = 0
        elif sign == "\n":
            row += 1
            lines += [[] for _ in range(row + 1 - len(lines))]
        else:
            line = lines[row]
            line += [" "] * (column + 1 - len(line))
            line[column] = sign
            column += 1
            assert column <= width, "".join(line)
    return ["".join(line).rstrip() for line in lines]


def on_a_terminal(program):
    """What stands on a terminal of 80 columns after a program has run on it."""
    own, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    raw = b""
    try:
        while part := os.read(own, 65536):
            raw += part
    except OSError:  # the other end is closed
        pass
    os.close(own)
    assert running.wait() == 0
    return [line for line in shown(raw.decode()) if line]


def test_every_bar_leaves_one_line_and_messages_stand_between():
    lines = on_a_terminal(WORK)
    without_times = [re.sub(r"\d+:\d\d", "T", line) for line in lines]
    assert without_times == [
        "a message",
        "loading organism/late-override: T",
        "loading organism/nash: T",
        "playing: 30 in T",
        "clamping: 1 of 4 in T",
        "drawing the report: T",
        "runs/page.html",
    ]


def test_a_pipe_gets_lines_and_no_control_codes():
    done = subprocess.run([sys.executable, "-c", WORK], capture_output=True, text=True, check=True)
    assert done.stdout == "runs/page.html\n"
    assert "\x1b" not in done.stderr and "\r" not in done.stderr
    assert done.stderr.splitlines() == [
        "loading organism/late-override: 0/2",
        "a message",
        "loading organism/nash: 1/2",
        "playing: 0/30",
        "playing: 30/30",
        "reading again: 5/5",
        "clamping: 0/4",
        "drawing the report",
    ]


@given(st.floats(0.5, 300), st.integers(1, 200), st.integers(3, 12))
def test_the_time_left_is_true_where_work_comes_in_bursts(pause, size, bursts):
    """Every `pause` seconds `size` decisions are taken at once, as of matches in step."""
    pace, total = Pace(0, 0.0), size * bursts
    for burst in range(1, bursts):
        for done in range((burst - 1) * size, burst * size):
            pace.step(done + 1, burst * pause + 1e-4 * (done % size))
        left = pace.left(total, burst * pause + 0.05)
        true = pause * (bursts - burst)
        assert left is not None and 0.9 * true <= left <= 1.1 * true


@given(st.integers(1, 1000), st.floats(1, 100))
def test_what_was_there_before_says_nothing_of_the_pace(before, second):
    pace = Pace(before, 0.0)
    assert pace.left(before + 10, 5.0) is None
    pace.step(before + 5, second)
    assert abs(pace.left(before + 10, second) - second) < 1e-6


def test_a_step_that_takes_long_makes_the_pace_slower():
    pace = Pace(0, 0.0)
    for done in range(1, 6):
        pace.step(done, float(done))
    usual = pace.left(10, 5.5)
    assert usual == 5.0
    assert pace.left(10, 60.0) > 50


def test_times_are_read_at_a_glance():
    told = [duration(seconds) for seconds in (0.4, 59.6, 3600.0, 360_000.0)]
    assert told == ["0:00", "1:00", "1:00:00", "100:00:00"]
