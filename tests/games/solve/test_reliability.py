"""Scale, offset, ties, shapes and kinds of number: right, or refused with a reason, everywhere.

The list is that of faults seen in public solvers, asked here of every solver of strategic forms.
"""

import inspect
from fractions import Fraction

import numpy as np
import pytest

from nashscope.errors import IllFormedGame, NashscopeError
from nashscope.games import NormalForm, solve, zero_sum_game
from nashscope.games.solve import (
    certificate,
    certify,
    correlated_distance,
    correlated_equilibrium,
    equilibria,
    exploitability,
    follow,
    iterated_dominance,
    max_entropy_correlated,
    pure_equilibria,
    quantal_response,
    relative_max_regret,
    risk_averse_equilibria,
    zero_sum,
)

CHANCE = np.random.default_rng(0)
TABLES = {
    "random": CHANCE.integers(-5, 6, (3, 3)),
    "ties": np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]]),
    "duplicate rows": np.array([[2, 0, 1], [2, 0, 1], [0, 3, 1]]),
    "all zero": np.zeros((3, 3), dtype=int),
    "1×1": np.array([[4]]),
    "1×n": np.array([[3, 1, 2, 1]]),
    "n×1": np.array([[3], [1], [3]]),
    "non-square": CHANCE.integers(-5, 6, (2, 4)),
}
UNITS = [(1e-12, 0.0), (1e12, 0.0), (1.0, 1e15), (2.0**40, -1e15)]
SOLVERS = {
    "equilibria": lambda g: [e.strategies for e in equilibria(g)],
    "iterated dominance": lambda g: iterated_dominance(g).kept,
    "weak dominance": lambda g: iterated_dominance(g, "weak").kept,
    "correlated": lambda g: correlated_equilibrium(g).joint,
    "coarse correlated": lambda g: correlated_equilibrium(g, coarse=True).joint,
}


def general(table):
    """A game of two in which the second player's payoffs are the first's, turned about."""
    return np.stack([table, -table[::-1, ::-1] + (table == table.max())])


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("table", TABLES)
def test_exact_solvers_answer_the_same_in_every_unit(table, solver):
    payoffs = general(TABLES[table]).astype(float)
    expected = SOLVERS[solver](NormalForm(payoffs))
    for scale, offset in UNITS:
        # powers of two, so that no payoff is rounded: the answer must be equal, not near
        exact = NormalForm(payoffs * 2.0 ** round(np.log2(scale)) + offset)
        assert SOLVERS[solver](exact) == expected, (scale, offset)


@pytest.mark.parametrize("table", TABLES)
def test_equilibria_of_one_unit_are_certified_in_every_other(table):
    """Decimal scales round payoffs; what was an equilibrium stays one to within the rounding."""
    payoffs = general(TABLES[table]).astype(float)
    for e in equilibria(NormalForm(payoffs)):
        for scale, offset in UNITS:
            far = NormalForm(payoffs * scale + offset)
            certify(far, e.profile)
            assert relative_max_regret(far, e.profile) <= 1e-8


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), *UNITS])
def test_zero_sum_games_are_proved_in_every_unit(table, scale, offset):
    payoffs = TABLES[table] * scale + offset
    solved = zero_sum(payoffs[None])
    assert solved.gaps[0] <= 1e-9 * np.ptp(payoffs)
    proof = certificate(payoffs, solved.row[0], solved.column[0])
    assert proof.holds(payoffs)
    assert abs(Fraction(float(solved.values[0])) - proof.value) <= Fraction(
        1e-9 * max(np.ptp(payoffs), abs(float(proof.value)))
    )
    (only,) = {e.payoffs[0] for e in equilibria(zero_sum_game(payoffs))}
    assert only == proof.value


@pytest.mark.parametrize("table", ["random", "ties", "duplicate rows", "all zero", "non-square"])
def test_float_solvers_answer_alike_in_every_unit(table):
    payoffs = general(TABLES[table]).astype(float)
    plain = NormalForm(payoffs)
    start = [np.full(n, 1 / n) for n in plain.shape]
    most = max_entropy_correlated(plain)
    path = follow(plain, start, steps=20).end
    shares = quantal_response(plain, 1.0).profile
    for scale, offset in UNITS:
        far = NormalForm(payoffs * scale + offset)
        np.testing.assert_allclose(max_entropy_correlated(far).joint, most.joint, atol=1e-4)
        np.testing.assert_allclose(
            quantal_response(far, 1.0 / scale).profile[0], shares[0], atol=1e-6
        )
        np.testing.assert_allclose(follow(far, start, steps=20).end[0], path[0], atol=1e-6)
        assert exploitability(far, start) / scale == pytest.approx(
            exploitability(plain, start), abs=0.3 * (offset != 0) * (scale == 1.0) + 1e-9
        )


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int32, np.uint64, np.float16, np.float32])
def test_every_kind_of_number_means_the_same(kind):
    payoffs = np.abs(general(TABLES["random"]))
    small = payoffs.astype(kind)
    for solver in SOLVERS.values():
        assert solver(NormalForm(small)) == solver(NormalForm(payoffs))
    mixed = [np.full(3, 1 / 3)] * 2
    np.testing.assert_allclose(exploitability(small, mixed), exploitability(payoffs, mixed))
    zeros = [[e.strategies for e in equilibria(zero_sum_game(t))] for t in (small[0], payoffs[0])]
    assert zeros[0] == zeros[1]


