"""SIGTERM and SIGHUP end a command as Ctrl-C does: what was finished is kept, and it says so."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

__all__ = ["Ended", "ended_like_ctrl_c"]


class Ended(KeyboardInterrupt):
    """The process was told to end by a signal other than that of Ctrl-C."""


def _end(number: int, frame: Any) -> None:
    """Raised where the command is at that moment, as Python does for Ctrl-C."""
    raise Ended(signal.Signals(number).name)


@contextlib.contextmanager
def ended_like_ctrl_c() -> Iterator[None]:
    """While this lasts, SIGTERM and SIGHUP raise `Ended`.

    One that is ignored, as nohup has SIGHUP ignored, stays ignored.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
