"""Second opinions on strategic forms, and the proof of who is right where opinions differ.

scipy comes with the package and is asked itself; what QuantEcon, nashpy, Gambit and OpenSpiel once
answered is recorded (`opinion.py`), and asked anew by `make oracles`.
"""

import sys
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from scipy.optimize import linprog

from nashscope.errors import NotAnEquilibrium
from nashscope.games import NormalForm, game, to_gambit, zero_sum_game
from nashscope.games.solve import (
    certificate,
    certify,
    dominating,
    equilibria,
    follow,
    pure_equilibria,
    regrets,
    zero_sum,
)
from tests.oracles import gambit, openspiel
from tests.oracles.opinion import fractions, opinion

pytestmark = pytest.mark.filterwarnings("ignore")


def drawn(seed, *shape, most=9):
    return np.random.default_rng(seed).integers(-most, most + 1, shape)


def as_floats(found):
    return [e.profile for e in found]


def same_sets(mine, theirs, tolerance=1e-7):
    """Whether two lists of profiles are the same sets."""

    def near(one, other):
        pairs = zip(one, other, strict=True)
        return all(np.abs(a - np.asarray(b)).max() < tolerance for a, b in pairs)

    return all(any(near(a, b) for b in theirs) for a in mine) and all(
        any(near(a, b) for a in mine) for b in theirs
    )


def scipy_value(table):
    height, width = table.shape
    return -linprog(
        np.append(np.zeros(height), -1.0),
        np.hstack([-table.T, np.ones((width, 1))]),
        np.zeros(width),
        np.append(np.ones(height), 0.0)[None],
        [1.0],
        [(0, None)] * height + [(None, None)],
    ).fun


def quantecon_value(table):
    from quantecon.optimize import minmax

    return minmax(table)[0]


def nashpy_value(table):
    import nashpy

    row, column = nashpy.Game(table).linear_program()
    return row @ table @ column


def gambit_value(table):
    made = to_gambit(zero_sum_game(table)).theirs()
    found = gambit.REAL.nash.lp_solve(made, rational=True).equilibria[0]
    return float(found.payoff(next(iter(made.players))))


def openspiel_value(table):
    from open_spiel.python.algorithms.lp_solver import solve_zero_sum_matrix_game

    return solve_zero_sum_matrix_game(openspiel.REAL.create_matrix_game(table, -table))[2]


PEERS = {
    "quantecon": quantecon_value,
    "nashpy": nashpy_value,
    "gambit": gambit_value,
    "openspiel": openspiel_value,
}


@pytest.fixture(autouse=True)
def as_answered(monkeypatch):
    """Gambit is what it once answered."""
    monkeypatch.setitem(sys.modules, "pygambit", gambit.StandIn)


@pytest.mark.parametrize("peer", ["scipy", *PEERS])
@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (6, 4)])
def test_values_of_zero_sum_games_of_moderate_payoffs(peer, shape):
    tables = drawn(0, 10, *shape).astype(float)
    values = zero_sum(tables).values

    def ask():
        return [float(PEERS[peer](table)) for table in tables]

    theirs = [*map(scipy_value, tables)] if peer == "scipy" else opinion(peer, "value", tables, ask)
    assert theirs == pytest.approx(values, abs=1e-5)


# Scales at which some of them go wrong (measured with QuantEcon 0.11, nashpy 0.0.43, pygambit 16.7,
# scipy 1.17, OpenSpiel 2.0): what is asserted is that ours is the value that is proved.


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("offset", [0.0, 1e15])
def test_where_values_differ_the_proof_holds_for_ours(scale, offset):
    if offset and scale < 1:
        return  # nothing of the game is left in floats
    for table in drawn(1, 8, 3, 3).astype(float) * scale + offset:
        proof = certificate(table)
        assert proof.holds(table)
        ours = zero_sum(table[None]).values[0]
        spread = np.ptp(table)
        assert abs(Fraction(float(ours)) - proof.value) <= Fraction(
            1e-9 * spread + np.spacing(abs(offset))
        )
        theirs = scipy_value(table) if not offset else float("nan")
        if abs(theirs - float(proof.value)) > 1e-6 * spread:
            wrong = type(proof)(proof.row, proof.column, Fraction(theirs))
            assert not wrong.holds(table)


