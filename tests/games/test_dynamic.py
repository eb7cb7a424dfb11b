"""Games with a state: what a member must keep, and that the conformance test sees it broken."""

from dataclasses import dataclass, replace
from fractions import Fraction as F

import numpy as np
import pytest

from nashscope.chance import stream
from nashscope.errors import IllFormedGame, IllFormedProfile, Misuse, NotSolved
from nashscope.games import (
    NATURE,
    Amount,
    Ask,
    Choice,
    DynamicGame,
    Monitoring,
    NormalForm,
    Repeated,
    Split,
    Subset,
    Tree,
    Words,
    catalogue,
    check_dynamic,
    game,
    named,
)
from nashscope.games.dynamic import nature, odds, states, step
from nashscope.games.history import History
from nashscope.games.rule import spread, uniform_rule

PD = game("prisoners-dilemma")
YES = Choice(("no", "yes"))


@dataclass(frozen=True)
class Toy:
    """A card that one sees, words, and two who give at once; the state is what was answered."""

    players: int = 2
    start: tuple = ()
    longest: int | None = 3

    def asks(self, state):
        if len(state) == 0:
            return (Ask(NATURE, Amount(1, 3), "card", odds=(F(1, 2), F(1, 2), 0), seen=(0,)),)
        if len(state) == 1:
            return (Ask(0, Words(9), "speak", 1, unread="passes"),)
        if len(state) == 2:
            return tuple(Ask(p, Amount(0, 4, 2), "give", 2, unread="passes") for p in (0, 1))
        return ()

    def after(self, state, answers):
        return (*state, answers)

    def facts(self, state, player):
        return (len(state), state[0] if state and player == 0 else None)

    def paid(self, state):
        given = state[2] if len(state) > 2 else (0, 0)
        return None if None in given else (given[1] - given[0], given[0] - given[1])

    def remaining(self, state):
        return len(state)


def test_a_game_that_keeps_its_promises_passes():
    assert isinstance(Toy(), DynamicGame)
    check_dynamic(Toy())


class TwiceInAStep(Toy):
    def asks(self, state):
        asked = super().asks(state)
        return (*asked, replace(asked[0], about="more")) if len(state) == 2 else asked


class TwiceInAMatch(Toy):
    def asks(self, state):
        return tuple(replace(ask, about="", turn=0) for ask in super().asks(state))


class Nobody(Toy):
    def asks(self, state):
        return tuple(replace(ask, player=ask.player * 5) for ask in super().asks(state))


class Unhashable(Toy):
    def after(self, state, answers):
        return [*state, answers]


class HiddenList(Toy):
    def facts(self, state, player):
        return [len(state)]


class Restless(Toy):
    def after(self, state, answers):
        return (*state, (*answers, object()))


class Moody(Toy):
    def facts(self, state, player):
        return object()


class Leaky(Toy):
    def facts(self, state, player):
        return state[:1]


class Reader(Toy):
    def asks(self, state):
        return () if len(state) == 2 and state[1] == ("accept",) else super().asks(state)


class Paymaster(Toy):
    def paid(self, state):
        return (0, 0, 0)


class Infinite(Toy):
    def paid(self, state):
        return (0, float("inf"))


class Miser(Toy):
    def paid(self, state):
        return None


class Loaded(Toy):
    def asks(self, state):
        return tuple(replace(a, odds=(F(1, 2),) * 3 if a.odds else ()) for a in super().asks(state))


class ShortOfOdds(Toy):
    def asks(self, state):
        return tuple(replace(a, odds=(1,) if a.odds else ()) for a in super().asks(state))


@dataclass(frozen=True)
class Endless(Toy):
    longest: int | None = None

    def asks(self, state):
        return (Ask(0, YES, turn=state[0] if state else 0),)

    def after(self, state, answers):
        return (state[0] + 1 if state else 1,)


class Forgetful(Toy):
    def remaining(self, state):
        return len(state) if len(state) < 2 else 2


class Debtor(Toy):
    """What was said counts later, and is not said to remain."""

    def paid(self, state):
        return super().paid(state) if len(state) < 3 else (state[0][0], 0)


