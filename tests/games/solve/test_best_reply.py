"""Best replies in games with a state: as trees and repeated games have them, and by hand."""

from dataclasses import dataclass
from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.errors import IllFormedProfile, Misuse, NashscopeError, NotSolved, OutOfTime
from nashscope.games import (
    NATURE,
    Amount,
    Ask,
    Choice,
    Monitoring,
    NormalForm,
    Repeated,
    game,
    named,
    unfold,
)
from nashscope.games.rule import uniform_rule
from nashscope.games.solve import (
    best_reply,
    dynamic_payoffs,
    dynamic_regrets,
    expected_payoffs,
    tree_best_response,
    tree_regrets,
)
from nashscope.games.wrapper.talk import Talk
from tests.games.forest import random_policy, random_tree

PD = game("prisoners-dilemma")


def policy_rules(policy, players):
    """A policy of a tree as rules."""
    return [lambda facts, ask, p=p: list(policy[p, facts.name]) for p in range(players)]


@given(st.integers(0, 10**6), st.integers(2, 3))
@settings(max_examples=25)
def test_in_a_tree_it_is_what_the_trees_own_solver_finds(seed, players):
    tree = random_tree(seed, players)
    policy = random_policy(tree, seed)
    rules = policy_rules(policy, players)
    assert dynamic_payoffs(tree, rules) == expected_payoffs(tree, policy)
    assert dynamic_regrets(tree, rules) == tree_regrets(tree, policy)
    reply = best_reply(tree, 0, rules)
    assert reply.exact and reply.replayed


def test_in_kuhn_poker_what_is_hidden_is_believed_and_not_seen():
    poker = named("kuhn-poker").make()
    reply = best_reply(poker, 1, [uniform_rule, None])
    assert reply.value == tree_best_response(poker, 1, lambda known: [F(1, 2)] * 2).value
    # whoever saw the other card would win every showdown it does not fold
    assert reply.value == F(5, 12) and len(reply.choices) == 6


@pytest.mark.parametrize(
    "form",
    [
        {"rounds": 3},
        {"rounds": 2, "order": "sequential", "tremble": F(1, 10)},
        {"rounds": 2, "monitoring": Monitoring(F(1, 5), private=True)},
        {"rounds": 3, "discount": F(1, 2), "ending": "random"},
    ],
)
def test_in_any_game_it_is_that_of_the_tree_it_unfolds_to(form):
    def rule(view, ask):
        last = view.last(1 - view.player)
        return [F(2, 3), F(1, 3)] if last is None else [F(1, 5) + F(last, 2), F(4, 5) - F(last, 2)]

    match = Repeated(PD, **form)
    tree = unfold(match)
    policy = tree.policy([rule, rule])
    assert dynamic_payoffs(match, [rule, rule]) == expected_payoffs(tree, policy)
    assert dynamic_regrets(match, [rule, rule]) == tree_regrets(tree, policy)


def test_floats_are_taken_too():
    rules = [lambda view, ask: [0.3, 0.7]] * 2
    match = Repeated(PD, 2, tremble=0.1)
    tree = unfold(match)
    found = dynamic_regrets(match, rules)
    assert found == pytest.approx([float(r) for r in tree_regrets(tree, tree.policy(rules))])


COMMONS = named("commons:players=3,months=3,stock=9,collapse=2").make()


def plain(facts, ask):
    """A rule of month and stock."""
    return facts.stock // 4 if facts.month < 2 else facts.stock // 2


def earned(plan):
    """What player 0 earns by harvesting after a plan, against the rule; None if it cannot."""
    state = COMMONS.start
    for taken in plan:
        asks = COMMONS.asks(state)
        if not asks:
            return COMMONS.paid(state)[0] if taken == 0 else None
        if taken > state.stock:
            return None
        others = [plain(COMMONS.facts(state, p), asks[p]) for p in (1, 2)]
        state = COMMONS.after(state, (taken, *others))
    return COMMONS.paid(state)[0]


def test_in_a_commons_it_is_the_best_of_all_plans():
    best = max(filter(None, map(earned, product(range(10), repeat=3))))
    reply = best_reply(COMMONS, 0, [None, plain, plain])
    assert reply.value == best and reply.exact and reply.replayed
    alone = best_reply(COMMONS, 0, [None, plain, plain], remaining=lambda state: state)
    assert alone.value == best and len(alone.choices) > len(reply.choices)


