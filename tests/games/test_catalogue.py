"""Every named game is what its file says, and the conformance test catches one that is not."""

import inspect
from dataclasses import replace
from fractions import Fraction
from itertools import count
from math import comb

import numpy as np
import pytest

from nashscope.errors import IllFormedGame
from nashscope.games import (
    Named,
    NormalForm,
    catalogue,
    check_game,
    game,
    named,
    swap_players,
    zero_sum_game,
)
from nashscope.games.solve import (
    certificate,
    certify,
    equilibria,
    iterated_dominance,
    pure_equilibria,
)

STRATEGIC = [name for name in catalogue() if isinstance(named(name).make(), NormalForm)]
# fmt: off
PROMISED = [
    "prisoners-dilemma", "stag-hunt", "chicken", "battle-of-the-sexes", "matching-pennies",
    "rock-paper-scissors", "biased-rock-paper-scissors", "travellers-dilemma", "public-goods",
    "minimum-effort", "beauty-contest", "colonel-blotto", "cournot", "bertrand", "el-farol",
    "volunteers-dilemma", "inspection", "hawk-dove-types", "ultimatum", "dictator", "trust",
    "centipede", "ring-network", "escalation", "beer-quiche", "kuhn-poker", "leduc-poker",
]
# fmt: on


def fractions(profile):
    return tuple(tuple(Fraction(p) for p in strategy) for strategy in profile)


def at(action, actions):
    """A pure strategy."""
    return tuple(Fraction(int(a == action)) for a in range(actions))


def test_the_games_that_are_promised_are_there_one_file_each():
    assert set(PROMISED) <= set(catalogue()) and len(catalogue()) >= 25
    for name in PROMISED:
        module = name.replace("-", "_")
        assert named(name).make.__module__ == f"nashscope.games.catalog.{module}"
        assert named(name).make().name == module


SECONDS = ("commons", "soccer", "capacity", "leduc-poker")


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_equilibria_are_equilibria(name):
    game = named(name).make()
    for profile in named(name).equilibria:
        assert certify(game, fractions(profile)).exact


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_equilibria_are_all_extreme_ones(name):
    entry = named(name)
    game = entry.make()
    if game.players == 2 and entry.equilibria:
        stated = {fractions(profile) for profile in entry.equilibria}
        found = {equilibrium.strategies for equilibrium in equilibria(game)}
        assert stated == found if entry.complete else stated < found


@pytest.mark.parametrize("name", STRATEGIC)
def test_of_three_or_more_players_dominance_proves_that_there_is_no_other(name):
    entry = named(name)
    if entry.make().players > 2 and entry.complete:
        left = iterated_dominance(entry.make())
        (only,) = map(fractions, entry.equilibria)
        assert [len(own) for own in left.kept] == [1] * entry.make().players
        assert [strategy[own[0]] for strategy, own in zip(only, left.kept, strict=True)] == [
            1
        ] * len(only)


@pytest.mark.parametrize("name", STRATEGIC)
def test_the_stated_value_is_what_every_equilibrium_pays(name):
    entry = named(name)
    if entry.value is not None:
        assert {e.payoffs[0] for e in equilibria(entry.make())} == {Fraction(entry.value)}


# What the literature says of the other sizes of a game: nothing here is read from its file.


@pytest.mark.parametrize(("players", "benefit", "cost"), [(2, 3, 1), (3, 9, 1), (4, 8, 1)])
def test_volunteers_wait_with_the_root_of_cost_over_benefit(players, benefit, cost):
    """Diekmann 1985."""
    dilemma = named("volunteers-dilemma").make(players, benefit, cost)
    wait = Fraction(round((cost / benefit) ** (1 / (players - 1)) * 60), 60)
    assert wait ** (players - 1) == Fraction(cost, benefit)
    certify(dilemma, [(1 - wait, wait)] * players)
    alone = [tuple(int(p != who) for p in range(players)) for who in range(players)]
    assert sorted(pure_equilibria(dilemma)) == sorted(alone)


