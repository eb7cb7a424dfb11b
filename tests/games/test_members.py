"""The catalogue's games with a state: every treatment keeps its promises; known numbers hold."""

from fractions import Fraction as F
from itertools import combinations_with_replacement

import pytest

from nashscope.errors import Misuse
from nashscope.games import NATURE, check_dynamic, named, unfold
from nashscope.games.dynamic import states
from nashscope.games.outline import questions
from nashscope.games.rule import uniform_rule
from nashscope.games.solve import (
    backward_induction,
    best_reply,
    dynamic_payoffs,
    dynamic_regrets,
    state_induction,
    tree_regrets,
)

TREATMENTS = [
    "capacity:players=2,rounds=2",
    "capacity:least=3,most=3,players=1",
    "commons:players=2,months=3,stock=12,shown=own,limit=true",
    "commons:players=3,months=2,stock=9,shown=total,horizon=true,threshold=true",
    "commons:players=2,months=2,stock=9,excess=lot",
    "alternating-offers:rounds=2,pie=1,unit=1/4,first=1/2,second=1",
    "posted-price:rounds=3,discount=1/2,cost=3",
    "plurality-vote:players=4,polls=1",
    "plurality-vote:players=1,options=2",
    "sequential-goods:players=4,most=3,penalty=1,needed=5,shown=false",
    "silent-village:players=5,wolves=2",
    "silent-village:players=7,wolves=2,secret=false",
    "soccer:rows=2,columns=3",
]


@pytest.mark.parametrize("text", TREATMENTS)
def test_every_treatment_keeps_its_promises(text):
    check_dynamic(named(text).make())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("capacity:least=9", "least no more than most"),
        ("commons:players=0", "all must be positive"),
        ("commons:stock=4", "dies below 5: nobody would be asked"),
        ("commons:shown=some", "it is one of all, total, own"),
        ("commons:fish=3", "has no parameter"),
        ("alternating-offers:first=2", "discounts are from 0 to 1"),
        ("alternating-offers:unit=3", "10 cannot be split in units of 3"),
        ("posted-price:worth=0", "rounds and worth are at least 1"),
        ("plurality-vote:options=1", "at least 1 voter and 2 options"),
        ("sequential-goods:most=0", "gifts of 1"),
        ("silent-village:players=4,wolves=2", "fewer than the others"),
        ("soccer:end=0", "an end above 0"),
    ],
)
def test_a_treatment_that_cannot_be_is_named(text, says):
    with pytest.raises(Misuse, match=says):
        named(text).make()


def test_what_is_asked_is_told_in_a_few_words():
    assert questions(named("commons").make()) == {"harvest": "an amount from 0 to 100 (units)"}
    assert questions(named("posted-price").make()) == {
        "price": "an amount from 0 to 4",
        "reply": "buy or decline",
    }


# --- capacity ---


@pytest.mark.parametrize("others", list(combinations_with_replacement([2, 5, 8], 4)))
def test_to_ask_for_the_most_is_dominant_in_one_round(others):
    """x·(C/X)² grows in x while the others together ask for more than x."""
    once = named("capacity:rounds=1").make()
    rules = [None, *(lambda facts, ask, own=own: own for own in others)]
    most = once.paid(once.after(once.start, (8, *others)))[0]
    assert best_reply(once, 0, rules).value == most


def test_five_who_ask_for_eight_get_two_each():
    once = named("capacity:rounds=1").make()
    assert once.paid(once.after(once.start, (8,) * 5)) == (2,) * 5
    assert once.paid(once.after(once.start, (4,) * 5)) == (4,) * 5


# --- commons ---


def test_the_pool_doubles_up_to_its_capacity_and_dies_below_five():
    pool = named("commons").make()
    assert pool.after(pool.start, (10,) * 5).stock == 100
    assert pool.after(pool.start, (14,) * 5).stock == 60
    assert pool.after(pool.start, (19,) * 5).stock == 10
    dead = pool.after(pool.start, (20, 19, 19, 19, 19))
    assert dead.stock == 0 and pool.asks(dead) == () and pool.paid(dead) == (20, 19, 19, 19, 19)