def test_an_exact_program_that_gives_no_strategy_at_all():
    """pygambit 16.7's `lp_solve(rational=True)` gives the column player (0, 0) here, with a regret
    of 2·10⁹; at payoffs below 10⁸ it is right. By hand: (1/2, 1/2) and (3/5, 2/5)."""
    table = np.array([[3e9, -2e9], [-1e9, 4e9]])
    proof = certificate(table)
    assert (proof.row, proof.column) == ((Fraction(1, 2),) * 2, (Fraction(3, 5), Fraction(2, 5)))
    assert proof.value == 10**9 and proof.holds(table)


def test_a_compiled_simplex_that_gives_nothing_at_a_million():
    """QuantEcon 0.11's `minmax` gives the strategy (0, 0, 0) and -8·10⁶ here; divided by 10⁶ it is
    right: (7/16, 9/16, 0), 47/16."""
    table = np.array([[3.0, -1.0, 8.0], [9.0, 6.0, -1.0], [7.0, -8.0, 3.0]]) * 1e6
    proof = certificate(table)
    assert proof.row == (Fraction(7, 16), Fraction(9, 16), 0) and proof.holds(table)
    assert proof.value == Fraction(47, 16) * 10**6
    assert zero_sum(table[None]).values[0] == pytest.approx(2937500.0, rel=1e-12)


LOST = [
    ([[48, 2, 37], [-13, 42, 39], [-2, -17, -42]], [[16, 0, 7], [-26, -20, 7], [-3, 12, -13]], 3),
    ([[-2, 2, 1], [0, 1, -2], [3, -1, 0]], [[1, -2, -2], [0, -3, 1], [0, -2, 2]], 1),
]


@pytest.mark.parametrize(("own", "other", "count"), LOST)
def test_what_support_enumeration_loses_is_an_equilibrium(own, other, count):
    """nashpy 0.0.43's `support_enumeration` lists 2 and 0 of these, comparing floats for equality.
    In games drawn from [-50, 50] it lost some in 19 of 92 of 3×3, in 23 of 34 of 4×4."""
    found = equilibria(NormalForm([own, other]))
    assert len(found) == count and found.degenerate is None
    for e in found:
        assert set(certify(NormalForm([own, other]), e.strategies).regrets) == {0}
    assert sum(e.index for e in found) == 1  # an odd number: none can be missing alone


@pytest.mark.parametrize("most", [9, 50])
@pytest.mark.parametrize("size", [2, 3, 4])
def test_all_equilibria_of_nondegenerate_games(size, most):
    compared = 0
    for row, column in drawn(size, 12, 2, size, size, most=most):
        found = equilibria(NormalForm([row, column]))
        if found.degenerate is not None:
            continue
        compared += 1
        for peer, ask in (
            ("quantecon", quantecon_equilibria),
            ("quantecon", quantecon_vertices),
            ("nashpy", nashpy_vertices),
        ):
            theirs = opinion(peer, ask.__name__, [row, column], partial(ask, row, column))
            assert same_sets(as_floats(found), theirs)
    assert compared >= 2


def quantecon_game(row, column):
    from quantecon import game_theory as theory

    players = (theory.Player(row.astype(float)), theory.Player(column.T.astype(float)))
    return theory.NormalFormGame(players)


def quantecon_equilibria(row, column):
    from quantecon import game_theory as theory

    return theory.support_enumeration(quantecon_game(row, column))


def quantecon_vertices(row, column):
    from quantecon import game_theory as theory

    return theory.vertex_enumeration(quantecon_game(row, column))


def nashpy_vertices(row, column):
    import nashpy

    return list(nashpy.Game(row, column).vertex_enumeration())


@pytest.mark.parametrize(("rows", "columns"), [(2, 2), (3, 3), (2, 4), (4, 3)])
def test_all_extreme_equilibria_as_fractions_degenerate_games_too(rows, columns):
    """Gambit's `enummixed` by lrs is the one peer that has them all."""

    def ask(theirs):
        found = gambit.REAL.nash.enummixed_solve(theirs, rational=True).equilibria
        return [gambit.strategies(profile) for profile in found]

    degenerate = 0
    for row, column in drawn(rows, 12, 2, rows, columns, most=2):
        made = NormalForm([row, column])
        ours = equilibria(made)
        exact = {*fractions(gambit.asked(made, "enummixed_solve", ask))}
        assert {e.strategies for e in ours} == exact
        degenerate += ours.degenerate is not None
    assert degenerate >= 3


