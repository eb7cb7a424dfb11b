"""The 144 strict ordinal 2×2 games: counted, placed and grouped as by Robinson and Goforth."""

from collections import Counter
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame
from nashscope.games import (
    NormalForm,
    canonical_hash,
    family,
    game,
    named,
    neighbour,
    ordinal_game,
    ordinal_games,
    position,
    relabel,
    rescale,
    swap_players,
)
from nashscope.games.ordinal import ranked
from nashscope.games.solve import equilibria, pure_equilibria

PLACES = list(product(range(1, 13), repeat=2))


def test_there_are_144_and_each_pair_of_rankings_is_one_of_them():
    """4!² = 576 tables, four names each: none is symmetric under renaming, so 144 remain."""
    games = ordinal_games()
    assert len(games) == 144
    found = Counter(
        position(NormalForm([np.reshape(a, (2, 2)), np.reshape(b, (2, 2))]))
        for a in permutations(range(1, 5))
        for b in permutations(range(1, 5))
    )
    assert set(found) == set(PLACES) and set(found.values()) == {4}


def test_up_to_the_players_names_there_are_78():
    """Rapoport and Guyer 1966: 12 symmetric ones and 66 pairs."""
    games = ordinal_games()
    assert len({canonical_hash(one) for one in games}) == 78
    symmetric = [g for g in games if canonical_hash(g) and position(swap_players(g)) == position(g)]
    assert len(symmetric) == 12
    # the symmetric ones are the diagonal that runs from chicken's corner
    assert {position(g) for g in symmetric} == {(k, 13 - k) for k in range(1, 13)}


@pytest.mark.parametrize("place", PLACES)
def test_the_standard_position_is_what_it_is_said_to_be(place):
    own, other = ordinal_game(*place).payoffs
    assert own.argmax() % 2 == 0 and other.argmax() < 2  # first column, first row
    assert position(ordinal_game(*place)) == place
    row, column = place
    assert position(swap_players(ordinal_game(*place))) == (13 - column, 13 - row)


def test_rows_share_the_first_players_payoffs_and_columns_the_seconds():
    for line in range(1, 13):
        rows = {ordinal_game(line, k).payoffs[0].tobytes() for k in range(1, 13)}
        columns = {ordinal_game(k, line).payoffs[1].tobytes() for k in range(1, 13)}
        assert len(rows) == len(columns) == 1


def test_families_are_as_many_as_can_be_counted_otherwise():
    games = ordinal_games()
    counted = Counter(family(one) for one in games)
    assert sum(counted.values()) == 144
    assert counted["win-win"] == 36  # both 4s in one of four cells
    numbers = Counter(len(pure_equilibria(one)) for one in games)
    assert numbers == {0: 18, 1: 108, 2: 18}  # Robinson and Goforth 2005, chapter 3
    assert counted["cyclic"] == 18
    # the prisoner's dilemma and the six alibi games: their only equilibrium is bad for both
    assert counted["prisoner's dilemma"] == 7
    for one in games:
        stable = pure_equilibria(one)
        wasteful = len(stable) == 1 and any(
            (one.payoffs[:, *cell] > one.payoffs[:, *stable[0]]).all() for cell in one.cells()
        )
        assert (family(one) == "prisoner's dilemma") == wasteful


@pytest.mark.parametrize(
    ("rows", "place", "group"),
    [
        (((3, 3), (1, 4), (4, 1), (2, 2)), (6, 7), "prisoner's dilemma"),
        (((3, 3), (2, 4), (4, 2), (1, 1)), (1, 12), "unfair"),
        (((4, 4), (1, 3), (3, 1), (2, 2)), (7, 6), "win-win"),
        (((2, 2), (3, 4), (4, 3), (1, 1)), (2, 11), "biased"),
        (((2, 2), (4, 3), (3, 4), (1, 1)), (3, 10), "biased"),
    ],
)
def test_where_the_named_games_are(rows, place, group):
    """Cell by cell: prisoner's dilemma, chicken, stag hunt, and Rapoport's (1967) leader, in which
    whoever leaves the middling cell alone gets 4, and hero, in which it gets 3 and the other 4."""
    table = np.array(rows).reshape(2, 2, 2)
    made = NormalForm([table[..., 0], table[..., 1]])
    assert position(made) == place and family(made) == group


def test_three_of_the_catalogue():
    assert position(game("prisoners-dilemma")) == (6, 7)
    assert position(game("chicken")) == (1, 12)
    assert family(game("prisoners-dilemma")) == "prisoner's dilemma"


@given(st.sampled_from(PLACES), st.sampled_from([0, 1]), st.sampled_from([1, 2, 3]))
def test_neighbours_are_neighbours_of_each_other_and_differ_by_one_exchange(place, player, low):
    there = neighbour(place, player, low)
    assert there != place and neighbour(there, player, low) == place
    here, moved = (ordinal_game(*p).payoffs[1 - player] for p in (place, there))
    # the other player's ranks may be in another order of actions, and nothing else
    assert sorted(here.ravel()) == sorted(moved.ravel())
    assert (there[0] == place[0]) == (player == 1) or low == 3


def test_low_and_middle_exchanges_stay_in_a_layer_and_high_ones_leave_it():
    """Robinson and Goforth's four layers are the quarters of the table."""

    def layer(place):
        return (place[0] > 6, place[1] > 6)

    for place in PLACES:
        for player, low in product((0, 1), (1, 2)):
            assert layer(neighbour(place, player, low)) == layer(place)
        for player in (0, 1):
            assert layer(neighbour(place, player, 3)) != layer(place)


def test_every_game_is_reached_from_every_other():
    reached, waiting = {(1, 1)}, [(1, 1)]
    while waiting:
        place = waiting.pop()
        for player, low in product((0, 1), (1, 2, 3)):
            there = neighbour(place, player, low)
            if there not in reached:
                reached.add(there)
                waiting.append(there)
    assert reached == set(PLACES)


@given(
    st.sampled_from(PLACES),
    st.tuples(st.permutations([0, 1]), st.permutations([0, 1])),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)),
)
def test_neither_names_nor_units_move_a_game(place, orders, factors, offsets):
    told = rescale(relabel(ordinal_game(*place), orders), factors, offsets)
    assert position(told) == place and family(told) == family(ordinal_game(*place))
    np.testing.assert_array_equal(
        ranked(told).payoffs, relabel(ordinal_game(*place), orders).payoffs
    )


def test_in_cyclic_games_both_mix():
    for one in ordinal_games():
        found = equilibria(one)
        assert found.degenerate is None
        assert (family(one) == "cyclic") == (len(found) == 1 and not found[0].pure)


def test_they_are_found_by_name():
    entry = named("ordinal-6-7")
    assert entry.make() == ordinal_game(6, 7) and entry.family == "prisoner's dilemma"
    assert named("ordinal_1_12").family == "unfair"


def test_what_has_no_place_is_refused():
    with pytest.raises(IllFormedGame, match="no game at 0, 5"):
        ordinal_game(0, 5)
    with pytest.raises(IllFormedGame, match="player 1 is indifferent"):
        position(NormalForm([[[4, 1], [3, 2]], [[1, 1], [2, 3]]]))
    with pytest.raises(IllFormedGame, match="not a 2×2 game"):
        position(game("rock-paper-scissors"))
    with pytest.raises(IllFormedGame, match="no ranks 4 and 5"):
        neighbour((1, 1), 0, 4)
