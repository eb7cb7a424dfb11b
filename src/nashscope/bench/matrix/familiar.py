"""Zero-sum games that every model has read about, as told by their names."""

from dataclasses import dataclass

__all__ = ["FAMILIAR", "Familiar"]


@dataclass(frozen=True)
class Familiar:
    """A game known by its name.

    payoffs: to the row player, for a stake of 1. strategies: the textbook's answer, as fractions.
    """

    title: str
    actions: tuple[str, ...]
    payoffs: tuple[tuple[int, ...], ...]
    strategies: tuple[tuple[str, ...], tuple[str, ...]]
    source: str


HALVES, THIRDS, FIFTHS = ("1/2",) * 2, ("1/3",) * 3, ("1/5",) * 5
VON_NEUMANN = "von Neumann and Morgenstern 1944, Theory of Games and Economic Behavior, ch. 14"

FAMILIAR = (
    Familiar(
        "matching pennies", ("heads", "tails"), ((1, -1), (-1, 1)), (HALVES, HALVES), VON_NEUMANN
    ),
    Familiar("odds and evens", ("one", "two"), ((-1, 1), (1, -1)), (HALVES, HALVES), VON_NEUMANN),
    Familiar(
        "rock-paper-scissors",
        ("rock", "paper", "scissors"),
        ((0, -1, 1), (1, 0, -1), (-1, 1, 0)),
        (THIRDS, THIRDS),
        VON_NEUMANN,
    ),
    Familiar(
        "rock-paper-scissors-well",
        ("rock", "paper", "scissors", "well"),
        ((0, -1, 1, -1), (1, 0, -1, 1), (-1, 1, 0, -1), (1, -1, 1, 0)),
        (("0", *THIRDS), ("0", *THIRDS)),
        "the German variant: rock and scissors fall into the well, paper covers it; solved by hand",
    ),
    Familiar(
        "rock-paper-scissors-lizard-Spock",
        ("rock", "paper", "scissors", "lizard", "Spock"),
        (
            (0, -1, 1, 1, -1),
            (1, 0, -1, -1, 1),
            (-1, 1, 0, 1, -1),
            (-1, 1, -1, 0, 1),
            (1, -1, 1, -1, 0),
        ),
        (FIFTHS, FIFTHS),
        "Kass and Bryla; each action beats two others and loses to two",
    ),
)
"""The games, each with one equilibrium."""
