"""Correlated equilibria: nobody gains by departing, and nothing in the set is better."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedProfile, Misuse, NotSolved
from nashscope.games import NormalForm, game
from nashscope.games.solve import (
    certificate,
    correlated_distance,
    correlated_equilibrium,
    departures,
    equilibria,
    max_entropy_correlated,
)
from nashscope.games.solve.strategic import correlated

F = Fraction
AUMANN = NormalForm([[[6, 2], [7, 0]], [[6, 7], [2, 0]]])
"""Aumann 1974, Subjectivity and correlation in randomized strategies, J. Math. Econ. 1."""
SEEDS, COARSE = st.integers(0, 10**6), st.booleans()


def drawn(seed, shape=None):
    chance = np.random.default_rng(seed)
    shape = shape or [(2, 2), (2, 3), (3, 3), (2, 2, 2)][seed % 4]
    return NormalForm(chance.integers(-4, 5, (len(shape), *shape)))


def gains_by_hand(payoffs, joint, coarse):
    """The largest gain by departing, from the definition, player by player and action by action."""
    worst = -np.inf
    for player, table in enumerate(payoffs):
        own, weight = np.moveaxis(table, player, 0), np.moveaxis(joint, player, 0)
        for instead in range(len(own)):
            gained = [((own[instead] - own[a]) * weight[a]).sum() for a in range(len(own))]
            worst = max(worst, sum(gained) if coarse else max(gained))
    return worst


def entropy(joint):
    positive = joint[joint > 0]
    return -float((positive * np.log(positive)).sum())


def test_the_best_correlated_equilibrium_of_chicken():
    """Aumann's game: both dare not at the same time; 10.5 together, more than any Nash
    equilibrium (9, 9 and 28/3) pays."""
    best = correlated_equilibrium(AUMANN)
    assert best.joint == (F(1, 2), F(1, 4), F(1, 4), 0)
    assert sum(best.payoffs) == F(21, 2) and best.gain == 0 and best.optimal == 0
    assert max(sum(e.payoffs) for e in equilibria(AUMANN)) == F(28, 3)


@pytest.mark.slow
@given(SEEDS, COARSE)
@settings(deadline=None, max_examples=20)
def test_nobody_gains_by_departing_and_no_nash_equilibrium_is_better(seed, coarse):
    game_ = drawn(seed)
    best = correlated_equilibrium(game_, coarse=coarse)
    assert sum(best.joint) == 1 and min(best.joint) >= 0 and best.gain <= 0
    joint = np.array(best.joint, dtype=object).reshape(game_.shape)
    assert gains_by_hand(game_.exact, joint, coarse) <= 0
    assert best.payoffs == tuple((table * joint).sum() for table in game_.exact)
    for e in equilibria(game_):
        if e.certificate.exact:
            assert sum(best.payoffs) >= sum(e.payoffs)


@given(SEEDS)
@settings(deadline=None, max_examples=15)
def test_a_coarse_one_is_at_least_as_good_for_any_objective(seed):
    game_ = drawn(seed)
    worth = np.random.default_rng(seed).integers(-5, 6, game_.shape)
    values = []
    for coarse in (False, True):
        best = correlated_equilibrium(game_, worth, coarse=coarse)
        values.append(sum(p * int(w) for p, w in zip(best.joint, worth.ravel(), strict=True)))
    assert values[0] <= values[1]


def test_committing_blindly_can_pay_both_more_than_advice():
    """Moulin and Vial 1978: coarse equilibria may be better than all correlated ones. With two
    actions each they cannot be; this 3×3 game was drawn."""
    table = [[[3, 1, 2], [2, 0, 0], [0, 2, 2]], [[1, 3, 0], [3, 1, 0], [0, 0, 0]]]
    game_ = NormalForm(table)
    fine, blunt = correlated_equilibrium(game_), correlated_equilibrium(game_, coarse=True)
    assert sum(fine.payoffs) == 2 and sum(blunt.payoffs) == F(31, 8)
    joint = np.array(blunt.joint, dtype=object).reshape(3, 3)
    assert gains_by_hand(game_.exact, joint, True) <= 0 < gains_by_hand(game_.exact, joint, False)
    assert correlated_distance(game_, joint.astype(float)).distance > 0.1


@given(SEEDS, COARSE)
@settings(deadline=None, max_examples=20)
def test_in_a_zero_sum_game_they_all_pay_the_value(seed, coarse):
    """Every coarse correlated equilibrium does: its marginals are optimal strategies' equals."""
    table = np.random.default_rng(seed).integers(-4, 5, (3, 4))
    zero_sum = NormalForm(np.stack([table, -table]))
    for objective in (table, -table):
        best = correlated_equilibrium(zero_sum, objective, coarse=coarse)
        assert best.payoffs[0] == certificate(table).value


