"""How a repeated match goes: who leaves cooperation first, who follows, and where it ends.

Cooperation is one's part in the best outcome for all together (`games.welfare.cooperative`); where
a stage game has no single best outcome these numbers are missing. Rounds in which somebody named no
action interrupt what is counted, they are never filled in.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from nashscope.games import JointAction
from nashscope.games.solve.strategic.pure import pure_equilibria
from nashscope.games.welfare import cooperative
from nashscope.metrics.counting import unparsed_rate
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
        lambda own: _first(own, player),
        span=(1.0, float("inf")),
    )


def defects_first(matches: Sequence[Transcript], player: int) -> Measure:
    """Share of matches in which a player defected in an earlier round than everyone else.

    Over matches in which somebody defected at all; defecting in the same round is not being first.
    """

    def value(own: Transcript) -> float | None:
        firsts = [_first(own, p) for p in range(own.game.stage.players)]
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

    def value(own: Transcript) -> float | None:
        mine = _first(own, player)
        theirs = [_first(own, p) for p in range(own.game.stage.players) if p != player]
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

    def value(own: Transcript) -> float | None:
        played = _cooperated(own)
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

    def value(own: Transcript) -> float | None:
        played = _cooperated(own)
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

    on: the joint action meant; None for any pure equilibrium. None as value where the stage game
        has no pure equilibrium.
    """

    def value(own: Transcript) -> float | None:
        pure = pure_equilibria(own.game.stage)
        if not pure:
            return None
        last = own.actions[-SETTLED:]
        wanted = set(pure) if on is None else {tuple(on)}
        return float(len(last) > 0 and len(set(last)) == 1 and last[0] in wanted)

    name = "settles on an equilibrium" if on is None else "settles on this equilibrium"
    return _over(name, "share of matches", matches, value)


def _over(
    name: str,
    unit: str,
    matches: Sequence[Transcript],
    value: Callable[[Transcript], float | None],
    span: tuple[float, float] = (0.0, 1.0),
) -> Measure:
    """The mean over matches of one number per match."""
    unparsed = unparsed_rate(matches).value
    return mean_over(name, [value(own) for own in matches], unit, span=span, unparsed=unparsed)


def _cooperated(match: Transcript) -> list[tuple[bool, ...] | None] | None:
    """Who cooperated, round by round; None for a round with an unread answer.

    None altogether where the stage game does not say what cooperation is.
    """
    best = cooperative(match.game.stage)
    if any(action is None for action in best):
        return None
    return [
        None if None in joint else tuple(a == b for a, b in zip(joint, best, strict=True))
        for joint in match.actions
    ]


def _first(match: Transcript, player: int) -> float | None:
    """The round, counted from 1, of a player's first defection; None where there is none."""
    best = cooperative(match.game.stage)[player]
    if best is None:
        return None
    for number, joint in enumerate(match.actions, start=1):
        if joint[player] is not None and joint[player] != best:
            return float(number)
    return None
