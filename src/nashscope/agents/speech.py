"""Saying something before the game. Who cannot speak is silent, and that is stored as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nashscope.agents.agent import Agent, Decision, Question
from nashscope.agents.check import messages
from nashscope.agents.language import Language
from nashscope.framing import outside_thoughts

__all__ = ["Announcing", "Speaker", "speak"]

TOKENS = 80
"""Most tokens of a message."""

SILENT = Decision(None, "silent")


@runtime_checkable
class Speaker(Agent, Protocol):
    """An agent that can say something before the game."""

    def speak(self, questions: Sequence[Question]) -> list[Decision]:
        """A message for every question: the outcome is "said", with the words in `reply`."""
        ...


@dataclass(frozen=True)
class Announcing:
    """Plays like another agent and says the same thing before every game, true or not."""

    agent: Agent
    message: str

    @property
    def name(self) -> str:
        """The name of the agent that it plays like."""
        return self.agent.name

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        return self.agent.decide(questions)

    def speak(self, questions: Sequence[Question]) -> list[Decision]:
        """The one message."""
        return [Decision(None, "said", reply=self.message) for _ in questions]


def speak(agent: Agent, questions: Sequence[Question]) -> list[Decision]:
    """What an agent says: a speaker its message, a model what it writes, anyone else nothing."""
    if isinstance(agent, Speaker):
        return messages(agent, agent.speak, questions)
    if not isinstance(agent, Language):
        return [SILENT] * len(questions)
    prompts = [q.prompt() for q in questions]
    replies = agent.model.generate(
        prompts,
        [q.chance for q in questions],
        tokens=TOKENS,
        stop=("\n",),
        temperature=agent.temperature,
    )
    return [_said(prompt, reply.text) for prompt, reply in zip(prompts, replies, strict=True)]


def _said(prompt: str, text: str) -> Decision:
    """The message in what was written: what is thought is not said."""
    words = outside_thoughts(text)
    if words is None or not words.strip():
        return Decision(None, "silent", prompt=prompt, reply=text)
    return Decision(None, "said", prompt=prompt, reply=words)
