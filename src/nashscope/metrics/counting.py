"""What was done how often: cooperation, and answers that named no action."""

from collections.abc import Sequence

import numpy as np

from nashscope.games.institution import cooperation, cooperative_actions
from nashscope.metrics.bounds import Bounds, bounded, completions, over
from nashscope.metrics.measure import Measure, mean_over
from nashscope.play import Transcript

__all__ = [
    "cooperation_bounds",
    "cooperation_by_round",
    "cooperation_rate",
    "defines_cooperation",
    "unparsed_rate",
]


def unparsed_rate(
    matches: Sequence[Transcript], round: int | None = None, player: int | None = None
) -> Measure:
    """Share of decisions that named no action, whatever the reason.

    Of one round, and of one player, if given.
    """
    values = []
    for match in matches:
        if match.events:
            actions = match.answers if round is None and player is None else []
        else:
            joints = match.actions if round is None else match.actions[round : round + 1]
            actions = [
                action for joint in joints for p, action in enumerate(joint) if player in (None, p)
            ]
        if actions:
            values.append(sum(action is None for action in actions) / len(actions))
    return mean_over("unparsed rate", values, "share of decisions", span=(0.0, 1.0))


def cooperation_rate(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """Share of actions that are the player's part in the best outcome for all together.

    Of all players, or of one. None where the stage game has no single best outcome (matching
    pennies, the battle of the sexes): cooperation is not defined there. Under an institution it is
    that of the game before it; to delegate to a mediator is to cooperate if all do.
    """
    values = [_share(match, player, range(len(match.rounds))) for match in matches]
    measure = _rate(values, matches, player, None)
    return bounded(measure, cooperation_bounds(matches, player))


def cooperation_by_round(matches: Sequence[Transcript], player: int | None = None) -> list[Measure]:
    """The same for every round alone."""
    longest = max((len(match.rounds) for match in matches), default=0)
    found = []
    for k in range(longest):
        lasting = [match for match in matches if k < len(match.rounds)]
        measure = _rate([_share(match, player, [k]) for match in lasting], lasting, player, k)
        spans = [span for match in lasting if (span := _span(match, player, [k])) is not None]
        ends = (
            tuple(float(np.mean(side)) for side in zip(*spans, strict=True))
            if spans
            else (None, None)
        )
        found.append(bounded(measure, (ends[0], ends[1])))
    return found


def cooperation_bounds(matches: Sequence[Transcript], player: int | None = None) -> Bounds:
    """Bounds of the cooperation rate, per action of all players, or of one."""
    return over(
        "cooperation rate",
        "share of actions",
        matches,
        lambda match: _span(match, player, range(len(match.rounds))),
        exact=True,
        unparsed=unparsed_rate(matches, player=player).value,
    )


def defines_cooperation(match: Transcript) -> bool:
    """Whether the match's game says of every player what cooperation is."""
    return None not in cooperative_actions(match.game.stage)


def _rate(
    values: list[float | None],
    matches: Sequence[Transcript],
    player: int | None,
    round: int | None,
) -> Measure:
    """The mean over matches, with how much of it could not be read."""
    return mean_over(
        "cooperation rate",
        values,
        "share of actions",
        span=(0.0, 1.0),
        unparsed=unparsed_rate(matches, round, player).value,
    )


def _share(match: Transcript, player: int | None, rounds: Sequence[int]) -> float | None:
    """The share of cooperative actions in some rounds of a match; None where there are none."""
    players = _players(match, player)
    if players is None:
        return None
    told = [cooperation(match.game.stage, match.actions[k]) for k in rounds]
    known = [joint[p] for joint in told for p in players if joint[p] is not None]
    return known.count(True) / len(known) if known else None


def _span(
    match: Transcript, player: int | None, rounds: Sequence[int]
) -> tuple[float, float] | None:
    """The least and the most that this share could be; None where it is not defined."""
    players = _players(match, player)
    if players is None or not rounds:
        return None
    low = high = 0
    for k in rounds:
        ways = completions(match.actions[k], match.game.stage.shape)
        counts = [
            sum(cooperation(match.game.stage, full)[p] is True for p in players) for full in ways
        ]
        low, high = low + min(counts), high + max(counts)
    total = len(rounds) * len(players)
    return low / total, high / total


def _players(match: Transcript, player: int | None) -> Sequence[int] | None:
    """Whose cooperation is counted; None where it is not defined."""
    best = cooperative_actions(match.game.stage)
    players = range(len(best)) if player is None else [player]
    return None if any(best[p] is None for p in players) else players
