"""Faults in telling a game and in reading an answer."""

from tests.mutants import Mutant

MUTANTS = [
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
