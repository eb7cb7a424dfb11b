"""What play earned, against what could have been earned."""

from collections.abc import Callable, Sequence

import numpy as np

from nashscope.games.solve import equilibria
from nashscope.games.welfare import best_joint_payoff
from nashscope.metrics.counting import unparsed_rate
from nashscope.metrics.measure import Measure, mean_over
from nashscope.play import Transcript

__all__ = [
    "discounted_payoff",
    "payoff",
    "regret",
    "welfare",
    "welfare_over_equilibrium",
    "welfare_to_best",
]

UNIT = "points per round"


def payoff(matches: Sequence[Transcript], player: int) -> Measure:
    """What a player earned per round, over rounds in which everyone named an action."""
    return _over_matches(
        "payoff", matches, lambda own: _earned(own, player), _reach(matches, player)
    )


def discounted_payoff(matches: Sequence[Transcript], player: int) -> Measure:
    """What a player earned per round if a round weighs the game's discount times the one before.

    The weights sum to 1 over the rounds that were played; rounds in which somebody named no action
    have none. In a game without a discount it is the payoff.
    """
    return _over_matches(
        "discounted payoff", matches, lambda own: _weighed(own, player), _reach(matches, player)
    )


def welfare(matches: Sequence[Transcript]) -> Measure:
    """What all players together earned per round."""
    return _over_matches("welfare", matches, _joint)


def welfare_to_best(matches: Sequence[Transcript]) -> Measure:
    """Welfare minus the best joint payoff of any outcome; at most 0."""
    return _over_matches(
        "welfare minus best",
        matches,
        lambda own: _less(_joint(own), float(best_joint_payoff(own.game.stage))),
    )


def welfare_over_equilibrium(matches: Sequence[Transcript]) -> Measure:
    """Welfare minus that of the equilibrium of the stage game in which it is largest."""
    return _over_matches(
        "welfare minus best equilibrium",
        matches,
        lambda own: _less(
            _joint(own), max(float(sum(e.payoffs)) for e in equilibria(own.game.stage))
        ),
    )


def regret(matches: Sequence[Transcript], player: int) -> Measure:
    """External regret per round: what the best single action, taken in every round against what
    the others did, would have earned more.

    Negative where play did better than any single action. Source: Hannan 1957; it takes the
    others' actions as given, and so is no exploitability of repeated play.
    """
    return _over_matches("regret", matches, lambda own: _external_regret(own, player))


def _over_matches(
    name: str,
    matches: Sequence[Transcript],
    value: Callable[[Transcript], float | None],
    span: tuple[float, float] = (-np.inf, np.inf),
) -> Measure:
    """The mean over matches of one number per match."""
    unparsed = unparsed_rate(matches).value
    return mean_over(name, [value(own) for own in matches], UNIT, span=span, unparsed=unparsed)


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
    paid, discount = _paid(match), match.game.discount
    if not paid:
        return None
    weights = [1.0 if discount is None else float(discount) ** k for k, _ in paid]
    return float(np.average([earned[player] for _, earned in paid], weights=weights))


def _reach(matches: Sequence[Transcript], player: int) -> tuple[float, float]:
    """The least and the most that a player can earn in any of the games."""
    tables = [own.game.stage.payoffs[player] for own in matches]
    least = min((float(table.min()) for table in tables), default=-np.inf)
    return least, max((float(table.max()) for table in tables), default=np.inf)


def _joint(match: Transcript) -> float | None:
    """What all earned together per round."""
    paid = _paid(match)
    return float(np.mean([earned.sum() for _, earned in paid])) if paid else None


def _less(value: float | None, reference: float) -> float | None:
    """The difference, where there is a value."""
    return None if value is None else value - reference


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
