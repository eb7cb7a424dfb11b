"""From answers to numbers: success over a range of ε, its area, failures by kind, with intervals.

A game is solved at ε if both players' answers together leave at most ε of the payoff range to gain
(see `score`); an answer that cannot be read leaves its game unsolved at every ε. The unit is the
game, the intervals are Wilson's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from nashscope.bench.matrix.interface import Interface
from nashscope.bench.matrix.item import Item
from nashscope.bench.matrix.score import KINDS, PLAYED, Answer, failure
from nashscope.errors import Misuse
from nashscope.interval import wilson
from nashscope.metrics.measure import Measure, mean_over, missing, row

__all__ = [
    "AREA",
    "EPSILONS",
    "STATED",
    "Solved",
    "area",
    "check_epsilon",
    "failures",
    "measured",
    "proportion",
    "recited",
    "solved",
    "success",
]

EPSILONS = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25)
"""At which success is told."""
STATED = 0.05
"""The ε of the figures that are quoted alone."""
AREA = 0.25
"""The area is that under success from ε = 0 to here, divided by this."""
STUDY = "equilibrium-residuals"


@dataclass(frozen=True)
class Solved:
    """One game in one interface. residual: of both players together; None if one was not read."""

    item: str
    group: str
    interface: Interface
    residual: float | None
    mixed: bool


def check_epsilon(epsilon: float) -> float:
    """The tolerance, if it is one.

    Raises:
        Misuse: if it is not above 0 and at most 1.
    """
    if not 0 < epsilon <= 1:
        raise Misuse(f"epsilon is {epsilon}; it is a part of the payoff range, above 0, at most 1")
    return epsilon


def solved(items: Mapping[str, Item], answers: Sequence[Answer]) -> list[Solved]:
    """The residual of every game of which both players were asked, by interface."""
    pairs: dict[tuple[str, Interface], dict[int, Answer]] = {}
    for answer in answers:
        pairs.setdefault((answer.item, answer.interface), {})[answer.player] = answer
    found = []
    for (name, interface), pair in pairs.items():
        if len(pair) < 2:
            continue
        first, second = pair[0].residual, pair[1].residual
        joint: float | None = None
        if first is not None and second is not None:
            ordered = pair[0].strategy is None or pair[1].strategy is None
            joint = max(first, second) if ordered else first + second
        item = items[name]
        mixed = any(Fraction(p) not in (0, 1) for own in item.strategies for p in own)
        found.append(Solved(name, item.group, interface, joint, mixed))
    return found


def proportion(metric: str, hits: int, n: int, unit: str, unparsed: float | None = None) -> Measure:
    """A share with Wilson's 95 % interval.

    >>> round(proportion("success", 5, 5, "share of games").low, 3)
    0.566
    """
    if not n:
        return missing(metric, unit, unparsed)
    low, high = wilson(hits, n)
    return Measure(metric, hits / n, unit, n, low, high, unparsed)


def success(games: Sequence[Solved], epsilon: float) -> Measure:
    """Share of games that are solved at ε."""
    check_epsilon(epsilon)
    hits = sum(g.residual is not None and g.residual <= epsilon for g in games)
    unread = sum(g.residual is None for g in games) / len(games) if games else None
    return proportion("success", hits, len(games), "share of games", unread)


def area(games: Sequence[Solved]) -> Measure:
    """The area under success against ε, from 0 to `AREA`, divided by `AREA`: 1 is perfect play.

    Exactly the mean over games of max(0, 1 - residual / `AREA`), hence an interval over games.
    """
    values = [0.0 if g.residual is None else max(0.0, 1 - g.residual / AREA) for g in games]
    unread = sum(g.residual is None for g in games) / len(games) if games else None
    return mean_over("area", values, f"mean success up to {AREA}", span=(0.0, 1.0), unparsed=unread)


def failures(
    items: Mapping[str, Item], answers: Sequence[Answer], epsilon: float = STATED
) -> dict[str, Measure]:
    """Share of answers that fail in each way; half of ε is one player's part of it."""
    kinds = [failure(items[answer.item], answer, epsilon / 2) for answer in answers]
    return {
        kind: proportion(kind, kinds.count(kind), len(kinds), "share of answers") for kind in KINDS
    }


def recited(items: Mapping[str, Item], answers: Sequence[Answer]) -> Measure:
    """Share of answers, in named games with altered payoffs, that are the textbook's answer."""
    said = []
    for answer in answers:
        known = items[answer.item].recited
        if known is None or answer.interface == "ranking":
            continue
        textbook = np.array([float(Fraction(p)) for p in known[answer.player]])
        own = np.zeros(len(textbook)) if answer.strategy is None else np.array(answer.strategy)
        said.append(bool(np.abs(own - textbook).max() <= 2 * PLAYED))
    return proportion("recited", sum(said), len(said), "share of answers")


def measured(
    model: str, items: Mapping[str, Item], answers: Sequence[Answer], epsilon: float = STATED
) -> list[dict[str, Any]]:
    """Everything that the benchmark says of a model, as records of `results.json`."""
    check_epsilon(epsilon)
    games = solved(items, answers)
    tolerances = sorted({*EPSILONS, epsilon})
    rows: list[dict[str, Any]] = []
    for group in dict.fromkeys(game.group for game in games):
        for interface in dict.fromkeys(game.interface for game in games):
            where = {"model": model, "group": group, "interface": interface}
            own = [g for g in games if (g.group, g.interface) == (group, interface)]
            said = [a for a in answers if (a.group, a.interface) == (group, interface)]
            if not own:
                continue
            rows += [
                row(STUDY, "success", where | {"epsilon": e}, success(own, e)) for e in tolerances
            ]
            rows.append(row(STUDY, "area", where, area(own)))
            mixed = where | {"epsilon": epsilon, "games": "mixed equilibrium"}
            rows.append(row(STUDY, "mixed", mixed, success([g for g in own if g.mixed], epsilon)))
            for player in (0, 1):
                seat = [a.residual for a in said if a.player == player]
                hits = sum(r is not None and r <= epsilon / 2 for r in seat)
                measure = proportion("player success", hits, len(seat), "share of answers")
                rows.append(
                    row(STUDY, "player", where | {"player": player, "epsilon": epsilon}, measure)
                )
            for kind, measure in failures(items, said, epsilon).items():
                rows.append(row(STUDY, "failure", where | {"kind": kind}, measure))
            known = recited(items, said)
            if known.n:
                rows.append(row(STUDY, "recited", where, known))
    return rows
