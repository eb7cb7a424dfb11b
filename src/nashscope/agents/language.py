"""A language model as an agent: it hears the game in a framing and answers with a label."""

from collections.abc import Sequence
from dataclasses import dataclass

from nashscope.agents.agent import Decision, Question
from nashscope.agents.draw import drawn, normalised
from nashscope.agents.hosted import hosted_decisions
from nashscope.agents.reply import decided
from nashscope.framing import Mode, outside_thoughts
from nashscope.games.answer import Choice
from nashscope.models import LanguageModel, Reply
from nashscope.models.hosted import HostedModel

__all__ = ["Language"]

ANSWER = "Answer:"
"""What ends the reasoning; every framing asks for it in the reasoning modes."""


@dataclass(frozen=True)
class Language:
    """Asks a model.

    mode: direct, or with reasoning first; the reasoning is written, stored, and not read by anyone.
    tokens: most tokens of an answer written in direct mode, and of reasoning in the other modes.
    temperature: of what is written; a policy read from log-probabilities is the model's own.

    Where the model can tell log-probabilities, the policy is read over whole labels and the action
    is drawn from it. Where it cannot, the action is what the written answer names. Hosted models
    are asked in the best way that their server offers, as `heard` says.
    """

    model: LanguageModel
    mode: Mode = "direct"
    tokens: tuple[int, int] = (16, 512)
    temperature: float = 1.0

    @property
    def name(self) -> str:
        """The model's name; the mode is part of the cell, not of the name."""
        return self.model.name

    @property
    def apart(self) -> int:
        """How many matches may ask at once, each by itself; 0 if they are better asked together."""
        return self.model.wire.service.concurrency if isinstance(self.model, HostedModel) else 0

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        chosen = [isinstance(q.ask.answer, Choice) for q in questions]
        if not all(chosen):
            return self._apart(questions, chosen)
        prompts = [q.prompt(self.mode) for q in questions]
        if isinstance(self.model, HostedModel):
            return hosted_decisions(
                self.model,
                questions,
                prompts,
                mode=self.mode,
                tokens=self.tokens[self.mode != "direct"],
                temperature=self.temperature,
            )
        if not self.model.reads:
            return self._named(questions, prompts)
        if self.mode == "direct":
            return self._read(questions, prompts, [""] * len(prompts))
        return self._reasoned(questions, prompts)

    def _apart(self, questions: Sequence[Question], chosen: list[bool]) -> list[Decision]:
        """Choices are read from the model's probabilities; numbers and the like are written."""
        decisions: dict[int, Decision] = {}
        for kind in (True, False):
            numbers = [n for n, choice in enumerate(chosen) if choice is kind]
            some = [questions[n] for n in numbers]
            if kind and some:
                answers = self.decide(some)
            else:
                answers = self._named(some, [q.prompt(self.mode) for q in some]) if some else []
            decisions.update(zip(numbers, answers, strict=True))
        return [decisions[n] for n in range(len(questions))]

    def _named(self, questions: Sequence[Question], prompts: list[str]) -> list[Decision]:
        """Decisions that written answers name."""
        replies = self._written(questions, prompts, ())
        asked = zip(questions, prompts, replies, strict=True)
        return [decided(question, prompt, reply, self.mode) for question, prompt, reply in asked]

    def _reasoned(self, questions: Sequence[Question], prompts: list[str]) -> list[Decision]:
        """Decisions after reasoning: the answer is read where there is one, else it is unparsed.

        An announcement within a thought that goes on is no answer yet.
        """
        replies = self._written(questions, prompts, (ANSWER,))
        decisions: list[Decision | None] = [None] * len(questions)
        ready = []
        for number, (prompt, reply) in enumerate(zip(prompts, replies, strict=True)):
            if reply.reached is not None and outside_thoughts(reply.text) is not None:
                ready.append(number)
            else:
                decisions[number] = decided(questions[number], prompt, reply, self.mode)
        begun = [f"{replies[n].text}{ANSWER}" for n in ready]
        read = self._read([questions[n] for n in ready], [prompts[n] for n in ready], begun)
        for number, decision in zip(ready, read, strict=True):
            decisions[number] = decision
        return [decision for decision in decisions if decision is not None]

    def _read(
        self, questions: Sequence[Question], prompts: list[str], begun: list[str]
    ) -> list[Decision]:
        """Decisions drawn from the model's own probabilities over whole labels."""
        labels = [q.labels for q in questions]
        decisions = []
        for number, logprobs in enumerate(self.model.logprobs(prompts, labels, begun)):
            policy, mass = normalised(logprobs)

            def alone(number: int = number) -> tuple[float, ...]:
                one = slice(number, number + 1)
                again = self.model.logprobs(prompts[one], labels[one], begun[one], alone=True)
                return normalised(again[0])[0]

            action = drawn(policy, questions[number].chance, alone)
            reply = f"{begun[number]} {labels[number][action]}".strip()
            decisions.append(
                Decision(action, "action", policy, "logprobs", mass, None, prompts[number], reply)
            )
        return decisions

    def _written(
        self, questions: Sequence[Question], prompts: list[str], stop: tuple[str, ...]
    ) -> list[Reply]:
        """What the model writes, each answer with its question's own stream of chance."""
        return self.model.generate(
            prompts,
            [q.chance for q in questions],
            tokens=self.tokens[self.mode != "direct"],
            stop=stop,
            temperature=self.temperature,
        )
