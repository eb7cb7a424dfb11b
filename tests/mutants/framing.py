"""Faults in telling a game and in reading an answer."""

from tests.mutants import Mutant

ANSWER = "tests/framing/test_answer.py"

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
        "tests/framing/test_plain.py",
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
        "framing/framing.py",
        "for mode in MODES:",
        'for mode in ("direct",):',
        "tests/framing/test_plain.py::test_the_conformance_test_catches_a_broken_framing",
    ),
]
