"""What every agent can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from numpy.random import Generator

from nashscope.errors import Misuse
from nashscope.framing import Mode, Unparsed, Why
from nashscope.framing.framing import rendered, understood, words
from nashscope.games import View
from nashscope.games.answer import Value
from nashscope.games.dynamic import Ask
from nashscope.games.wrapper.talk import Heard

__all__ = ["Agent", "Decision", "How", "Question"]

Outcome = Literal["action", "failed", "said", "silent", "over", "void"] | Why
"""An action; or why there is none: what was wrong with the answer, or "failed" where none came.
A message before the game was "said", or its speaker was "silent". A match in a game with a state
ends with a line that says that it is "over", or "void" after an answer nobody could read."""

How = Literal["rule", "logprobs", "structured choice", "samples"]
"""Where a policy is from: the agent's own rule, the model's log-probabilities over whole labels, a
server that offers only the labels, or the share of each action among sampled answers."""


@dataclass(frozen=True)
class Question:
    """One decision asked of an agent.

    facts: what the player knows: a `View` in a repeated game, an `Information` in a tree.
    framing: the words of this match; see `framing.rendered`.
    asked: what is asked; None for the move of a stage game.
    chance: the agent's own stream for this decision; nothing else draws from it.
    plan: a number of the player's own that stays the same all through a match: what an agent draws
        from it once, it finds again in every later round.
    """

    facts: Any
    framing: Any
    chance: Generator
    plan: int = 0
    asked: Ask | None = None

    @property
    def inside(self) -> Any:
        """The facts of the game itself, without what was said around it."""
        return self.facts.inside if isinstance(self.facts, Heard) else self.facts

    @property
    def view(self) -> View:
        """The facts of a player of a repeated game, whatever it has heard beside them.

        Raises:
            Misuse: if another kind of game is played.
        """
        if isinstance(self.inside, View):
            return self.inside
        raise Misuse("this is asked in games in strategic form alone, played once or repeatedly")

    @property
    def ask(self) -> Ask:
        """What is asked."""
        return self.view.ask if self.asked is None else self.asked

    @property
    def labels(self) -> tuple[str, ...]:
        """The words of the options of a choice; () where something else is asked for."""
        return words(self.framing, self.ask) or ()

    def prompt(self, mode: Mode = "direct") -> str:
        """What a player who reads is told."""
        return rendered(self.framing, self.facts, self.ask, mode)

    def read(self, reply: str, mode: Mode = "direct") -> Value | Unparsed:
        """The answer that a reply states, or why it states none."""
        return understood(self.framing, reply, self.ask, mode)


@dataclass(frozen=True)
class Decision:
    """What an agent decided, with everything needed to explain it later.

    action: the value that was answered, of a choice its place; None where there is none, and
        `outcome` then says why. In a stored event it is as JSON has it (`games.answer.encoded`).
    policy: probability of every value in their order, where it is known; `how` says from where.
    mass: probability that the model says any of the labels at all, where it can tell.
    samples: number of answers that the policy was estimated from; None if it was read.
    prompt, reply: what the agent was asked and what it answered, if there were words.
    """

    action: Any
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