def test_a_rule_that_looks_at_more_than_remains_is_found():
    def envious(facts, ask):
        return min(facts.stock, facts.catches[-1][0] if facts.catches else 1)

    with pytest.raises(Misuse, match=r"commons are taken for one .* but a rule answers otherwise"):
        best_reply(COMMONS, 0, [None, envious, plain])
    whole = best_reply(COMMONS, 0, [None, envious, plain], remaining=lambda state: state)
    assert whole.replayed


def test_where_all_answers_are_too_many_some_give_a_lower_bound():
    few = best_reply(COMMONS, 0, [None, plain, plain], candidates=lambda f, a: (0, f.stock))
    every = best_reply(COMMONS, 0, [None, plain, plain])
    assert few.value <= every.value and not few.exact and every.exact


def test_with_talk_it_is_a_lower_bound_in_silence():
    talk = Talk(Repeated(PD, 2), 1)

    def moved(facts, ask):
        """Cooperates with those who promise it."""
        if ask.about == "speak":
            return "hello"
        return int(not any("promise" in (own.words or "") for own in facts.said))

    reply = best_reply(talk, 0, [None, moved])
    assert reply.value == 2 and not reply.exact


@dataclass(frozen=True)
class Lottery:
    """A guess of a coin that is seen by nobody, or by the player."""

    seen: bool
    players: int = 1
    start: tuple = ()

    def asks(self, state):
        if not state:
            return (Ask(NATURE, Choice(("heads", "tails")), odds=(F(2, 3), F(1, 3))),)
        return (Ask(0, Choice(("heads", "tails")), turn=1),) if len(state) == 1 else ()

    def after(self, state, answers):
        return (*state, *answers)

    def facts(self, state, player):
        return state[:1] if self.seen else None

    def paid(self, state):
        return (int(len(state) == 2 and state[0] == state[1]),)


def test_what_is_not_told_is_not_known():
    assert best_reply(Lottery(seen=True), 0, [None]).value == 1
    assert best_reply(Lottery(seen=False), 0, [None]).value == F(2, 3)


class Circle(Lottery):
    """Comes back to where it was."""

    def asks(self, state):
        return (Ask(0, Choice(("on",))),)

    def remaining(self, state):
        return 0


class Price(Lottery):
    """Asks for a price without an upper end."""

    def asks(self, state):
        return () if state else (Ask(0, Amount(0), "price"),)


def test_what_cannot_be_solved_is_said():
    with pytest.raises(NotSolved, match="comes back to a situation"):
        best_reply(Circle(True), 0, [None])
    with pytest.raises(NotSolved, match="too many answers to 'price'; give `candidates`"):
        best_reply(Price(True), 0, [None])
    assert best_reply(Price(True), 0, [None], candidates=lambda f, a: [3]).value == 0
    with pytest.raises(OutOfTime, match="did not finish within 1e-09 s"):
        best_reply(named("commons").make(), 0, [None] + [plain] * 4, time_limit=1e-9)
    for rules, says in [([None], "1 rules"), ([None, None], "player 1 has no rule")]:
        with pytest.raises(IllFormedProfile, match=says):
            best_reply(Repeated(PD), 0, rules)
    with pytest.raises(IllFormedProfile, match=r"the rule of player 1 .* answers 5"):
        best_reply(Repeated(PD), 0, [None, lambda view, ask: 5])


class Blind:
    """A commons that takes all months for one."""

    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def remaining(self, state):
        return (state.month, state.stock > 6)


def test_states_that_are_wrongly_taken_for_one_are_found():
    with pytest.raises(NashscopeError, match="taken for one"):
        best_reply(Blind(COMMONS), 0, [None, lambda f, a: 0, lambda f, a: 0])


def test_a_long_match_needs_no_recursion():
    match = Repeated(NormalForm([[[0, 1]], [[0, 1]]]), rounds=400, memory=1)
    reply = best_reply(match, 1, [uniform_rule, None], remaining=lambda s: (len(s.past), s.phase))
    assert reply.value == 400
