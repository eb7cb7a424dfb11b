"""The strategies of the Axelrod library, over two hundred, as agents: `axelrod:Omega TFT`.

Its players keep state from round to round, agents here do not: for every decision a player is made
anew and led through the past. What it draws comes from the number that a player keeps all through a
match (`Question.plan`), so it draws the same again, and the past it is led through is its own.

With a window on the past it is led through the window only. In a sequential round it does not see
the move just made: the library has no such rounds.

Source: Knight et al. 2016, "An Open Framework for the Reproducible Study of the Iterated Prisoner's
Dilemma", J. Open Research Software 4; MIT licence; not installed unless asked for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nashscope import names
from nashscope.agents.agent import Decision, Question
from nashscope.agents.memory_one import round_payoffs
from nashscope.agents.past import past
from nashscope.agents.strategy import cooperation, defection, pure
from nashscope.errors import MissingExtra, install
from nashscope.games import View

__all__ = ["Axelrod", "axelrod_strategies", "load"]

PREFIX = "axelrod:"


@dataclass(frozen=True)
class Axelrod:
    """A strategy of the library.

    make: makes a new player. drawn: whether it draws; its policy is then not known.
    """

    name: str
    make: Callable[[], Any]
    drawn: bool

    def decide(self, questions: Sequence[Question]) -> list[Decision]:
        """What a player who has lived through the past does now."""
        return [self._decided(question) for question in questions]

    def _decided(self, question: Question) -> Decision:
        """One decision."""
        view = question.view
        cooperates = self._cooperates(view, question.plan)
        action = (cooperation if cooperates else defection)(view, view.player)
        if self.drawn:
            return Decision(action)
        return Decision(action, "action", pure(view, action), "rule")

    def _cooperates(self, view: View, plan: int) -> bool:
        """Leads a new player through the past and asks it."""
        import axelrod

        seen, game = past(view), view.game
        move = {True: axelrod.Action.C, False: axelrod.Action.D}
        r, s, t, p = (float(x) for x in round_payoffs(view.stage, view.player)[0])
        known = game.rounds if game.announced and game.discount is None else -1
        player, other = self.make(), axelrod.MockPlayer()
        attributes = {
            "length": known,
            "game": axelrod.Game(r=r, s=s, t=t, p=p),
            "noise": float(game.tremble),
        }
        for party in (player, other):
            party.set_match_attributes(**attributes)
        player.set_seed(plan % 2**32)
        for mine, theirs in zip(seen.own, seen.other, strict=True):
            player.strategy(other)
            player.update_history(move[mine], move[theirs])
            other.update_history(move[theirs], move[mine])
        return bool(player.strategy(other) == axelrod.Action.C)


def axelrod_strategies() -> list[str]:
    """The names of all strategies of the library that obey the rules of the tournament.

    Raises:
        MissingExtra: if the library is not installed.
    """
    return sorted(_plain(kind.__name__) for kind in _kinds())


def load(name: str) -> Axelrod:
    """The strategy of this name, by its class or its title: `axelrod:tit-for-tat`.

    Raises:
        MissingExtra: if the library is not installed.
        UnknownName: with the closest names.
    """
    wanted = _key(name.removeprefix(PREFIX))
    by_key = {_key(kind.__name__): kind for kind in _kinds()}
    by_key |= {_key(str(kind.name)): kind for kind in _kinds() if _key(str(kind.name))}
    kind = by_key.get(wanted)
    if kind is None:
        known = axelrod_strategies()
        raise names.nearest(name.removeprefix(PREFIX), known, "strategy of the Axelrod library")
    stochastic = bool(kind.classifier.get("stochastic", True))
    return Axelrod(f"{PREFIX}{_plain(kind.__name__)}", kind, stochastic)


def _kinds() -> list[Any]:
    """The library's strategies."""
    try:
        import axelrod
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"axelrod: strategies need the Axelrod library; {install('axelrod')}"
        ) from error
    return list(axelrod.strategies)


def _plain(name: str) -> str:
    """A class name as a name on the command line.

    >>> _plain("ZDExtort2v2"), _plain("TitForTat")
    ('zd-extort2v2', 'tit-for-tat')
    """
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return split.lower()


def _key(name: str) -> str:
    """A name without anything that may be written otherwise."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