class Planner(Toy):
    def plans(self, state):
        return [tuple(0 for _ in self.asks(state))] if len(state) == 2 else []


class Worse(Toy):
    def plans(self, state):
        asked = self.asks(state)
        return [("",)] if len(state) == 1 else [(0, 0)] if len(asked) == 2 else []

    def paid(self, state):
        given = state[2] if len(state) > 2 else (0, 0)
        return None if None in given else (2 * given[1] - given[0], given[0])


class Listed(Toy):
    def remaining(self, state):
        return [len(state)]


class Teller(Toy):
    def paid(self, state):
        return ("1", 0)


class Lump(Toy):
    def paid(self, state):
        return 3


@dataclass(frozen=True)
class Misasked(Toy):
    """Its asks have one field that cannot be."""

    field: str = "turn"
    value: object = None

    def asks(self, state):
        return tuple(replace(ask, **{self.field: self.value}) for ask in super().asks(state))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("turn", None),
        ("turn", 0.5),
        ("about", 3),
        ("answer", "yes or no"),
        ("odds", ("1/2", "1/2", "0")),
        ("unread", "skip"),
        ("seen", 0),
    ],
)
def test_an_ask_that_cannot_be_is_named_by_its_field(field, value):
    with pytest.raises(IllFormedGame, match=f"an ask whose {field} is .*; it must be"):
        check_dynamic(Misasked(field=field, value=value))


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (Listed(), "a `remaining` that is not hashable"),
        (Teller(), "pays '1' to player 0; give a finite number"),
        (Lump(), "pays 3; give a tuple of one number per player"),
        (TwiceInAStep(), "asks player 0 twice in one step; ask for Several"),
        (TwiceInAMatch(), "asks player 0 twice about '' in turn 0; let the turn count on"),
        (Nobody(), "asks player 5; there are 0 to 1|asks player -5"),
        (Unhashable(), "a state that is not hashable .*; make it of tuples"),
        (HiddenList(), "facts that are not hashable"),
        (Restless(), "leads to another state when the same answers"),
        (Moody(), "tells player 0 other facts when asked again"),
        (Leaky(), r"tells player 1 what nature answered to 'card', which only players \(0,\)"),
        (Reader(), "reads words: another text changes what is asked or paid"),
        (Paymaster(), "pays 3 numbers to 2 players"),
        (Infinite(), "pays inf to player 1; give a finite number"),
        (Miser(), "pays None though every answer was read"),
        (Loaded(), "odds 1/2, 1/2, 1/2 .*; they sum to 1.5"),
        (ShortOfOdds(), "has 1 odds for 3 values"),
        (Toy(longest=2), "asks for 3 answers; its longest match has 2"),
        (Endless(), "not over after 10,000 steps; say in `longest`"),
        (Forgetful(), "takes two states for one in `remaining` .*, but asks otherwise"),
        (Debtor(), "takes two states for one in `remaining` .*, but pays otherwise"),
        (Planner(), "has plans that leave out what the answers"),
        (Worse(), "has plans that leave out what the answers"),
    ],
)
def test_a_broken_promise_is_named(broken, says):
    with pytest.raises(IllFormedGame, match=says):
        check_dynamic(broken)


def test_what_is_no_game_with_a_state_is_named_by_what_it_lacks():
    with pytest.raises(IllFormedGame, match="dilemma has no start, asks, after, facts, paid"):
        check_dynamic(PD)


# --- one step, and a whole match ---


def test_an_answer_outside_its_range_never_reaches_the_game():
    three = list(states(Toy(), [(2,), ("hello",)]))
    assert three == [(), ((2,),), ((2,), ("hello",))]
    for answers in [(1, 0), (5, 0), (0, -2), (0, "2")]:
        with pytest.raises(Misuse, match=r"answered .* to 'give'; it must be a value of Amount"):
            step(Toy(), three[-1], answers)
    with pytest.raises(Misuse, match="1 answers were given; 2 players are asked"):
        step(Toy(), three[-1], (0,))
    assert step(Toy(), three[-1], (None, 4))[-1] == (None, 4)


