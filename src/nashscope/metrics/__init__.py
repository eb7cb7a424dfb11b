"""Numbers about what happened, each with its unit, its interval and its sample size."""

from nashscope.metrics.bounds import Bounds
from nashscope.metrics.check import check_metric
from nashscope.metrics.counting import (
    cooperation_bounds,
    cooperation_by_round,
    cooperation_rate,
    unparsed_rate,
)
from nashscope.metrics.course import (
    SETTLED,
    defects_first,
    first_defection,
    follows_after,
    outcome_persistence,
    recovery,
    settles,
)
from nashscope.metrics.cross_play import CrossPlay, cross_play
from nashscope.metrics.earned import earned
from nashscope.metrics.evolution import (
    Shares,
    alpha_rank,
    alpha_rank_profiles,
    fixation,
    moran,
    replicator,
    resampled_shares,
)
from nashscope.metrics.exploitability import (
    Exploited,
    Searched,
    exploitability,
    exploited,
    searched_best_response,
)
from nashscope.metrics.fingerprint import (
    Fingerprint,
    Nearest,
    asked_fingerprint,
    fingerprint,
    nearest,
)
from nashscope.metrics.invariance import invariance
from nashscope.metrics.measure import Measure, mean_over, missing, pooled, ratio_over, row
from nashscope.metrics.nash_distance import (
    distances_by_round,
    empirical_nash_distance,
    empirical_nash_distance_bounds,
    nash_distance,
    nash_distance_bounds,
    nash_distance_by_round,
)
from nashscope.metrics.payoff import (
    discounted_payoff,
    payoff,
    payoff_bounds,
    regret,
    regret_bounds,
    welfare,
    welfare_bounds,
    welfare_over_equilibrium,
    welfare_to_best,
)

__all__ = [
    "SETTLED",
    "Bounds",
    "CrossPlay",
    "Exploited",
    "Fingerprint",
    "Measure",
    "Nearest",
    "Searched",
    "Shares",
    "alpha_rank",
    "alpha_rank_profiles",
    "asked_fingerprint",
    "check_metric",
    "cooperation_bounds",
    "cooperation_by_round",
    "cooperation_rate",
    "cross_play",
    "defects_first",
    "discounted_payoff",
    "distances_by_round",
    "earned",
    "empirical_nash_distance",
    "empirical_nash_distance_bounds",
    "exploitability",
    "exploited",
    "fingerprint",
    "first_defection",
    "fixation",
    "follows_after",
    "invariance",
    "mean_over",
    "missing",
    "moran",
    "nash_distance",
    "nash_distance_bounds",
    "nash_distance_by_round",
    "nearest",
    "outcome_persistence",
    "payoff",
    "payoff_bounds",
    "pooled",
    "ratio_over",
    "recovery",
    "regret",
    "regret_bounds",
    "replicator",
    "resampled_shares",
    "row",
    "searched_best_response",
    "settles",
    "unparsed_rate",
    "welfare",
    "welfare_bounds",
    "welfare_over_equilibrium",
    "welfare_to_best",
]
