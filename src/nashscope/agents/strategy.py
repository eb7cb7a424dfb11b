"""Agents that follow a rule: a probability for every action, given a view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nashscope.agents.agent import Decision, Question
from nashscope.agents.draw import distribution, drawn, undistributed
from nashscope.errors import IllegalDecision, Misuse
from nashscope.games import View
from nashscope.games.institution import cooperative_actions

__all__ = ["Rule", "Strategy", "cooperation", "defection", "opponent", "pure"]

Rule = Callable[[View], Sequence[float]]
"""Gives every action of the view's player a probability."""


@dataclass(frozen=True)
class Strategy:
    """An agent that follows a rule.

    source: who described it, and where.
    """

    name: str
    rule: Rule
    source: str

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        """An action drawn from the rule's policy for every question.

        Raises:
            IllegalDecision: if the rule gives no distribution over the player's actions.
        """
        decisions = []
        for question in questions:
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
