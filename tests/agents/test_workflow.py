"""A model with a workflow: its steps add up to the policy that probability theory says."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from nashscope.agents import Question, agent
from nashscope.agents.workflow import Workflow
from nashscope.errors import Misuse
from nashscope.framing import Plain
from nashscope.games import NormalForm, Repeated, game
from nashscope.models import load


@dataclass
class Scripted:
    """Tells the probabilities of a table: for the words a prompt contains, those of its choices."""

    table: dict
    name: str = "fake/table"
    reads: bool = True
    asked: list = field(default_factory=list)

    def logprobs(self, prompts, choices, begun=None, *, alone=False):
        found = []
        for prompt, own in zip(prompts, choices, strict=True):
            self.asked.append(prompt)
            told = next(given for words, given in self.table.items() if words in prompt)
            assert len(told) == len(own)
            found.append(np.log(told))
        return found

    def generate(self, prompts, chances, *, tokens, stop=(), temperature=1.0):
        raise AssertionError("a model that tells probabilities is not asked to write")


PD = game("prisoners-dilemma")
WORDS = Plain((("F", "J"), ("K", "M")))


def asked(stage=PD, order="simultaneous", now=(None, None), player=0):
    view = Repeated(stage, order=order).view(player, [], now)
    return Question(view, WORDS, np.random.default_rng(1))


def policy(model, steps, question):
    (decision,) = Workflow(model, steps).decide([question])
    assert (decision.outcome, decision.how) == ("action", "logprobs")
    return decision.policy


def test_a_dominance_check_falls_back_on_the_usual_question():
    """P(F) = P(says F dominates) + P(says none) · P(chooses F)."""
    model = Scripted(
        {"whatever the others": [0.1, 0.5, 0.4], "Answer with F or J only": [0.25, 0.75]}
    )
    assert policy(model, "dominance", asked()) == pytest.approx(
        (0.1 + 0.4 * 0.25, 0.5 + 0.4 * 0.75)
    )


def test_prediction_then_action_sums_over_the_predictions():
    model = Scripted(
        {
            "do you expect": [0.3, 0.7],
            "I expect the other player to choose K.": [0.9, 0.1],
            "I expect the other player to choose M.": [0.2, 0.8],
        }
    )
    expected = 0.3 * 0.9 + 0.7 * 0.2
    assert policy(model, "predict", asked()) == pytest.approx((expected, 1 - expected))


@pytest.mark.parametrize(("belief", "best"), [((0.9, 0.1), (1, 0)), ((0.4, 0.6), (0, 1))])
def test_the_best_response_to_a_stated_belief_is_computed(belief, best):
    """In the stag hunt with payoffs 4, 0, 3, 3 one hunts above a belief of 3/4."""
    stage = NormalForm([[[4, 0], [3, 3]], [[4, 3], [0, 3]]])
    assert policy(Scripted({"do you expect": belief}), "belief", asked(stage)) == pytest.approx(
        best
    )


def test_beliefs_that_leave_it_open_are_answered_with_all_best_responses():
    pennies = game("matching-pennies")
    found = policy(Scripted({"do you expect": [0.5, 0.5]}), "belief", asked(pennies))
    assert found == (0.5, 0.5)


def test_what_was_just_seen_is_not_guessed():
    """Who moves second knows; the model is not asked for a belief."""
    model = Scripted({"never": [0.5, 0.5]})
    stage = game("stag-hunt")
    for action in (0, 1):
        question = asked(stage, "sequential", (action, None), player=1)
        assert policy(model, "belief", question)[action] == 1
    assert model.asked == []


def test_a_model_that_only_writes_is_followed_step_by_step():
    question = asked()
    (decision,) = Workflow(load("fake/scripted:none,J"), "dominance").decide([question])
    assert (decision.action, decision.reply) == (1, "J")
    (decision,) = Workflow(load("fake/constant:F"), "dominance").decide([question])
    assert (decision.action, "whatever the others" in decision.prompt) == (0, True)
    (decision,) = Workflow(load("fake/scripted:M,F"), "predict").decide([question])
    assert decision.action == 0 and "expect the other player to choose M" in decision.prompt
    (decision,) = Workflow(load("fake/constant:K"), "belief").decide([question])
    assert decision.action == 1  # defection, whatever is expected
    (decision,) = Workflow(load("fake/constant:hm"), "belief").decide([question])
    assert (decision.action, decision.outcome) == (None, "no label")


def test_one_other_player_is_foreseen():
    three = NormalForm(np.zeros((3, 2, 2, 2)))
    view = Repeated(three).view(0, [], (None,) * 3)
    framing = Plain((("F", "J"),) * 3)
    with pytest.raises(Misuse, match="foresees one other player"):
        agent("predict:fake/uniform").decide([Question(view, framing, np.random.default_rng(0))])
