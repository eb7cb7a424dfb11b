"""A bound on the time of a solver."""

import math
import time
from dataclasses import dataclass, field

from nashscope.errors import Misuse, NotSolved

__all__ = ["Deadline"]


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

    @property
    def left(self) -> float:
        """Seconds that remain; infinite without a bound."""
        return self.end - time.monotonic()

    @property
    def remaining(self) -> float | None:
        """Seconds that remain, as the time limit of another solver; None without a bound."""
        return None if self.seconds is None else max(self.left, 1e-3)

    def check(self, what: str) -> None:
        """Does nothing until the time is over.

        Raises:
            NotSolved: from then on, saying what was being done.
        """
        if time.monotonic() > self.end:
            raise NotSolved(
                f"{what} did not finish within {self.seconds:g} s; "
                "give a longer time limit, or a smaller game"
            )
