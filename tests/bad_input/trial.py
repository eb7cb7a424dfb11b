"""Says bad inputs and looks at what happened.

`python -m tests.bad_input.trial [FILE [WORD …]]` lists what is wrong, by kind of input.
"""

import contextlib
import importlib
import io
import os
import pickle
import pkgutil
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import tests.bad_input
from tests.bad_input.bases import BASES, PLAN
from tests.bad_input.judge import faults, message

SECONDS = 4
"""Of processor time that a bad input may take before it counts as hanging."""
MEMORY = 2**31
"""Bytes that a process of its own may take beyond what is there."""
OWN = {"OPENAI_API_KEY", "OPENAI_BASE_URL", "NASHSCOPE_SERVICES", "NASHSCOPE_CACHE"}


class Hanging(BaseException):
    """An input has taken too long."""


def inputs():
    """All bad inputs of this folder, by the file that they are in."""
    for found in pkgutil.iter_modules(tests.bad_input.__path__):
        if found.name.startswith("door_"):
            module = importlib.import_module(f"tests.bad_input.{found.name}")
            for bad in module.inputs():
                yield found.name.removeprefix("door_"), bad


def laid(bases, model):
    """Makes the folders that inputs begin with, below `bases`."""
    for name, arguments in BASES.items():
        folder = bases / name
        folder.mkdir(parents=True)
        (folder / "plan.yaml").write_text(PLAN)
        code, out, err = said([word.format(model=model) for word in arguments], folder, {})
        assert code == 0, (name, code, out, err)
        (folder / "plan.yaml").unlink()
        if name == "bench":
            (folder / "printed.json").write_text(out)
    shutil.copytree(model, bases / "model" / "r")


def tried(bad, folder, bases, model):
    """What is wrong with how the command line ended, and what it said."""
    if bad.base:
        shutil.copytree(bases / bad.base, folder, dirs_exist_ok=True)
    for name, content in bad.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    bad.edit(folder)
    before = contents(folder)
    arguments = [word.replace("{model}", str(model)) for word in bad.arguments]
    code, out, err = (apart if bad.apart else said)(arguments, folder, bad.environment)
    wrong = [*faults(code, out, err, before, contents(folder))]
    if bad.says and bad.says not in message(err):
        wrong.append(f"does not say {bad.says!r}")
    if (folder / "boom").exists():
        wrong.append("ran code")
    return wrong, code, out, err


def contents(folder):
    """All files below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "__pycache__") and path.suffix != ".pyc"
    }


def said(arguments, folder, environment):
    """A command line, in this process: how it ended, what it printed, what it said."""
    from nashscope.cli import main

    # nothing outside this machine is asked; what reads the variable did so when it was imported
    constants = importlib.import_module("huggingface_hub.constants")
    offline, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, True
    out, err = io.StringIO(), io.StringIO()
    here, argv, kept = Path.cwd(), sys.argv, dict(os.environ)
    old = signal.signal(signal.SIGPROF, hanging)
    try:
        os.chdir(folder)
        for name in OWN:
            os.environ.pop(name, None)
        os.environ.update({"COLUMNS": "80", "HOME": str(folder.parent / "home"), **environment})
        sys.argv = ["nashscope", *arguments]
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = ended(main)
    except Hanging:
        code = "hang"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
        os.chdir(here)
        sys.argv = argv
        constants.HF_HUB_OFFLINE = offline
        os.environ.clear()
        os.environ.update(kept)
    return code, out.getvalue(), err.getvalue()


def ended(main):
    """The exit code of the command line."""
    try:
        main()
    except SystemExit as left:
        return left.code or 0
    except Exception:
        sys.stderr.write(traceback.format_exc())
        return 1
    return 0


def hanging(*_):
    raise Hanging


def apart(arguments, folder, environment):
    """A command line, in a process of its own with little time and memory."""
    read, write = os.pipe()
    process = os.fork()
    if not process:
        os.close(read)
        with contextlib.suppress(ValueError):
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY,) * 2)
        try:
            outcome = said(arguments, folder, environment)
            with os.fdopen(write, "wb") as file:
                pickle.dump(outcome, file)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        # what the limits do not end, such as waiting, ends here
        done = select.select([file], [], [], 10 * SECONDS)[0]
        found = file.read() if done else b""
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return pickle.loads(found) if found else ("hang", "", "")


def main():
    """Writes what is wrong, by file and kind."""
    target = Path(sys.argv[1]) if sys.argv[1:] else None
    words = sys.argv[2:]
    with tempfile.TemporaryDirectory() as root:
        model, bases = Path(root) / "model", Path(root) / "bases"
        from tests.conftest import written_model

        written_model(model)
        laid(bases, model)
        lines, counts, costs = [], Counter(), Counter()
        for number, (door, bad) in enumerate(inputs()):
            if words and not any(word in f"{door}: {bad.kind}" for word in words):
                continue
            folder = Path(root) / str(number) / "here"
            folder.mkdir(parents=True)
            began = time.process_time() + sum(os.times()[2:4])
            wrong, code, out, err = tried(bad, folder, bases, model)
            spent = time.process_time() + sum(os.times()[2:4]) - began
            costs[door] += spent
            counts[door, "tried"] += 1
            if wrong:
                counts[door, "wrong"] += 1
                shown = err.strip()[-600:] if "traceback" in wrong or "hang" in wrong else err
                lines.append(
                    f"## {door}: {bad.kind}\n   {'; '.join(wrong)} (exit {code}, {spent:.1f} s)\n"
                    f"   $ nashscope {' '.join(map(repr, bad.arguments))}\n"
                    + "".join(
                        f"   | {line}\n" for line in (shown.strip() or out[:300]).splitlines()[:14]
                    )
                )
            elif spent > 1:
                lines.append(f"## {door}: {bad.kind}\n   right, but {spent:.1f} s\n")
            shutil.rmtree(folder.parent)
    head = [
        f"{door}: {counts[door, 'wrong']} wrong of {counts[door, 'tried']}, {spent:.0f} CPU s"
        for door, spent in costs.items()
    ]
    text = "\n".join([*head, "", *lines])
    print("\n".join(head))
    if target:
        target.write_text(text)


if __name__ == "__main__":
    main()
