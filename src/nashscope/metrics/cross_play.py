"""Who earns what against whom: the table of a tournament, with intervals."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.interval import t975
from nashscope.metrics.bounds import bounded
from nashscope.metrics.measure import Measure, mean_over, missing
from nashscope.metrics.payoff import payoff, payoff_bounds
from nashscope.play import Transcript

__all__ = ["CrossPlay", "cross_play"]

UNIT = "points per round"

Values = Mapping[tuple[str, str], list[float | None]]
"""For every ordered pair what the first earned per round, match by match."""


@dataclass(frozen=True)
class CrossPlay:
    """What every agent earned per round against every other, in a two-player game.

    cells: the payoff of the first of a pair against the second, over all their matches; in a game
        that is not symmetric only over those in which the first was player 0.
    score: every agent's mean over the opponents that it met, itself included where it met itself;
        `unparsed` is of the agent's own decisions, the bounds allow for the others' too.
    samples: for every pair what the first earned per round, match by match.
    """

    agents: tuple[str, ...]
    cells: Mapping[tuple[str, str], Measure]
    score: Mapping[str, Measure]
    samples: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)

    def table(self) -> Float[ndarray, "agents agents"]:
        """The payoffs as a matrix, row against column.

        Raises:
            Misuse: if some pair has none, naming it.
        """
        size = len(self.agents)
        table = np.empty((size, size))
        for i, own in enumerate(self.agents):
            for j, other in enumerate(self.agents):
                value = self.cells[own, other].value if (own, other) in self.cells else None
                if value is None:
                    raise Misuse(
                        f"{own} has no payoff against {other}; every pair must have played, "
                        "self-play included"
                    )
                table[i, j] = value
        return table

    def ranking(self) -> list[str]:
        """The agents by score, best first; those without a score last."""
        return sorted(
            self.agents,
            key=lambda name: (
                self.score[name].value is None,
                -(self.score[name].value or 0.0),
                name,
            ),
        )


def cross_play(matches: Sequence[Transcript], agents: Sequence[str] | None = None) -> CrossPlay:
    """The table of all pairs that the matches hold.

    agents: the order of rows and columns; by default that of their names.

    In a symmetric game both seats of a pair count for one cell; a match between an agent and itself
    counts once, with the mean of both seats. The interval of a score is over matches, as if they
    were drawn anew with the same opponents.

    Raises:
        Misuse: if there are no matches, or they are not of two players.
    """
    if not matches:
        raise Misuse("there are no matches to make a table of")
    if any(len(match.agents) != 2 for match in matches):
        raise Misuse("a table of pairs needs games of two players")
    symmetric = all(match.game.stage.symmetric for match in matches)
    values: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    spans: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for match in matches:
        for pair, value, span in _earned(match, symmetric):
            values[pair].append(value)
            spans[pair] += [] if span is None else [span]
    met = {name for match in matches for name in match.agents}
    order = tuple(sorted(met) if agents is None else agents)
    unparsed = _unparsed(matches)
    tables = [match.game.stage.payoffs for match in matches]
    reach = min(float(u.min()) for u in tables), max(float(u.max()) for u in tables)
    cells = {}
    for pair, earned in values.items():
        cell = mean_over("payoff", earned, UNIT, span=reach, unparsed=unparsed.get(pair))
        cells[pair] = bounded(cell, _mean_span(spans[pair]))
    score = {}
    for name in order:
        ends = [end for other in order if (end := _mean_span(spans[name, other])) is not None]
        score[name] = bounded(_score(name, order, values, reach, matches), _mean_span(ends))
    samples = {
        pair: tuple(value for value in earned if value is not None)
        for pair, earned in values.items()
    }
    return CrossPlay(order, cells, score, samples)


def _earned(
    match: Transcript, symmetric: bool
) -> Iterator[tuple[tuple[str, str], float | None, tuple[float, float] | None]]:
    """What a match says of each pair: the first one's payoff, and the least and most of it."""
    seats = (0, 1) if symmetric else (0,)
    earned = [payoff([match], seat).value for seat in seats]
    ends = [payoff_bounds([match], seat) for seat in seats]
    spans = [
        (own.worst, own.best) for own in ends if own.worst is not None and own.best is not None
    ]
    first, second = match.agents
    if first == second:
        known = [value for value in earned if value is not None]
        yield (first, second), float(np.mean(known)) if known else None, _mean_span(spans)
        return
    for seat, pair in zip(seats, ((first, second), (second, first)), strict=False):
        yield pair, earned[seat], spans[seat] if spans else None


def _mean_span(spans: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The means of the ends; None if there are none."""
    if not spans:
        return None
    low, high = (float(np.mean(side)) for side in zip(*spans, strict=True))
    return low, high


def _score(
    name: str,
    agents: Sequence[str],
    values: Values,
    reach: tuple[float, float],
    matches: Sequence[Transcript],
) -> Measure:
    """The mean over opponents of the mean over matches, with the variances added up.

    reach: the least and the most that anyone can earn in a round; the interval is cut to it. Where
    some pairs have a single match there is none. Source: Welch 1947, Biometrika 34,
    for the degrees of freedom.
    """
    met = [
        known
        for other in agents
        if (known := [v for v in values.get((name, other), ()) if v is not None])
    ]
    own = [joint[s] for m in matches for s in (0, 1) if m.agents[s] == name for joint in m.actions]
    unparsed = own.count(None) / len(own) if own else None
    count = sum(map(len, met))
    if not met:
        return missing("score", UNIT, unparsed)
    value = float(np.mean([np.mean(earned) for earned in met]))
    if any(len(earned) < 2 for earned in met):
        return Measure("score", value, UNIT, count, unparsed=unparsed)
    parts = [float(np.var(earned, ddof=1)) / len(earned) for earned in met]
    apart = sum(part**2 / (len(e) - 1) for part, e in zip(parts, met, strict=True))
    freedom = sum(parts) ** 2 / apart if apart else 1.0
    half = t975(freedom) * np.sqrt(sum(parts)) / len(met)
    low, high = max(value - half, reach[0]), min(value + half, reach[1])
    return Measure("score", value, UNIT, count, float(low), float(high), unparsed)


def _unparsed(matches: Sequence[Transcript]) -> dict[tuple[str, str], float]:
    """The share of decisions without an action in the matches of every pair."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for match in matches:
        actions = [action for joint in match.actions for action in joint]
        for pair in {match.agents, match.agents[::-1]}:
            counts[pair[0], pair[1]][0] += sum(action is None for action in actions)
            counts[pair[0], pair[1]][1] += len(actions)
    return {pair: missed / total for pair, (missed, total) in counts.items() if total}
