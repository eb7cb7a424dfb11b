"""Which of the mixed equilibria that were found look like points of one continuum.

Where the equations that hold on the support of an equilibrium have a derivative that is not
singular, the equilibrium is alone. Of those where it is singular, two are taken for points of one
continuum if another equilibrium lies about half way between them. This is evidence, no proof.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy import ndarray

from nashscope.games.deadline import Deadline
from nashscope.games.solve.strategic.fischer_burmeister import climb
from nashscope.games.solve.strategic.nash_subset import touching

__all__ = ["curves"]

SINGULAR = 1e-6
"""The smallest singular value of a derivative, as a part of the largest, of a lone equilibrium."""

PLAYED = 1e-7
"""The probability above which an action counts as played."""

Point = list[ndarray]
Values = Callable[[Point], list[ndarray]]
Slopes = Callable[[Point], ndarray]


def curves(
    points: Sequence[Point], values: Values, slopes: Slopes, deadline: Deadline
) -> list[tuple[int, ...]]:
    """Which points seem to lie on one continuum: tuples of two or more places in `points`.

    values, slopes: every action's value at a profile, and its derivative; payoffs near 1.

    Raises:
        OutOfTime: beyond the deadline.
    """
    kinds: dict[tuple[bytes, ...], list[int]] = {}
    for place, point in enumerate(points):
        deadline.check("grouping the equilibria")
        if _singular(point, slopes):
            kinds.setdefault(_support(point), []).append(place)
    joined: list[set[int]] = []
    for places in kinds.values():
        joined += [
            {a, b}
            for a, b in _shortest_links([points[place] for place in places], places)
            if _between(points[a], points[b], values, slopes, deadline)
        ]
    groups = touching(joined)
    return sorted(tuple(sorted(set.union(*(joined[n] for n in group)))) for group in groups)


def _support(point: Point) -> tuple[bytes, ...]:
    """Which actions are played, as something that can be compared."""
    return tuple((strategy > PLAYED).tobytes() for strategy in point)


def _singular(point: Point, slopes: Slopes) -> bool:
    """Whether the equations on the support, and that the probabilities sum to 1, do not settle
    the profile near this one."""
    played = np.concatenate(point) > PLAYED
    owner = np.repeat(np.arange(len(point)), [len(strategy) for strategy in point])[played]
    belongs = np.eye(len(point))[owner]
    change = slopes(point)[np.ix_(played, played)]
    nothing = np.zeros((len(point), len(point)))
    sizes = np.linalg.svd(np.block([[change, -belongs], [belongs.T, nothing]]), compute_uv=False)
    return bool(sizes[-1] < SINGULAR * sizes[0])


def _shortest_links(points: Sequence[Point], places: list[int]) -> list[tuple[int, int]]:
    """The links of the shortest tree that holds the points together (Prim 1957)."""
    flat = np.array([np.concatenate(point) for point in points])
    apart = np.abs(flat[:, None] - flat).sum(axis=-1)
    inside, links = [0], []
    while len(inside) < len(points):
        outside = [n for n in range(len(points)) if n not in inside]
        near = apart[np.ix_(inside, outside)]
        i, j = np.unravel_index(near.argmin(), near.shape)
        links.append((places[inside[i]], places[outside[j]]))
        inside.append(outside[j])
    return links


def _between(a: Point, b: Point, values: Values, slopes: Slopes, deadline: Deadline) -> bool:
    """Whether an equilibrium lies about half way between two, and is as little alone."""
    middle = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
    reached = climb(values, middle, deadline, slopes)
    if reached is None or _support(reached) != _support(a) or not _singular(reached, slopes):
        return False
    length, off = _length(a, b), _length(reached, middle)
    return off < length / 4


def _length(a: Point, b: Point) -> float:
    """The sum over players of the total variation between two profiles."""
    return sum(0.5 * float(np.abs(x - y).sum()) for x, y in zip(a, b, strict=True))
