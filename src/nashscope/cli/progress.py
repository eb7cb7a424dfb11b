"""What is being done, how much of it is done, and how long the rest will take.

On a terminal one bar is drawn at a time, and each leaves one line behind when it is over. Elsewhere
plain lines are written and no control codes.
"""

import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.text import Text

__all__ = ["Pace", "Tell", "counted", "duration", "progress", "summary"]

Tell = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""

WINDOW = 60.0
"""Seconds of the past that say how fast the work goes on."""
FEW = 3
"""Steps that say it at least, if they took longer than that."""
TOGETHER = 0.1
"""Seconds within which what is done belongs to one step."""
QUIET = 10.0
"""Seconds between two lines where there is no terminal."""
BAR = 16
"""Columns of a bar where there is room."""
TIMES = len("1:01:01, 10:01:01 left")
"""Columns for the time spent and the time left."""


class Pace:
    """How fast a piece of work goes, by what was done of late.

    The rate is over the last minute, or the last three steps if these took longer; a step that is
    long under way makes it slower. Work that was there at the beginning does not count.
    """

    def __init__(self, done: int, now: float) -> None:
        self.begun, self.first = now, done
        self.done = done
        self._steps: deque[tuple[float, int]] = deque([(now, done)])

    def step(self, done: int, now: float) -> None:
        """So much is done by now."""
        if done == self.done:
            return
        self.done = done
        if len(self._steps) > 1 and now - self._steps[-1][0] < TOGETHER:
            self._steps.pop()  # of one batch: its decisions come all at once
        self._steps.append((now, done))
        while len(self._steps) > FEW + 1 and now - self._steps[1][0] > WINDOW:
            self._steps.popleft()

    def left(self, total: int, now: float) -> float | None:
        """Seconds until all is done at this pace; None where nothing is known of it yet.

        >>> pace = Pace(0, 0.0)
        >>> pace.step(10, 5.0)
        >>> pace.left(30, 5.0)
        10.0
        """
        (began, before), (last, done) = self._steps[0], self._steps[-1]
        if done <= before:
            return None
        # A step that takes longer than those before it is no step in no time.
        usual = (last - began) / (len(self._steps) - 1)
        until = max(last, now - usual)
        return max(0, total - done) * (until - began) / (done - before)


def duration(seconds: float | None) -> str:
    """A time as it is shown, in hours, minutes and seconds.

    >>> duration(75.0), duration(3700.0), duration(None)
    ('1:15', '1:01:40', '–')
    """
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def summary(what: str, pace: Pace, total: int, now: float) -> str:
    """The line that is left when something is over: how much was done of it, and in what time.

    >>> summary("loading organism/nash", Pace(0, 0.0), 1, 3.0)
    'loading organism/nash: 0:03'
    """
    spent = duration(now - pace.begun)
    if pace.done == pace.first or total <= 1:
        return f"{what}: {spent}"
    count = f"{pace.done}" if pace.done >= total else f"{pace.done} of {total}"
    return f"{what}: {count} in {spent}"


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Tell]:
    """Gives a function that is told what is done, how much of it, and how much there is."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _lines()


def counted(tell: Tell, total: int, done: int = 0) -> Callable[[int], None]:
    """Gives a function that is told how many decisions were taken since it was last told."""

    def count(decisions: int) -> None:
        nonlocal done
        done += decisions
        tell("playing", done, total)

    tell("playing", done, total)
    return count


class _Live:
    """One bar of rich at a time; what is over stands above it in one line."""

    def __init__(self, bar: "Progress") -> None:
        self.bar = bar
        self.what, self.total = "", 0
        self.pace = Pace(0, time.monotonic())
        self.guard = threading.Lock()

    def tell(self, what: str, done: int, total: int) -> None:
        """Shows how far the work is; something else than before ends what was before."""
        now = time.monotonic()
        with self.guard:
            if what != self.what or done < self.pace.done:
                self.end()
                if done >= total:
                    return  # it was done before: there is nothing to tell
                self.what, self.pace = what, Pace(done, now)
                self.bar.add_task(what)
            self.total = total
            self.pace.step(done, now)
            if done >= total:
                self.end()

    def end(self) -> None:
        """Takes the bar away and leaves its line."""
        for task in self.bar.task_ids:
            self.bar.remove_task(task)
        if self.what:
            line = summary(self.what, self.pace, self.total, time.monotonic())
            self.bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        self.what = ""

    def drawn(self) -> "Text":
        """The bar: what is done, how much of it, the time spent, and the time left."""
        from rich.text import Text

        now, width = time.monotonic(), self.bar.console.width
        rest = self.pace.left(self.total, now)
        times = duration(now - self.pace.begun)
        times += "" if rest is None else f", {duration(rest)} left"
        if self.total <= 1:
            return Text(f"{_middle(self.what, width - len(times) - 2)} {times}")
        count = f"{self.pace.done}/{self.total}"
        room = width - 1 - len(count) - TIMES - 2
        size = max(4, min(BAR, room - len(self.what) - 1))
        full = size * self.pace.done // max(1, self.total)
        name = _middle(self.what, room - size - 1)
        line = Text(f"{name} ")
        line.append("━" * full, "cyan").append("─" * (size - full), "dim")
        return line.append(f" {count} {times}")


@contextmanager
def _bar() -> Iterator[Tell]:
    """A bar of rich, on stderr, so that what a command prints can be piped."""
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, Task
    from rich.text import Text

    class Whole(ProgressColumn):
        """All of the one bar that there is."""

        max_refresh = 0.2

        def render(self, task: Task) -> Text:
            """One line."""
            return live.drawn()

    with Progress(Whole(), console=Console(stderr=True), transient=True) as bar:
        live = _Live(bar)
        try:
            yield live.tell
        finally:
            live.end()


def _middle(text: str, width: int) -> str:
    """A text that is cut in its middle where it is long: its beginning and end tell it apart."""
    if len(text) <= max(width, 3):
        return text
    end = (max(width, 3) - 1) // 2
    return f"{text[: max(width, 3) - 1 - end]}…{text[-end:]}"


def _lines() -> Tell:
    """A line when something begins and when it ends, and one every ten seconds between."""
    said: dict[str, float] = {}
    paces: dict[str, Pace] = {}

    def tell(what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what not in paces or done < paces[what].done:
            paces[what] = Pace(done, now)
            said.pop(what, None)
        pace = paces[what]
        news = what not in said or done != pace.done
        pace.step(done, now)
        if not news or (what in said and now - said[what] <= QUIET and done < total):
            return
        said[what] = now
        if total <= 1:
            if done < total:
                print(what, file=sys.stderr, flush=True)
            return
        rest = pace.left(total, now) if done < total else None
        more = "" if rest is None else f", {duration(rest)} left"
        print(f"{what}: {done}/{total}{more}", file=sys.stderr, flush=True)

    return tell