def test_an_unread_answer_passes_only_where_the_game_says_so():
    tree = named("ultimatum").make()
    with pytest.raises(Misuse, match="player 0 answered None"):
        step(tree, tree.start, (None,))


def test_nature_draws_by_its_odds():
    chance = stream(0, "tests", "nature")
    ask = Ask(NATURE, Amount(1, 3), odds=(F(1, 4), F(3, 4), 0))
    drawn = [nature(ask, chance) for _ in range(4000)]
    # three standard deviations of a share of a quarter in 4000 are 0.021
    assert abs(drawn.count(1) / 4000 - 0.25) < 0.021 and set(drawn) == {1, 2}
    assert odds(ask) == [(1, F(1, 4)), (2, F(3, 4))]
    assert odds(Ask(NATURE, YES)) == [(0, F(1, 2)), (1, F(1, 2))]


def test_a_draw_that_cannot_be_listed_is_played_and_not_solved():
    ask = Ask(NATURE, Amount(0, 2**63 - 1), "seed")
    assert 0 <= nature(ask, stream(0, "tests")) < 2**63
    with pytest.raises(NotSolved, match=r"9,223,372,036,854,775,808 values; .+ not solved"):
        odds(ask)


# --- a past that grows ---


def test_a_past_grows_without_changing_those_before_it():
    nothing = History()
    one = nothing.plus("a")
    left, right = one.plus("b"), one.plus("c")
    longer = left.plus("d")
    assert [h.whole() for h in (nothing, one, left, right)] == [(), ("a",), ("a", "b"), ("a", "c")]
    assert longer.whole() == ("a", "b", "d") == tuple(longer) and longer.last(2) == ("b", "d")
    assert longer[-1] == "d" and longer[:1] == ("a",) and len(longer) == 3
    assert left == History("ab") and hash(left) == hash(History("ab")) and left != right
    with pytest.raises(IndexError):
        one[1]


def test_a_long_match_holds_one_entry_a_round():
    match, kept = Repeated(PD, rounds=3000), []
    state = match.start
    while match.asks(state):
        state = match.after(state, (0, 1))
        kept.append(state.past)
    assert len({id(past._items) for past in kept}) == 1
    assert kept[9].whole() == ((0, 1),) * 10


# --- rules ---


def test_a_rule_answers_with_a_value_or_with_probabilities():
    ask, gift = Ask(0, YES), Ask(0, Split(1, 2))
    assert spread(lambda f, a: np.int64(1), None, ask) == [(1, 1)]
    assert spread(lambda f, a: (0.25, 0.75), None, ask) == [(0, 0.25), (1, 0.75)]
    assert spread(lambda f, a: {1: F(1)}, None, ask) == [(1, 1)]
    assert spread(lambda f, a: (1, 0), None, gift) == [((1, 0), 1)]
    assert spread(lambda f, a: np.array([0.5, 0.5]), None, gift) == [((0, 1), 0.5), ((1, 0), 0.5)]
    three = Ask(0, Subset(("a", "b"), 1))
    assert spread(uniform_rule, None, three) == [
        ((0,), F(1, 3)),
        ((1,), F(1, 3)),
        ((0, 1), F(1, 3)),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (2, "answers 2, which is no value of Choice"),
        ([1], "gives 1 probabilities for 2 values"),
        ([0.5, 0.6], "sum to 1.1, not 1"),
        ([float("nan"), 1], "sum to nan"),
        ({0: "x"}, "are no probabilities"),
        ({}, "sum to 0, not 1"),
        (None, "answers None"),
    ],
)
def test_a_rule_that_answers_otherwise_is_named(given, says):
    with pytest.raises(IllFormedProfile, match=says):
        spread(lambda facts, ask: given, None, Ask(0, YES, "vote", 3))


# --- repeated games and trees are games with a state ---

