"""Planners, values and backward induction on states, against trees and known numbers."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, Misuse, NotSolved
from nashscope.games import (
    NATURE,
    Amount,
    Ask,
    Choice,
    Repeated,
    check_dynamic,
    game,
    named,
    unfold,
    zero_sum_game,
)
from nashscope.games.solve import (
    backward_induction,
    best_reply,
    certificate,
    one_owner,
    solve_states,
    state_induction,
)
from nashscope.games.wrapper.talk import Talk
from tests.games.forest import random_tree

PD = game("prisoners-dilemma")


@dataclass(frozen=True)
class Stochastic:
    """A game on numbered states with random payoffs and transitions, for ever.

    pay: [players, states, rows, columns]. odds: [states, rows, columns, states] in fractions.
    """

    pay: tuple
    odds: tuple
    longest: int | None = None
    players: int = 2
    start: tuple = (0, None, (0, 0), 0)

    def asks(self, state):
        at, moved, _, turn = state
        if moved is not None:
            names = tuple(map(str, range(len(self.odds))))
            return (Ask(NATURE, Choice(names), "next", turn, self.odds[at][moved[0]][moved[1]]),)
        return tuple(Ask(p, Choice(("a", "b")), "", turn) for p in (0, 1))

    def after(self, state, answers):
        at, moved, paid, turn = state
        if moved is not None:
            return (answers[0], None, paid, turn + 1)
        gains = (own[at][answers[0]][answers[1]] for own in self.pay)
        return (at, answers, tuple(a + b for a, b in zip(paid, gains, strict=True)), turn + 1)

    def facts(self, state, player):
        return state[0]

    def paid(self, state):
        return state[2]

    def remaining(self, state):
        return state[:2]


def stochastic(seed, zero_sum, states=3):
    chance = np.random.default_rng(seed)
    own = chance.integers(-3, 4, (states, 2, 2)).tolist()
    weights = chance.integers(1, 5, (states, 2, 2, states)).tolist()
    odds = [[[tuple(F(w, sum(c)) for w in c) for c in row] for row in at] for at in weights]
    other = [[[-u if zero_sum else u for u in row] for row in at] for at in own]
    return Stochastic((own, other), odds)


def iterated(match, discount, solve, sweeps=400):
    """Values by plain iteration, straight from the numbers."""
    worth = np.zeros(len(match.odds))
    pay, odds = np.array(match.pay[0], float), np.array(match.odds, dtype=float)
    for _ in range(sweeps):
        worth = np.array([solve(t) for t in pay + discount * odds @ worth])
    return worth


@given(st.integers(0, 10**6))
@settings(max_examples=3)
def test_shapleys_values_are_the_fixed_point(seed):
    match = stochastic(seed, zero_sum=True, states=2)
    solved = solve_states(match, discount=F(1, 2), tolerance=1e-4)

    def value(table):
        (a, b), (c, d) = table
        low, high = max(min(a, b), min(c, d)), min(max(a, c), max(b, d))
        return low if low == high else (a * d - b * c) / (a + d - b - c)

    assert solved.error <= 1e-4
    assert solved.value == pytest.approx(iterated(match, 0.5, value, 60)[0], abs=1e-4)


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_a_team_earns_what_value_iteration_says(seed):
    match = stochastic(seed, zero_sum=False)
    best = one_owner(match, discount=F(4, 5), tolerance=1e-7)
    assert best.value == pytest.approx(2 * iterated(match, 0.8, np.max)[0], abs=1e-6)
    assert best.error <= 1e-7


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_repeated_zero_sum_games_are_worth_their_rounds(seed):
    stage = zero_sum_game(np.random.default_rng(seed).integers(-3, 4, (2, 3)))
    match = Repeated(stage, 2)
    solved = solve_states(match)
    assert solved.value == 2 * certificate(stage.exact[0]).value and solved.error == 0


def test_discounted_rounds_are_worth_less():
    stage = zero_sum_game([[3, 1], [2, 1]])
    assert solve_states(Repeated(stage, 3), discount=F(1, 2)).value == F(7, 4)
    assert one_owner(Repeated(PD, 3), discount=F(1, 2)).value == 6 * F(7, 4)


@given(st.integers(0, 10**6), st.integers(1, 3))
@settings(max_examples=15)
def test_backward_induction_on_states_is_that_of_trees(seed, players):
    tree = random_tree(seed, players, signals=1)
    if tree.perfect_information:
        assert state_induction(tree).payoffs == backward_induction(tree).payoffs


@pytest.mark.parametrize(("rounds", "shares"), [(1, (1, 0)), (2, (F(1, 10), F(9, 10)))])
def test_alternating_offers_as_a_tree_and_on_states(rounds, shares):
    """Oracle: with discount 9/10 the first gets 1, 1/10, 9/10 for one, two, three rounds."""
    pie = named(f"alternating-offers:rounds={rounds},pie=1,unit=1/10").make()
    assert state_induction(pie).payoffs == shares == backward_induction(unfold(pie)).payoffs


@pytest.mark.parametrize(
    ("rounds", "first", "second", "share"),
    [
        (3, "9/10", "9/10", 0.91),
        (12, "9/10", "9/10", 0.378),
        (12, "4/5", "19/20", 0.168),
        (12, "19/20", "4/5", 0.673),
        (5, "1", "1", 1),
        (4, "1", "1", 0),
    ],
)
def test_long_bargains_pay_what_the_recursion_says(rounds, first, second, share):
    """a_T = [T odd], a_t = 1 - δ_B(1 - a_{t+1}) for odd t, δ_A·a_{t+1} for even t; to the grid."""
    text = f"alternating-offers:rounds={rounds},pie=1,unit=1/100,first={first},second={second}"
    paid = state_induction(named(text).make(), lambda worths: 0).payoffs
    assert float(paid[0]) == pytest.approx(share, abs=0.01 * rounds / 2 + 1e-9)


def test_the_equilibrium_on_states_leaves_nothing_to_gain():
    pie = named("alternating-offers").make()
    induced = state_induction(pie)

    def rule(facts, ask):
        return induced.choices[facts.round, facts.offer, None]

    for player in (0, 1):
        assert best_reply(pie, player, [rule, rule]).value == induced.payoffs[player]


@pytest.mark.slow
def test_one_owner_of_the_pool_earns_650():
    """GovSim's pool of 100 that doubles: 50 in each of eleven months, then all of it."""
    best = one_owner(named("commons").make())
    assert (best.value, best.error) == (650, 0)
    assert sum(best.plan[0, 100]) == 50 and sum(best.plan[11, 100]) == 100


