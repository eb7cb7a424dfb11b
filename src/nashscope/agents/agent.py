"""What every agent can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from numpy.random import Generator

from nashscope.framing import Framing, Why
from nashscope.games import View

__all__ = ["Agent", "Decision", "How", "Question"]

Outcome = Literal["action", "failed", "said", "silent"] | Why
"""An action; or why there is none: what was wrong with the answer, or "failed" where none came.
A message before the game was "said", or its speaker was "silent"."""

How = Literal["rule", "logprobs", "structured choice", "samples"]
"""Where a policy is from: the agent's own rule, the model's log-probabilities over whole labels, a
server that offers only the labels, or the share of each action among sampled answers."""


@dataclass(frozen=True)
class Question:
    """One decision asked of an agent.

    chance: the agent's own stream for this decision; nothing else draws from it.
    plan: a number of the player's own that stays the same all through a match: what an agent draws
        from it once, it finds again in every later round.
    """

    view: View
    framing: Framing
    chance: Generator
    plan: int = 0


@dataclass(frozen=True)
class Decision:
    """What an agent decided, with everything needed to explain it later.

    action: index of the action, or None where there is none; `outcome` then says why.
    policy: probability of every action, where it is known; `how` says from where.
    mass: probability that the model says any of the labels at all, where it can tell.
    samples: number of answers that the policy was estimated from; None if it was read.
    prompt, reply: what the agent was asked and what it answered, if there were words.
    """

    action: int | None
    outcome: Outcome = "action"
    policy: tuple[float, ...] | None = None
    how: How | None = None
    mass: float | None = None
    samples: int | None = None
    prompt: str | None = None
    reply: str | None = None


@runtime_checkable
class Agent(Protocol):
    """Decides for a player. Many questions are asked at once, so that a model sees batches."""

    @property
    def name(self) -> str:
        """The name under which its play is recorded."""
        ...

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        """A decision for every question, in their order; each depends on its question alone."""
        ...
