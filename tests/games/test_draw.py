"""Drawn games have the properties that were asked for, each proved in fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, NotSolved
from nashscope.games import NormalForm, draw, pad, relabel, rescale, zero_sum_game
from nashscope.games.draw import (
    general_games,
    integers,
    margins,
    normal,
    planted,
    uniform,
    zero_sum_games,
)
from nashscope.games.solve import ZeroSumCertificate, equilibria, iterated_dominance, zero_sum


def chance(seed=0):
    return np.random.default_rng(seed)


def proves(table, row, column, value):
    """Whether these numbers prove the value: thirty lines that know nothing of the package."""
    if any(type(p) is not Fraction for p in (*row, *column, value)):
        return False
    if min(*row, *column) < 0 or sum(row) != 1 or sum(column) != 1:
        return False
    for j in range(len(column)):
        if sum(p * Fraction(line[j]) for p, line in zip(row, table, strict=True)) < value:
            return False
    for line in table:
        if sum(p * Fraction(u) for p, u in zip(column, line, strict=True)) > value:
            return False
    return True


@pytest.mark.parametrize(
    ("distribution", "check"),
    [
        (None, lambda t: t.dtype.kind == "i" and t.min() == -10 and t.max() == 10),
        (integers(3, 4), lambda t: set(t.ravel().tolist()) == {3, 4}),
        (uniform(2.0, 3.0), lambda t: 2 <= t.min() < 2.1 and 2.9 < t.max() < 3),
        (normal(5.0, 0.1), lambda t: abs(t.mean() - 5) < 0.02 and abs(t.std() - 0.1) < 0.01),
    ],
)
def test_payoffs_come_from_the_stated_distribution(distribution, check):
    assert check(zero_sum_games(chance(), 300, (3, 4), distribution).payoffs)
    assert check(general_games(chance(), 300, (2, 2, 3), distribution))


def test_the_same_generator_draws_the_same_games():
    one, other = (zero_sum_games(chance(7), 20, (3, 3), support=2) for _ in range(2))
    np.testing.assert_array_equal(one.payoffs, other.payoffs)
    np.testing.assert_array_equal(one.solution.row, other.solution.row)


@pytest.mark.parametrize(
    ("shape", "support", "margin"), [((3, 3), 2, 0.0), ((4, 5), 3, 0.02), ((2, 6), 1, 0.1)]
)
def test_every_drawn_game_has_what_was_asked_and_a_proof(shape, support, margin):
    drawn = zero_sum_games(chance(), 25, shape, support=support, margin=margin)
    assert drawn.payoffs.shape == (25, *shape)
    for table, proof, least in zip(
        drawn.payoffs, drawn.certificates(), margins(drawn.payoffs, drawn.solution), strict=True
    ):
        assert proves(table.tolist(), proof.row, proof.column, proof.value)
        assert sum(p > 0 for p in proof.row) == sum(p > 0 for p in proof.column) == support
        assert least >= margin
        if margin > 0:
            found = equilibria(zero_sum_game(table))
            assert len(found) == 1 and found[0].strategies == (proof.row, proof.column)


def test_a_margin_is_what_a_game_is_from_degeneracy():
    """By hand: [[2, 0], [0, 1]] is played (1/3, 2/3); [[3, 1], [2, 0]] has a saddle at 1."""
    tables = np.array([[[2, 0], [0, 1]], [[3, 1], [2, 0]], [[1, 1], [0, 1]], [[5, 5], [5, 5]]])
    found = margins(tables, zero_sum(tables))
    np.testing.assert_allclose(found, [1 / 3, 1 / 3, 0, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("shape", "support", "value", "margin", "parts"),
    [((3, 3), 3, 0, 1, 12), ((5, 4), 2, 3, 2, 10), ((6, 6), 1, -4, 5, 4), ((2, 7), 2, 1, 1, 2)],
)
def test_a_planted_game_has_the_planted_value_support_and_margin(
    shape, support, value, margin, parts
):
    drawn = planted(chance(), 12, shape, support, value=value, margin=margin, parts=parts)
    assert drawn.payoffs.dtype.kind == "i"
    unit = parts**2
    for table, proof in zip(drawn.payoffs, drawn.certificates(), strict=True):
        assert proves(table.tolist(), proof.row, proof.column, proof.value)
        assert proof.value == value * unit
        for strategy in (proof.row, proof.column):
            assert sum(p > 0 for p in strategy) == support
            assert all((p * parts).denominator == 1 for p in strategy)
        for own, loss in (
            (proof.row, [proof.value - sum(map(_times, proof.column, line)) for line in table]),
            (proof.column, [sum(map(_times, proof.row, line)) - proof.value for line in table.T]),
        ):
            assert all(gap >= margin * unit for p, gap in zip(own, loss, strict=True) if not p)
        assert len(equilibria(zero_sum_game(table))) == 1


def _times(p, u):
    return p * int(u)


def test_planted_games_differ_and_so_do_the_places_of_their_support():
    drawn = planted(chance(), 30, (4, 4), 2)
    assert len({table.tobytes() for table in drawn.payoffs}) == 30
    assert len({tuple(row > 0) for row in drawn.solution.row}) > 3


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4)])
def test_unique_means_one_equilibrium_and_no_other(shape):
    for payoffs in general_games(chance(), 8, shape, unique=True):
        found = equilibria(NormalForm(payoffs))
        assert len(found) == 1 and found.complete and found.components[0].single


def test_general_games_have_a_table_per_player():
    assert general_games(chance(), 6, (2, 3, 4)).shape == (6, 3, 2, 3, 4)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
@settings(max_examples=40)
def test_dominated_padding_leaves_the_equilibria_where_they_were(seed, rows, columns, more):
    core = chance(seed).integers(-5, 6, (rows, columns))
    shape = (rows + more, columns + 3 - more)
    padded = pad(core, shape, chance(seed + 1))
    assert padded.payoffs.shape == shape and padded.payoffs.dtype.kind == "i"
    np.testing.assert_array_equal(padded.payoffs[np.ix_(padded.rows, padded.columns)], core)
    small, large = zero_sum_game(core), zero_sum_game(padded.payoffs)
    left = iterated_dominance(large)
    assert set(left.kept[0]) <= set(padded.rows) and set(left.kept[1]) <= set(padded.columns)

    def embedded(strategy, places, count):
        at = dict(zip(places, strategy, strict=True))
        return tuple(at.get(a, Fraction(0)) for a in range(count))

    assert {e.strategies for e in equilibria(large)} == {
        (
            embedded(e.strategies[0], padded.rows, shape[0]),
            embedded(e.strategies[1], padded.columns, shape[1]),
        )
        for e in equilibria(small)
    }


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=30)
def test_a_general_game_is_padded_too(seed, rows, columns, more):
    core = chance(seed).integers(-5, 6, (2, rows, columns))
    padded = pad(core, (rows + more, columns + 3 - more), chance(seed + 1))
    inner = np.ix_(range(2), padded.rows, padded.columns)
    np.testing.assert_array_equal(padded.payoffs[inner], core)
    left = iterated_dominance(NormalForm(padded.payoffs))
    assert set(left.kept[0]) <= set(padded.rows) and set(left.kept[1]) <= set(padded.columns)
    found = equilibria(NormalForm(padded.payoffs))
    assert {e.payoffs for e in found} == {e.payoffs for e in equilibria(NormalForm(core))}
    control = pad(core, (rows + more, columns + 3 - more), chance(seed + 1), "random").payoffs
    for own, table in zip(core, control, strict=True):
        assert set(table.ravel().tolist()) <= set(own.ravel().tolist())


def test_random_padding_is_the_control_and_changes_them():
    cores = planted(chance(), 30, (2, 2), 2).payoffs
    moved = 0
    for core in cores:
        padded = pad(core, (4, 4), chance(1), "random")
        np.testing.assert_array_equal(padded.payoffs[np.ix_(padded.rows, padded.columns)], core)
        assert set(padded.payoffs.ravel().tolist()) <= set(core.ravel().tolist())
        found = equilibria(zero_sum_game(padded.payoffs))[0].strategies[0]
        moved += any(found[a] for a in set(range(4)) - set(padded.rows))
    assert moved > 10


def test_padding_of_floats_and_unsigned_integers():
    """The smallest of uint8 has no room below it."""
    small = np.array([[0, 255], [1, 0]], dtype=np.uint8)
    assert pad(small, (4, 3), chance()).payoffs.min() < 0
    assert pad(small * 0.5, (3, 3), chance()).payoffs.dtype == float


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: zero_sum_games(chance(), 0, (2, 2)), "0 games of shape"),
        (lambda: zero_sum_games(chance(), 3, (2, 0)), "all must be 1 or more"),
        (lambda: general_games(chance(), 3, (2,)), "all must be 1 or more"),
        (lambda: general_games(chance(), 3, (2, 2, 2), unique=True), "for two players"),
        (lambda: integers(4, 3), "there are none"),
        (lambda: planted(chance(), 3, (3, 3), 4), "a support of 4 actions does not fit"),
        (lambda: planted(chance(), 3, (5, 5), 3, parts=2), "does not fit a 5×5 game"),
        (lambda: planted(chance(), 3, (5, 5), 0), "a support of 0"),
        (lambda: pad(np.eye(3), (2, 4), chance()), "cannot be embedded in 2×4"),
        (lambda: pad(np.zeros((3, 2, 2)), (4, 4), chance()), "a core of 3 tables"),
        (lambda: relabel(zero_sum_game(np.eye(2)), [[0, 0], [0, 1]]), "is no order of player 0"),
        (lambda: relabel(zero_sum_game(np.eye(2)), [[0, 1]]), "1 entries are given"),
        (lambda: rescale(zero_sum_game(np.eye(2)), [1, 0], [0, 0]), "player 1's factor is 0"),
        (lambda: rescale(zero_sum_game(np.eye(2)), [1], [0, 0]), "1 entries are given"),
        (lambda: rescale(zero_sum_game(np.eye(2)), [1, "x"], [0, 0]), "player 1's unit is 'x'"),
        (lambda: rescale(zero_sum_game(np.eye(2)), [1, 2], [0, np.inf]), "must be finite"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, says):
    with pytest.raises(IllFormedGame, match=says):
        ask()


def test_what_is_too_rare_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr(draw, "BATCHES", 3)
    with pytest.raises(NotSolved, match=r"of 5 games with support 4 .* draws; plant them"):
        zero_sum_games(chance(), 5, (4, 4), integers(0, 1), support=4, margin=0.2)
    with pytest.raises(NotSolved, match="only 0 of 2 games with one equilibrium"):
        general_games(chance(), 2, (2, 2), integers(1, 1), unique=True)


@pytest.mark.parametrize("seed", range(5))
def test_a_certificate_that_is_wrong_in_one_number_does_not_hold(seed):
    drawn = zero_sum_games(chance(seed), 1, (3, 4))
    table, proof = drawn.payoffs[0], drawn.certificates()[0]
    assert proof.holds(table) and proves(table.tolist(), proof.row, proof.column, proof.value)
    step = Fraction(1, 10**9)
    for value in (proof.value - step, proof.value + step):
        assert not ZeroSumCertificate(proof.row, proof.column, value).holds(table)
    worse = (proof.row[0] + step, *proof.row[1:])
    assert not ZeroSumCertificate(worse, proof.column, proof.value).holds(table)
    turned = (proof.row[0] - 1, proof.row[1] + 1, proof.row[2])
    assert not ZeroSumCertificate(turned, proof.column, proof.value).holds(table)
    assert not proof.holds(table[:, :3]) and not proof.holds(table[:2])
