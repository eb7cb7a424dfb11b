"""Faults in the matrix benchmark and in what training rewards."""

from tests.mutants import Mutant

SCORE = "tests/bench/test_score.py"
DATA = "tests/training/test_data.py"
ADVANTAGE = "tests/training/test_advantage.py"

MUTANTS = [
    Mutant(
        "self-play trains on the test set",
        "training/data.py",
        "if not taken)",
        ")",
        f"{DATA}::test_no_trainer_draws_a_game_of_the_test_set",
    ),
    Mutant(
        "a strategy is scored against an equilibrium opponent",
        "bench/matrix/score.py",
        'np.einsum("goc,go->gc", payoffs, strategies).min(axis=1)',
        'np.einsum("goc,go->gc", payoffs, strategies).mean(axis=1)',
        f"{SCORE}::test_the_players_residuals_sum_to_the_exploitability_of_the_pair",
    ),
    Mutant(
        "games of which an answer is unread are left out",
        "bench/matrix/success.py",
        "        joint: float | None = None\n",
        "        joint: float | None = None\n        if first is None or second is None:\n"
        "            continue\n",
        f"{SCORE}::test_unread_answers_stay_in_the_denominator",
    ),
    Mutant(
        "one player's answer is enough",
        "bench/matrix/success.py",
        "joint = max(first, second) if ordered else first + second",
        "joint = min(first, second)",
        f"{SCORE}::test_a_game_is_solved_by_both_players_together",
    ),
    Mutant(
        "numbers that are no distribution are made one",
        "bench/matrix/interface.py",
        "if min(self.numbers) < 0 or abs(total - self.whole) > slack or total <= 0:",
        "if total <= 0:",
        "tests/framing/test_matrix.py::test_numbers_that_are_no_distribution_are_none",
    ),
    Mutant(
        "the second player is told the first one's payoffs",
        "bench/matrix/item.py",
        "np.ascontiguousarray(-self.table.T)",
        "np.ascontiguousarray(self.table.T)",
        "tests/bench/test_exam.py::test_both_players_read_the_same_game_from_their_own_side",
    ),
    Mutant(
        "games of the test set with players exchanged are trained on",
        "bench/matrix/overlap.py",
        "for turned in (table, -table.T):",
        "for turned in (table,):",
        "tests/bench/test_exam.py::test_a_game_of_the_test_set_is_known_in_every_guise",
    ),
    Mutant(
        "uniform play counts as knowing names",
        "bench/matrix/regime.py",
        "more = difference(named, chance)[1] > 0",
        "more = True",
        f"{SCORE}::test_who_computes_recites_or_cannot_write_is_told_apart",
    ),
    Mutant(
        "what cannot be read earns as much as the worst strategy",
        "training/reward.py",
        "penalty if one.residual is None else",
        "0.0 if one.residual is None else",
        f"{DATA}::test_the_solvers_answer_earns_nearly_everything_and_each_answer_its_own",
    ),
    Mutant(
        "every answer to a question earns the value of the game",
        "training/reward.py",
        "1 - min(one.residual, 1.0)",
        "1 - min(scored[0].residual or 0.0, 1.0)",
        f"{DATA}::test_the_solvers_answer_earns_nearly_everything_and_each_answer_its_own",
    ),
    Mutant(
        "the user's own games are not compared with the test set",
        "training/data.py",
        'matrix.check_disjoint(table[None], where=f"{file}: game {number} in the file; game")',
        "pass",
        f"{DATA}::test_own_games_are_proved_and_kept_apart_from_the_test_set",
    ),
    Mutant(
        "the moving average knows what it is a baseline for",
        "training/advantage.py",
        "found = values - np.array([self.means.get(agent, 0.0) for agent in agents])",
        "found = values - np.array([self.means.get(agent, values.mean()) for agent in agents])",
        f"{ADVANTAGE}::test_a_moving_average_knows_the_past_alone",
    ),
    Mutant(
        "alignment counts the present as past",
        "training/advantage.py",
        "past[:, now] = discount * (past[:, now - 1] + own[:, now - 1])",
        "past[:, now] = discount * past[:, now - 1] + own[:, now]",
        f"{ADVANTAGE}::test_advantage_alignment_is_the_published_sum",
    ),
    Mutant(
        "training is said to have lost what it won",
        "studies/_equilibrium_residuals/asking.py",
        "matrix.difference(dump(now), dump(then))",
        "matrix.difference(dump(then), dump(now))",
        "tests/studies/test_equilibrium_residuals.py::"
        "test_beside_the_model_before_it_the_same_games_count",
    ),
    Mutant(
        "an answer that is to be cut is taught whole",
        "organisms/matrix/growth.py",
        "percent(questions.strategies)[:, : questions.cut]",
        "percent(questions.strategies)",
        "tests/organisms/test_matrix.py::test_an_answer_that_is_cut_ends_after_so_many_numbers",
    ),
]
