"""What play earned, against what could have been earned."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from nashscope.errors import NotSolved
from nashscope.games import NormalForm
from nashscope.games.solve.strategic.best_for_all import best_equilibrium
from nashscope.games.welfare import best_joint_payoff
from nashscope.metrics.bounds import Bounds, bounded, over, summed
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over, missing
from nashscope.play import Transcript

__all__ = [
    "discounted_payoff",
    "payoff",
    "payoff_bounds",
    "regret",
    "regret_bounds",
    "welfare",
    "welfare_bounds",
    "welfare_over_equilibrium",
    "welfare_to_best",
]

UNIT = "points per round"


def payoff(matches: Sequence[Transcript], player: int) -> Measure:
    """What a player earned per round, over rounds in which everyone named an action."""
    measure = _over_matches(
        "payoff", matches, lambda match: _earned(match, player), _reach(matches, player)
    )
    return bounded(measure, payoff_bounds(matches, player))


def discounted_payoff(matches: Sequence[Transcript], player: int) -> Measure:
    """What a player earned per round if a round weighs the game's discount times the one before.

    The weights sum to 1 over the rounds that were played; rounds in which somebody named no action
    have none. In a game without a discount it is the payoff.
    """

    def span(match: Transcript) -> tuple[float, float] | None:
        table = match.game.stage.payoffs[player]
        return summed(match, lambda joint: float(table[joint]), _weights(match))

    measure = _over_matches(
        "discounted payoff", matches, lambda match: _weighed(match, player), _reach(matches, player)
    )
    return bounded(measure, _bounds("discounted payoff", matches, span))


def welfare(matches: Sequence[Transcript]) -> Measure:
    """What all players together earned per round."""
    return bounded(_over_matches("welfare", matches, _joint), welfare_bounds(matches))


def welfare_to_best(matches: Sequence[Transcript]) -> Measure:
    """Welfare minus the best joint payoff of any outcome; at most 0."""
    return _welfare_above(
        "welfare minus best", matches, lambda stage: float(best_joint_payoff(stage))
    )


def welfare_over_equilibrium(matches: Sequence[Transcript]) -> Measure:
    """Welfare minus that of the equilibrium of the stage game in which it is largest.

    "at most" where an equilibrium in which all together earn more may have been missed; missing,
    with the reason, where the game is not solved.
    """
    name, stages = "welfare minus best equilibrium", {match.game.stage for match in matches}
    try:
        best = {stage: best_equilibrium(stage) for stage in stages}
    except NotSolved as error:
        return missing(name, UNIT, unparsed_rate(matches).value, f"not solved: {error}")
    measure = _welfare_above(name, matches, lambda stage: best[stage].welfare)
    certain = all(found.certain for found in best.values())
    return measure if certain else replace(measure, limit="at most")


def regret(matches: Sequence[Transcript], player: int) -> Measure:
    """External regret per round: what the best single action, taken in every round against what
    the others did, would have earned more.

    Negative where play did better than any single action. Source: Hannan 1957; it takes the
    others' actions as given, and so is no exploitability of repeated play.
    """
    measure = _over_matches("regret", matches, lambda match: _external_regret(match, player))
    return bounded(measure, regret_bounds(matches, player))


def payoff_bounds(matches: Sequence[Transcript], player: int) -> Bounds:
    """Bounds of what a player earned per round, over all rounds."""

    def span(match: Transcript) -> tuple[float, float] | None:
        return summed(match, lambda joint: float(match.game.stage.payoffs[(player, *joint)]))

    return _bounds("payoff", matches, span)


def welfare_bounds(matches: Sequence[Transcript]) -> Bounds:
    """Bounds of what all together earned per round, over all rounds."""
    return _bounds("welfare", matches, _joint_span)


def regret_bounds(matches: Sequence[Transcript], player: int) -> Bounds:
    """Bounds of a player's external regret per round.

    For every single action its advantage is bounded round by round; the largest of these bounds
    bounds the regret. They may be wider than what any one assignment reaches.
    """

    def span(match: Transcript) -> tuple[float, float] | None:
        table = match.game.stage.payoffs[player]
        each = [
            summed(match, partial(_advantage, table, player, action))
            for action in range(match.game.stage.shape[player])
        ]
        known = [pair for pair in each if pair is not None]
        if not known:
            return None
        return max(low for low, _ in known), max(high for _, high in known)

    return _bounds("regret", matches, span, exact=False)


def _welfare_above(
    name: str, matches: Sequence[Transcript], reference: Callable[[NormalForm], float]
) -> Measure:
    """Welfare minus what a game gives as reference, with its bounds."""

    def span(match: Transcript) -> tuple[float, float] | None:
        ends, base = _joint_span(match), reference(match.game.stage)
        return None if ends is None else (ends[0] - base, ends[1] - base)

    def value(match: Transcript) -> float | None:
        earned = _joint(match)
        return None if earned is None else earned - reference(match.game.stage)

    return bounded(_over_matches(name, matches, value), _bounds(name, matches, span))


def _bounds(
    name: str,
    matches: Sequence[Transcript],
    span: Callable[[Transcript], tuple[float, float] | None],
    *,
    exact: bool = True,
) -> Bounds:
    """The means over matches of the bounds of each, in points per round."""
    return over(name, UNIT, matches, span, exact=exact, unparsed=unparsed_rate(matches).value)


def _joint_span(match: Transcript) -> tuple[float, float] | None:
    """The least and the most that all together could have earned per round."""
    together = match.game.stage.payoffs.sum(axis=0)
    return summed(match, lambda joint: float(together[joint]))


def _advantage(table: np.ndarray, player: int, action: int, joint: tuple[int, ...]) -> float:
    """What one action would have earned more than the one taken, the others as they were."""
    other = (*joint[:player], action, *joint[player + 1 :])
    return float(table[other] - table[joint])


def _over_matches(
    name: str,
    matches: Sequence[Transcript],
    value: Callable[[Transcript], float | None],
    span: tuple[float, float] = (-np.inf, np.inf),
) -> Measure:
    """The mean over matches of one number per match."""
    unparsed = unparsed_rate(matches).value
    return mean_over(name, [value(match) for match in matches], UNIT, span=span, unparsed=unparsed)


def _paid(match: Transcript) -> list[tuple[int, np.ndarray]]:
    """The rounds in which everyone named an action, with everyone's payoff."""
    paid = ((k, match.payoffs(k)) for k in range(len(match.rounds)))
    return [(k, earned) for k, earned in paid if earned is not None]


