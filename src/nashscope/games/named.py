"""What a file of the catalogue holds: a game, and what the literature knows about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Named"]


@dataclass(frozen=True)
class Named:
    """A game of the catalogue, with what the literature knows about it.

    make: builds the game; its parameters have defaults, so `make()` is the standard form.
    family: one word that groups it with its kin ("dilemma", "coordination", "zero-sum", …).
    source: who described it, and where.
    equilibria: known equilibria of the standard form; per player a tuple of probabilities as
        fractions ("2/3").
    complete: whether these are all, or the extreme ones where there are infinitely many.
    value: of the first player, where the game is zero-sum.
    perfect: what backward induction pays each player, where information is perfect.
    together: the most that all players of a game with a state can earn in sum, by one plan.
    note: anything else a reader should know.
    """

    make: Callable[..., Any]
    family: str
    source: str
    equilibria: tuple[tuple[tuple[str, ...], ...], ...] = ()
    complete: bool = True
    value: str | None = None
    perfect: tuple[str, ...] | None = None
    together: str | None = None
    note: str = ""
