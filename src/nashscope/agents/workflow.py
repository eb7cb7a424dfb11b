"""A model that decides in steps: the steps are fixed, what is found in each is the model's own.

* `dominance:MODEL` is asked whether one of its choices is better whatever the others do; if it says
  which, that is its choice, and if it says none, it is asked as usual.
* `belief:MODEL` states what it expects the others to choose; the best response to that belief is
  then computed, not asked for.
* `predict:MODEL` states what it expects the other to choose, is reminded of it, and then chooses.

Where the model tells log-probabilities, the policy is exact: the sum over all answers of the first
step. Where it only writes, one answer per step is followed.

The steps are those of: Hua et al. 2024, "Game-theoretic LLM: Agent Workflow for Negotiation Games",
arXiv 2411.05990; Akata et al. 2025, "Playing repeated games with large language models" (predict,
then act). The prompts are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.agents.agent import Decision, Question
from nashscope.agents.draw import drawn, normalised
from nashscope.agents.reply import decided, named
from nashscope.errors import Misuse
from nashscope.framing import Unparsed
from nashscope.framing.answer import parse
from nashscope.framing.noted import asking
from nashscope.models import LanguageModel, Reply

__all__ = ["STEPS", "Steps", "Workflow"]

Steps = Literal["dominance", "belief", "predict"]
"""What a workflow has the model say before it chooses."""
STEPS: tuple[Steps, ...] = get_args(Steps)
"""All of them."""

NONE = "none"
"""The answer that no choice dominates."""


@dataclass(frozen=True)
class Workflow:
    """Asks a model in steps.

    tokens: most tokens of an answer that is written.
    """

    model: LanguageModel
    steps: Steps
    tokens: int = 16

    @property
    def name(self) -> str:
        """The name under which its play is recorded."""
        return f"{self.steps}:{self.model.name}"

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        if not self.model.reads:
            return self._written(questions)
        decisions = []
        for question, policy in zip(questions, self._policies(questions), strict=True):

            def alone(question: Question = question) -> tuple[float, ...]:
                return self._policies([question], alone=True)[0]

            action = drawn(policy, question.chance, alone)
            prompt = self._first(question, self._about(question))
            decisions.append(
                Decision(action, "action", policy, "logprobs", prompt=prompt, reply=None)
            )
        return decisions

    def _policies(
        self, questions: Sequence[Question], alone: bool = False
    ) -> list[tuple[float, ...]]:
        """Every question's policy, over all that the model might answer in the first step."""
        direct = [q.prompt() for q in questions]
        labelled = [q.labels for q in questions]
        if self.steps == "dominance":
            first = self._read(
                [self._first(q, None) for q in questions], [(*o, NONE) for o in labelled], alone
            )
            then = self._read(direct, labelled, alone)
            return [_tuple(f[:-1] + f[-1] * t) for f, t in zip(first, then, strict=True)]
        beliefs = self._beliefs(questions, alone)
        if self.steps == "belief":
            pairs = zip(questions, beliefs, strict=True)
            return [best_response(q, belief) for q, belief in pairs]
        policies = []
        for question, belief in zip(questions, beliefs, strict=True):
            other = _expected(question)
            labels = question.framing.labels[other]
            prompts = [_reminded(question, label) for label in labels]
            acts = self._read(prompts, [question.labels] * len(labels), alone)
            policies.append(_tuple(np.array(belief[other]) @ np.array(acts)))
        return policies

    def _about(self, question: Question) -> int | None:
        """The player that the first step is about; None where it is about dominance."""
        return None if self.steps == "dominance" else _expected(question)

    def _beliefs(
        self, questions: Sequence[Question], alone: bool
    ) -> list[list[Float[ndarray, "_"]]]:
        """For every question a belief about every player; about oneself it is not used."""
        asked = [
            (n, p)
            for n, q in enumerate(questions)
            for p in range(q.view.stage.players)
            if p != q.view.player and q.view.now[p] is None
        ]
        prompts = [self._first(questions[n], p) for n, p in asked]
        read = self._read(prompts, [questions[n].framing.labels[p] for n, p in asked], alone)
        beliefs = [[np.full(count, 1 / count) for count in q.view.stage.shape] for q in questions]
        for n, question in enumerate(questions):
            for p, action in enumerate(question.view.now):
                if action is not None:
                    beliefs[n][p] = np.eye(question.view.stage.shape[p])[action]
        for (n, p), belief in zip(asked, read, strict=True):
            beliefs[n][p] = belief
        return beliefs

    def _first(self, question: Question, player: int | None) -> str:
        """The prompt of the first step: about a player, or about dominance."""
        framing, view = question.framing, question.view
        if self.steps == "dominance" or player is None:
            options = ", ".join(framing.labels[view.player])
            return asking(
                framing,
                question.facts,
                question.ask,
                "Is one of your choices better for you than every other one, whatever the others "
                f"choose? Answer with it, {options}, or with {NONE} if there is none.\nMy answer:",
            )
        who = "the other player" if view.stage.players == 2 else f"player {player + 1}"
        options = " or ".join(framing.labels[player])
        return asking(
            framing,
            question.facts,
            question.ask,
            f"Which choice do you expect of {who} now? Answer with {options} only.\n"
            "My expectation:",
        )

    def _read(
        self, prompts: list[str], choices: Sequence[tuple[str, ...]], alone: bool
    ) -> list[Float[ndarray, "_"]]:
        """The model's probabilities over the choices."""
        if not prompts:
            return []
        return [
            np.array(normalised(logprobs)[0])
            for logprobs in self.model.logprobs(prompts, choices, alone=alone)
        ]

    def _written(self, questions: Sequence[Question]) -> list[Decision]:
        """Decisions of a model that only writes: one answer per step, all questions together."""
        if self.steps == "dominance":
            return self._checked(questions)
        taken: list[Decision | None] = [None] * len(questions)
        expected: dict[int, int] = {}
        asked = []
        for n, question in enumerate(questions):
            now = question.view.now[_expected(question)]
            if now is None:
                asked.append(n)
            else:
                expected[n] = now
        prompts = [self._first(questions[n], _expected(questions[n])) for n in asked]
        prompted = dict(zip(asked, prompts, strict=True))
        replies = self._answers([questions[n] for n in asked], prompts)
        for n, prompt, reply in zip(asked, prompts, replies, strict=True):
            labels = questions[n].framing.labels[_expected(questions[n])]
            read = named(reply, partial(parse, labels=labels))
            if isinstance(read, Unparsed):
                taken[n] = Decision(None, read.why, prompt=prompt, reply=reply.text)
            else:
                expected[n] = read
        known = [questions[n] for n in expected]
        acted = [self._acting(q, expected[n]) for q, n in zip(known, expected, strict=True)]
        decisions = (
            self._acted(known, acted)
            if self.steps == "predict"
            else [
                _believing(q, expected[n], prompted.get(n))
                for q, n in zip(known, expected, strict=True)
            ]
        )
        for n, decision in zip(expected, decisions, strict=True):
            taken[n] = decision
        return [decision for decision in taken if decision is not None]

    def _checked(self, questions: Sequence[Question]) -> list[Decision]:
        """Decisions after a dominance check; where it names no choice, the usual question."""
        prompts = [self._first(question, None) for question in questions]
        replies = self._answers(questions, prompts)
        taken: list[Decision | None] = []
        for question, prompt, reply in zip(questions, prompts, replies, strict=True):
            labels = question.labels
            read = parse(reply.text, [*labels, NONE])
            if isinstance(read, Unparsed) or read == len(labels):
                taken.append(None)
            else:
                taken.append(Decision(read, prompt=prompt, reply=reply.text))
        rest = [n for n, decision in enumerate(taken) if decision is None]
        usual = [questions[n].prompt() for n in rest]
        for n, decision in zip(rest, self._acted([questions[n] for n in rest], usual), strict=True):
            taken[n] = decision
        return [decision for decision in taken if decision is not None]

    def _acting(self, question: Question, expected: int) -> str:
        """The prompt of the last step."""
        return _reminded(question, question.framing.labels[_expected(question)][expected])

    def _answers(self, questions: Sequence[Question], prompts: list[str]) -> list[Reply]:
        """What the model writes after each prompt."""
        if not prompts:
            return []
        chances = [question.chance for question in questions]
        return self.model.generate(prompts, chances, tokens=self.tokens)

    def _acted(self, questions: Sequence[Question], prompts: list[str]) -> list[Decision]:
        """The choices that the model writes after the last prompts."""
        replies = self._answers(questions, prompts)
        asked = zip(questions, prompts, replies, strict=True)
        return [decided(question, prompt, reply) for question, prompt, reply in asked]