@given(SEEDS, COARSE)
@settings(deadline=None, max_examples=20)
def test_floats_and_fractions_find_one_optimum(seed, coarse):
    game_ = drawn(seed)
    exact = correlated_equilibrium(game_, coarse=coarse)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correlated, "EXACT", 0)
        floats = correlated_equilibrium(game_, coarse=coarse)
    assert float(sum(floats.payoffs)) == pytest.approx(float(sum(exact.payoffs)), abs=1e-6)
    assert floats.gain <= 1e-6 * game_.ranges.max() and floats.optimal < 1e-5


def test_a_game_beyond_fractions_is_solved_with_its_proof():
    large = drawn(0, (9, 9))
    best = correlated_equilibrium(large)
    assert isinstance(best.joint[0], float)
    gain = gains_by_hand(large.payoffs, best.table(large), False)
    assert float(best.gain) == pytest.approx(gain, abs=1e-12) and gain <= 1e-6 * 8


@given(SEEDS, COARSE)
@settings(deadline=None, max_examples=15)
def test_no_correlated_equilibrium_has_more_entropy(seed, coarse):
    game_ = drawn(seed)
    most = max_entropy_correlated(game_, coarse=coarse)
    joint = most.table(game_)
    assert gains_by_hand(game_.payoffs, joint, coarse) <= 1e-6 * game_.ranges.max()
    rivals = [correlated_equilibrium(game_, coarse=coarse).joint]
    rivals += [
        np.multiply.outer(*(np.array(s, dtype=float) for s in e.strategies)).ravel()
        for e in equilibria(game_)
        if game_.players == 2
    ]
    for rival in rivals:
        mixed = 0.5 * np.array(rival, dtype=float) + 0.5 * np.array(rivals[0], dtype=float)
        for other in (np.array(rival, dtype=float), mixed):
            assert entropy(other) <= entropy(joint.ravel()) + 1e-5


def test_the_largest_entropy_where_it_is_known():
    """Rock-paper-scissors: its one equilibrium. The prisoners' dilemma: mutual defection, on the
    edge of what has an entropy. All-zero: everything alike."""
    rps = max_entropy_correlated(game("rock-paper-scissors"))
    np.testing.assert_allclose(rps.joint, 1 / 9, atol=1e-5)
    pd = max_entropy_correlated(game("prisoners-dilemma"))
    np.testing.assert_allclose(pd.joint, [0, 0, 0, 1], atol=1e-5)
    nothing = max_entropy_correlated(NormalForm(np.zeros((2, 2, 3))))
    np.testing.assert_allclose(nothing.joint, 1 / 6)


@given(SEEDS, COARSE)
@settings(deadline=None, max_examples=25)
def test_distance_is_zero_within_the_set_and_proved_outside(seed, coarse):
    game_ = drawn(seed)
    inside = correlated_equilibrium(game_, coarse=coarse)
    assert correlated_distance(game_, inside.table(game_), coarse=coarse).distance < 1e-7
    chance = np.random.default_rng(seed)
    joint = chance.dirichlet(np.ones(inside.table(game_).size)).reshape(game_.shape)
    found = correlated_distance(game_, joint, coarse=coarse)
    assert found.gap < 1e-7 and found.gain < 1e-7
    assert found.distance == pytest.approx(0.5 * np.abs(found.joint - joint).sum(), abs=1e-9)
    assert gains_by_hand(game_.payoffs, found.joint, coarse) < 1e-6
    # the set is convex: half the way there leaves half of the distance
    half = correlated_distance(game_, (joint + found.joint) / 2, coarse=coarse)
    assert half.distance == pytest.approx(found.distance / 2, abs=1e-6)


