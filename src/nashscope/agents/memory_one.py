"""Strategies that look at the last round only, by their numbers.

A memory-one strategy is the probability of cooperating after CC, CD, DC and DD (own move first),
and that of its first move. Source: Nowak and Sigmund 1993, Nature 364; Press and Dyson 2012, PNAS
109, for the zero-determinant ones among them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents.past import past
from nashscope.agents.strategy import Rule, Strategy, cooperation, defection, opponent
from nashscope.errors import Misuse
from nashscope.games import NormalForm, Repeated, View

__all__ = [
    "MemoryOne",
    "by_state",
    "memory_one",
    "remembering",
    "round_payoffs",
    "zero_determinant",
]

STATES = ("CC", "CD", "DC", "DD")
"""The last round, the player's own move first."""


@dataclass(frozen=True)
class MemoryOne:
    """Five probabilities of cooperation: after CC, CD, DC, DD (own move first), and at first."""

    after: tuple[float, float, float, float]
    first: float = 1.0

    def __post_init__(self) -> None:
        for number in (*self.after, self.first):
            if not 0 <= number <= 1:
                raise Misuse(f"{number:g} is no probability of cooperation; it is between 0 and 1")


def remembering(numbers: Callable[[View], MemoryOne]) -> Rule:
    """The rule of a memory-one strategy whose numbers may depend on the game."""

    def rule(view: View) -> tuple[float, ...]:
        known, chosen = past(view).last, numbers(view)
        place = None if known is None else 2 * (not known[0]) + (not known[1])
        chance = chosen.first if place is None else chosen.after[place]
        return (chance, 1 - chance) if cooperation(view, view.player) == 0 else (1 - chance, chance)

    return rule


def memory_one(text: str) -> Strategy:
    """The strategy that four or five numbers name: after CC, CD, DC, DD, and at first (else 1).

    Raises:
        Misuse: if they are not four or five probabilities.

    >>> memory_one("1,0,1,0").name  # tit-for-tat
    'memory-one:1,0,1,0'
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 5):
        raise Misuse(
            f"memory-one:{text} has not the form memory-one:CC,CD,DC,DD or "
            "memory-one:CC,CD,DC,DD,FIRST, each a probability of cooperation"
        )
    cc, cd, dc, dd, *first = numbers
    made = MemoryOne((cc, cd, dc, dd), *first)
    return Strategy(f"memory-one:{text}", remembering(lambda _: made), "given by its numbers")


def by_state(cc: float, cd: float, dc: float, dd: float, first: float = 1.0) -> Strategy:
    """The strategy of five probabilities of cooperation, by their names."""
    numbers = [float(p) for p in (cc, cd, dc, dd, first)]
    made = MemoryOne((numbers[0], numbers[1], numbers[2], numbers[3]), numbers[4])
    name = ",".join(f"{p:g}" for p in numbers)
    return Strategy(f"memory-one:{name}", remembering(lambda _: made), "given by its numbers")


def round_payoffs(stage: NormalForm, player: int) -> Float[ndarray, "2 4"]:
    """What the player and the other one earn in CC, CD, DC and DD, the player's own move first."""
    view = View(Repeated(stage), player)
    other = opponent(view)
    mine, theirs = (
        (cooperation(view, player), defection(view, player)),
        (cooperation(view, other), defection(view, other)),
    )
    cells = [(a, b) if player == 0 else (b, a) for a in mine for b in theirs]
    paid = [[stage.payoffs[(who, *cell)] for cell in cells] for who in (player, other)]
    return np.array(paid, dtype=float)


def zero_determinant(
    stage: NormalForm,
    player: int,
    weights: tuple[float, float],
    fixed: Sequence[float],
    share: float,
) -> MemoryOne:
    """The strategy that enforces `weights · (payoffs - fixed) = 0` on long-run payoffs.

    weights: of the player's own payoff and the other's. fixed: the pair of payoffs (own, other)
        through which the line goes.
    share: how large the step is, as a share of the largest that keeps all numbers probabilities.

    Source: Press and Dyson 2012, equation 8: p̃ = φ·(α·S_X + β·S_Y + γ).

    Raises:
        Misuse: if no probabilities enforce this line in this game.
    """
    own, other = round_payoffs(stage, player)
    line = weights[0] * (own - fixed[0]) + weights[1] * (other - fixed[1])
    step = share / max(float(np.abs(line).max()), 1e-300)
    numbers = np.array([1.0, 1.0, 0.0, 0.0]) + step * line
    if numbers.min() < -1e-12 or numbers.max() > 1 + 1e-12:
        raise Misuse(
            f"no zero-determinant strategy enforces this line in {stage.name or 'this game'}; "
            "it needs the payoffs of a prisoner's dilemma"
        )
    cc, cd, dc, dd = (float(p) for p in np.clip(numbers, 0, 1))
    return MemoryOne((cc, cd, dc, dd))