def _believing(question: Question, expected: int, prompt: str | None) -> Decision:
    """The best response to one action of the other player.

    Its policy is not the model's, which might have expected something else, and is not kept.
    """
    view, other = question.view, _expected(question)
    belief = [np.full(count, 1 / count) for count in view.stage.shape]
    belief[other] = np.eye(view.stage.shape[other])[expected]
    action = drawn(best_response(question, belief), question.chance)
    label = question.framing.labels[other][expected]
    return Decision(action, prompt=prompt, reply=f"I expect {label}.")


def best_response(question: Question, beliefs: Sequence[Float[ndarray, "_"]]) -> tuple[float, ...]:
    """The best response to beliefs about the others; several that tie are taken equally often."""
    view = question.view
    worth = view.stage.action_values(beliefs)[view.player]
    best = worth >= worth.max() - 1e-12 * max(view.stage.spread, 1e-300)
    return _tuple(best / best.sum())


def _expected(question: Question) -> int:
    """The other player of a two-player game.

    Raises:
        Misuse: if there are more.
    """
    if question.view.stage.players != 2:
        raise Misuse(
            f"this workflow foresees one other player, not {question.view.stage.players - 1}; "
            "use the model itself, or the workflow dominance"
        )
    return 1 - question.view.player


def _reminded(question: Question, label: str) -> str:
    """The usual prompt with what the model expects before its question."""
    told, last = question.prompt().rsplit("\n", 1)
    return f"{told}\nI expect the other player to choose {label}.\n{last}"


def _tuple(policy: Float[ndarray, "_"]) -> tuple[float, ...]:
    """A policy as it is stored; it sums to one."""
    return tuple(float(p) for p in policy / policy.sum())
