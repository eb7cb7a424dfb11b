"""Dynamics: what is known of where they lead, and basins that are the paths' own."""

import numpy as np
import pytest

from nashscope.errors import IllFormedProfile, Misuse, NotSolved
from nashscope.games import NormalForm, game
from nashscope.games.solve import basins, equilibria, follow, nash_conv, quantal_response, regrets

KINDS = ["replicator", "fictitious", "regret-matching", "logit"]
RPS = game("rock-paper-scissors")
START = [np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.2, 0.6])]


def test_the_replicator_circles_in_a_zero_sum_game():
    """Hofbauer 1996, Evolutionary dynamics for bimatrix games: a Hamiltonian system?, J. Math.
    Biol. 34: the summed divergence from the interior equilibrium stays as it was."""
    path = follow(RPS, START, "replicator", steps=500, dt=0.05)
    divergence = sum(np.log(1 / 3 / own).mean(axis=1) for own in path.profiles)
    np.testing.assert_allclose(divergence, divergence[0], atol=1e-6)
    assert np.ptp(path.profiles[0][:, 0]) > 0.2  # and it does move


def test_the_replicator_keeps_what_is_extinct_extinct():
    path = follow(game("chicken"), [np.array([1.0, 0]), np.array([0.5, 0.5])], "replicator")
    assert (path.profiles[0] == [1, 0]).all()
    # against the first action for certain the best response takes over
    assert path.end[1][int(game("chicken").payoffs[1][0].argmax())] > 0.99


def test_the_replicator_of_one_share_is_the_logistic_equation():
    """A dominant action, better by d in units of the range: x/(1 - x) grows by exp(d·t)."""
    pd = game("prisoners-dilemma")
    half = [np.array([0.5, 0.5]), np.array([0.0, 1.0])]
    path = follow(pd, half, "replicator", steps=100, dt=0.05)
    odds = path.profiles[0][:, 1] / path.profiles[0][:, 0]
    np.testing.assert_allclose(np.log(odds), path.times * (1 - 0) / 5, atol=1e-6)


@pytest.mark.parametrize("kind", ["fictitious", "regret-matching"])
def test_averages_of_zero_sum_play_approach_equilibrium(kind):
    """Robinson 1951, Annals of Mathematics 54; Hart and Mas-Colell 2000, Econometrica 68."""
    gaps = [nash_conv(RPS, follow(RPS, START, kind, steps=n).end) for n in (10, 100, 10_000)]
    assert gaps[2] < 0.05 and gaps[2] < gaps[0]