def test_near_ties_are_told_apart_exactly():
    """One part in 10¹² makes the one strict and the other no equilibrium."""
    for hair in (1e-12, -1e-12, 0.0):
        found = equilibria(NormalForm([[[1.0, 0.0], [1.0 + hair, 2.0]], [[1.0, 0.0], [0.0, 1.0]]]))
        stays = [e for e in found if e.strategies == ((1, 0), (1, 0))]
        assert len(stays) == (hair <= 0)
        assert any("strict" in e.labels for e in stays) == (hair < 0)
        assert (found.degenerate is None) == (hair != 0.0)
        assert len(found) == {1e-12: 1, 0.0: 3, -1e-12: 3}[hair]


BAD = {
    "NaN": np.array([[0.0, np.nan], [1.0, 2.0]]),
    "infinity": np.array([[0.0, np.inf], [1.0, 2.0]]),
    "ragged": [[1, 2], [3]],
    "text": [["a", 1], [2, 3]],
    "nothing": [[None, 1], [2, 3]],
    "empty": np.zeros((0, 2)),
    "complex": np.array([[1j, 0], [0, 1]]),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_are_no_payoffs_is_one_clear_error_everywhere(bad):
    payoffs = BAD[bad]
    wrapped = payoffs[None] if isinstance(payoffs, np.ndarray) else [payoffs]
    asks = [
        lambda: NormalForm([payoffs, payoffs]),
        lambda: zero_sum_game(payoffs),
        lambda: zero_sum(wrapped),
    ]
    if bad != "empty":  # there, a profile is at fault as much
        asks += [lambda: exploitability(payoffs, [[0.5, 0.5]] * 2)]
    if isinstance(payoffs, np.ndarray) and bad != "complex":
        asks += [lambda: certificate(payoffs)]
    for ask in asks:
        with pytest.raises(IllFormedGame) as raised:
            ask()
        assert "\n" not in str(raised.value) and len(str(raised.value)) < 300


def test_every_solver_takes_a_time_limit():
    """All but the checks and scores, which are one pass over their arguments."""
    passes = {
        "certify", "check_profile", "departures", "distance", "distances", "exploitability",
        "max_regret", "nash_conv", "policy_table", "pure_equilibria", "regrets",
        "relative_exploitability", "relative_max_regret", "relative_nash_conv", "relative_regrets",
        "renormalise", "uniform_policy",
    }  # fmt: skip
    solvers = {name for name in solve.__all__ if inspect.isfunction(getattr(solve, name))} - passes
    for name in solvers:
        assert "time_limit" in inspect.signature(getattr(solve, name)).parameters, name
    assert len(solvers) > 15


@pytest.mark.slow
def test_a_game_too_large_for_all_is_bounded_in_time_and_memory():
    """1×n and 2×n games have few bases with very many constraints."""
    chance = np.random.default_rng(1)
    for shape in ((1, 3000), (2, 600), (3000, 1)):
        made = NormalForm(chance.integers(-9, 10, (2, *shape)))
        try:
            found = equilibria(made, time_limit=0.3)
        except NashscopeError as error:
            assert "did not finish within" in str(error)
        else:
            assert all(set(e.certificate.regrets) == {0} for e in found)


def test_a_game_without_a_choice_is_solved_by_all():
    made = NormalForm([[[4]], [[-4]]])
    only = [np.ones(1)] * 2
    assert equilibria(made)[0].payoffs == (4, -4)
    for coarse in (False, True):
        assert correlated_equilibrium(made, coarse=coarse).joint == (1,)
        assert max_entropy_correlated(made, coarse=coarse).joint == (1,)
        assert correlated_distance(made, np.ones((1, 1)), coarse=coarse).distance == 0
    assert quantal_response(made, 5.0).profile[0].tolist() == [1]
    assert len(risk_averse_equilibria(made, 1.0)) == 1
    assert exploitability(made, only) == 0 and follow(made, only, steps=3).end[0].tolist() == [1]
    assert iterated_dominance(made).kept == ((0,), (0,))


def test_payoffs_that_differ_below_what_floats_hold_are_told_apart():
    """As floats both rows are 1; as they were given, the second is better by 10⁻³⁰."""
    hair = Fraction(1, 10**30)
    made = NormalForm([[[1, 0], [1 + hair, 0]], [[1, 0], [1, 0]]])
    assert made.payoffs[0, 0, 0] == made.payoffs[0, 1, 0]
    assert pure_equilibria(made) == [(1, 0)]
    assert ((1, 0), (1, 0)) not in {e.strategies for e in equilibria(made)}
    assert not NormalForm([[[hair]], [[0]]]).zero_sum