@pytest.mark.parametrize(("players", "multiplier"), [(2, "3/2"), (4, 3), (3, "29/10")])
def test_public_goods_are_a_dilemma_while_a_gift_returns_less_than_it_costs(players, multiplier):
    dilemma = named("public-goods").make(players, 1, multiplier)
    left = iterated_dominance(dilemma)
    assert left.kept == ((0,),) * players and all(step.round == 1 for step in left.steps)
    everyone, nobody = (1,) * players, (0,) * players
    assert (dilemma.exact[(0, *everyone)], dilemma.exact[(0, *nobody)]) == (Fraction(multiplier), 1)


def test_public_goods_are_no_dilemma_beyond():
    generous = named("public-goods").make(3, 1, 4)
    assert pure_equilibria(generous) == [(1, 1, 1)]


@pytest.mark.parametrize(("high", "bonus"), [(5, 2), (8, 3), (40, 2)])
def test_travellers_claim_the_least_whatever_the_bonus(high, bonus):
    """Basu 1994: the only pure equilibrium; Nash play is lowest although all would gain."""
    dilemma = named("travellers-dilemma").make(2, high, bonus)
    assert pure_equilibria(dilemma) == [(0, 0)]


@pytest.mark.parametrize("levels", [2, 4, 5])
def test_efforts_tie_in_pairs(levels):
    """Cost half the gain: one strict equilibrium per effort, one mixed in halves per pair."""
    found = equilibria(named("minimum-effort").make(2, levels))
    assert len(found) == levels + comb(levels, 2)
    assert all(set(s) - {0} in ({1}, {Fraction(1, 2)}) for e in found for s in e.strategies)


@pytest.mark.parametrize(("soldiers", "fields"), [(3, 2), (5, 3), (6, 3)])
def test_blotto_is_fair_and_two_fields_need_no_skill(soldiers, fields):
    blotto = named("colonel-blotto").make(soldiers, fields)
    assert blotto.shape == (comb(soldiers + fields - 1, fields - 1),) * 2
    assert blotto.symmetric and certificate(blotto.exact[0]).value == 0
    if fields == 2:  # what is won on one field is lost on the other
        assert not blotto.payoffs.any()


def test_colonel_blotto_by_hand():
    own, other = (game("colonel-blotto").actions[0].index(s) for s in ("0-2-2", "4-0-0"))
    assert game("colonel-blotto").payoffs[:, own, other].tolist() == [1, -1]


@pytest.mark.parametrize(("intercept", "cost"), [(12, 3), (9, 0), (15, 3)])
def test_cournot_sells_a_third_of_what_is_between_intercept_and_cost(intercept, cost):
    third = (intercept - cost) // 3
    market = named("cournot").make(intercept, cost, 6)
    certify(market, [at(third, 7)] * 2)


def test_bertrand_prices_at_cost_or_one_step_above():
    market = named("bertrand").make(highest=9, cost=3, demand=20)
    assert pure_equilibria(market) == [(3, 3), (4, 4)]


@pytest.mark.parametrize(("players", "seats"), [(3, 1), (4, 3), (5, 2)])
def test_as_many_go_to_el_farol_as_there_are_seats(players, seats):
    bar = named("el-farol").make(players, seats)
    pure = pure_equilibria(bar)
    assert len(pure) == comb(players, seats) and {cell.count(0) for cell in pure} == {seats}


def test_each_player_of_the_ring_needs_one_step_more_than_the_next():
    """Kneeland 2015: the last has a dominant action, and the first is solved last."""
    left = iterated_dominance(named("ring-network").make())
    last = {player: max(s.round for s in left.steps if s.player == player) for player in range(4)}
    assert last == {3: 1, 2: 2, 1: 3, 0: 4}


@pytest.mark.parametrize("rock", [1, 2, 5])
def test_paper_is_played_most_where_rock_pays_most(rock):
    """By indifference: (1, rock, 1) / (rock + 2), the value 0 by symmetry."""
    mix = tuple(Fraction(w, rock + 2) for w in (1, rock, 1))
    found = equilibria(named("biased-rock-paper-scissors").make(rock))
    assert [e.strategies for e in found] == [(mix, mix)] and found[0].payoffs == (0, 0)