def test_wishes_beyond_the_stock_are_cut_or_dealt():
    pool = named("commons").make()
    assert pool.paid(pool.after(pool.start, (100, 50, 50, 0, 0))) == (50, 25, 25, 0, 0)
    lot = named("commons:excess=lot").make()
    assert lot.asks(lot.start)[-1].player == NATURE
    wishes = (100, 50, 50, 0, 0)
    dealt = [lot.paid(lot.after(lot.start, (*wishes, seed))) for seed in range(5)]
    assert all(sum(own) == 100 and own[3:] == (0, 0) and own[1] <= 50 for own in dealt)
    assert len(set(dealt)) > 1 and dealt[2] == lot.paid(lot.after(lot.start, (*wishes, 2)))


def test_each_treatment_tells_what_it_says():
    told = {}
    for shown in ("all", "total", "own"):
        text = f"commons:players=2,stock=20,shown={shown},limit=true,horizon=true,threshold=true"
        pool = named(text).make()
        *_, state = states(pool, [(4, 3)])
        facts = pool.facts(state, 1)
        told[shown] = facts.catches
        assert (facts.limit, facts.months, facts.collapse, facts.mine) == (5, 12, 5, 3)
    assert told == {"all": ((4, 3),), "total": (7,), "own": (3,)}
    plain = named("commons").make()
    assert plain.facts(plain.start, 0)[-3:] == (None, None, None)


def test_a_harvest_that_was_not_read_takes_nothing_and_leaves_the_sums_open():
    pool = named("commons:players=2").make()
    state = pool.after(pool.start, (None, 30))
    assert state.stock == 100 and pool.paid(state) is None
    assert pool.facts(state, 0).catches == ((None, 30),)


# --- the others, against the literature ---


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        ("bonus=0", None),
        ("bonus=0,penalty=1/2,needed=3", "4/5 4/5 4/5"),
        ("bonus=0,penalty=1,needed=2", "6/5 1/5 1/5"),
        ("bonus=3/10", "4/5 11/10 7/5"),
        ("bonus=1/2", "6/5 1/5 7/10"),
        ("players=4,bonus=0,penalty=1,needed=2", "6/5 6/5 1/5 1/5"),
    ],
)
def test_who_gives_in_turn_by_bonus_and_penalty(text, paid):
    goods = named(f"sequential-goods:{text}").make()
    wanted = tuple(map(F, paid.split())) if paid else (0, 0, 0)
    assert state_induction(goods).payoffs == wanted
    assert backward_induction(unfold(goods)).payoffs == wanted


@pytest.mark.parametrize(
    ("players", "chance"),
    [(3, F(1, 3)), (4, F(1, 4)), pytest.param(5, F(7, 15), marks=pytest.mark.slow)],
)
def test_how_often_a_silent_village_wins(players, chance):
    """W(n) = 1/n + (n-1)/n·W(n-2) with one wolf and even votes, W(1) = W(2) = 0."""
    village = named(f"silent-village:players={players}").make()
    paid = dynamic_payoffs(village, [uniform_rule] * players)
    wolf = F(1, players)
    assert paid == ((1 - wolf) * chance + wolf * (1 - chance),) * players


def test_a_villager_does_not_know_the_wolf_and_a_pack_does():
    village = named("silent-village:players=5,wolves=2").make()
    *_, state = states(village, [(0,), (1,), (0,), (1,), (0,)])
    facts = [village.facts(state, p) for p in range(5)]
    assert [own.role == "wolf" for own in facts] == [False, True, False, True, False]
    assert [own.fellows for own in facts] == [(), (3,), (), (1,), ()]


def test_a_seller_asks_what_a_monopolist_would():
    sale = named("posted-price:cost=0,worth=9").make()

    def buyer(facts, ask):
        return int(facts.mine < facts.prices[-1])

    best = max(F(price * (10 - price), 9) for price in range(10))
    assert best_reply(sale, 0, [None, buyer]).value == best == F(25, 9)


def test_posting_the_monopoly_price_is_an_equilibrium():
    sale = named("posted-price").make()

    def seller(facts, ask):
        return max(range(5), key=lambda p: (p - facts.mine) * (5 - p))

    def buyer(facts, ask):
        return int(facts.mine < facts.prices[-1])

    tree = unfold(sale)
    assert tree_regrets(tree, tree.policy([seller, buyer])) == (0, 0)


def test_three_who_vote_for_what_they_like_best_have_nothing_to_gain():
    vote = named("plurality-vote").make()
    sincere = [lambda facts, ask: facts.worth.index(2)] * 3
    assert dynamic_payoffs(vote, sincere) == (1, 1, 1)
    assert dynamic_regrets(vote, sincere) == (0, 0, 0)