def test_pure_equilibria_of_three_players():
    def ask(payoffs):
        from quantecon import game_theory as theory

        turned = [
            np.moveaxis(payoffs[i], range(3), [(k - i) % 3 for k in range(3)]) for i in range(3)
        ]
        theirs = theory.NormalFormGame([theory.Player(np.ascontiguousarray(t)) for t in turned])
        return theory.pure_nash_brute(theirs)

    for payoffs in drawn(3, 15, 3, 2, 3, 2, most=4):
        theirs = opinion("quantecon", "pure_nash_brute", payoffs, partial(ask, payoffs))
        assert [tuple(cell) for cell in theirs] == pure_equilibria(NormalForm(payoffs))


@pytest.mark.slow
def test_mixed_equilibria_of_three_players_are_all_found_where_gambit_finds_them():
    """Nothing promises it (`complete` is False); of 67 in 30 games none was missed."""

    def ask(theirs):
        found = gambit.REAL.nash.enumpoly_solve(theirs).equilibria
        return [
            [[float(profile[s]) for s in player.strategies] for player in theirs.players]
            for profile in found
        ]

    for payoffs in drawn(2, 4, 3, 2, 2, 2):
        made = NormalForm(payoffs)
        ours = equilibria(made)
        for profile in gambit.asked(made, "enumpoly_solve", ask):
            assert any(
                all(np.abs(a - b).max() < 1e-5 for a, b in zip(profile, e.profile, strict=True))
                for e in ours
            )


def test_regrets_as_fractions():
    chance = np.random.default_rng(5)
    for payoffs in drawn(5, 6, 2, 3, 4):
        made = NormalForm(payoffs)
        weights = [chance.integers(1, 9, n) for n in made.shape]
        exact = [[Fraction(int(w), int(row.sum())) for w in row] for row in weights]

        def ask(theirs, exact=exact):
            rational = gambit.REAL.Rational
            rows = [[rational(p.numerator, p.denominator) for p in row] for row in exact]
            return str(theirs.mixed_strategy_profile(rows, rational=True).max_regret())

        ours = regrets(made, [np.array(row, dtype=float) for row in exact])
        largest = certify(made, exact, tolerance=9.0).regrets
        assert Fraction(gambit.asked(made, "max_regret", ask, exact)) == max(largest)
        np.testing.assert_allclose(ours, [float(r) for r in largest], atol=1e-12)


def test_strict_dominance_by_mixtures():
    def ask(row):
        from quantecon import game_theory as theory

        return sorted(theory.Player(row.astype(float)).dominated_actions())

    count = 0
    for row, column in drawn(6, 40, 2, 4, 2):
        made = NormalForm([row, column])
        ours = [a for a in range(4) if dominating(made, 0, a) is not None]
        assert ours == opinion("quantecon", "dominated_actions", row, partial(ask, row))
        count += len(ours)
    assert count > 10


def test_the_replicator_goes_where_nashpy_goes():
    table = np.array([[0, -1, 2], [2, 0, -1], [-1, 2, 0]])
    start = np.array([0.5, 0.3, 0.2])

    def ask():
        import nashpy

        times = np.linspace(0, 5, 50)
        return nashpy.Game(table).replicator_dynamics(y0=start, timepoints=times)[-1]

    theirs = opinion("nashpy", "replicator_dynamics", [table, start], ask)
    # our time is in units of one over the payoff range, which is 3
    ours = follow(NormalForm([table, table.T]), [start, start], steps=300, dt=0.05).end
    np.testing.assert_allclose(ours[0], theirs, atol=1e-5)
    np.testing.assert_allclose(ours[1], theirs, atol=1e-5)


@pytest.mark.parametrize("wrong", [[0.3] * 3, [0.0] * 3])
def test_what_others_let_pass_for_an_equilibrium_is_none(wrong):
    """QuantEcon's `is_nash` takes any vector: it only asks what each action is worth against it."""
    table = game("rock-paper-scissors").payoffs[0]

    def ask():
        from quantecon import game_theory as theory

        theirs = theory.NormalFormGame([theory.Player(table), theory.Player(table)])
        return bool(theirs.is_nash((np.array(wrong), np.array(wrong))))

    assert opinion("quantecon", "is_nash", [table, wrong], ask)
    with pytest.raises((NotAnEquilibrium, ValueError), match="sums to"):
        certify(game("rock-paper-scissors"), [wrong, wrong])
