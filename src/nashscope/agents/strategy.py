"""Agents that follow a rule: a probability for every action, given a view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nashscope.agents.agent import Decision, Question
from nashscope.agents.draw import distribution, drawn, undistributed
from nashscope.errors import IllegalDecision, Misuse
from nashscope.games import View
from nashscope.games.answer import Choice
from nashscope.games.institution import cooperative_actions
from nashscope.games.rule import Rule as Anywhere
from nashscope.games.rule import spread

__all__ = [
    "Rule",
    "Strategy",
    "cooperation",
    "defection",
    "in_strategic_form",
    "opponent",
    "pure",
]

Rule = Callable[[View], Sequence[float]]
"""Gives every action of the view's player a probability."""


@dataclass(frozen=True)
class Strategy:
    """An agent that follows a rule.

    source: who described it, and where. anywhere: what it answers in games with a state, from its
    facts and what is asked; None if it plays games in strategic form alone.
    """

    name: str
    rule: Rule
    source: str
    anywhere: Anywhere | None = None

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        """An action drawn from the rule's policy for every question.

        Raises:
            IllegalDecision: if the rule gives no distribution over the player's actions.
        """
        decisions = []
        for question in questions:
            if not in_strategic_form(question):
                decisions.append(self._answered(question))
                continue
            view = question.view
            given = self.rule(view)
            policy = distribution(given, view.stage.shape[view.player])
            if policy is None:
                wrong = undistributed(given, view.stage.shape[view.player])
                raise IllegalDecision(
                    f"the rule of {self.name} gives player {view.player + 1} in round "
                    f"{view.round + 1} {wrong}"
                )
            action = drawn(policy, question.chance)
            decisions.append(Decision(action, "action", policy, "rule"))
        return decisions

    def _answered(self, question: Question) -> Decision:
        """What the rule answers in a game with a state.

        Raises:
            Misuse: if it has none for such games.
        """
        if self.anywhere is None:
            raise Misuse(
                f"{self.name} plays games in strategic form; name random, human, a model, or a "
                "Strategy of your own that answers anywhere"
            )
        spreading = spread(self.anywhere, question.facts, question.ask)
        shares = tuple(float(p) for _, p in spreading)
        value = spreading[drawn(shares, question.chance)][0]
        answer = question.ask.answer
        policy = None
        if isinstance(answer, Choice):
            known = dict(spreading)
            policy = tuple(float(known.get(k, 0)) for k in range(len(answer.options)))
        return Decision(value, "action", policy, "rule" if policy else None)


def in_strategic_form(question: Question) -> bool:
    """Whether a move of a stage game is asked for."""
    return isinstance(question.inside, View)


def pure(view: View, action: int) -> tuple[float, ...]:
    """The policy that takes one action for certain."""
    return tuple(np.eye(view.stage.shape[view.player])[action])


def opponent(view: View) -> int:
    """The other player of a two-player game.

    Raises:
        Misuse: if there is not exactly one.
    """
    players = view.stage.players
    if players != 2:
        raise Misuse(
            f"{view.stage.name or 'this game'} has {players} players; a strategy that answers one "
            "other player needs two"
        )
    return 1 - view.player


def cooperation(view: View, player: int) -> int:
    """The action by which a player cooperates: its part in the best outcome for all together.

    Raises:
        Misuse: if the stage game has several best outcomes that disagree about it.
    """
    action = cooperative_actions(view.stage)[player]
    if action is None:
        raise Misuse(
            f"in {view.stage.name or 'this game'} no action of player {player} is the cooperative "
            "one: several outcomes are best for all together; use another strategy or game"
        )
    return action


def defection(view: View, player: int) -> int:
    """The other action than the cooperative one.

    Raises:
        Misuse: if the player has more than two actions.
    """
    count = view.stage.shape[player]
    if count != 2:
        raise Misuse(
            f"player {player} of {view.stage.name or 'this game'} has {count} actions; strategies "
            "that cooperate or defect need two"
        )
    return 1 - cooperation(view, player)
