"""Nothing illegal is played: what an agent gives is a decision of its game, or it is refused."""

import dataclasses
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashscope.agents import Decision, Question, Strategy, agent, check_agent, decide
from nashscope.agents.check import check_agent_at_load, trial
from nashscope.agents.draw import distribution, drawn, normalised
from nashscope.errors import IllegalDecision, ModelRefused, Unreadable
from nashscope.framing import PlainStyle
from nashscope.games import Repeated, game
from nashscope.play import Cell, play

NAN = float("nan")


def untyped(kind, *given, **fields):
    """An object as code without type checks makes it."""
    made = object.__new__(kind)
    defaults = {f.name: f.default for f in dataclasses.fields(kind)}
    names = list(defaults)
    for name, value in {**defaults, **dict(zip(names, given, strict=False)), **fields}.items():
        object.__setattr__(made, name, value)
    return made


def decision_of(*given, **fields):
    return untyped(Decision, *given, **fields)


class Giving:
    """Gives the same thing for every question."""

    name = "giving"

    def __init__(self, decision):
        self.decision = decision

    def decide(self, questions):
        return [self.decision for _ in questions]


def one_question():
    stage = game("chicken")
    framing = PlainStyle().draw(stage, 0, np.random.default_rng(0))
    view = Repeated(stage, 3).view(0, [], (None, None))
    return Question(view, framing, np.random.default_rng(0))


ILLEGAL = [
    (decision_of(-1), "action -1; there are 2 actions"),
    (decision_of(2), "action 2"),
    (decision_of(1.0), "action 1.0"),
    (decision_of("0"), "action '0'"),
    (decision_of(NAN), "action nan"),
    (decision_of(0, policy=(0.1, 0.1)), "the policy (0.1, 0.1)"),
    (decision_of(0, policy=(0.2, 0.3, 0.5)), "one probability for each of 2 actions"),
    (decision_of(0, policy=(NAN, 1.0)), "the policy (nan, 1.0)"),
    (decision_of(0, policy=(1.5, -0.5)), "the policy (1.5, -0.5)"),
    (decision_of(0, policy=(1.0,)), "the policy (1.0,)"),
    (decision_of(0, policy="ab"), "the policy 'ab'"),
    (decision_of(0, "refused"), "action 0 with the outcome 'refused'"),
    (decision_of(None), "action None with the outcome 'action'"),
    (0, "0; it must give a Decision"),
    (None, "None; it must give a Decision"),
]


@pytest.mark.parametrize(("decision", "says"), ILLEGAL, ids=[says for _, says in ILLEGAL])
def test_the_loop_refuses_it_before_it_is_kept_or_paid(decision, says):
    kept = []
    cell = Cell("chicken", ("giving", "random"), rounds=2, matches=1)
    with pytest.raises(IllegalDecision) as refused:
        play(
            [cell],
            lambda name, _: Giving(decision) if name == "giving" else agent(name),
            keep=kept.append,
        )
    message = str(refused.value)
    assert says in message and message.startswith("giving, asked as player 1 in round 1 of chicken")
    assert "\n" not in message and [event for event in kept if event.agent == "giving"] == []


@pytest.mark.parametrize("action", [True, np.int8(1), np.uint64(1), np.bool_(True), 1])
def test_numbers_of_other_kinds_are_kept_as_pythons_own(action):
    policy = np.array([0.25, 0.75], dtype=np.float32)
    (decision,) = decide(Giving(decision_of(action, policy=policy)), [one_question()])
    assert type(decision.action) is int and decision.action == 1
    assert decision.policy == (0.25, 0.75) and {type(p) for p in decision.policy} == {float}


values = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text(max_size=2))


@given(values, st.none() | st.lists(values, max_size=3), st.sampled_from(["action", "empty"]))
@settings(max_examples=150)
def test_whatever_an_agent_gives_is_legal_or_refused(action, policy, outcome):
    given_decision = decision_of(action, outcome, None if policy is None else tuple(policy))
    try:
        (decision,) = decide(Giving(given_decision), [one_question()])
    except IllegalDecision:
        return
    assert decision.action in (None, 0, 1) and type(decision.action) in (type(None), int)
    assert (decision.action is None) == (decision.outcome != "action")
    if decision.policy is not None:
        assert len(decision.policy) == 2 and min(decision.policy) >= 0
        assert sum(decision.policy) == pytest.approx(1, abs=1e-5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda w: sum(w) > 1e-3))
def test_what_sums_to_one_is_a_distribution_and_what_is_moved_is_none(weights):
    shares = [w / sum(weights) for w in weights]
    assert distribution(shares, len(shares)) == pytest.approx(tuple(shares))
    for factor in (0.99, 1.01):
        assert distribution([factor * share for share in shares], len(shares)) is None
    assert distribution(shares, len(shares) + 1) is None


@pytest.mark.parametrize("given_shares", [None, 3, "10", {0: 1.0}, [None], ["x"], [[1.0]], [NAN]])
def test_what_is_no_list_of_numbers_is_no_distribution(given_shares):
    assert distribution(given_shares, 1) is None


@pytest.mark.parametrize("policy", [(0.1, 0.1), (NAN, 1.0), (0.5, 0.6)])
def test_nothing_is_drawn_from_what_is_no_distribution(policy):
    with pytest.raises(IllegalDecision, match="one probability for each of 2 actions"):
        drawn(policy, np.random.default_rng(0))


