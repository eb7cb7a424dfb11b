"""A bound on the time of a solver."""

import math
import time
from dataclasses import dataclass, field

from nashscope.errors import Misuse, OutOfTime

__all__ = ["Deadline", "TimeLimit"]


@dataclass(frozen=True)
class Deadline:
    """A moment after which a solver gives up.

    seconds: the time allowed from the making of this object; None for no bound.

    Raises:
        Misuse: if the time is not a positive number of seconds.
    """

    seconds: float | None
    end: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds > 0:
            raise Misuse(f"the time limit is {self.seconds} s; it must be positive, or None")
        limit = math.inf if self.seconds is None else self.seconds
        object.__setattr__(self, "end", time.monotonic() + limit)

    @classmethod
    def of(cls, limit: "TimeLimit") -> "Deadline":
        """The deadline itself where the limit is one, so that steps of one task share its end."""
        return limit if isinstance(limit, Deadline) else cls(limit)

    @property
    def left(self) -> float:
        """Seconds that remain; infinite without a bound."""
        return self.end - time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the time has passed."""
        return time.monotonic() > self.end

    def check(self, what: str) -> None:
        """Does nothing until the time is over.

        Raises:
            OutOfTime: from then on, saying what was being done.
        """
        if self.over:
            raise OutOfTime(
                f"{what} did not finish within {self.seconds:g} s; "
                "give a longer time limit, or a smaller game"
            )


TimeLimit = float | Deadline | None
"""Seconds, or the deadline of the task that this is a part of, or no limit."""
