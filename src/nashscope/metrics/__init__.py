"""Numbers about what happened, each with its unit, its interval and its sample size."""

from nashscope.metrics.counting import cooperation_by_round, cooperation_rate, unparsed_rate
from nashscope.metrics.course import (
    SETTLED,
    defects_first,
    first_defection,
    follows_after,
    outcome_persistence,
    recovery,
    settles,
)
from nashscope.metrics.measure import Measure, mean_over, missing, row
from nashscope.metrics.nash_distance import (
    distances_by_round,
    empirical_nash_distance,
    nash_distance,
    nash_distance_by_round,
)
from nashscope.metrics.payoff import (
    payoff,
    regret,
    welfare,
    welfare_over_equilibrium,
    welfare_to_best,
)

__all__ = [
    "SETTLED",
    "Measure",
    "cooperation_by_round",
    "cooperation_rate",
    "defects_first",
    "distances_by_round",
    "empirical_nash_distance",
    "first_defection",
    "follows_after",
    "mean_over",
    "missing",
    "nash_distance",
    "nash_distance_by_round",
    "outcome_persistence",
    "payoff",
    "recovery",
    "regret",
    "row",
    "settles",
    "unparsed_rate",
    "welfare",
    "welfare_over_equilibrium",
    "welfare_to_best",
]
