"""Faults in strategic forms and their solvers: most were found in public code of this field."""

from tests.mutants import Mutant

ZERO_SUM = "tests/games/solve/test_zero_sum.py"
RELIABILITY = "tests/games/solve/test_reliability.py"
ORACLES = "tests/oracles/test_equilibria_oracles.py"

MUTANTS = [
    Mutant(
        "zero-sum games are solved in the unit in which they come",
        "games/solve/matrix/zero_sum.py",
        "tables *= 1.0 / spread",
        "tables *= 1.0",
        f"{ZERO_SUM}::test_pennies_are_tossed_at_any_scale",
    ),
    Mutant(
        "a duality gap above the tolerance is returned",
        "games/solve/matrix/zero_sum.py",
        "if gaps[game] > tolerance:",
        "if False:",
        f"{ZERO_SUM}::test_a_gap_above_the_tolerance_is_not_returned",
    ),
    Mutant(
        "a time limit is never reached",
        "games/deadline.py",
        "return time.monotonic() > self.end",
        "return False",
        f"{ZERO_SUM}::test_time_is_bounded_and_tolerances_are_parts",
    ),
    Mutant(
        "the column player's payoffs are the row player's, negated as unsigned integers",
        "games/normal.py",
        'if own.dtype.kind in "iu":',
        'if own.dtype.kind in "f":',
        "tests/games/test_normal.py::test_the_smallest_integer_has_a_negative",
    ),
    Mutant(
        "a vector that sums to 0.9 is a strategy",
        "games/distribution.py",
        "fits = bool((abs(sums - 1) <= slack).all())",
        "fits = bool((abs(sums - 1) <= 0.5).all())",
        "tests/games/solve/test_profile.py::test_an_equilibrium_times_a_number_is_none",
    ),
    Mutant(
        "determinants of large payoffs overflow",
        "games/solve/strategic/vertex_enumeration.py",
        "kind = np.int64 if all(map(_fits, matrices)) else object",
        "kind = np.int64",
        f"{ORACLES}::test_seventy_five_equilibria_of_a_6x6_game",
    ),
    Mutant(
        "pure equilibria are found among payoffs rounded to floats",
        "games/solve/strategic/pure.py",
        "enumerate(game.given)",
        "enumerate(game.payoffs)",
        f"{RELIABILITY}::test_payoffs_that_differ_below_what_floats_hold_are_told_apart",
    ),
    Mutant(
        "a regret is judged in payoff units, whatever the unit",
        "games/solve/certify.py",
        "excess = [r - allowed * x for",
        "excess = [r - allowed for",
        f"{RELIABILITY}::test_equilibria_of_one_unit_are_certified_in_every_other",
    ),
    Mutant(
        "an offset drowns the differences between payoffs",
        "games/solve/exploitability.py",
        "if bool((abs(corner) <= FAR * apart).all()):",
        "if True:",
        "tests/games/solve/test_exploitability.py::test_neither_unit_nor_offset_matters",
    ),
    Mutant(
        "risk dominance compares sums of losses",
        "games/solve/strategic/refinement.py",
        "(a[row, column] - a[1 - row, column]) * (b[row, column] - b[row, 1 - column])",
        "(a[row, column] - a[1 - row, column]) + (b[row, column] - b[row, 1 - column])",
        f"{ORACLES}::test_risk_dominance_is_the_larger_product_of_losses",
    ),
    Mutant(
        "a file's payoffs are read with the last player's action changing fastest",
        "games/exchange/nfg.py",
        "NormalForm(table.transpose(0, *range(players, 0, -1)), actions,",
        "NormalForm(table.reshape(players, *shape), actions,",
        "tests/games/test_nfg.py::test_the_first_players_action_changes_fastest",
    ),
    Mutant(
        "games that differ in one payoff share a hash",
        "games/canonical.py",
        "return hashlib.sha256(repr(form).encode())",
        "return hashlib.sha256(repr(form[0]).encode())",
        "tests/games/test_canonical.py::test_floats_are_told_apart_to_the_last_bit",
    ),
    Mutant(
        "a certificate whose value is too low holds",
        "games/solve/matrix/certificate.py",
        "if sum(p * entry for p, entry in zip(self.column, row, strict=True)) > self.value:",
        "if False:",
        "tests/games/test_draw.py::test_a_certificate_that_is_wrong_in_one_number_does_not_hold",
    ),
    Mutant(
        "one equilibrium of a large zero-sum game is taken for all of them",
        "games/solve/strategic/distance.py",
        "if game.players == 2 and too_large(*game.shape) and strictly_competitive(game):",
        "if False:",
        "tests/laws/test_distance_laws.py::"
        "test_a_certified_equilibrium_has_distance_0_or_the_distance_says_at_most[colonel-blotto]",
    ),
    Mutant(
        "a distance to some of the equilibria is called exact",
        "games/solve/strategic/distance.py",
        "return Distance(distance(known, profile), known.complete)",
        "return Distance(distance(known, profile), True)",
        "tests/laws/test_distance_laws.py::"
        "test_a_certified_equilibrium_has_distance_0_or_the_distance_says_at_most[el-farol]",
    ),
    Mutant(
        "games of three players are solved without removing dominated actions",
        "games/solve/strategic/equilibria.py",
        "if known is not None:",
        "if False:",
        "tests/laws/test_distance_laws.py::"
        "test_what_dominance_solves_is_complete_for_any_number_of_players",
    ),
    Mutant(
        "the time limit throws away the pure equilibria that were known at once",
        "games/solve/strategic/multiplayer.py",
        "        if not known.equilibria:\n            raise\n        stopped",
        "        raise\n        stopped",
        "tests/games/test_cases.py::"
        "test_a_time_limit_ends_the_search_and_keeps_the_pure_equilibria[majority7.nfg-59]",
    ),
    Mutant(
        "points of one continuum are listed one by one",
        "games/solve/strategic/multiplayer.py",
        "corner = _corner(self.game, exact_strategies(equilibrium), deadline)",
        "corner = tuple(exact_strategies(equilibrium))",
        "tests/games/test_cases.py::test_the_pure_equilibria_are_the_corners_of_the_continua",
    ),
    Mutant(
        "names from files steer the terminal",
        "cli/picture.py",
        'return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)',
        "return text",
        "tests/cli/test_solve.py::test_names_from_a_file_are_shown_and_steer_no_terminal",
    ),
]
