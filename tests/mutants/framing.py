"""Faults in telling a game and in reading an answer."""

from tests.mutants import Mutant

ANSWER, CHECK = "tests/framing/test_answer.py", "tests/framing/test_check.py"

MUTANTS = [
    Mutant(
        "a label that is denied is read as chosen",
        "framing/answer.py",
        "if any(_denied(text, place) for place in places):",
        "if all(_DENIED_AFTER.match(text, place.end()) for place in places):",
        f"{ANSWER}::test_what_is_denied_is_not_chosen",
    ),
    Mutant(
        "a refusal beside a label is read as the label",
        "framing/answer.py",
        "if _REFUSAL_TO_CHOOSE.search(without):",
        "if not without:",
        f"{ANSWER}::test_a_label_beside_a_refusal_is_not_read",
    ),
    Mutant(
        "a thought without an end is read",
        "framing/answer.py",
        "        elif end is None:\n            return None\n",
        "        elif end is None:\n            return said + rest\n",
        f"{ANSWER}::test_a_thought_says_nothing",
    ),
    Mutant(
        "what is thought before the game is said to the others",
        "agents/speech.py",
        "words = outside_thoughts(text)",
        "words = text",
        "tests/agents/test_language.py::test_what_is_thought_is_not_said_to_the_other_player",
    ),
    Mutant(
        "the other player is told its own payoff as the hearer's",
        "framing/plain.py",
        "_number(exact[(p, *cell)])",
        "_number(exact[(view.player, *cell)])",
        "tests/framing/test_check.py::test_the_plain_telling_tells_every_game",
    ),
    Mutant(
        "the second player's matrix shows the wrong cells off the diagonal",
        "framing/bare.py",
        "(row, column) if player == 0 else (column, row)",
        "(row, column)",
        "tests/framing/test_plain.py::test_a_matrix_shows_the_hearers_own_payoff_first",
    ),
    Mutant(
        "framings are checked in the direct mode only",
        "framing/check.py",
        "for mode in MODES:",
        'for mode in ("direct",):',
        f"{CHECK}::test_each_way_to_break_a_framing_is_refused_in_one_line",
    ),
    Mutant(
        "a framing may tell the other's points as the hearer's",
        "framing/payoffs.py",
        "if places[(first, *cell)] > places[(second, *cell)]:",
        "if places[(first, *cell)] == places[(second, *cell)]:",
        f"{CHECK}::test_each_way_to_break_a_framing_is_refused_in_one_line",
    ),
    Mutant(
        "a framing may exchange the rows of its table",
        "framing/payoffs.py",
        "        if not fit:",
        "        if not wanted:",
        f"{CHECK}::test_of_all_ways_to_place_eight_payoffs_one_is_right",
    ),
    Mutant(
        "a table is looked at by its columns alone",
        "framing/payoffs.py",
        "cell == [*row, column]",
        "cell[1:] == [column]",
        f"{CHECK}::test_of_all_ways_to_place_eight_payoffs_one_is_right",
    ),
    Mutant(
        "a framing may tell a loss as a gain",
        "framing/payoffs.py",
        ").search(line[: number.start()])) != negative:",
        ").search(line[: number.start()])) and not negative:",
        f"{CHECK}::test_signs_and_fractions_count_where_the_game_has_them",
    ),
    Mutant(
        "a framing may tell the past of the other player as the hearer's",
        "framing/check.py",
        "if place is not None and place < last:",
        "if place is not None and place < -1:",
        f"{CHECK}::test_each_way_to_break_a_framing_is_refused_in_one_line",
    ),
    Mutant(
        "a user's own framing is not looked at",
        "framing/check.py",
        "if stage not in self.passed:",
        "if stage in self.passed:",
        f"{CHECK}::test_a_users_own_is_looked_at_once_for_each_game_and_then_draws",
    ),
]
