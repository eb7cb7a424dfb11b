"""Equilibria, components and labels that are known from elsewhere."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import NotAnEquilibrium, NotSolved, OutOfTime
from nashscope.games import NormalForm, game, named, zero_sum_game
from nashscope.games.solve import certify, equilibria, pure_equilibria
from nashscope.games.solve.strategic.copositive import strictly_copositive

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def symmetric(table):
    own = np.array(table)
    return NormalForm([own.tolist(), own.T.tolist()])


def labels_of(made, *strategies):
    return next(e.labels for e in equilibria(made) if e.strategies == strategies)


def sets_of(found):
    """Each component as the sets of its extreme strategies."""
    return {tuple(map(frozenset, part.strategies)) for part in found.components}


def test_von_stengels_example_of_a_nondegenerate_game():
    """von Stengel 2002, "Computing equilibria for two-person games", (2.5): 3×2, three of them."""
    made = NormalForm([[[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]]])
    found = equilibria(made)
    assert {e.strategies for e in found} == {
        ((1, 0, 0), (1, 0)),
        ((Fraction(4, 5), Fraction(1, 5), 0), (Fraction(2, 3), THIRD)),
        ((0, THIRD, Fraction(2, 3)), (THIRD, Fraction(2, 3))),
    }
    assert found.degenerate is None and sorted(e.index for e in found) == [-1, 1, 1]


def test_a_degenerate_game_has_a_continuum_and_a_witness():
    """Row 0 makes the column player indifferent, and is worth leaving beyond one half."""
    made = NormalForm([[[1, 1], [0, 2]], [[1, 1], [0, 1]]])
    found = equilibria(made)
    assert sets_of(found) == {
        (frozenset({(1, 0)}), frozenset({(1, 0), (HALF, HALF)})),
        (frozenset({(0, 1)}), frozenset({(0, 1)})),
    }
    assert found.witness.player == 0 and found.witness.strategy == (1, 0)
    assert found.witness.replies == (0, 1)
    assert "best responses: a0, a1" in found.degenerate


def test_components_that_share_a_point_touch():
    """All get 1 unless both leave; so one edge of the square for each player, and one corner."""
    made = NormalForm([[[1, 1], [1, 0]], [[1, 1], [1, 0]]])
    found = equilibria(made)
    first, any_ = frozenset({(1, 0)}), frozenset({(1, 0), (0, 1)})
    assert sets_of(found) == {(first, any_), (any_, first)}
    assert found.connected == ((0, 1),) and not any(part.single for part in found.components)


def test_a_game_of_nothing_is_one_component_of_all_pure_cells():
    found = equilibria(NormalForm(np.zeros((2, 2, 3))))
    assert len(found) == 6 and len(found.components) == 1
    assert [len(own) for own in found.components[0].strategies] == [2, 3]


@pytest.mark.parametrize("size", range(1, 7))
def test_a_coordination_game_has_one_for_every_set_of_actions(size):
    """2ⁿ - 1: von Stengel 1999, "New maximal numbers of equilibria in bimatrix games"."""
    eye = np.eye(size, dtype=int)
    found = equilibria(NormalForm([eye, eye]))
    assert len(found) == 2**size - 1
    assert sum(e.index for e in found) == 1


def test_seventy_five_equilibria_of_a_6x6_game():
    """von Stengel 1999, section 4: more than the 63 of coordination, by dual cyclic polytopes."""
    own = [
        [9504, -660, 19976, -20526, 1776, -8976],
        [-111771, 31680, -130944, 168124, -8514, 52764],
        [397584, -113850, 451176, -586476, 29216, -178761],
        [171204, -45936, 208626, -263076, 14124, -84436],
        [1303104, -453420, 1227336, -1718376, 72336, -461736],
        [737154, -227040, 774576, -1039236, 48081, -300036],
    ]
    other = [  # by the column player's actions
        [72336, -461736, 1227336, -1718376, 1303104, -453420],
        [48081, -300036, 774576, -1039236, 737154, -227040],
        [29216, -178761, 451176, -586476, 397584, -113850],
        [14124, -84436, 208626, -263076, 171204, -45936],
        [1776, -8976, 19976, -20526, 9504, -660],
        [-8514, 52764, -130944, 168124, -111771, 31680],
    ]
    found = equilibria(NormalForm([own, np.transpose(other).tolist()]))
    assert len(found) == 75 and found.degenerate is None and sum(e.index for e in found) == 1


def test_labels_of_the_stag_hunt():
    made = game("stag-hunt")
    stag, hare = ((1, 0), (1, 0)), ((0, 1), (0, 1))
    assert set(labels_of(made, *stag)) == {
        "pure", "strict", "pareto", "payoff-dominant", "undominated", "evolutionarily stable",
    }  # fmt: skip
    assert set(labels_of(made, *hare)) == {
        "pure", "strict", "risk-dominant", "undominated", "evolutionarily stable",
    }  # fmt: skip


def test_risk_dominance_is_the_larger_product_of_losses():
    """Harsanyi and Selten 1988, section 3.9; at a tie neither dominates."""
    tied = NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
    assert all("risk-dominant" not in e.labels for e in equilibria(tied))
    first = NormalForm([[[2, 0], [0, 1]], [[1.5, 0], [0, 2]]])
    assert "risk-dominant" in equilibria(first)[0].labels
    assert "risk-dominant" not in equilibria(first)[1].labels
    # the product, not the sum: 2 · 1.5 is more than 10 · 0.2
    uneven = NormalForm([[[2, 0], [0, 10]], [["3/2", 0], [0, "1/5"]]])
    assert "risk-dominant" in equilibria(uneven)[0].labels
    # neither the unit nor an offset of one player matters
    other = NormalForm([[[2e9, 0], [0, 1e9]], [[8.5, 7], [7, 9]]])
    assert "risk-dominant" in equilibria(other)[0].labels


def test_weakly_dominated_equilibria_are_told():
    """Selten 1975: (bottom, right) below is an equilibrium that no tremble supports."""
    made = NormalForm([[[1, 0], [0, 0]], [[1, 0], [0, 0]]])
    assert "undominated" in labels_of(made, (1, 0), (1, 0))
    assert "undominated" not in labels_of(made, (0, 1), (0, 1))


def test_domination_by_a_mixture_alone_is_seen():
    """Neither a0 nor a1 beats a2 everywhere, but half of each is never worse and once better."""
    own = [[4, 0, 1], [0, 4, 1], [2, 2, 1], [2, 2, 0]]
    made = NormalForm([own, [[0, 0, 1]] * 4])
    third = ((0, 0, 0, 1), (0, 0, 1))
    assert third not in {e.strategies for e in equilibria(made)}
    tied = NormalForm([[[4, 0, 1], [0, 4, 1], [1, 1, 1]], [[0, 0, 1]] * 3])
    assert "undominated" not in labels_of(tied, (0, 0, 1), (0, 0, 1))
    assert "undominated" in labels_of(tied, (1, 0, 0), (0, 0, 1))


@pytest.mark.parametrize(
    ("value", "cost", "mix"), [(2, 4, HALF), (1, 3, THIRD), (4, 2, 1), (3, 3, 1)]
)
def test_hawk_and_dove_is_stable_at_value_over_cost(value, cost, mix):
    """Maynard Smith and Price 1973: hawk with probability V/C, or always where V ≥ C."""
    half = Fraction(value - cost, 2), Fraction(value, 2)
    made = symmetric([[half[0], value], [0, half[1]]])
    stable = [e.strategies[0] for e in equilibria(made) if "evolutionarily stable" in e.labels]
    assert stable == [(mix, 1 - mix)]


@pytest.mark.parametrize(("win", "stable"), [(2, True), (1, False), (Fraction(1, 2), False)])
def test_rock_paper_scissors_is_stable_if_a_win_is_worth_more_than_a_loss(win, stable):
    """Maynard Smith 1982, Appendix D; Hofbauer and Sigmund 1998, section 7.7."""
    made = symmetric([[0, -1, win], [win, 0, -1], [-1, win, 0]])
    (only,) = equilibria(made)
    assert ("evolutionarily stable" in only.labels) == stable


def test_a_strategy_that_a_mutant_equals_against_itself_is_not_stable():
    """Neutral: nothing at stake; and a pure equilibrium whose rival does as well against itself."""
    assert all(
        "evolutionarily stable" not in e.labels for e in equilibria(symmetric(np.zeros((2, 2))))
    )
    made = symmetric([[1, 1], [1, 1]])
    assert all("evolutionarily stable" not in e.labels for e in equilibria(made))
    assert "evolutionarily stable" in labels_of(symmetric([[1, 1], [1, 0]]), (1, 0), (1, 0))


def invaded(table, x, chance):
    """Whether some mutant does at least as well against what a small share of it makes of x."""
    own = np.array(table, dtype=float)
    mutants = chance.dirichlet(np.full(len(x), 0.5), 1000)
    mutants = mutants[abs(mutants - x).max(axis=1) > 1e-3]
    mixed = (1 - 1e-4) * x + 1e-4 * mutants
    return bool((np.einsum("gi,ij,gj->g", mutants - x, own, mixed) >= -1e-13).any())


@given(arrays(int, (3, 3), elements=st.integers(-3, 3)), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_no_mutant_invades_what_is_called_stable(table, seed):
    for e in equilibria(symmetric(table)):
        if "evolutionarily stable" in e.labels:
            assert not invaded(table, e.profile[0], np.random.default_rng(seed))


@given(arrays(int, (3, 3), elements=st.integers(-4, 4)))
@settings(max_examples=60)
def test_copositive_means_positive_on_every_point_of_the_cone(form):
    whole = (form + form.T).tolist()
    grid = np.array([(a, b, c) for a in range(9) for b in range(9) for c in range(9) if a + b + c])
    values = np.einsum("gi,ij,gj->g", grid, np.array(whole), grid)
    assert strictly_copositive(whole) <= bool((values > 0).all())
    if not strictly_copositive(whole):
        fine = np.random.default_rng(0).dirichlet(np.full(3, 0.4), 4000)
        fine[fine < 0.02] = 0
        low = np.einsum("gi,ij,gj->g", fine, np.array(whole), fine).min()
        assert low <= 0.35  # it is not, so that some direction comes near nothing or below


@pytest.mark.parametrize("name", ["chicken", "battle-of-the-sexes", "stag-hunt", "shapley"])
def test_indices_sum_to_one_and_mixed_ones_of_two_strict_are_negative(name):
    found = equilibria(game(name))
    assert sum(e.index for e in found) == 1
    assert {e.index for e in found.pure} <= {1}


def test_three_players_pure_ones_exactly_and_mixed_ones_with_proof():
    """McKelvey and McLennan 1997: 2×2×2 games have up to nine regular equilibria; this has all."""
    made = NormalForm(
        [
            [[[9, 0], [0, 3]], [[0, 3], [9, 0]]],
            [[[8, 0], [0, 4]], [[0, 4], [8, 0]]],
            [[[12, 0], [0, 6]], [[0, 6], [12, 0]]],
        ]
    )
    found = equilibria(made)
    assert not found.complete
    for e in found:
        if e.certificate.exact:
            assert set(certify(made, e.strategies).regrets) == {0}
        else:
            assert max(e.certificate.regrets) <= 1e-9 * 12
    assert {e.cell for e in found.pure} == set(pure_equilibria(made))


def test_nashs_own_poker_has_an_irrational_equilibrium():
    """Nash 1951 has a three-player poker with one; here x² = 2·(1-x)² must hold by symmetry:
    each of three wants to differ from the two others, and being alone pays 2 to the first action
    and 1 to the second."""
    payoffs = np.zeros((3, 2, 2, 2))
    for cell in np.ndindex(2, 2, 2):
        for player in range(3):
            alone = all(cell[o] != cell[player] for o in range(3) if o != player)
            payoffs[(player, *cell)] = alone * (2 if cell[player] == 0 else 1)
    found = equilibria(NormalForm(payoffs))
    # alone with 0: both others play 1, (1-p)²·2; alone with 1: p²
    p = np.sqrt(2) / (1 + np.sqrt(2))
    near = [e for e in found if all(abs(s[0] - p) < 1e-6 for s in e.profile)]
    assert len(near) == 1 and not near[0].certificate.exact
    assert max(near[0].certificate.regrets) <= 2e-9


def test_a_profile_that_is_none_is_refused_with_the_player_and_the_gain():
    with pytest.raises(NotAnEquilibrium, match="player 0 gains 2 by leaving this profile, on a"):
        certify(game("prisoners-dilemma"), [(1, 0), (1, 0)])
    off = [np.array([0.5 + 1e-6, 0.5 - 1e-6]), np.array([0.5, 0.5])]
    with pytest.raises(NotAnEquilibrium, match="player 1 gains"):
        certify(game("matching-pennies"), off)
    certify(game("matching-pennies"), off, tolerance=1e-5)


def test_a_large_game_is_cut_by_dominance_or_solved_in_part():
    """30 rows, all but two dominated; and a zero-sum game of which one equilibrium is proved."""
    core = np.array([[3, 0], [0, 1]])
    tall = np.vstack([core, np.full((28, 2), -5) - np.arange(28)[:, None]])
    wide = np.hstack([tall, np.full((30, 28), 9) + np.arange(28)])
    found = equilibria(zero_sum_game(wide))
    assert found.complete and len(found) == 1
    assert found[0].strategies[0][:2] == (Fraction(1, 4), Fraction(3, 4))
    chance = np.random.default_rng(0)
    some = equilibria(zero_sum_game(chance.integers(-9, 10, (14, 14))))
    assert not some.complete and some.exact and len(some) >= 1


def test_time_is_bounded_for_every_kind_of_game():
    chance = np.random.default_rng(0)
    without_pure = np.kron(np.ones((10, 10)), [[1, -1], [-1, 1]])
    for made in (
        NormalForm(chance.normal(size=(2, 8, 8))),
        NormalForm(np.stack([without_pure, np.arange(20)[:, None] - without_pure])),
        zero_sum_game(without_pure),
        zero_sum_game(np.kron(np.ones((60, 60)), [[1, -1], [-1, 1]])),
        game("shapley"),
    ):
        with pytest.raises(OutOfTime, match="did not finish within 1e-06 s"):
            equilibria(made, time_limit=1e-6)


def test_what_is_known_when_time_is_over_is_kept():
    """Pure equilibria are known at once, whatever the number of players."""
    chance = np.random.default_rng(0)
    for made in (
        game("el-farol"),
        NormalForm(chance.integers(0, 3, (2, 40, 40))),
        NormalForm(np.zeros((9, *[2] * 9), int)),
        NormalForm(chance.normal(size=(2, 1, 3000))),
        named("travellers-dilemma").make(2, 80),
        zero_sum_game(np.eye(20)[:, :1] - np.eye(20)[:1]),
        zero_sum_game(np.eye(200)[:, :1] - np.eye(200)[:1]),
    ):
        found = equilibria(made, time_limit=1e-6)
        assert not found.complete and "did not finish within 1e-06 s" in found.stopped
        assert [e.cell for e in found] == pure_equilibria(made)
        assert all(set(certify(made, e.strategies).regrets) == {0} for e in list(found)[:5])


def test_of_very_many_pure_equilibria_some_are_listed():
    """What each gets is chosen by the other: every cell is an equilibrium."""
    theirs = np.broadcast_to(np.arange(300), (300, 300))
    found = equilibria(NormalForm(np.stack([theirs, 2 * theirs.T])))
    assert found.stopped == "90,000 equilibria are pure; 833 of them are listed"
    assert len(found) == 833 and not found.complete


def test_labels_are_found_within_one_time_limit():
    found = equilibria(NormalForm([[[1, 0], [0, 0]], [[1, 0], [0, 0]]]))
    with pytest.raises(NotSolved, match="did not finish within"):
        found.labels(time_limit=1e-9)
    assert found.labels() == [e.labels for e in found]