def test_fictitious_play_of_shapleys_game_goes_round_for_ever():
    """Shapley 1964, Some topics in two-person games, section 5: the frequencies do not settle."""
    path = follow(game("shapley"), [np.array([1.0, 0, 0]), np.array([0, 1.0, 0])], "fictitious",
                  steps=20_000)  # fmt: skip
    late = path.profiles[0][len(path.times) // 10 :]
    assert np.ptp(late[:, 0]) > 0.2
    assert path.regrets[-1].sum() > 0.05


@pytest.mark.parametrize("rationality", [1.0, 3.0])
def test_where_logit_dynamics_rest_is_a_quantal_response(rationality):
    """Fudenberg and Levine 1998, section 4.7."""
    chicken = game("chicken")
    unit = float(chicken.ranges.max())
    path = follow(chicken, [np.array([0.3, 0.7])] * 2, "logit", rationality=rationality, steps=3000)
    rest = quantal_response(chicken, rationality / unit)
    for own, same in zip(path.end, rest.profile, strict=True):
        np.testing.assert_allclose(own, same, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_path_is_of_profiles_with_their_regrets(kind):
    path = follow(game("shapley"), START, kind, steps=500)
    assert path.times[0] == 0 and len(path.times) == len(path.profiles[0]) == 501
    for own in path.profiles:
        np.testing.assert_allclose(own.sum(axis=1), 1)
        assert (own >= 0).all()
    np.testing.assert_allclose(path.profiles[0][0], START[0])
    np.testing.assert_allclose(path.regrets, regrets(game("shapley"), path.profiles))


@pytest.mark.parametrize("kind", KINDS)
def test_strict_equilibria_are_where_play_stays(kind):
    stag = [np.array([1.0, 0]), np.array([1.0, 0])]
    path = follow(game("stag-hunt"), stag, kind, rationality=100.0)
    assert path.regrets.max() < 1e-6 or kind == "logit"
    assert path.end[0][0] > 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_three_players_and_offsets(kind):
    public = game("public-goods")
    start = [np.full(count, 1 / count) for count in public.shape]
    here = follow(public, start, kind, steps=50)
    table = public.exact.copy()
    table[0] += 10**15
    there = follow(NormalForm(table), start, kind, steps=50)
    for own, same in zip(here.profiles, there.profiles, strict=True):
        np.testing.assert_allclose(own, same, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_basins_are_where_each_start_leads_alone(kind):
    found = equilibria(game("battle-of-the-sexes"))
    together = basins(found, kind, grid=4, steps=100)
    for n in range(0, 16, 3):
        alone = follow(found.game, [s[n] for s in together.starts], kind, steps=100)
        apart = [
            max(
                0.5 * np.abs(own - np.array(s[0], dtype=float)).sum()
                for own, s in zip(alone.end, part.strategies, strict=True)
            )
            for part in found.components
        ]
        expected = int(np.argmin(apart)) if min(apart) <= 0.05 else -1
        assert together.reached[n] == expected
    counted = [together.reached.count(c) / 16 for c in range(len(found.components))]
    assert together.shares == tuple(counted)


def test_the_basins_of_pure_coordination_are_alike_and_those_of_the_stag_hunt_are_not():
    """The risk-dominant equilibrium of a 2×2 game has the larger basin: with stag best above a
    share s of stag hunters, replicator starts on the diagonal part at s."""
    alike = basins(equilibria(game("coordination")), "replicator", grid=6, steps=400, dt=0.3)
    assert alike.shares[0] == alike.shares[1] > 0.4
    hunt = equilibria(game("stag-hunt"))
    stag = next(n for n, p in enumerate(hunt.components) if p.strategies[0][0] == (1, 0))
    hare = next(n for n, p in enumerate(hunt.components) if p.strategies[0][0] == (0, 1))
    parts = basins(hunt, "replicator", grid=9, steps=400, dt=0.3)
    assert parts.shares[hare] > parts.shares[stag] > 0
    (mixed,) = (e for e in hunt if e.cell is None)
    share = float(mixed.strategies[0][0])
    for x, y, reached in zip(*parts.starts, parts.reached, strict=True):
        if abs(x[0] - y[0]) < 1e-9 and abs(x[0] - share) > 1e-9:
            assert reached == (stag if x[0] > share else hare)


def test_the_grid_is_of_interior_points_evenly_spread():
    found = equilibria(RPS)
    starts = basins(found, "logit", grid=4, steps=1).starts
    points = {tuple(np.round(point, 9)) for point in starts[0]}
    assert len(points) == 10 and len(starts[0]) == 100
    assert starts[0].min() == pytest.approx(1 / 12)
    np.testing.assert_allclose(starts[0].sum(axis=1), 1)
    assert {(b, c, a) for a, b, c in points} == points
    sexes = basins(equilibria(game("chicken")), "logit", grid=2, steps=1).starts[0]
    assert sorted({float(p[0]) for p in sexes}) == [0.25, 0.75]


def test_what_cannot_be_followed_is_refused():
    uniform = [np.full(3, 1 / 3)] * 2
    with pytest.raises(IllFormedProfile, match=r"player 0 sums to 0\.9"):
        follow(RPS, [np.full(3, 0.3), np.full(3, 1 / 3)])
    for fields in ({"steps": 0}, {"dt": 0.0}, {"dt": float("nan")}, {"rationality": -1.0}):
        with pytest.raises(Misuse, match=r"asked for|must be finite"):
            follow(RPS, uniform, "logit", **fields)
    found = equilibria(RPS)
    with pytest.raises(Misuse, match="a coarser one"):
        basins(found, grid=40)
    with pytest.raises(Misuse, match="at least 1"):
        basins(found, grid=0)


def test_time_is_bounded():
    with pytest.raises(NotSolved, match="did not finish within"):
        follow(RPS, START, time_limit=1e-9)
    with pytest.raises(NotSolved, match="did not finish within"):
        basins(equilibria(RPS), time_limit=1e-9)
