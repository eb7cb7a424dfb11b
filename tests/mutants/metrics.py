"""Faults in numbers: each has been found in public code of this field."""

from tests.mutants import Mutant

EVOLUTION = "tests/metrics/test_evolution.py"
MEASURE = "tests/metrics/test_measure.py"

DISTANCE = "tests/metrics/test_nash_distance.py"
COURSE = "tests/metrics/test_course.py"
FINGERPRINT = "tests/metrics/test_fingerprint.py"

IMPORT = "tests/cli/test_import.py"

MUTANTS = [
    Mutant(
        "a table none of whose answers was read is imported",
        "play/store/imported.py",
        "if events and checked.unread == len(events):",
        "if events and checked.unread > len(events):",
        f"{IMPORT}::test_words_that_name_no_action_are_said_with_those_that_would",
    ),
    Mutant(
        "a short row is filled up",
        "play/store/sheet.py",
        "if len(row) != len(names):",
        "row += [''] * (len(names) - len(row))\n        if len(row) != len(names):",
        f"{IMPORT}::test_a_table_that_is_none_is_refused_for_the_right_reason",
    ),
    Mutant(
        "an incomplete list of equilibria is taken for all of them",
        "metrics/nash_distance.py",
        'limit="at most"',
        "limit=None",
        f"{DISTANCE}::test_where_equilibria_may_be_missing_the_distance_is_at_most_that_for_each_player",
    ),
    Mutant(
        "one player's part of the nearest equilibrium that was found is its distance",
        "metrics/nash_distance.py",
        "one = player is not None and found.exact",
        "one = player is not None",
        f"{DISTANCE}::test_where_equilibria_may_be_missing_the_distance_is_at_most_that_for_each_player",
    ),
    Mutant(
        "the best equilibrium that was found is the best there is",
        "games/solve/strategic/best_for_all.py",
        "certain = known.complete or",
        "certain = True or",
        f"{DISTANCE}::test_the_agent_that_plays_the_best_equilibrium_refuses_where_a_better_one_may_exist",
    ),
    Mutant(
        "a policy that was estimated is taken for the policy",
        "metrics/nash_distance.py",
        "[] if as_they_are else",
        "[] if True else",
        f"{DISTANCE}::test_players_who_mix_as_the_equilibrium_does_are_not_far_from_it_by_few_answers",
    ),
    Mutant(
        "the slope is followed across the border between two pieces",
        "metrics/sampling.py",
        "STEP = 1e-4",
        "STEP = 0.25",
        f"{DISTANCE}::test_players_who_mix_as_the_equilibrium_does_are_not_far_from_it_by_few_answers",
    ),
    Mutant(
        "a game that is not solved ends the run",
        "metrics/nash_distance.py",
        "        return str(error)",
        "        raise",
        f"{DISTANCE}::test_a_game_that_is_not_solved_leaves_its_metrics_missing_with_the_reason",
    ),
    Mutant(
        "to delegate is to cooperate, whatever the others do",
        "games/institution.py",
        "if any(other not in (2, None) for other in joint):",
        "if False:",
        f"{DISTANCE}::test_cooperation_under_a_mediator_is_that_of_the_game_before_it",
    ),
    Mutant(
        "a match that nobody could read has not settled",
        "metrics/course.py",
        "all(None not in joint for joint in last) else None",
        "all(None not in joint for joint in last) else 0.0",
        f"{COURSE}::test_where_a_match_settles",
    ),
    Mutant(
        "what is no number is dropped without a word",
        "metrics/measure.py",
        "note = note if dropped else",
        "note = note if dropped < 0 else",
        f"{MEASURE}::test_what_is_no_number_is_counted_as_missing_and_said",
    ),
    Mutant(
        "bounds leave out the parts that need not count",
        "metrics/bounds.py",
        "for part in every if part.optional)",
        "for part in every if False)",
        f"{MEASURE}::test_the_range_of_a_mean_is_that_of_all_choices",
    ),
    Mutant(
        "the first move is no part of a fingerprint's distance",
        "metrics/fingerprint.py",
        'return {"first": self.first, **self.after, **self.after_two}',
        "return {**self.after, **self.after_two}",
        f"{FINGERPRINT}"
        "::test_each_of_our_own_strategies_is_named_with_those_that_two_rounds_cannot_tell_from_it",
    ),
    Mutant(
        "only the first of several nearest strategies is named",
        "metrics/fingerprint.py",
        "if distance <= least + ALIKE)",
        "if distance <= least + ALIKE)[:1]",
        f"{FINGERPRINT}"
        "::test_each_of_our_own_strategies_is_named_with_those_that_two_rounds_cannot_tell_from_it",
    ),
    Mutant(
        "the two sides of a match are drawn apart",
        "metrics/evolution.py",
        "tables[:, j, i] = theirs[drawn].mean(axis=1)",
        "tables[:, j, i] = theirs[drawn[::-1]].mean(axis=1)",
        f"{EVOLUTION}::test_both_sides_of_a_match_are_drawn_together",
    ),
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
        "[joint[p] for joint in told for p in players if joint[p] is not None]",
        "[joint[p] is not False for joint in told for p in players]",
        f"{MEASURE}::test_an_unread_answer_is_no_cooperation_no_defection_and_no_zero",
    ),
    Mutant(
        "what was not measured is 0",
        "metrics/measure.py",
        "return Measure(metric, None, unit, 0, unparsed=unparsed, note=note)",
        "return Measure(metric, 0.0, unit, 1, unparsed=unparsed, note=note)",
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
        "[_share(match, player, range(len(match.rounds))) for match in matches]",
        "[_share(match, player, [k]) for match in matches for k in range(len(match.rounds))]",
        f"{MEASURE}::test_the_interval_is_over_matches_and_not_over_decisions",
    ),
    Mutant(
        "the Nash distance is that of the player who is nearer",
        "metrics/nash_distance.py",
        "found.players[..., player] if one else found.worst",
        "found.players[..., player] if one else found.players.min(axis=-1)",
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
        "moves = (joint[player], joint[1 - player])",
        "moves = (joint[1 - player], joint[player])",
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
        "yield pair, earned[seat], spans[seat] if spans else None",
        "yield pair, earned[0], spans[0] if spans else None",
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
        "tests/metrics/test_invariance.py::test_every_change_leaves_the_game_as_it_is",
    ),
]