@pytest.mark.parametrize("logprobs", [[NAN, -1.0], [-np.inf, -np.inf], [np.inf, 0.0]])
def test_a_network_that_overflowed_gives_no_policy(logprobs):
    with pytest.raises(ModelRefused, match="log-probabilities"):
        normalised(np.array(logprobs))


@pytest.mark.parametrize(
    "wrong", [None, 1, "CD", [0.2, 0.3, 0.5], [0.1, 0.1], [NAN, 1.0], ["a", "b"], {0: 1.0}]
)
def test_a_rule_that_gives_no_policy_is_named(wrong):
    strategy = Strategy("mine", lambda view: wrong, "nobody")
    with pytest.raises(IllegalDecision, match="the rule of mine gives player 1 in round 1"):
        strategy.decide([one_question()])


def test_an_error_in_a_users_code_is_one_line_with_its_place():
    def rule(view):
        return [1.0, 0.0] if view.history[-1][0] else [0.0, 1.0]

    with pytest.raises(IllegalDecision) as refused:
        decide(Strategy("mine", rule, "nobody"), [one_question()])
    message, line = str(refused.value), rule.__code__.co_firstlineno + 1
    assert message.startswith("mine, asked as player 1 in round 1 of chicken: ")
    assert f"test_decide.py:{line} (rule) raises IndexError" in message and "\n" not in message


def test_an_error_of_ours_keeps_its_traceback():
    """Nobody's own line is among the calls: it is not blamed on the user."""
    with pytest.raises(TypeError, match="not subscriptable"):
        decide(Strategy("ours", operator.itemgetter(0), "nobody"), [one_question()])


@pytest.mark.parametrize(
    ("answers", "says"),
    [(lambda q: None, "gives None for 1 questions"), (lambda q: [], "0 decisions for 1 questions")],
)
def test_answers_that_are_no_list_of_decisions_are_refused(answers, says):
    class Odd:
        name = "odd"

        def decide(self, questions):
            return answers(questions)

    with pytest.raises(IllegalDecision, match=says):
        decide(Odd(), [one_question()])


class Speaking(Giving):
    """Says the same thing before every game."""

    def speak(self, questions):
        return [Decision(0) for _ in questions]


def test_a_message_that_is_an_action_is_refused():
    cell = Cell("chicken", ("giving", "random"), rounds=2, matches=1, talk=1)
    agents = {"giving": Speaking(Decision(0)), "random": agent("random")}
    with pytest.raises(IllegalDecision, match="asked for a message"):
        play([cell], lambda name, _: agents[name])


class Patient:
    """A class where an object is wanted."""

    name = "patient"

    def decide(self, questions):
        return [Decision(0) for _ in questions]


class Nameless(Patient):
    name = ""


class Argumentless(Patient):
    def decide(self):
        return []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Patient, "is the class Patient, not an agent"),
        (3, "is a int, not an agent"),
        (Nameless(), "has the name ''"),
        (Argumentless(), "does not take one list of questions"),
        (untyped(Strategy, "mine", None, "nobody"), "has the rule None"),
        (Strategy("mine", lambda: [1.0], "nobody"), "a function of one view"),
    ],
)
def test_what_is_no_agent_is_refused_when_it_is_loaded(wrong, says):
    with pytest.raises(Unreadable, match=says):
        check_agent_at_load(wrong, "my.py:AGENT")
    assert check_agent_at_load(Patient(), "my.py:AGENT").name == "patient"


class Impolite:
    """Breaks the contract in a chosen way."""

    name = "impolite"

    def __init__(self, breach):
        self.breach, self.calls = breach, 0

    def decide(self, questions):
        self.calls += 1
        many = len(questions) % 2
        if self.breach == "action":
            return [Decision((many + n) % 2) for n, _ in enumerate(questions)]
        if self.breach == "outcome":
            return [Decision(None, "empty" if many else "refused") for _ in questions]
        if self.breach == "policy":
            share = 0.75 if many else 0.5
            return [Decision(0, policy=(share, 1 - share)) for _ in questions]
        if self.breach == "plan":  # what it draws from once is not what it was given
            return [Decision((q.plan + self.calls) % 2) for q in questions]
        return [Decision(int(q.view.stage.shape[q.view.player] > 2) * 2) for q in questions]


@pytest.mark.parametrize("breach", ["action", "outcome", "policy", "plan"])
def test_the_conformance_test_catches_each_breach(breach):
    with pytest.raises(IllegalDecision, match="decided by what else was asked"):
        check_agent(Impolite(breach), trial()[0])


def test_the_conformance_test_plays_games_of_every_size():
    """Legal where everybody has two actions or the player three, and where only others have."""
    seen = {(q.view.stage.shape, q.view.game.order) for asked in trial() for q in asked}
    assert {shape for shape, _ in seen} == {(2, 2), (2, 3), (3, 3), (2, 2, 2)}
    assert len(seen) == 8 and all(q.plan for asked in trial() for q in asked)
    check_agent(Impolite("none"))
    with pytest.raises(IllegalDecision, match="gives action 2"):
        check_agent(Giving(Decision(2)))
