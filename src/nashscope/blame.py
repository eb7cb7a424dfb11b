"""Whose line raised: a user's is named in one line, a fault of ours keeps its traceback."""

import sysconfig
import traceback
from pathlib import Path

__all__ = ["raised_at"]

PACKAGE = str(Path(__file__).resolve().parent)
INSTALLED = tuple(
    str(Path(sysconfig.get_path(kind)).resolve()) for kind in ("stdlib", "purelib", "platlib")
)
"""Folders of code that is nobody's own: the standard library and installed packages."""


def raised_at(error: BaseException, owner: object = None) -> str | None:
    """The line of a user's own code in which an error arose, and the error, in one line.

    owner: an object whose module is the user's too, wherever it is installed.

    None if no line of the user's is among the calls that led to it.
    """
    root = str(getattr(owner, "__module__", "")).partition(".")[0]
    lines = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        file, module = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
        if file.startswith("<") and not file.startswith(("<stdin", "<ipython", "<doctest")):
            continue
        if not file.startswith("<"):
            file = str(Path(file).resolve())
        foreign = file.startswith(INSTALLED) and module.partition(".")[0] != root
        if not file.startswith(PACKAGE) and not foreign:
            lines.append(f"{_short(file)}:{number} ({frame.f_code.co_name})")
    if not lines:
        return None
    what = " ".join(str(error).split())
    return f"{lines[-1]} raises {type(error).__name__}{f': {what[:200]}' if what else ''}"


def _short(file: str) -> str:
    """A path as short as it can be said from the working folder."""
    path = Path(file)
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
