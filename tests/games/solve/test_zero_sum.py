"""Batches of zero-sum games: proved, in any unit, in any company, and bounded in time."""

import importlib
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nashscope.errors import IllFormedGame, IllFormedProfile, Misuse, NotSolved
from nashscope.games import game
from nashscope.games.solve import certificate, certificates, nash_conv, zero_sum
from nashscope.games.solve.matrix import simplex as lockstep

RPS = game("rock-paper-scissors").payoffs[0]


def exact_values(tables):
    return [certificate(table).value for table in tables]


@given(arrays(int, array_shapes(min_dims=3, max_dims=3, max_side=6), elements=st.integers(-9, 9)))
@settings(max_examples=80)
def test_every_game_of_a_batch_has_the_exact_value_within_its_own_gap(tables):
    solved = zero_sum(tables)
    np.testing.assert_allclose(solved.row.sum(1), 1, atol=1e-12)
    assert solved.row.min() >= 0 and solved.column.min() >= 0 and solved.gaps.min() >= 0
    np.testing.assert_allclose(
        nash_conv(tables, [solved.row, solved.column]), solved.gaps, atol=1e-12
    )
    for value, gap, exact, table in zip(
        solved.values, solved.gaps, exact_values(tables), tables, strict=True
    ):
        assert abs(value - float(exact)) <= gap / 2 + 1e-12 * max(1, abs(float(exact)))
        assert gap <= 1e-9 * max(1, np.ptp(table))


@given(
    arrays(int, (4, 3, 4), elements=st.integers(-3, 3)),
    st.sampled_from([1e-12, 1e-9, 1.0, 1e8, 1e12, 1e300, 1e-300]),
)
@settings(max_examples=60)
def test_the_unit_of_payoff_changes_nothing_but_the_value(tables, scale):
    plain, scaled = zero_sum(tables), zero_sum(tables * scale)
    np.testing.assert_allclose(scaled.row, plain.row, atol=1e-9)
    np.testing.assert_allclose(scaled.values / scale, plain.values, atol=1e-9)
    assert (scaled.gaps <= 1e-9 * np.ptp(tables * scale, axis=(1, 2))).all()


def test_pennies_are_tossed_at_any_scale():
    """One library plays them pure at 1e-9."""
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    scales = 10.0 ** np.arange(-300, 300, 12)
    solved = zero_sum(pennies * scales[:, None, None])
    np.testing.assert_allclose(solved.row, 0.5, rtol=1e-14)
    np.testing.assert_allclose(solved.column, 0.5, rtol=1e-14)
    assert (abs(solved.values) <= 1e-14 * scales).all()


@pytest.mark.parametrize("offset", [1e15, -1e15, 2**53 - 100])
def test_an_offset_leaves_the_differences(offset):
    tables = np.random.default_rng(0).integers(-9, 10, (30, 4, 4))
    near, far = zero_sum(tables), zero_sum(tables + offset)
    np.testing.assert_allclose(far.row, near.row, atol=1e-9)
    np.testing.assert_allclose(far.values - offset, near.values, atol=np.spacing(abs(offset)))
    whole = zero_sum(tables.astype(np.int64) + int(offset))
    np.testing.assert_array_equal(whole.row, near.row)
    np.testing.assert_array_equal(whole.gaps, near.gaps)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint64, np.float16, np.float32])
def test_any_kind_of_number_is_solved_and_left_as_it_was(kind):
    tables = np.random.default_rng(1).integers(0, 100, (20, 3, 3)).astype(kind)
    before = tables.copy()
    np.testing.assert_allclose(zero_sum(tables).values, zero_sum(tables.astype(float)).values)
    np.testing.assert_array_equal(tables, before)


def test_the_ends_of_the_integers_do_not_wrap_around():
    extreme = [np.iinfo(np.int64).min, np.iinfo(np.int64).max]
    table = np.array([[extreme, extreme[::-1]]])
    solved = zero_sum(table)
    np.testing.assert_allclose(solved.row, 0.5)
    assert abs(solved.values[0]) < 1e4  # the middle is -1/2, on a range of 1.8e19
    big = zero_sum(np.array([[[2**64 - 1, 0], [0, 2**64 - 1]]], dtype=np.uint64))
    np.testing.assert_allclose(big.values, 2.0**63)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (2, 9), (9, 2), (3, 40), (40, 3)])
def test_any_shape(shape):
    tables = np.random.default_rng(2).integers(-50, 51, (6, *shape))
    for exact, value in zip(exact_values(tables), zero_sum(tables).values, strict=True):
        assert value == pytest.approx(float(exact), abs=1e-8)


def test_ties_duplicates_and_nothing_at_stake():
    tied = np.random.default_rng(3).integers(0, 2, (400, 5, 5))
    twins = np.concatenate([tied[:, :3], tied[:, :2]], axis=1)
    for tables in (tied, twins, tied * 0, np.ones_like(tied) * 7):
        solved = zero_sum(tables)
        assert solved.gaps.max() <= 1e-9
        found = certificates(tables[:40], solved.row[:40], solved.column[:40])
        np.testing.assert_allclose([float(c.value) for c in found], solved.values[:40], atol=1e-9)