def _earned(match: Transcript, player: int) -> float | None:
    """What a player earned per round."""
    paid = _paid(match)
    return float(np.mean([earned[player] for _, earned in paid])) if paid else None


def _weighed(match: Transcript, player: int) -> float | None:
    """What a player earned per round, later rounds weighing less."""
    paid, weights = _paid(match), _weights(match)
    if not sum(weights[k] for k, _ in paid):
        return None
    return float(
        np.average([earned[player] for _, earned in paid], weights=[weights[k] for k, _ in paid])
    )


def _weights(match: Transcript) -> list[float]:
    """How much every round weighs: the discount to the power of its number."""
    discount = match.game.discount
    return [1.0 if discount is None else float(discount) ** k for k in range(len(match.rounds))]


def _reach(matches: Sequence[Transcript], player: int) -> tuple[float, float]:
    """The least and the most that a player can earn in any of the games."""
    tables = [match.game.stage.payoffs[player] for match in matches]
    least = min((float(table.min()) for table in tables), default=-np.inf)
    return least, max((float(table.max()) for table in tables), default=np.inf)


def _joint(match: Transcript) -> float | None:
    """What all earned together per round."""
    paid = _paid(match)
    return float(np.mean([earned.sum() for _, earned in paid])) if paid else None


def _external_regret(match: Transcript, player: int) -> float | None:
    """The regret of one match."""
    paid = _paid(match)
    if not paid:
        return None
    table = np.moveaxis(match.game.stage.payoffs[player], player, 0)
    others = [
        tuple(a for p, a in enumerate(match.actions[k]) if p != player and a is not None)
        for k, _ in paid
    ]
    could = np.mean([table[(slice(None), *joint)] for joint in others], axis=0)
    return float(could.max() - np.mean([earned[player] for _, earned in paid]))
