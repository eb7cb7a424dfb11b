"""An equilibrium is at distance 0, whoever found it, wherever the distance is called exact."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from nashscope.chance import stream
from nashscope.games import NormalForm, catalogue, game, named, zero_sum_game
from nashscope.games.deadline import Deadline
from nashscope.games.solve import distance, distance_to_nash, equilibria, regrets
from nashscope.games.solve.matrix.optimal_set import (
    distance_to_optimal,
    optimal_set,
    strictly_competitive,
)

STRATEGIC = [name for name in catalogue() if isinstance(named(name).make(), NormalForm)]
AT_MOST = {"el-farol", "volunteers-dilemma"}
"""Three players or more with a choice, whom dominance does not help."""


def optimal(table, direction):
    """An optimal strategy of the row player that lies far out in some direction."""
    rows, columns = table.shape
    value = -linprog(
        [*[0] * rows, -1],
        A_ub=np.hstack([-table.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=[[*[1] * rows, 0]],
        b_eq=[1],
        bounds=[(0, None)] * rows + [(None, None)],
    ).fun
    return linprog(
        direction, A_ub=-table.T, b_ub=np.full(columns, 1e-9 - value), A_eq=[[1] * rows], b_eq=[1]
    ).x


def reached(stage, chance):
    """Where fifty rounds of best responses lead from a drawn profile: an equilibrium, or not."""
    profile = [chance.dirichlet(np.ones(count)) for count in stage.shape]
    for _ in range(50):
        worths = stage.action_values(profile)
        profile = [np.eye(len(worth))[worth.argmax()] for worth in worths]
    return profile


@pytest.mark.parametrize("name", STRATEGIC)
def test_a_certified_equilibrium_has_distance_0_or_the_distance_says_at_most(name):
    stage, chance = game(name), stream(0, "distance law", name)
    profiles = [
        [np.array([float(Fraction(p)) for p in strategy]) for strategy in known]
        for known in named(name).equilibria
    ]
    profiles += [reached(stage, chance) for _ in range(20)]
    if stage.zero_sum:
        profiles += [
            [optimal(u, chance.normal(size=len(u))) for u in (stage.payoffs[0], stage.payoffs[1].T)]
            for _ in range(10)
        ]
    certified = [p for p in profiles if regrets(stage, p).max() <= 2e-9 * stage.spread]
    assert certified
    batch = [np.array(own) for own in zip(*certified, strict=True)]
    found = distance_to_nash(stage, batch)
    assert found.exact == (name not in AT_MOST)
    assert found.players.shape == (len(certified), stage.players)
    if found.exact:
        assert found.worst.max() < 1e-6


@given(arrays(int, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(-3, 3)))
@settings(deadline=None, max_examples=50)
def test_the_polytopes_of_optimal_strategies_are_the_hulls_of_the_extreme_ones(table):
    stage = zero_sum_game(table)
    chance = stream(1, "hulls", *table.ravel().tolist())
    profile = [chance.dirichlet(np.ones(count), 3) for count in stage.shape]
    found = optimal_set(stage, deadline=Deadline(None))
    by_programs = [distance_to_optimal(found, i, own) for i, own in enumerate(profile)]
    by_vertices = distance(equilibria(stage), profile)
    assert np.allclose(np.stack(by_programs, axis=-1), by_vertices, atol=1e-6)


@given(arrays(int, (2, 3), elements=st.integers(-3, 3)), st.integers(1, 5), st.integers(-50, 50))
@settings(deadline=None, max_examples=30)
def test_a_zero_sum_game_in_other_units_is_strictly_competitive(table, unit, offset):
    assert strictly_competitive(NormalForm([table.tolist(), (offset - unit * table).tolist()]))
    moved = offset - unit * table
    moved[0, 0] += 1
    again = NormalForm([table.tolist(), moved.tolist()])
    if np.ptp(table) > 0 and strictly_competitive(again):  # then the other way of counting holds
        ratio = np.ptp(moved) / np.ptp(table)
        assert np.allclose(moved + ratio * table, (moved + ratio * table).flat[0])


@given(arrays(int, (2, 3, 3), elements=st.integers(-2, 2)), st.integers(0, 2))
@settings(deadline=None, max_examples=40)
def test_a_player_without_a_choice_changes_no_equilibrium(tables, seat):
    """A third player, whose second action is dominated, sits anywhere among two others."""
    two = NormalForm(tables)
    chance = stream(2, "third player", *tables.ravel().tolist())
    unused = chance.integers(-2, 3, tables.shape)
    own = np.zeros((3, 3)), np.full((3, 3), -1.0)
    with_choice = [np.stack([t, u], axis=seat) for t, u in zip(tables, unused, strict=True)]
    with_choice.insert(seat, np.stack(own, axis=seat))
    found = equilibria(NormalForm(np.stack(with_choice)))
    assert found.complete
    assert [e.strategies[seat] for e in found] == [(1, 0)] * len(found)
    rest = {tuple(s for i, s in enumerate(e.strategies) if i != seat) for e in found}
    assert rest == {e.strategies for e in equilibria(two)}
    assert [part.members for part in found.components] == [
        part.members for part in equilibria(two).components
    ]


def test_what_dominance_solves_is_complete_for_any_number_of_players():
    for name in ("public-goods", "beauty-contest", "ring-network"):
        found = equilibria(game(name))
        assert found.complete and len(found) == 1 and found[0].pure
    assert not equilibria(game("volunteers-dilemma")).complete


def test_a_large_zero_sum_game_has_an_exact_distance():
    """200 × 200, of which no list of equilibria could be made."""
    table = np.zeros((200, 200))
    table[0], table[:, 0] = 1, -1  # the first row wins, and the first column
    table[0, 0] = 0
    profile = [np.full(200, 1 / 200)] * 2
    found = distance_to_nash(zero_sum_game(table), profile)
    assert found.exact and np.allclose(found.players, 199 / 200)