def test_what_the_planner_earns_is_what_the_largest_branch_of_the_tree_pays():
    small = named("commons:players=2,months=2,stock=6,collapse=1").make()
    most = max(sum(end.payoffs) for end in unfold(small).nodes() if not hasattr(end, "children"))
    assert one_owner(small).value == most
    assert one_owner(Talk(small, 1)).value == most


class Short:
    """A pool whose remaining game is taken to be its month alone."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def remaining(self, state):
        return state.month


def test_a_plan_that_earns_something_else_when_played_is_refused():
    pool = Short(named("commons:players=2,months=3,stock=8,collapse=1").make())
    with pytest.raises(NotSolved, match="`remaining` takes states for one that are not"):
        one_owner(pool)
    with pytest.raises(IllFormedGame, match="takes two states for one"):
        check_dynamic(pool)


def test_what_cannot_be_solved_is_said():
    endless = stochastic(0, zero_sum=True)
    for solve in (solve_states, one_owner):
        with pytest.raises(NotSolved, match="go on for ever; give a discount"):
            solve(endless)
        with pytest.raises(Misuse, match="the discount is 1; it must be"):
            solve(endless, discount=1)
    with pytest.raises(IllFormedGame, match="is not zero-sum"):
        solve_states(Repeated(PD))
    with pytest.raises(IllFormedGame, match="has 3 players; this is for two"):
        solve_states(Repeated(game("public-goods")))
    with pytest.raises(IllFormedGame, match="asks 2 players at once"):
        state_induction(Repeated(PD))
    with pytest.raises(IllFormedGame, match="told the same in two states"):
        solve_states(named("kuhn-poker").make())
    with pytest.raises(NotSolved, match="can come back to a state"):
        state_induction(Alone())
    with pytest.raises(NotSolved, match="too many joint answers"):
        one_owner(Wealthy())


class Alone:
    """One who goes on for ever."""

    players, start = 1, 0

    def asks(self, state):
        return (Ask(0, Choice(("on",)), "", state),)

    def after(self, state, answers):
        return state + 1

    def facts(self, state, player):
        return None

    def paid(self, state):
        return (0,)

    def remaining(self, state):
        return 0


class Wealthy(Alone):
    """One who is asked for one of very many numbers."""

    def asks(self, state):
        return (Ask(0, Amount(0, 10**7), "much"),) if state == 0 else ()


def test_soccer_is_fair_and_the_ball_is_worth_having():
    soccer = named("soccer:rows=2,columns=2").make()
    solved = solve_states(soccer)
    assert abs(float(solved.value)) <= solved.error < 1e-8
    mine, yours = ((soccer.start.squares, ball, None) for ball in (0, 1))
    assert solved.worths[mine] > 0.1 > -0.1 > solved.worths[yours]
