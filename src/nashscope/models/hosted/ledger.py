"""Every request is counted: how many, how many tokens, what they cost; and a budget may end it."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nashscope.errors import BudgetSpent, Misuse
from nashscope.models.hosted.service import Price
from nashscope.records import dumps, loads

__all__ = ["Budget", "Call", "Ledger", "Spending", "shared"]

MILLION = 1_000_000
BYTES_PER_TOKEN = 3.0
"""Assumed until the server has told how many tokens a prompt had; English has four or more."""


@dataclass(frozen=True)
class Call:
    """One request that was sent: a line of `calls.jsonl`.

    request: content hash of what was asked. outcome: "answered", or what went wrong.
    seconds: until then. input, output: tokens read and written; None if the server did not say.
    cost: None where no price is known, or no tokens were told.
    """

    model: str
    request: str
    outcome: str
    seconds: float
    input: int | None = None
    output: int | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Budget:
    """What may be spent: requests sent, retries and probes included, and money."""

    calls: int | None = None
    cost: float | None = None

    def __post_init__(self) -> None:
        if self.calls is not None and self.calls < 0:
            raise Misuse(f"--max-calls is {self.calls}; it is 0 or more")
        if self.cost is not None and not self.cost >= 0:
            raise Misuse(f"--max-cost is {self.cost}; it is 0 or more")


@dataclass
class Spending:
    """A sum of calls. untold: answered calls of which the server told no tokens."""

    calls: int = 0
    answered: int = 0
    input: int = 0
    output: int = 0
    cost: float = 0.0
    untold: int = 0

    def add(self, call: Call) -> None:
        """Counts one more."""
        self.calls += 1
        if call.outcome == "answered":
            self.answered += 1
            self.untold += call.input is None
        self.input += call.input or 0
        self.output += call.output or 0
        self.cost += call.cost or 0.0


@dataclass
class _Till:
    """What a budget is held against: what was spent, and the most that is under way may cost.

    density: tokens per byte of a prompt.
    """

    calls: int = 0
    cost: float = 0.0
    open: list[float] = field(default_factory=list)
    density: float = 1 / BYTES_PER_TOKEN

    def add(self, call: Call) -> None:
        """Counts one that is over."""
        self.calls += 1
        self.cost += call.cost or 0.0


@contextlib.contextmanager
def shared(file: Path, past: Iterable[Call] = ()) -> Iterator[Path]:
    """A file in which the ledgers of several processes of one machine keep one budget.

    What a process had under way when it was killed stays counted until the file is made anew.

    past: the calls of an earlier run in the same folder.
    """
    till = _Till()
    for call in past:
        till.add(call)
    file.write_text(dumps(till) + "\n", encoding="utf-8")
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


class Ledger:
    """Counts the requests of any number of models and threads, and stops them at the budget.

    A request is let through only if the most that it can cost still fits beside all that are under
    way, so the cost stays within the budget, so far as prompts are no longer than they were.

    keep: is given every call when it is over. past: the calls of an earlier run in the same folder.
    file: of `shared`, where other processes keep to the same budget; it knows their past.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        *,
        keep: Callable[[Call], None] = lambda call: None,
        past: Iterable[Call] = (),
        file: Path | None = None,
    ) -> None:
        self.budget = budget or Budget()
        self.by_model: dict[str, Spending] = {}
        self.total = Spending()
        self._keep = keep
        self._lock = threading.Lock()
        self._file = file
        self._till = _Till()
        for call in past:
            self._add(call)
            self._till.add(call)

    def enter(self, model: str, price: Price | None, size: int, tokens: int) -> float:
        """Lets a request through, and gives the most that it is expected to cost.

        size: of the prompt in bytes. tokens: most that may be written.

        Raises:
            BudgetSpent: if it does not fit.
        """
        with self._held() as till:
            worst = 0.0
            if price is not None:
                read = size * till.density
                worst = (read * price.input + tokens * price.output) / MILLION
            if self.budget.calls is not None and till.calls + len(till.open) >= self.budget.calls:
                raise BudgetSpent(_said(till, f"{self.budget.calls} calls", "--max-calls"))
            if self.budget.cost is not None:
                if price is None:
                    raise Misuse(
                        f"--max-cost needs the price of {model}; name a file with --prices that "
                        f"says {model}: {{input: …, output: …}} per million tokens"
                    )
                if till.cost + sum(till.open) + worst > self.budget.cost:
                    raise BudgetSpent(_said(till, f"a cost of {self.budget.cost:g}", "--max-cost"))
            till.open.append(worst)
            return worst

    def leave(self, worst: float, call: Call, size: int) -> None:
        """Counts a request that is over."""
        with self._held() as till:
            till.open.remove(worst)
            till.add(call)
            if call.input and size:
                till.density = max(till.density, call.input / size)
            self._add(call)
            self._keep(call)

    @contextlib.contextmanager
    def _held(self) -> Iterator[_Till]:
        """What the budget is held against, while nobody else may change it."""
        with self._lock:
            if self._file is None:
                yield self._till
                return
            import fcntl

            with self._file.open("r+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                # Its first line counts; a longer one that it was written over may end behind it.
                till = loads(_Till, file.readline())
                try:
                    yield till
                finally:
                    file.seek(0)
                    file.write(dumps(till) + "\n")
                    file.flush()

    def _add(self, call: Call) -> None:
        self.total.add(call)
        self.by_model.setdefault(call.model, Spending()).add(call)


def _said(till: _Till, limit: str, option: str) -> str:
    """Why it stops, and how it goes on."""
    spent = f"{till.calls + len(till.open)} calls, cost {till.cost:.4g}"
    return (
        f"the budget of {limit} is used up ({spent}); what was finished is on disk, and the "
        f"same command with a larger {option} goes on from it"
    )
