"""Strategies of repeated games that need a finite memory: states, what is done, what comes next.

Source: Rubinstein 1986, "Finite automata play the repeated prisoner's dilemma", J. Econ. Theory 39.
A policy that looks at the last rounds is one too: its state is what it looks at.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from nashscope.games.repeated import JointAction, Repeated, View

__all__ = ["Automaton", "Behaviour", "automaton_of"]


@dataclass(frozen=True)
class Automaton:
    """A strategy with a memory of its own.

    start: the state before the first round.
    act: the probabilities of the actions, given the state, the number of rounds played, and the
        actions already seen in this round (None for those who have not moved).
    step: the state after a round, given what was seen of it.
    """

    start: Hashable
    act: Callable[[Any, int, JointAction], Sequence[Any]]
    step: Callable[[Any, JointAction], Hashable]


Behaviour = Automaton | Callable[[View], Sequence[Any]]
"""How a player plays a repeated game: an automaton, or the probabilities of its actions given
what it sees. The latter must depend on nothing else."""


def automaton_of(game: Repeated, player: int, behaviour: Behaviour) -> Automaton:
    """The behaviour as an automaton whose state is what the player sees of the past.

    In a discounted game, which has no last round, the view's `round` counts only the rounds that
    are remembered: a policy that counts further has no finite memory.
    """
    if isinstance(behaviour, Automaton):
        return behaviour
    policy, nobody = behaviour, (None,) * game.stage.players

    def act(past: tuple[JointAction, ...], played: int, now: JointAction) -> Sequence[Any]:
        counted = played if game.discount is None else len(past)
        hidden = nobody if game.order == "simultaneous" else now
        return policy(View(game, player, counted, past, hidden))

    def step(past: tuple[JointAction, ...], seen: JointAction) -> Hashable:
        longer = (*past, seen)
        return (
            longer if game.memory is None else longer[len(longer) - min(game.memory, len(longer)) :]
        )

    return Automaton((), act, step)
