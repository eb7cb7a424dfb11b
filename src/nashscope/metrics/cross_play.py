"""Who earns what against whom: the table of a tournament, with intervals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import Misuse
from nashscope.interval import t975
from nashscope.metrics.measure import Measure, mean_over
from nashscope.metrics.payoff import payoff
from nashscope.play import Transcript

__all__ = ["CrossPlay", "cross_play"]

UNIT = "points per round"


@dataclass(frozen=True)
class CrossPlay:
    """What every agent earned per round against every other, in a two-player game.

    cells: the payoff of the first of a pair against the second, over all their matches; in a game
        that is not symmetric only over those in which the first was player 0.
    score: every agent's mean over the opponents that it met, itself included where it met itself.
    """

    agents: tuple[str, ...]
    cells: Mapping[tuple[str, str], Measure]
    score: Mapping[str, Measure]

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
    if any(len(own.agents) != 2 for own in matches):
        raise Misuse("a table of pairs needs games of two players")
    symmetric = all(own.game.stage.symmetric for own in matches)
    values: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    for own in matches:
        first, second = own.agents
        earned = [payoff([own], player).value for player in (0, 1)]
        if first == second and symmetric:
            known = [value for value in earned if value is not None]
            values[first, second].append(float(np.mean(known)) if known else None)
        else:
            values[first, second].append(earned[0])
            if symmetric:
                values[second, first].append(earned[1])
    met = {name for own in matches for name in own.agents}
    order = tuple(sorted(met) if agents is None else agents)
    unparsed = _unparsed(matches)
    tables = [own.game.stage.payoffs for own in matches]
    reach = min(float(u.min()) for u in tables), max(float(u.max()) for u in tables)
    cells = {
        pair: mean_over("payoff", found, UNIT, span=reach, unparsed=unparsed.get(pair))
        for pair, found in values.items()
    }
    score = {name: _score(name, order, values, reach) for name in order}
    return CrossPlay(order, cells, score)


def _score(
    name: str,
    agents: Sequence[str],
    values: Mapping[tuple[str, str], Sequence[float | None]],
    reach: tuple[float, float],
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
    matches = sum(map(len, met))
    if not met:
        return mean_over("score", [], UNIT)
    value = float(np.mean([np.mean(own) for own in met]))
    if any(len(own) < 2 for own in met):
        return Measure("score", value, UNIT, matches)
    parts = [float(np.var(own, ddof=1)) / len(own) for own in met]
    apart = sum(part**2 / (len(own) - 1) for part, own in zip(parts, met, strict=True))
    freedom = sum(parts) ** 2 / apart if apart else 1.0
    half = t975(freedom) * np.sqrt(sum(parts)) / len(met)
    low, high = max(value - half, reach[0]), min(value + half, reach[1])
    return Measure("score", value, UNIT, matches, float(low), float(high))


def _unparsed(matches: Sequence[Transcript]) -> dict[tuple[str, str], float]:
    """The share of decisions without an action in the matches of every pair."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for own in matches:
        actions = [action for joint in own.actions for action in joint]
        for pair in {own.agents, own.agents[::-1]}:
            counts[pair[0], pair[1]][0] += sum(action is None for action in actions)
            counts[pair[0], pair[1]][1] += len(actions)
    return {pair: missed / total for pair, (missed, total) in counts.items() if total}
