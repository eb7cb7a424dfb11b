"""However a command ends, it says so in one line; what is printed is printed on any terminal."""

import errno
import io
import json
import re
import subprocess
import sys

import pytest

from nashscope.cli import refusal as room
from nashscope.cli.refusal import any_terminal, refusal, say
from nashscope.errors import BudgetSpent, Misuse


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (Misuse("no such thing"), "no such thing", 2),
        (BudgetSpent("all spent"), "all spent", 3),
        (OSError(errno.ENOSPC, "No space left on device", "run/x"), "run/x: No space left", 1),
        (OSError(errno.EACCES, "Permission denied", "run/x"), "run/x: Permission denied", 2),
        (ModuleNotFoundError("No module", name="axelrod"), "needs the package axelrod; pip", 2),
        (ModuleNotFoundError("No module", name="vl_convert"), "[report]'", 2),
        (MemoryError(), "make it smaller", 1),
    ],
)
def test_an_error_has_a_message_and_an_exit_code(error, message, code):
    told = refusal(error)
    assert told is not None and message in told[0] and told[1] == code


def test_a_fault_of_the_package_is_no_refusal():
    assert refusal(ValueError("a bug")) is None
    assert refusal(ModuleNotFoundError("No module", name="nobody_has_this")) is None


OWN = {
    "raises.py": "from nashscope.games import Named\n"
    "def make(size=2):\n    raise KeyError('no')\nGAME = Named(make, 'own', 'me')\n",
    "leaves.py": "import sys\nfrom nashscope.games import Named\n"
    "def make():\n    sys.exit(7)\nGAME = Named(make, 'own', 'me')\n",
    "ends.py": "import sys\nsys.exit(7)\n",
    "broken.py": "GAME = 1 / 0\n",
}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("raises.py:GAME", "raises.py:3 (make) raises KeyError: 'no'"),
        ("leaves.py:GAME", "leaves.py:4 (make) raises SystemExit: 7"),
        ("ends.py:GAME", "ends.py calls sys.exit"),
        ("broken.py:GAME", "broken.py, line 1 could not be run: ZeroDivisionError"),
    ],
)
@pytest.mark.parametrize("command", ["solve", "games", "play"])
def test_what_a_users_file_does_is_one_line_with_its_place(
    nashscope, tmp_path, monkeypatch, name, says, command
):
    monkeypatch.chdir(tmp_path)
    for file, text in OWN.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    more = ("random", "random") if command == "play" else ()
    code, out, err = nashscope(command, name, *more)
    assert code == 2 and out == ""
    assert says in err and err.count("\n") == 1


def test_a_terminal_of_ascii_gets_signs_that_it_has(monkeypatch):
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", plain)
    any_terminal()
    print("2×2 – α …")
    print(json.dumps("é𝔸", ensure_ascii=False))
    plain.flush()
    first, second = plain.buffer.getvalue().decode("ascii").splitlines()
    assert first == "2x2 - alpha ..."
    assert json.loads(second) == "é𝔸"


def test_no_word_of_a_message_is_broken_at_the_edge_of_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(room.shutil, "get_terminal_size", lambda: room.os.terminal_size((40, 24)))
    message = "no game is named 'prisoner-dilemma'; did you mean prisoners-dilemma?"
    say(message)
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines) == f"nashscope: {message}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("play", "chicken", "random", "random", "--rounds", "ten"),
            "--rounds 'ten': a whole number is wanted",
        ),
        (("solve", "chicken", "--time-limit", ""), "--time-limit '': a number is wanted"),
        (("solve",), "GAME is missing; `nashscope solve -h`"),
        (("bench", "matrix", "--limit", "x"), "--limit 'x': a whole number is wanted"),
        (("games", "--jsn"), "there is no option --jsn"),
        (("slove", "chicken"), "no such command 'slove'"),
        (("games", ""), "'' has no name"),
    ],
)
def test_a_wrong_option_is_one_line_in_our_words(nashscope, arguments, says):
    code, out, err = nashscope(*arguments)
    assert (code, out) == (2, "")
    assert says in err and err.count("\n") == 1
    assert not re.search("valid|parse|Usage|Input", err)


@pytest.mark.parametrize("arguments", [(), ("bench",), ("organism",)])
def test_a_command_without_its_words_shows_its_help(nashscope, arguments):
    code, out, err = nashscope(*arguments)
    assert code == 2 and "Usage" in out + err and "nashscope:" not in err


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    command = [sys.executable, "-m", "nashscope", "games"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert err == b""
