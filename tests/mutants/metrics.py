"""Faults in numbers: each has been found in public code of this field."""

from tests.mutants import Mutant

EVOLUTION = "tests/metrics/test_evolution.py"
MEASURE = "tests/metrics/test_measure.py"

MUTANTS = [
    Mutant(
        "the replicator adds up in the order in which strategies are named",
        "metrics/evolution.py",
        "math.fsum(a * x for",
        "sum(a * x for",
        f"{EVOLUTION}::test_the_replicator_knows_no_names",
    ),
    Mutant(
        "a share is compared with what the first strategy earns, not with the mean",
        "metrics/evolution.py",
        "mean = math.fsum(x * e for x, e in zip(point, earned, strict=True))",
        "mean = earned[0]",
        f"{EVOLUTION}::test_another_integrator_leads_one_population_to_the_same_place",
    ),
    Mutant(
        "an unread answer counts as cooperation",
        "metrics/counting.py",
        "[action == wanted for action, wanted in actions if action is not None]",
        "[action in (wanted, None) for action, wanted in actions]",
        f"{MEASURE}::test_an_unread_answer_is_no_cooperation_no_defection_and_no_zero",
    ),
    Mutant(
        "what was not measured is 0",
        "metrics/measure.py",
        "return Measure(metric, None, unit, 0, unparsed=unparsed)",
        "return Measure(metric, 0.0, unit, 0, unparsed=unparsed)",
        f"{MEASURE}::test_every_metric_passes_the_conformance_test",
    ),
    Mutant(
        "a round is scored by who got more",
        "play/transcript.py",
        "np.array([own[joint] for own in stage])",
        "np.array([float(np.sign(own[joint] - stage[:, *joint].mean())) for own in stage])",
        f"{MEASURE}::test_payoffs_are_points_and_not_who_got_more",
    ),
    Mutant(
        "the interval takes every round for a match",
        "metrics/counting.py",
        "[_share(own, player, range(len(own.rounds))) for own in matches]",
        "[_share(own, player, [k]) for own in matches for k in range(len(own.rounds))]",
        f"{MEASURE}::test_the_interval_is_over_matches_and_not_over_decisions",
    ),
    Mutant(
        "the Nash distance is that of the player who is nearer",
        "metrics/nash_distance.py",
        "apart.max(axis=-1)",
        "apart.min(axis=-1)",
        f"{MEASURE}::test_two_defectors_are_at_the_equilibrium_and_two_cooperators_far_from_it",
    ),
    Mutant(
        "bounds take an unread answer for the first action",
        "metrics/bounds.py",
        "range(count) if action is None",
        "[0] if action is None",
        f"{MEASURE}::test_bounds_hold_for_every_imputation_and_the_exact_ones_are_reached",
    ),
    Mutant(
        "a fingerprint is read from the other player's side",
        "metrics/fingerprint.py",
        "(before[player] == mine, before[1 - player] == theirs)",
        "(before[1 - player] == theirs, before[player] == mine)",
        "tests/metrics/test_fingerprint.py"
        "::test_against_random_play_a_memory_one_strategy_shows_its_numbers",
    ),
    Mutant(
        "the searched response is measured where it was chosen",
        "metrics/exploitability.py",
        "earned([best], cell.seed + 1)",
        "earned([best], cell.seed)",
        "tests/metrics/test_fingerprint.py"
        "::test_the_search_chooses_and_measures_on_different_matches",
    ),
    Mutant(
        "the second seat is credited with the first one's payoff",
        "metrics/cross_play.py",
        "values[second, first].append(earned[1])",
        "values[second, first].append(earned[0])",
        "tests/metrics/test_evolution.py::test_a_table_holds_what_each_earned_against_each",
    ),
    Mutant(
        "α-Rank lets the worse strategy take over",
        "metrics/evolution.py",
        "float(table[mutant, resident] - table[resident, mutant])",
        "float(table[resident, mutant] - table[mutant, resident])",
        "tests/metrics/test_evolution.py::test_alpha_rank_of_the_dilemma_is_defection",
    ),
    Mutant(
        "the players change places and keep each other's past",
        "metrics/invariance.py",
        "tuple(joint[::-1] for joint in view.history)",
        "view.history",
        "tests/metrics/test_invariance.py",
    ),
]
