"""How a command ends that cannot do what was asked: one line, and an exit code."""

import codecs
import contextlib
import errno
import os
import re
import shutil
import sys
import textwrap

from nashscope.blame import raised_at
from nashscope.cli.usage import told
from nashscope.errors import MissingExtra, NashscopeError, install

__all__ = ["any_terminal", "nowhere", "refusal", "say"]

NAMED_WRONGLY = {
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EEXIST,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.ELOOP,
    errno.ENOTEMPTY,
}
"""What goes wrong with files when another one should be named; the rest is the machine's."""

MODULES = {"vl_convert": "vl-convert-python", "inspect_ai": "inspect-ai", "pyspiel": "open-spiel"}
"""Packages whose modules are called otherwise."""

OURS = {"dev", "docs", "test"}
"""Optional parts that nobody needs to use the package."""

PATH = 120
"""Most letters of a path in a message; of a longer one the middle is left out."""

SIGNS = str.maketrans(
    {"×": "x", "–": "-", "—": "-", "−": "-", "…": "...", "•": "*", "·": ".", "→": "->"}
    | {"‘": "'", "’": "'", "“": '"', "”": '"', "≤": "<=", "≥": ">=", "α": "alpha"}
)
"""What stands for a sign where a terminal has no letters but those of ASCII."""


def refusal(error: BaseException) -> tuple[str, int] | None:
    """What is said of an error, and the exit code; None for a fault of this package.

    What a user's own code raises is named by its file and line.
    """
    if isinstance(error, NashscopeError):
        return str(error), error.exit_code
    if (wrong := told(error)) is not None:
        return wrong, 2
    if isinstance(error, ModuleNotFoundError) and (extra := _extra(error.name or "")):
        return f"this needs the package {error.name}; {install(extra)}", MissingExtra.exit_code
    if (place := raised_at(error)) is not None:
        return place, 2
    if isinstance(error, OSError) and error.errno is not None:
        file = error.filename if isinstance(error.filename, str) else ""
        short = file if len(file) <= PATH else f"{file[: PATH // 2]}…{file[-PATH // 2 :]}"
        where = f"{short}: " if file else ""
        return f"{where}{error.strerror}", 2 if error.errno in NAMED_WRONGLY else 1
    if isinstance(error, MemoryError):
        return "the memory of this machine does not do for this; make it smaller", 1
    return None


def say(message: str) -> None:
    """Prints a message to the standard error; on a terminal no word is broken at its edge."""
    text = f"nashscope: {message}"
    if sys.stderr.isatty():
        width = max(20, shutil.get_terminal_size().columns)
        text = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)


def any_terminal() -> None:
    """Lets signs that a terminal does not know be printed as others, and not end the command."""
    codecs.register_error("nashscope", _instead)
    for stream in (sys.stdout, sys.stderr):
        encoding = str(getattr(stream, "encoding", None) or "")
        if not encoding.lower().startswith("utf") and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="nashscope")


def nowhere() -> None:
    """Sends what is still to be printed nowhere: whoever read it has gone."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _instead(error: UnicodeError) -> tuple[str, int]:
    """Signs that look alike, or what JSON writes for a letter."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(SIGNS)
    units = "".join(c if c.isascii() else _escaped(c) for c in text)
    return units, error.end


def _escaped(sign: str) -> str:
    """A letter as JSON escapes it."""
    units = sign.encode("utf-16-be")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))


def _extra(module: str) -> str | None:
    """The optional part of this package that has a module; None if none has."""
    from importlib.metadata import PackageNotFoundError, requires

    wanted = MODULES.get(top := module.partition(".")[0], top).replace("_", "-").lower()
    try:
        lines = requires("nashscope") or []
    except PackageNotFoundError:
        return None
    for line in lines:
        package = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", line)
        named = package and package[0].replace("_", "-").lower() == wanted
        if named and extra and extra[1] not in OURS:
            return extra[1]
    return None
