"""What a match of a game with a state paid, and what unread answers could have made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from nashscope.errors import Misuse
from nashscope.games import Repeated
from nashscope.games.answer import size, values
from nashscope.games.dynamic import Ask, step
from nashscope.metrics.bounds import bounded
from nashscope.metrics.measure import Measure, mean_over
from nashscope.play import Transcript
from nashscope.play.course import steps

__all__ = ["completions", "earned"]

MOST = 10_000
"""Most ways of filling unread answers that are gone through."""

UNBOUNDED = "not bounded: an unread answer ended a match, or would have changed what was asked"
"""What is said where what unread answers could have paid cannot be worked out."""


def earned(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """What a player earned in a match, or all together; mean over matches.

    Matches that have not ended, or whose unread answers leave the payment open, give none; bounds
    go through every legal answer in the place of the unread ones, later answers held fixed. In
    repeated games it is not measured: there payoffs are per round.
    """
    own = [match for match in matches if not isinstance(match.game, Repeated)]
    paid = [_paid(match, player) for match in own]
    measure = mean_over("earned", paid, "points per match", unparsed=_unread(matches))
    if not measure.unparsed or not own:
        return measure
    spans = [_span(match, player) for match in own]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return replace(measure, note=UNBOUNDED)
    ends = [sum(end) / len(known) for end in zip(*known, strict=True)]
    return replace(bounded(measure, (ends[0], ends[1])), note="later answers held fixed")


def completions(match: Transcript) -> Iterator[tuple[Fraction, ...]] | None:
    """What the match would have paid with every legal answer in the place of each unread one.

    Later answers are held fixed. None where that cannot be said: an unread answer ended the match,
    there are too many ways, the game is not at hand, or an answer of later would be illegal.
    """
    asked = _asked(match)
    if asked is None:
        return None
    unread = [
        (k, place)
        for k, (_, given) in enumerate(asked)
        for place, value in enumerate(given)
        if value is None
    ]
    sizes = [size(asked[k][0][place].answer) for k, place in unread]
    if None in sizes or prod(n for n in sizes if n is not None) > MOST:
        return None
    try:
        return iter([_refolded(match.game, asked, unread, fill) for fill in _fills(asked, unread)])
    except (Misuse, IndexError):
        return None


def _fills(asked: Any, unread: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
    """Every way of filling the unread answers."""
    return product(*(list(values(asked[k][0][place].answer)) for k, place in unread))


def _refolded(
    game: Any, asked: Any, unread: list[tuple[int, int]], fill: tuple[Any, ...]
) -> tuple[Fraction, ...]:
    """What everybody is paid with these answers in the places of the unread ones."""
    filled = dict(zip(unread, fill, strict=True))
    state = game.start
    for k, (_, given) in enumerate(asked):
        answers = [filled.get((k, place), value) for place, value in enumerate(given)]
        state = step(game, state, answers)
    if game.asks(state):
        raise Misuse("another answer would have let the match go on")
    paid = game.paid(state)
    if paid is None:
        raise Misuse("what is paid cannot be said")
    return tuple(map(Fraction, paid))


def _asked(match: Transcript) -> list[tuple[tuple[Ask, ...], list[Any]]] | None:
    """Every step of a match that ended, with its answers; None where it cannot be played again."""
    if match.game is None or not match.over:
        return None
    found = []
    for asks, answers in steps(match):
        if answers is None:
            return None
        found.append((asks, answers))
    return found


def _paid(match: Transcript, player: int | None) -> float | None:
    """What one match paid."""
    if match.paid is None:
        return None
    return float(sum(match.paid) if player is None else match.paid[player])


def _span(match: Transcript, player: int | None) -> tuple[float, float] | None:
    """The least and the most that one match can have paid."""
    if match.paid is not None and None not in match.answers:
        paid = _paid(match, player)
        return None if paid is None else (paid, paid)
    ways = completions(match)
    if ways is None:
        return None
    paid_ways = [float(sum(way) if player is None else way[player]) for way in ways]
    return min(paid_ways), max(paid_ways)


def _unread(matches: Sequence[Transcript]) -> float | None:
    """The share of decisions that named no answer."""
    actions = [action for match in matches for action in match.answers]
    return sum(action is None for action in actions) / len(actions) if actions else None
