"""How a repeated match goes: who leaves cooperation first, who follows, and where it ends.

Cooperation is one's part in the best outcome for all together, in the game before an institution
changed it (`games.institution.cooperation`); where a stage game has no single best outcome these
numbers are missing. Rounds in which somebody named no action interrupt what is counted; what they
could have changed is in the bounds.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from nashscope.games import JointAction
from nashscope.games.institution import cooperation
from nashscope.games.solve.strategic.pure import pure_equilibria
from nashscope.metrics.bounds import Part, bounded, completed, mean_range
from nashscope.metrics.counting import defines_cooperation, unparsed_rate
from nashscope.metrics.measure import Measure, mean_over
from nashscope.play import Transcript

__all__ = [
    "SETTLED",
    "defects_first",
    "first_defection",
    "follows_after",
    "outcome_persistence",
    "recovery",
    "settles",
]

SETTLED = 5
"""A match has settled if its last so many rounds (all, if it has fewer) had one joint action."""


def first_defection(matches: Sequence[Transcript], player: int) -> Measure:
    """The round, counted from 1, of a player's first defection; over matches that have one."""
    return _over(
        "round of first defection",
        "round",
        matches,
        lambda match: _first(match, player),
        span=(1.0, float("inf")),
    )


def defects_first(matches: Sequence[Transcript], player: int) -> Measure:
    """Share of matches in which a player defected in an earlier round than everyone else.

    Over matches in which somebody defected at all; defecting in the same round is not being first.
    """

    def value(match: Transcript) -> float | None:
        firsts = [_first(match, p) for p in range(match.game.stage.players)]
        known = [first for first in firsts if first is not None]
        if not known:
            return None
        mine = firsts[player]
        others = [f for p, f in enumerate(firsts) if p != player and f is not None]
        return float(mine is not None and all(mine < f for f in others))

    return _over("defects first", "share of matches", matches, value)


def follows_after(matches: Sequence[Transcript], player: int) -> Measure:
    """Rounds from the others' first defection to the player's own.

    Over matches in which another player defected first and the player defected later; 1 is at once.
    """

    def value(match: Transcript) -> float | None:
        mine = _first(match, player)
        theirs = [_first(match, p) for p in range(match.game.stage.players) if p != player]
        known = [first for first in theirs if first is not None]
        if mine is None or not known or mine <= min(known):
            return None
        return mine - min(known)

    return _over("follows a defection after", "rounds", matches, value, span=(1.0, float("inf")))


def recovery(matches: Sequence[Transcript], within: int = 3) -> Measure:
    """How often mutual cooperation is back `within` rounds after a single defection.

    A single defection: everyone cooperated in the round before, and exactly one player defects.
    The last `within` rounds cannot show a recovery and are left out.
    """

    def value(match: Transcript) -> float | None:
        played = _cooperated(match)
        if played is None:
            return None
        starts = [
            k
            for k in range(1, len(played) - within)
            if played[k - 1] is not None
            and all(played[k - 1] or ())
            and (now := played[k]) is not None
            and sum(not c for c in now) == 1
        ]
        back = [
            any(later is not None and all(later) for later in played[k + 1 : k + 1 + within])
            for k in starts
        ]
        return sum(back) / len(back) if back else None

    return _over("recovery of cooperation", "share of single defections", matches, value)


def outcome_persistence(matches: Sequence[Transcript]) -> Measure:
    """How often mutual cooperation in a round is followed by mutual cooperation in the next.

    1 where two players keep each other cooperating for as long as the match lasts.
    """

    def value(match: Transcript) -> float | None:
        played = _cooperated(match)
        if played is None:
            return None
        follow = [
            all(after)
            for before, after in pairwise(played)
            if before is not None and all(before) and after is not None
        ]
        return sum(follow) / len(follow) if follow else None

    return _over("mutual cooperation persists", "share of rounds", matches, value)


def settles(matches: Sequence[Transcript], on: JointAction | None = None) -> Measure:
    """Share of matches that settled on a pure equilibrium of the stage game, or on one of them.

    Over matches that have a round, and whose last rounds were read as far as it takes to tell: two
    different joint actions among them are enough to say no.

    on: the joint action meant; None for any pure equilibrium. None as value where the stage game
        has no pure equilibrium.
    """

    def value(match: Transcript) -> float | None:
        pure = pure_equilibria(match.game.stage)
        if not pure:
            return None
        last = match.actions[-SETTLED:]
        wanted = pure if on is None else [tuple(on)]
        if not any(all(_fits(joint, whole) for joint in last) for whole in wanted):
            return 0.0
        return 1.0 if last and all(None not in joint for joint in last) else None

    name = "settles on an equilibrium" if on is None else "settles on this equilibrium"
    return _over(name, "share of matches", matches, value)


def _fits(joint: JointAction, whole: JointAction) -> bool:
    """Whether what was read of a round is part of a joint action."""
    return all(action in (None, other) for action, other in zip(joint, whole, strict=True))


def _over(
    name: str,
    unit: str,
    matches: Sequence[Transcript],
    value: Callable[[Transcript], float | None],
    span: tuple[float, float] = (0.0, 1.0),
) -> Measure:
    """The mean over matches of one number per match, with its bounds.

    span: the least and the most that the number can be; of a round, the most is the last one.
    """
    unparsed = unparsed_rate(matches).value
    values = [value(match) for match in matches]
    measure = mean_over(name, values, unit, span=span, unparsed=unparsed)
    parts = [_part(match, value, span) for match in matches]
    return bounded(measure, mean_range(part for part in parts if part is not None))


def _part(
    match: Transcript, value: Callable[[Transcript], float | None], span: tuple[float, float]
) -> Part | None:
    """What the number of a match could be; None if it has none, whatever was not read."""
    ways = completed(match)
    if ways is None:
        return Part(span[0], min(span[1], float(len(match.rounds))), optional=True)
    found = [value(way) for way in ways]
    known = [one for one in found if one is not None]
    return Part(min(known), max(known), optional=len(known) < len(found)) if known else None


def _cooperated(match: Transcript) -> list[tuple[bool | None, ...] | None] | None:
    """Who cooperated, round by round; None for a round of which something is not known.

    None altogether where the game does not say what cooperation is.
    """
    if not defines_cooperation(match):
        return None
    rounds = [cooperation(match.game.stage, joint) for joint in match.actions]
    return [None if None in joint else joint for joint in rounds]


def _first(match: Transcript, player: int) -> float | None:
    """The round, counted from 1, of a player's first defection; None where there is none."""
    for number, joint in enumerate(match.actions, start=1):
        if cooperation(match.game.stage, joint)[player] is False:
            return float(number)
    return None