@pytest.mark.parametrize("step", [1e-12, 3e-13, 1e-15])
def test_near_ties_are_within_the_gap_and_told_apart_in_fractions(step):
    """Rock beats scissors by a hair more than 1: no float solver must see it, fractions must."""
    table = RPS.copy()
    table[0, 2] += step
    solved = zero_sum(table[None])
    assert solved.gaps[0] <= 1e-9
    exact = certificate(table, solved.row[0], solved.column[0])
    assert exact.holds(table) and exact.value > 0
    hair = Fraction(float(table[0, 2])) - 1
    assert exact.value == hair / (9 + 3 * hair) and exact.value.denominator > 1


def test_neither_company_nor_place_in_a_batch_matters(monkeypatch):
    tables = np.random.default_rng(4).integers(-9, 10, (300, 4, 5))
    together = zero_sum(tables)
    again = zero_sum(tables)
    np.testing.assert_array_equal(together.row, again.row)
    for part in (slice(0, 1), slice(7, 8), slice(100, 210)):
        alone = zero_sum(tables[part])
        np.testing.assert_array_equal(alone.row, together.row[part])
        np.testing.assert_array_equal(alone.values, together.values[part])
    monkeypatch.setattr(lockstep, "GAMES", 16)  # many small parts, with games that wait
    parts = zero_sum(tables)
    np.testing.assert_allclose(parts.values, together.values, atol=1e-12)
    np.testing.assert_allclose(parts.row, together.row, atol=1e-9)


def test_a_game_that_floats_do_not_finish_is_solved_in_fractions(monkeypatch):
    """Nothing guards the pivots against going round for ever; what is left is solved exactly."""
    monkeypatch.setattr(lockstep, "LIMIT", 0)
    tables = np.random.default_rng(5).integers(-9, 10, (12, 4, 4))
    for exact, value in zip(exact_values(tables), zero_sum(tables).values, strict=True):
        assert value == pytest.approx(float(exact), abs=1e-12)


def test_a_gap_above_the_tolerance_is_not_returned(monkeypatch):
    """Whatever is wrong with the strategies, the gap is computed from the payoffs."""
    pure = certificate(np.array([[1.0, 0.0], [0.0, 0.0]]))
    module = importlib.import_module("nashscope.games.solve.matrix.zero_sum")
    monkeypatch.setattr(module, "certificate", lambda *_, **__: pure)
    done = module.simplex
    monkeypatch.setattr(
        module, "simplex", lambda *given: replace(done(*given), finished=np.zeros(2, dtype=bool))
    )
    with pytest.raises(NotSolved, match=r"game 0 of the batch has a duality gap of .* allowed"):
        zero_sum(np.array([[[1.0, -1.0], [-1.0, 1.0]]] * 2))


def test_nothing_is_a_batch_too():
    solved = zero_sum(np.zeros((0, 3, 2)))
    assert solved.row.shape == (0, 3) and solved.values.shape == (0,)


@pytest.mark.parametrize(
    ("payoffs", "says"),
    [
        (RPS, r"shape \(3, 3\); a batch .* \(use payoffs\[None\] for one game\)"),
        ([[[1, 2], [3]]], "not a table of numbers"),
        ([[["one"]]], "not a table of numbers"),
        (np.array([[[1j]]]), "complex"),
        (np.zeros((2, 0, 3)), r"shape \(2, 0, 3\)"),
        (np.array([RPS, RPS * np.nan]), r"payoffs\[1\]\[0\]\[0\] is not finite"),
        (np.array([[[0, 1], [np.inf, 2]]]), r"payoffs\[0\]\[1\]\[0\] is not finite"),
        (np.array([[[-1.7e308, 1.7e308]]]), "a payoff range is above 1.8e308"),
    ],
)
def test_what_is_no_batch_is_refused_with_the_place(payoffs, says):
    with pytest.raises(IllFormedGame, match=says):
        zero_sum(payoffs)


def test_time_is_bounded_and_tolerances_are_parts():
    with pytest.raises(NotSolved, match="did not finish within"):
        zero_sum(np.random.default_rng(0).normal(size=(2000, 12, 12)), time_limit=1e-9)
    with pytest.raises(NotSolved, match="did not finish within"):
        certificate(np.random.default_rng(0).normal(size=(9, 9)), time_limit=1e-9)
    for wrong in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(Misuse, match="it is a fraction of the payoff range"):
            zero_sum(RPS[None], tolerance=wrong)
    with pytest.raises(Misuse, match="must be positive"):
        zero_sum(RPS[None], time_limit=0.0)


def test_a_certificate_needs_no_start_and_takes_a_wrong_one():
    """The strategies of a float solver are a hint; a wrong one costs time and nothing else."""
    for hint in (
        (None, None),
        (np.eye(3)[0], np.eye(3)[0]),
        ([0.5, 0.5, 0.0], [1.0, 0.0, 0.0]),
    ):
        found = certificate(RPS, *hint)
        assert found.row == found.column == (Fraction(1, 3),) * 3 and found.value == 0
    with pytest.raises(IllFormedGame, match=r"one game is \[rows, columns\]"):
        certificate(RPS[None])
    with pytest.raises(IllFormedGame, match="NaN or infinite"):
        certificate(RPS * np.nan)
    with pytest.raises(IllFormedGame, match="is 'one'; payoffs are finite numbers"):
        certificate(np.array([["one", "2"]]))
    with pytest.raises(IllFormedProfile, match="of 2 and 3 actions are given for a 3×3 game"):
        certificate(RPS, [0.5, 0.5], [1.0, 0.0, 0.0])
    assert certificate(np.array([["1/3", "1/2"]])).value == Fraction(1, 3)