@pytest.mark.parametrize(("part", "players"), [("1/2", 2), ("1/2", 3), ("2/3", 3)])
def test_a_guess_of_zero_is_an_equilibrium_of_the_beauty_contest(part, players):
    contest = named("beauty-contest").make(players, 4, part)
    certify(contest, [at(0, 5)] * players)


def test_the_inspector_makes_the_worker_indifferent():
    """Fudenberg and Tirole 1991: shirk with probability look/wage, look with effort/wage."""
    game = named("inspection").make(wage=10, effort=3, worth=20, look=2)
    mixes = ((Fraction(1, 5), Fraction(4, 5)), (Fraction(3, 10), Fraction(7, 10)))
    assert [e.strategies for e in equilibria(game)] == [mixes]


@pytest.mark.parametrize("name", [n for n in STRATEGIC if named(n).make().players == 2])
def test_changing_places_changes_places_in_every_equilibrium(name):
    here, there = named(name).make(), swap_players(named(name).make())
    assert {e.strategies for e in equilibria(here)} == {
        e.strategies[::-1] for e in equilibria(there)
    } or not equilibria(here).complete


# The conformance test.

PENNIES = named("matching_pennies")
CHICKEN = named("chicken")
CENTIPEDE = named("centipede")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (replace(PENNIES, equilibria=((("1", "0"), ("1", "0")),)), "that is none: player 1 gains"),
        (replace(CHICKEN, equilibria=CHICKEN.equilibria[:2]), "states 2 equilibria, .* are 3"),
        (replace(PENNIES, value="1/8"), "has the value 0, not 1/8"),
        (replace(CHICKEN, value="0"), "not a zero-sum game of two"),
        (replace(CENTIPEDE, perfect=("1", "4")), "backward induction pays 4, 1"),
        (replace(CENTIPEDE, equilibria=PENNIES.equilibria), "stated of strategic forms"),
        (replace(named("kuhn_poker"), value="1/18"), "has the value -1/18"),
        (replace(PENNIES, source=" "), "has no source"),
        (replace(PENNIES, family=""), "has no family"),
        (replace(PENNIES, make=lambda: 3), r"make\(\) gives a int"),
        (Named(lambda: zero_sum_game([[1, 0]], (("a",), ("b", "c\n"))), "f", "s"), "'c.n'"),
        (zero_sum_game([[1, 0]], (("",), ("b", "c"))), "an action named ''"),
        (zero_sum_game([[1, 0]], (("a" * 500,), ("b", "c"))), "of 500 letters"),
    ],
)
def test_a_broken_promise_is_named(broken, says):
    with pytest.raises(IllFormedGame, match=says):
        check_game(broken)


def test_a_game_that_is_another_every_time_is_refused():
    numbers = count()
    with pytest.raises(IllFormedGame, match="another game every time"):
        check_game(replace(PENNIES, make=lambda: zero_sum_game([[next(numbers), 0]])))


def test_a_tree_has_no_strategic_form_of_its_own_name():
    with pytest.raises(IllFormedGame, match="centipede is a game tree"):
        game("centipede")


def test_names_may_have_dashes_or_underscores():
    assert game("stag-hunt") == game("stag_hunt")
    np.testing.assert_array_equal(game("stag-hunt").payoffs[0], [[4, 1], [3, 3]])


@pytest.mark.parametrize("name", STRATEGIC)
@pytest.mark.parametrize("value", [1000, 9999])
def test_a_game_too_large_for_the_memory_is_refused_at_once(name, value):
    """Whatever counts in a game with a table: it is refused before the table is made."""
    counts = [
        key
        for key, taken in inspect.signature(named(name).make).parameters.items()
        if taken.annotation is int and key in ("players", "levels", "places", "soldiers", "fields")
    ]
    for key in counts:
        with pytest.raises(IllFormedGame, match=f"{key}={value}: .* make it smaller"):
            named(f"{name}:{key}={value}").make()
