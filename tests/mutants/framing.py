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
]
