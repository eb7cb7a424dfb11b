"""The past in the words of the prisoner's dilemma: who cooperated and who defected, in order.

Most classic strategies were described for two players who cooperate or defect, and only look at
that. Rounds in which somebody named no action are passed over: they are nobody's move.
"""

from collections.abc import Callable
from dataclasses import dataclass

from nashscope.agents.strategy import Rule, cooperation, defection, opponent
from nashscope.games import View

__all__ = ["Past", "follows", "past"]


@dataclass(frozen=True)
class Past:
    """What two players did, oldest first; True is cooperation.

    own, other: of the rounds that are remembered and complete, equally long.
    now: what the other player has just done in this round, where players move in turn.
    """

    own: tuple[bool, ...]
    other: tuple[bool, ...]
    now: bool | None = None

    @property
    def moves(self) -> tuple[bool, ...]:
        """The other player's moves, the one just made included."""
        return self.other if self.now is None else (*self.other, self.now)

    @property
    def last(self) -> tuple[bool, bool] | None:
        """Own and other's move in the last complete round."""
        return (self.own[-1], self.other[-1]) if self.own else None


def past(view: View) -> Past:
    """What a view shows of the past.

    Raises:
        Misuse: unless there are two players with two actions, one of which is the cooperative one.
    """
    me, other = view.player, opponent(view)
    good = {player: cooperation(view, player) for player in (me, other)}
    for player in (me, other):
        defection(view, player)
    complete = [joint for joint in view.history if None not in joint]
    now = view.now[other]
    return Past(
        tuple(joint[me] == good[me] for joint in complete),
        tuple(joint[other] == good[other] for joint in complete),
        None if now is None else now == good[other],
    )


def follows(plan: Callable[[Past], float | bool]) -> Rule:
    """The rule that cooperates with the probability that `plan` gives, in any 2×2 game."""

    def rule(view: View) -> tuple[float, ...]:
        chance = float(plan(past(view)))
        good = cooperation(view, view.player)
        return (chance, 1 - chance) if good == 0 else (1 - chance, chance)

    return rule
