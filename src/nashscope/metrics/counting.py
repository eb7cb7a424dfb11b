"""What was done how often: cooperation, and answers that named no action."""

from collections.abc import Sequence

from nashscope.games.welfare import cooperative
from nashscope.metrics.measure import Measure, mean_over
from nashscope.play import Transcript

__all__ = ["cooperation_by_round", "cooperation_rate", "unparsed_rate"]


def unparsed_rate(matches: Sequence[Transcript], round: int | None = None) -> Measure:
    """Share of decisions that named no action, whatever the reason; of one round, if given."""
    values = []
    for own in matches:
        joints = own.actions if round is None else own.actions[round : round + 1]
        actions = [action for joint in joints for action in joint]
        if actions:
            values.append(sum(action is None for action in actions) / len(actions))
    return mean_over("unparsed rate", values, "share of decisions", span=(0.0, 1.0))


def cooperation_rate(matches: Sequence[Transcript], player: int | None = None) -> Measure:
    """Share of actions that are the player's part in the best outcome for all together.

    Of all players, or of one. None where the stage game has no single best outcome (matching
    pennies, the battle of the sexes): cooperation is not defined there.
    """
    values = [_share(own, player, range(len(own.rounds))) for own in matches]
    return _rate(values, matches)


def cooperation_by_round(matches: Sequence[Transcript], player: int | None = None) -> list[Measure]:
    """The same for every round alone."""
    longest = max((len(own.rounds) for own in matches), default=0)
    return [
        _rate([_share(own, player, [k]) for own in matches if k < len(own.rounds)], matches)
        for k in range(longest)
    ]


def _rate(values: list[float | None], matches: Sequence[Transcript]) -> Measure:
    """The mean over matches, with how much of it could not be read."""
    return mean_over(
        "cooperation rate",
        values,
        "share of actions",
        span=(0.0, 1.0),
        unparsed=unparsed_rate(matches).value,
    )


def _share(match: Transcript, player: int | None, rounds: Sequence[int]) -> float | None:
    """The share of cooperative actions in some rounds of a match; None where there are none."""
    best = cooperative(match.game.stage)
    players = range(match.game.stage.players) if player is None else [player]
    if any(best[p] is None for p in players):
        return None
    actions = [(match.actions[k][p], best[p]) for k in rounds for p in players]
    known = [action == wanted for action, wanted in actions if action is not None]
    return sum(known) / len(known) if known else None
