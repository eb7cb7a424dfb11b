"""A progress bar that says what is being done; plain lines where there is no terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["counted", "progress"]

Told = Callable[[str, int, int], None]


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Told]:
    """Gives a function that is told what is done, how much of it, and how much there is."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _lines()


def counted(told: Told, total: int, done: int = 0) -> Callable[[int], None]:
    """Gives a function that is told how many decisions were taken since it was last told."""

    def count(decisions: int) -> None:
        nonlocal done
        done += decisions
        told("playing", done, total)

    return count


@contextmanager
def _bar() -> Iterator[Told]:
    """A bar of rich, on stderr, so that what a command prints can be piped."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<34.34}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, object] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield told


def _lines() -> Told:
    """A line when something begins, and then one every ten seconds."""
    last: dict[str, float] = {}

    def told(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what not in last or now - last[what] > 10 or done == total:
            last[what] = now
            print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)

    return told
