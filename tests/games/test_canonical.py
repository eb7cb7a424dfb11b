"""One form for all games that differ in names and units alone, and another for all others."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nashscope.errors import NotSolved
from nashscope.games import (
    NormalForm,
    canonical,
    canonical_form,
    canonical_hash,
    canonical_hashes,
    catalogue,
    game,
    named,
    ordinal_games,
    relabel,
    rescale,
    swap_players,
    zero_sum_game,
)


@st.composite
def games(draw, most=4, players=2, spread=2):
    """Small integer games: few numbers, so that ties, symmetries and duplicates are common."""
    shape = tuple(draw(st.integers(1, most)) for _ in range(players))
    return NormalForm(draw(arrays(int, (players, *shape), elements=st.integers(0, spread))))


@st.composite
def retold(draw, game):
    """The same game with other names, units and order of the players."""
    orders = [draw(st.permutations(range(count))) for count in game.shape]
    positive = st.fractions("1/9", 9, max_denominator=9)
    factors = [draw(positive) for _ in orders]
    offsets = [draw(st.fractions(-9, 9, max_denominator=9)) for _ in orders]
    order = draw(st.permutations(range(game.players)))
    return swap_players(rescale(relabel(game, orders), factors, offsets), order)


def tables_of(game, order):
    """Every way to order the actions, in each player's own unit: by brute force."""
    turned = swap_players(game, order)
    least = [table - table.min() for table in turned.exact]
    unit = np.array([table / (table.max() or 1) for table in least], dtype=object)
    for orders in product(*(permutations(range(count)) for count in turned.shape)):
        yield tuple(unit[np.ix_(range(turned.players), *orders)].ravel())


def same_by_trying(one, other):
    """Whether some reordering of players and actions turns one game into the other."""
    own = (one.shape, next(tables_of(one, range(one.players))))
    return any(
        own == (swap_players(other, order).shape, table)
        for order in permutations(range(other.players))
        for table in tables_of(other, order)
    )


@given(st.data(), st.sampled_from([(4, 2), (2, 3)]))
@settings(max_examples=80)
def test_neither_names_nor_units_nor_the_players_order_count(data, size):
    most, players = size
    one = data.draw(games(most, players))
    other = data.draw(retold(one))
    assert canonical_form(one) == canonical_form(other)
    assert canonical_hash(one) == canonical_hash(other)


@given(games(3), games(3))
@settings(max_examples=150)
def test_games_share_a_form_if_and_only_if_trying_all_orders_makes_them_alike(one, other):
    assert (canonical_form(one) == canonical_form(other)) == same_by_trying(one, other)


@given(st.data())
@settings(max_examples=60)
def test_one_changed_payoff_makes_another_game_unless_trying_says_no(data):
    one = data.draw(games(3, spread=3))
    table = one.payoffs.copy()
    place = tuple(data.draw(st.integers(0, count - 1)) for count in table.shape)
    table[place] += 1
    other = NormalForm(table)
    assert (canonical_hash(one) == canonical_hash(other)) == same_by_trying(one, other)


def test_the_form_of_a_form_is_itself():
    for name in ("chicken", "shapley", "travellers-dilemma", "volunteers-dilemma"):
        shape, cells = canonical_form(game(name))
        again = NormalForm(np.array(cells).T.reshape(len(shape), *shape))
        assert canonical_form(again) == (shape, cells)


def test_the_catalogue_has_no_game_twice():
    """But for units: nothing else in the catalogue may be a copy of another game."""
    found = {}
    for name in catalogue():
        made = named(name).make()
        if isinstance(made, NormalForm):
            found.setdefault(canonical_hash(made), []).append(name)
    assert all(len(names) == 1 for names in found.values()), found


def test_of_the_ordinal_games_those_across_the_diagonal_are_one():
    assert len({canonical_form(one) for one in ordinal_games()}) == 78


@given(arrays(int, (3, 3, 2), elements=st.integers(-2, 2)))
@settings(max_examples=40)
def test_batches_of_zero_sum_games_are_hashed_as_they_are_one_by_one(tables):
    assert canonical_hashes(tables) == [canonical_hash(zero_sum_game(t)) for t in tables]


@given(arrays(int, (3, 3), elements=st.integers(-3, 3)), st.permutations(range(3)))
@settings(max_examples=40)
def test_a_zero_sum_game_seen_from_the_other_side_is_the_same(table, order):
    (one,), (other,) = canonical_hashes(table[None]), canonical_hashes(-table.T[None][:, order])
    assert one == other


def test_floats_are_told_apart_to_the_last_bit():
    table = np.array([[0.1, 0.2], [0.3, 0.7]])
    moved = table.copy()
    moved[0, 1] = np.nextafter(moved[0, 1], 1)
    one, other = canonical_hashes(np.stack([table, moved]))
    assert one != other


def test_symmetric_games_are_no_trouble_up_to_a_bound(monkeypatch):
    cycle = np.roll(np.eye(9, dtype=int), 1, axis=1)
    form = canonical_form(NormalForm([cycle, cycle.T]))
    assert form == canonical_form(NormalForm([cycle[::-1], cycle.T[::-1]]))
    monkeypatch.setattr(canonical, "BRANCHES", 3)
    with pytest.raises(NotSolved, match="over 3 orders of its actions would have to be tried"):
        canonical_form(NormalForm([cycle, cycle.T]))


def test_all_games_of_ones_and_zeros_are_sorted_as_by_trying():
    """The 2×2 zero-sum games with payoffs 0 and 1: few enough to compare every pair."""
    tables = [np.reshape(t, (2, 2)) for t in product((0, 1), repeat=4)]
    hashes = canonical_hashes(np.stack(tables))
    made = [zero_sum_game(t) for t in tables]
    for (one, own), (other, its) in product(zip(made, hashes, strict=True), repeat=2):
        assert (own == its) == same_by_trying(one, other)


@given(games(3))
def test_a_constant_player_is_told_by_nothing_but_the_other(one):
    assume(one.ranges[1] > 0)
    flat = NormalForm(np.stack([one.payoffs[0] * 0 + 5, one.payoffs[1]]))
    other = NormalForm(np.stack([one.payoffs[0] * 0 - 3, one.payoffs[1] * 2]))
    assert canonical_form(flat) == canonical_form(other)