def test_distances_where_they_are_known():
    """Everybody cooperates: as far as can be from the one correlated equilibrium."""
    pd = game("prisoners-dilemma")
    assert correlated_distance(pd, [[1, 0], [0, 0]]).distance == pytest.approx(1)
    assert correlated_distance(pd, [[0, 0], [0, 1]]).distance == pytest.approx(0)
    # the same play in two orders: alternating between two equilibria is a correlated one
    sexes = game("battle-of-the-sexes")
    assert correlated_distance(sexes, [[0.5, 0], [0, 0.5]]).distance == pytest.approx(0)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
@pytest.mark.parametrize("offset", [0, 10**15])
def test_neither_unit_nor_offset_matters(scale, offset):
    unit = F(scale)
    table = [[[unit * int(u) + offset * (p == 0) for u in row] for row in own]
             for p, own in enumerate(AUMANN.payoffs)]  # fmt: skip
    moved = NormalForm(table)
    assert correlated_equilibrium(moved).joint == correlated_equilibrium(AUMANN).joint
    most, same = max_entropy_correlated(moved), max_entropy_correlated(AUMANN)
    np.testing.assert_allclose(most.joint, same.joint, atol=1e-6)
    joint = [[1.0, 0], [0, 0]]
    apart = [correlated_distance(g, joint).distance for g in (moved, AUMANN)]
    assert apart[0] == pytest.approx(apart[1], abs=1e-6)


def test_a_players_small_stakes_are_kept_beside_large_ones():
    """One player's payoffs in millionths of the other's: both must be content."""
    small = NormalForm([[[F(u, 10**7) for u in row] for row in AUMANN.exact[0]], AUMANN.exact[1]])
    most, same = max_entropy_correlated(small), max_entropy_correlated(AUMANN)
    np.testing.assert_allclose(most.joint, same.joint, atol=1e-5)


def test_every_departure_is_a_row():
    assert departures(AUMANN).shape == (4, 4) and departures(AUMANN, coarse=True).shape == (4, 4)
    three = drawn(0, (2, 3, 4))
    assert departures(three).shape == (2 + 6 + 12, 24)


@pytest.mark.parametrize(
    ("objective", "says"),
    [
        ([1, 2], "shape"),
        ([[1, 2], [3, float("nan")]], "not a table of finite numbers"),
        ([[1, 2], [3, float("inf")]], "not a table of finite numbers"),
        ([["a", 2], [3, 4]], "not a table of finite numbers"),
    ],
)
def test_an_objective_that_is_none_is_refused(objective, says):
    with pytest.raises(Misuse, match=says):
        correlated_equilibrium(AUMANN, objective)


@pytest.mark.parametrize(
    "joint", [[0.5, 0.5], [[0.5, 0], [0, 0.4]], [[1.5, -0.5], [0, 0]], [[np.nan, 0], [0, 1]]]
)
def test_what_is_no_joint_distribution_has_no_distance(joint):
    with pytest.raises(IllFormedProfile, match="the joint distribution has shape"):
        correlated_distance(AUMANN, joint)


def test_time_is_bounded():
    for solver in (correlated_equilibrium, max_entropy_correlated):
        with pytest.raises(NotSolved, match="did not finish within"):
            solver(AUMANN, time_limit=1e-9)
    with pytest.raises(NotSolved, match="did not finish within"):
        correlated_distance(AUMANN, [[1, 0], [0, 0]], time_limit=1e-9)
    with pytest.raises(Misuse, match="tolerance is 0"):
        max_entropy_correlated(AUMANN, tolerance=0.0)