FORMS = [
    {"rounds": 3},
    {"rounds": 2, "order": "sequential", "memory": 1},
    {"rounds": 2, "tremble": F(1, 10)},
    {"rounds": 2, "tremble": 0.1, "order": "sequential"},
    {"rounds": 2, "monitoring": Monitoring(F(1, 5)), "order": "sequential"},
    {"rounds": 2, "monitoring": Monitoring(0.2, private=True), "tremble": 0.3},
    {"rounds": 4, "discount": F(1, 2), "ending": "random"},
    {"rounds": 4, "discount": 0.9},
]


@pytest.mark.parametrize("form", FORMS)
def test_a_repeated_game_is_one(form):
    check_dynamic(Repeated(PD, **form))
    three = NormalForm(np.arange(36).reshape(3, 2, 3, 2))
    check_dynamic(Repeated(three, **form))


@pytest.mark.parametrize(
    "name", [n for n in catalogue() if isinstance(named(n).make(), Tree) and "leduc" not in n]
)
def test_a_tree_is_one(name):
    check_dynamic(named(name).make())


def test_an_unread_answer_passes_in_a_repeated_game_and_leaves_the_payments_open():
    match = Repeated(PD, rounds=2, tremble=1, order="sequential")
    state = match.after(match.start, (None,))
    assert [ask.player for ask in match.asks(state)] == [1]
    assert match.facts(state, 1).now == (None, None)
    state = match.after(state, (0,))
    (slip,) = match.asks(state)
    assert (slip.player, slip.about, slip.odds) == (NATURE, "tremble 1", (0, 1))
    state = match.after(state, (1,))
    assert state.past.whole() == ((None, 1),) and match.paid(state) is None


def test_in_turn_what_was_done_is_seen_and_not_what_was_decided():
    match = Repeated(PD, tremble=F(1, 3), order="sequential")
    state = match.after(match.after(match.start, (0,)), (1,))
    assert match.facts(state, 1).now == (1, None)


def test_what_is_shown_of_a_round_is_seen_and_what_was_done_is_paid():
    match = Repeated(PD, rounds=2, monitoring=Monitoring(F(1, 3), private=True))
    state = match.after(match.start, (0, 0))
    asks = match.asks(state)
    assert [(ask.about, ask.seen) for ask in asks] == [
        ("shown 1 to 0", (0,)),
        ("shown 0 to 1", (1,)),
    ]
    state = match.after(state, (1, 0))
    assert [match.facts(state, p).history for p in (0, 1)] == [((0, 1),), ((0, 0),)]
    assert match.paid(state) == tuple(own[0, 0] for own in PD.exact)


def test_a_random_end_is_drawn_and_all_rounds_count_alike():
    match = Repeated(PD, rounds=3, discount=F(1, 4), ending="random")
    state = match.after(match.start, (0, 0))
    (ask,) = match.asks(state)
    assert ask.player == NATURE and ask.odds == (F(3, 4), F(1, 4))
    assert match.asks(match.after(state, (0,))) == ()
    state = match.after(match.after(state, (1,)), (1, 1))
    assert match.paid(state) == tuple(own[0, 0] + own[1, 1] for own in PD.exact)
    with pytest.raises(IllFormedGame, match="a random ending needs the probability"):
        Repeated(PD, ending="random")
    discounted = Repeated(PD, rounds=3, discount=F(1, 4))
    state = discounted.after(discounted.after(discounted.start, (0, 0)), (1, 1))
    assert discounted.paid(state) == tuple(own[0, 0] + own[1, 1] / 4 for own in PD.exact)


def test_a_tree_tells_the_mover_where_it_is_and_the_others_nothing():
    poker = named("kuhn-poker").make()
    state = poker.after(poker.start, (0,))
    assert poker.facts(state, 0).name == "J" and poker.facts(state, 1).name == ""
    state = poker.after(state, (1,))
    assert poker.facts(state, 1).name == "Qb" and poker.facts(state, 0).own == (("J", 1),)
    assert poker.paid(state) == (0, 0) and poker.longest == 3
    assert poker.paid(poker.after(state, (0,))) == (1, -1)
