"""What an answer is worth: how much it leaves to gain, in units of the payoff range.

A strategy's residual is what the other player's best reply takes from it, measured from the value:
(v - min_j (xᵀA)_j) / range. It is not the strategy's value against an equilibrium opponent, which
every action of the support has, however exploitable it is. The residuals of the two players sum to
(max_i (Ay)_i - min_j (xᵀA)_j) / range, the range-normalised exploitability of the pair; a game is
solved at ε if that sum is at most ε.

Of a ranking the residual is the largest difference in probability between two actions that are
named in the wrong order; of a pair of rankings, the larger one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.bench.matrix.interface import Interface, Ranking, Stated, Unread
from nashscope.bench.matrix.item import Item
from nashscope.errors import IllFormedProfile

__all__ = [
    "KINDS",
    "PLAYED",
    "Answer",
    "Kind",
    "failure",
    "misordered",
    "read",
    "residuals",
    "scored",
]

Kind = Literal["unparsed", "not a distribution", "wrong support", "wrong weights", "wrong order"]
"""How an answer fails. Wrong weights: of the right support."""

KINDS: tuple[Kind, ...] = (
    "unparsed",
    "not a distribution",
    "wrong support",
    "wrong weights",
    "wrong order",
)
"""All kinds of failure."""

PLAYED = 0.01
"""From this probability on an action counts as played: what whole percent can say."""


@dataclass(frozen=True)
class Answer:
    """A player's answer to an item, read and scored.

    reply: what was written, of several answers the first; None where the policy was read from the
        logits.
    strategy: the probabilities that it says, where it says a distribution.
    order: the actions in the order named, of a ranking.
    residual: see the module; None where there is no strategy and no ranking.
    unread: what kept it from being a strategy: "unparsed" or "not a distribution"; else None.
    why: of an unparsed one, the parser's reason.
    mass: probability that any label is said at all, where a policy is known: read, or the share of
        answers that name one.
    how: of a hosted model's policy, in which way it was asked, as in `models.hosted.Heard`.
    samples: of a policy that is an estimate, from how many answers; else None.
    """

    item: str
    group: str
    player: int
    interface: Interface
    reply: str | None = None
    strategy: tuple[float, ...] | None = None
    order: tuple[int, ...] | None = None
    residual: float | None = None
    unread: Kind | None = None
    why: str | None = None
    mass: float | None = None
    how: str | None = None
    samples: int | None = None


def residuals(
    payoffs: Float[ndarray, "games own others"],
    worths: Float[ndarray, "games"],
    strategies: Float[ndarray, "games own"],
) -> Float[ndarray, "games"]:
    """What each strategy leaves to gain, in units of its game's payoff range; 0 is optimal.

    payoffs: to the player whose strategies these are. worths: the values of the games to it.
    strategies: each sums to 1.

    Raises:
        IllFormedProfile: if one does not.

    >>> pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    >>> residuals(pennies, np.zeros(1), np.array([[0.75, 0.25]]))
    array([0.25])
    """
    sums = strategies.sum(axis=1)
    if strategies.size and (np.abs(sums - 1).max() > 1e-6 or strategies.min() < -1e-9):
        raise IllFormedProfile(f"a strategy sums to {sums[np.abs(sums - 1).argmax()]:.6g}, not 1")
    secured = np.einsum("goc,go->gc", payoffs, strategies).min(axis=1)
    spread = np.ptp(payoffs, axis=(1, 2))
    lost = (worths - secured) / np.where(spread > 0, spread, 1.0)
    return np.asarray(np.maximum(lost, 0.0))


def misordered(strategy: Float[ndarray, "actions"], order: Sequence[int]) -> float:
    """The largest probability by which an action named earlier is played less than a later one.

    Actions that are not named come after all that are.

    >>> misordered(np.array([0.5, 0.2, 0.3]), (1, 0))
    0.3
    """
    named = [float(strategy[action]) for action in order]
    left = [float(p) for action, p in enumerate(strategy) if action not in order]
    worst, least = 0.0, np.inf
    for p in [*named, max(left, default=0.0)]:
        worst, least = max(worst, p - least), min(least, p)
    return worst


def read(
    item: Item, player: int, interface: Interface, reply: str, *, cut_off: bool = False
) -> Answer:
    """A reply, read and not yet scored."""
    found = item.question(player).read(reply, interface, cut_off=cut_off)
    order: tuple[int, ...] | None = None
    strategy: tuple[float, ...] | None = None
    unread: Kind | None = None
    why: str | None = None
    match found:
        case Stated():
            strategy = found.distribution
            unread = None if strategy is not None else "not a distribution"
        case Ranking():
            order = found.order
        case Unread():
            unread, why = "unparsed", found.why
    return Answer(item.id, item.group, player, interface, reply, strategy, order, None, unread, why)


def scored(items: Mapping[str, Item], answers: Sequence[Answer]) -> list[Answer]:
    """The answers with their residuals; items by their ids."""
    found = list(answers)
    together: dict[tuple[tuple[int, int], int], list[int]] = {}
    for place, answer in enumerate(answers):
        if answer.strategy is not None:
            together.setdefault((items[answer.item].shape, answer.player), []).append(place)
        elif answer.order is not None:
            optimal = items[answer.item].optimal(answer.player)
            found[place] = replace(answer, residual=misordered(optimal, answer.order))
    for (_, player), places in together.items():
        own = [items[answers[place].item] for place in places]
        lost = residuals(
            np.array([item.seen(player) for item in own], dtype=float),
            np.array([item.worth(player) for item in own]),
            np.array([answers[place].strategy for place in places], dtype=float),
        )
        for place, residual in zip(places, lost.tolist(), strict=True):
            found[place] = replace(answers[place], residual=residual)
    return found


def failure(item: Item, answer: Answer, tolerance: float) -> Kind | None:
    """How an answer fails at a tolerance; None if it does not."""
    if answer.residual is None:
        return answer.unread or "unparsed"
    if answer.residual <= tolerance:
        return None
    if answer.strategy is None:
        return "wrong order"
    plays = np.array(answer.strategy) >= PLAYED
    same = np.array_equal(plays, item.optimal(answer.player) >= PLAYED)
    return "wrong weights" if same else "wrong support"
