"""Tables of tournaments and what populations make of them, against known numbers."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from nashscope.agents import Decision, agent
from nashscope.errors import Misuse
from nashscope.games import NormalForm, Repeated, game
from nashscope.metrics.cross_play import cross_play
from nashscope.metrics.evolution import (
    alpha_rank,
    alpha_rank_profiles,
    fixation,
    moran,
    replicator,
    resampled_shares,
    stationary,
)
from nashscope.play import Cell, Transcript, play
from tests.oracles.opinion import opinion

CASES = Path(__file__).parents[1] / "cases" / "games"
RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
BIASED_RPS = np.array([[0.0, -0.5, 1.0], [0.5, 0.0, -0.1], [-1.0, 0.1, 0.0]])
PD = np.array([[3.0, 0.0], [5.0, 1.0]])

tables = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.integers(-9, 9), min_size=n * n, max_size=n * n).map(
        lambda own: np.array(own, dtype=float).reshape(n, n) / 3
    )
)


@pytest.mark.parametrize("table", [RPS, BIASED_RPS])
@pytest.mark.parametrize("alpha", ["large", 200.0])
def test_alpha_rank_gives_every_member_of_a_cycle_a_third(table, alpha):
    """Omidshafiei et al. 2019, section 3.4: rock-paper-scissors and its biased form, α large."""
    assert alpha_rank(table, alpha) == pytest.approx([1 / 3] * 3, abs=1e-6)


def test_alpha_rank_of_the_dilemma_is_defection():
    """Omidshafiei et al. 2019: the one sink of the response graph has all the mass."""
    assert alpha_rank(PD) == pytest.approx([0, 1], abs=1e-9)


def openspiel_ranks(tables, alpha):
    """The masses that OpenSpiel gives, as it once answered."""

    def ask():
        from open_spiel.python.egt import alpharank

        return alpharank.compute(tables, m=20, alpha=alpha)[2]

    return opinion("openspiel", "alpharank", [tables, alpha], ask)


@pytest.mark.parametrize("alpha", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("seed", range(8))
def test_open_spiel_ranks_the_same(seed, alpha):
    chance = np.random.default_rng(seed)
    table = chance.integers(-5, 6, (2 + seed % 3,) * 2) / 2
    theirs = openspiel_ranks([table], alpha)
    assert alpha_rank(table, alpha, size=20) == pytest.approx(theirs, abs=1e-6)


def test_two_populations_rank_the_profiles_of_asymmetric_games():
    """Omidshafiei et al. 2019: each pure equilibrium of the battle of the sexes has half the mass,
    and the four outcomes of matching pennies, a cycle, a quarter each."""
    half = np.array([[0.5, 0.0], [0.0, 0.5]])
    assert alpha_rank_profiles(game("battle-of-the-sexes")) == pytest.approx(half, abs=1e-9)
    quarter = np.full((2, 2), 0.25)
    assert alpha_rank_profiles(game("matching-pennies")) == pytest.approx(quarter, abs=1e-9)
    dilemma = alpha_rank_profiles(game("prisoners-dilemma"), 5.0)
    assert dilemma[1, 1] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("alpha", [0.2, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_open_spiel_ranks_profiles_the_same(seed, alpha):
    drawn = np.random.default_rng(seed).integers(-5, 6, (2, 2, 3)) / 2
    theirs = openspiel_ranks(list(drawn), alpha)
    ours = alpha_rank_profiles(NormalForm(drawn), alpha, size=20)
    assert ours.ravel() == pytest.approx(theirs, abs=1e-6)


@given(tables)
@settings(deadline=None, max_examples=30)
def test_ranks_are_distributions_that_know_no_names(table):
    mass = alpha_rank(table, 1.0)
    order = np.random.default_rng(0).permutation(len(table))
    turned = alpha_rank(table[np.ix_(order, order)], 1.0)
    assert mass.sum() == pytest.approx(1) and mass.min() >= 0
    assert turned == pytest.approx(mass[order], abs=1e-9)


@given(st.integers(2, 6), st.integers(0, 999))
def test_a_stationary_distribution_stays(size, seed):
    chain = np.random.default_rng(seed).random((size, size)) ** 4 + 1e-6
    chain /= chain.sum(axis=1, keepdims=True)
    found = stationary(chain)
    assert found @ chain == pytest.approx(found, abs=1e-12)


def test_a_neutral_mutant_takes_over_once_in_the_size_of_the_population():
    for size in (2, 10, 100):
        assert fixation(np.zeros((2, 2)), 0, 1, size, 5.0) == pytest.approx(1 / size)


@pytest.mark.parametrize("fitness", [0.5, 1.1, 2.0])
def test_constant_fitness_has_morans_closed_form(fitness):
    """ρ = (1 - 1/r) / (1 - 1/r^N): Moran 1962; Lieberman, Hauert and Nowak 2005."""
    table = np.array([[np.log(fitness)] * 2, [0.0, 0.0]])
    expected = (1 - 1 / fitness) / (1 - fitness**-20.0)
    assert fixation(table, 0, 1, 20, 1.0) == pytest.approx(expected)


def test_strong_selection_does_not_overflow():
    assert fixation(PD * 1000, 0, 1, 100, 10.0) == 0.0
    assert fixation(PD * 1000, 1, 0, 100, 10.0) == pytest.approx(1.0)


def test_tit_for_tat_lives_among_defectors_if_the_game_is_long():
    """Nowak et al. 2004, the one-third law: in the limit of weak selection a mutant is favoured if
    it is fitter at a frequency of 1/3. With ten rounds tit-for-tat is, with two it is not."""
    for rounds, favoured in ((10, True), (2, False)):
        table = np.array([[3.0 * rounds, rounds - 1.0], [5 + rounds - 1.0, rounds]])
        assert (fixation(table, 0, 1, 200, 1e-4) > 1 / 200) is favoured


def test_rare_mutations_leave_defection_in_the_one_shot_dilemma():
    assert moran(PD, 50, 1.0) == pytest.approx([0, 1], abs=1e-9)


def test_the_replicator_leads_to_defection_and_circles_in_rock_paper_scissors():
    shares = replicator(PD, np.array([0.99, 0.01]), steps=400, dt=0.2)
    assert shares[-1] == pytest.approx([0, 1], abs=1e-6)
    path = replicator(RPS, np.array([0.5, 0.3, 0.2]), steps=300, dt=0.05)
    product = path.prod(axis=1)  # a constant of motion (Hofbauer and Sigmund 1998, section 7.7)
    assert product == pytest.approx(np.full(len(product), product[0]), rel=1e-4)


@given(tables.filter(lambda own: len(own) > 2), st.integers(0, 999))
@settings(deadline=None, max_examples=20)
def test_the_replicator_knows_no_names(table, seed):
    """In whatever order the strategies are named, each has the same share, to the last digit."""
    order = np.random.default_rng(seed).permutation(len(table))
    turned = replicator(table[np.ix_(order, order)], steps=100, dt=0.2)
    assert (turned == replicator(table, steps=100, dt=0.2)[:, order]).all()


@pytest.mark.parametrize("seed", range(6))
def test_another_integrator_leads_one_population_to_the_same_place(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(3, 9))
    table = rng.integers(-9, 10, (size, size)).astype(float)
    unit = (table - table.min()) / (table.max() - table.min())
    field = lambda _, x: x * (unit @ x - x @ unit @ x)  # noqa: E731
    start = np.full(size, 1 / size)
    other = solve_ivp(field, (0, 80), start, method="LSODA", rtol=1e-10, atol=1e-12)
    assert replicator(table, steps=400, dt=0.2)[-1] == pytest.approx(other.y[:, -1], abs=1e-6)


def test_a_mixture_that_attracts_one_population_is_reached():
    """Two equal populations part there, by rounding: the end then depended on the names."""
    case = json.loads((CASES / "replicator.json").read_text())
    table = np.array(case["table"], dtype=float)
    for order in permutations(range(3)):
        path = replicator(table[np.ix_(order, order)], steps=case["steps"], dt=case["dt"])
        assert path[-1] == pytest.approx(np.array([0, 1 / 4, 3 / 4])[list(order)], abs=1e-6)
        assert path.sum(axis=1) == pytest.approx(1)
    for wrong in ({"steps": 0}, {"dt": 0.0}, {"dt": float("nan")}):
        with pytest.raises(Misuse, match="must be positive"):
            replicator(table, **wrong)


def test_a_table_with_a_hole_is_refused():
    with pytest.raises(Misuse, match="no square"):
        alpha_rank(np.full((2, 2), np.nan))


# --- the table itself


def round_robin(names, of="prisoners-dilemma", **fields):
    cells = [
        Cell(of, (a, b), **{"rounds": 10, "matches": 2, **fields}) for a in names for b in names
    ]
    cast = {name: agent(name) for name in names}
    return play(cells, lambda name, _: cast[name])


def test_a_table_holds_what_each_earned_against_each():
    names = ["tit-for-tat", "always-d", "always-c"]
    found = cross_play(round_robin(names), names)
    assert found.table() == pytest.approx(np.array([[3, 0.9, 3], [1.4, 1, 5], [3, 0, 3]]))
    assert found.cells["always-d", "tit-for-tat"].n == 4  # both seats, two matches each
    assert found.cells["always-d", "always-d"].n == 2
    assert found.ranking() == ["always-d", "tit-for-tat", "always-c"]
    assert found.score["always-c"].value == pytest.approx(2)


def test_in_an_asymmetric_game_the_seats_are_kept_apart():
    found = cross_play(round_robin(["solved:1", "solved:2"], "battle-of-the-sexes"))
    assert found.cells["solved:1", "solved:1"].n == 2
    assert found.cells["solved:1", "solved:1"].value != found.cells["solved:2", "solved:2"].value


def test_of_two_names_of_one_strategy_alpha_rank_is_noise_and_says_so():
    """Payoffs of eight matches of a pair, all from one distribution: one name is at the top."""
    chance = np.random.default_rng(5)
    samples = [[list(chance.normal(2, 1, 8)) for _ in range(2)] for _ in range(2)]
    shares = resampled_shares(alpha_rank, samples)
    table = np.array([[np.mean(own) for own in row] for row in samples])
    assert shares.values == pytest.approx(alpha_rank(table))
    assert shares.values.max() > 0.99  # what an unwary reader would see
    assert (shares.high - shares.low).min() > 0.9
    names = ["tit-for-tat", "memory-one:1,0,1,0"]
    played = cross_play(round_robin(names, tremble=0.1), names)
    assert {len(own) for own in played.samples.values()} == {2, 4}
    certain = cross_play(round_robin(["always-c", "always-d"]), ["always-c", "always-d"])
    sure = [[certain.samples[a, b] for b in certain.agents] for a in certain.agents]
    found = resampled_shares(alpha_rank, sure)
    assert (found.high - found.low).max() == 0 and found.values == pytest.approx([0, 1], abs=1e-9)


def test_both_sides_of_a_match_are_drawn_together():
    """Where in every match the one earns one point more, no draw can make it less."""
    drawn = np.random.default_rng(0).normal(0, 5, 12)
    samples = [[[0.0] * 12, list(drawn + 1)], [list(drawn), [0.0] * 12]]
    found = resampled_shares(alpha_rank, samples)
    assert (found.low, found.high) == (pytest.approx([1, 0], abs=1e-9),) * 2


def test_a_score_has_the_bounds_of_what_it_rests_on():
    """The one opponent answers nothing in a round in which C would have earned 3 or 0."""
    rounds = ((Decision(0), Decision(0)), (Decision(0), Decision(None, "empty")))
    matches = [
        Transcript("c", n, ("a", "b"), Repeated(game("prisoners-dilemma"), 2), rounds)
        for n in (0, 1)
    ]
    found = cross_play(matches).score["a"]
    assert (found.value, found.least, found.most) == (3, 1.5, 3)
    assert (found.unparsed, cross_play(matches).score["b"].unparsed) == (0, 0.5)


def test_a_missing_pair_is_named():
    found = cross_play(round_robin(["tit-for-tat", "always-d"])[:3])
    with pytest.raises(Misuse, match="has no payoff against"):
        found.table()
    with pytest.raises(Misuse, match="no matches"):
        cross_play([])


def test_the_interval_of_a_score_covers_the_long_run():
    """Random play among random players earns 2.25 a round."""
    covered = 0
    for seed in range(20):
        found = cross_play(round_robin(["random", "memory-one:0.5,0.5,0.5,0.5,0.5"], seed=seed))
        score = found.score["random"]
        covered += score.low <= 2.25 <= score.high
    assert covered >= 15
