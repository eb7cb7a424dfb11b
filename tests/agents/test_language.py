"""A language model as an agent: policies before samples, and what nobody can read stays that."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from nashscope.agents import Language, Question, agent, check_agent
from nashscope.agents.draw import GUARD, drawn, normalised
from nashscope.agents.speech import speak
from nashscope.framing import Plain
from nashscope.games import Repeated, game
from nashscope.models import Reply, load

PD = game("prisoners-dilemma")
LETTERS = Plain((("F", "J"), ("F", "J")))


def asked(count=1, player=0, seed=0):
    views = [Repeated(PD, 9).view(player, [(0, 1)] * (n % 4), (None, None)) for n in range(count)]
    return [
        Question(view, LETTERS, np.random.default_rng(seed + n)) for n, view in enumerate(views)
    ]


@dataclass
class Told:
    """Tells fixed log-probabilities, a little different in a batch, and writes a fixed text."""

    logs: tuple = (0.6, 0.2)
    text: str = ""
    finish: str = "stop"
    reached: str | None = None
    jitter: float = 0.0
    name: str = "fake/told"
    reads: bool = True
    alone: int = 0
    begun: list = field(default_factory=list)

    def logprobs(self, prompts, choices, begun=None, *, alone=False):
        self.alone += alone
        self.begun += list(begun or [])
        shift = 0.0 if alone else self.jitter
        return [np.log(np.add(self.logs, (shift, -shift))) for _ in prompts]

    def generate(self, prompts, chances, *, tokens, stop=(), temperature=1.0):
        return [Reply(self.text, self.finish, 3, self.reached) for _ in prompts]


def test_the_policy_is_over_labels_and_their_mass_is_kept():
    (decision,) = Language(Told()).decide(asked())
    assert decision.policy == pytest.approx((0.75, 0.25))
    assert decision.mass == pytest.approx(0.8)
    assert decision.how == "logprobs"
    assert decision.reply == "FJ"[decision.action]
    assert decision.prompt == LETTERS.render(asked()[0].view)


def test_actions_come_as_often_as_the_policy_says():
    found = Language(Told()).decide(asked(600))
    share = np.mean([decision.action == 0 for decision in found])
    assert share == pytest.approx(0.75, abs=0.075)


def test_rounding_in_a_batch_does_not_reach_the_action():
    """Within the guard of a boundary the policy is read again, alone, and that one decides."""
    near = [s for s in range(40_000) if abs(np.random.default_rng(s).random() - 0.75) < GUARD / 3]
    assert near
    for seed in near:
        exact, noisy = Told(), Told(jitter=0.3 * GUARD)
        (one,), (two,) = (Language(model).decide(asked(seed=seed)) for model in (exact, noisy))
        assert one.action == two.action
        assert noisy.alone == 1
    assert drawn([0.5, 0.5], np.random.default_rng(0), lambda: [0.0, 1.0]) == 1


def test_a_model_with_nothing_to_say_for_some_label_never_takes_it():
    policy, mass = normalised(np.array([-np.inf, -1.0]))
    assert (policy, mass) == ((0.0, 1.0), pytest.approx(np.exp(-1)))


@pytest.mark.parametrize(
    ("text", "finish", "outcome"),
    [
        ("I choose J.", "stop", "action"),
        ("F or J", "stop", "several labels"),
        ("whatever", "stop", "no label"),
        ("whatever you", "length", "truncated"),
        ("", "stop", "empty"),
        ("I cannot play games.", "stop", "refused"),
        ("I will never choose J.", "stop", "negated"),
    ],
)
def test_a_written_answer_is_an_action_or_says_why_it_is_none(text, finish, outcome):
    model = Told(text=text, finish=finish, reads=False)
    (decision,) = Language(model).decide(asked())
    assert decision.outcome == outcome
    assert decision.action == (1 if outcome == "action" else None)
    assert decision.reply == text and decision.policy is None


def test_after_reasoning_the_answer_is_read_behind_it():
    model = Told(text="F is bad. ", reached="Answer:")
    (decision,) = Language(model, "cot").decide(asked())
    assert decision.policy == pytest.approx((0.75, 0.25))
    assert model.begun[0] == "F is bad. Answer:"
    (decision,) = Language(Told(text="F is bad.", finish="length"), "cot").decide(asked())
    assert (decision.action, decision.outcome) == (None, "truncated")


def test_an_answer_announced_within_a_thought_is_none_yet():
    thinking = Told(text="<think>Say F is my ", reached="Answer:")
    (decision,) = Language(thinking, "cot").decide(asked())
    assert (decision.action, decision.outcome) == (None, "truncated") and thinking.begun == []
    (decision,) = Language(Told(text="<think>F?</think> ", reached="Answer:"), "cot").decide(
        asked()
    )
    assert decision.outcome == "action"


def test_what_is_thought_is_not_said_to_the_other_player():
    model = Told(text="<think>I will defect.</think> Let us cooperate.", reads=False)
    (message,) = speak(Language(model), asked())
    assert (message.outcome, message.reply) == ("said", " Let us cooperate.")
    (message,) = speak(Language(Told(text="<think>I will defect.", reads=False)), asked())
    assert message.outcome == "silent"


@pytest.mark.parametrize("mode", ["direct", "cot", "scratchpad"])
def test_fake_models_keep_the_contract(mode):
    check_agent(agent("fake/uniform", mode), asked(6))
    check_agent(agent("fake/constant:Answer: F", mode), asked(6, player=1))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["{}", "dominance:{}", "belief:{}", "predict:{}"])
def test_a_real_transformer_keeps_the_contract(random_model, name):
    """Tiny and random, from a folder; alone and with every workflow."""
    check_agent(agent(name.format(f"hf/{random_model}")), asked(5))


def test_models_are_shared_with_nobody():
    """Two agents of one model are two agents; what they say goes by their own questions."""
    first, second = agent("fake/uniform"), Language(load("fake/uniform"))
    assert [d.action for d in first.decide(asked(9))] == [d.action for d in second.decide(asked(9))]
