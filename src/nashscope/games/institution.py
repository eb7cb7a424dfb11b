"""Institutions that change the stage game so that cooperation can pay: mediation and contracts.

Repetition is `Cell.rounds`, reputation `Cell.standing`; these two change what can be chosen and
what it earns, so that all solvers and metrics apply to the changed game as to any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np

from nashscope.errors import Misuse
from nashscope.games import JointAction, NormalForm, cooperative

__all__ = [
    "DELEGATE",
    "Mechanism",
    "contracted",
    "cooperation",
    "cooperative_actions",
    "mechanism",
    "mediated",
    "unmediated",
]

DELEGATE = "delegate"
"""The action that leaves the choice to the mediator."""


@dataclass(frozen=True)
class Mechanism:
    """What is done to a stage game.

    kind: none, a mediator, or a contract. fine: what a defector pays each other player under it.
    """

    kind: str = ""
    fine: Fraction = Fraction(0)

    def change(self, stage: NormalForm) -> NormalForm:
        """The stage game as it is played under the mechanism."""
        if self.kind == "mediation":
            return mediated(stage)
        return contracted(stage, self.fine) if self.kind == "contract" else stage


def mechanism(name: str) -> Mechanism:
    """The mechanism of this name: "", "mediation", or "contract:FINE".

    Raises:
        Misuse: if there is none of this name, or the fine is no positive number.

    >>> mechanism("contract:2.5").fine
    Fraction(5, 2)
    """
    kind, _, fine = name.partition(":")
    if name in ("", "mediation"):
        return Mechanism(name)
    try:
        amount = Fraction(fine)
    except (ValueError, ZeroDivisionError):
        amount = Fraction(0)
    if kind != "contract" or amount <= 0:
        raise Misuse(
            f"no mechanism is named {name!r}; there are mediation and contract:FINE, "
            "where FINE is a positive number of points"
        )
    return Mechanism("contract", amount)


def mediated(stage: NormalForm) -> NormalForm:
    """The game in which everyone may also leave the choice to a mediator.

    If all do, the mediator plays for each its part in the best outcome for all together; if only
    some do, it plays the other action for those. In the prisoner's dilemma to delegate is then a
    best response to delegation, and never worse than to defect.

    Source: Monderer and Tennenholtz 2009, "Strong mediated equilibrium", Artificial Intelligence
    173, section 2; the mediator here punishes with the action that is not the cooperative one.

    Raises:
        Misuse: if the game does not say what cooperation is, or a player has not two actions.
    """
    best, punishing = cooperation_of(stage), []
    for player, action in enumerate(best):
        if stage.shape[player] != 2:
            raise Misuse(f"player {player} has {stage.shape[player]} actions; mediation needs two")
        punishing.append(1 - action)
    table = np.empty((stage.players, *(3,) * stage.players), dtype=object)
    cells: Iterable[tuple[int, ...]] = product(range(3), repeat=stage.players)
    for cell in cells:
        instead = best if all(a == 2 for a in cell) else punishing
        played = tuple(instead[p] if a == 2 else a for p, a in enumerate(cell))
        for player in range(stage.players):
            table[(player, *cell)] = stage.exact[(player, *played)]
    names = [(*own, DELEGATE) for own in stage.actions]
    return NormalForm(table, names, f"{stage.name} with a mediator")


def contracted(stage: NormalForm, fine: Fraction) -> NormalForm:
    """The game under a signed contract: who does not cooperate pays `fine` to each other player.

    Transfers change nobody's sum: the welfare of every cell stays as it was. With a fine above
    both T - R and P - S cooperation dominates the prisoner's dilemma.

    Source: Varian 1994, "A solution to the problem of externalities when agents are well-informed",
    American Economic Review 84; the transfer here is fixed in advance, not proposed.

    Raises:
        Misuse: if the game does not say what cooperation is.
    """
    best = cooperation_of(stage)
    table = stage.exact.copy()
    for cell in stage.cells():
        for payer in range(stage.players):
            if cell[payer] != best[payer]:
                for player in range(stage.players):
                    change = -(stage.players - 1) * fine if player == payer else fine
                    table[(player, *cell)] += change
    return NormalForm(table, stage.actions, f"{stage.name} under contract")


@lru_cache(maxsize=4096)
def unmediated(stage: NormalForm) -> NormalForm:
    """The game that a mediator was added to; the game itself where none was.

    What a mediator does is known from the payoffs: the game without the last actions, mediated,
    is the game again.
    """
    if any(len(names) != 3 or names[-1] != DELEGATE for names in stage.actions):
        return stage
    plain = stage.only([(0, 1)] * stage.players)
    if None in cooperative(plain):
        return stage
    return plain if np.array_equal(mediated(plain).exact, stage.exact) else stage


@lru_cache(maxsize=4096)
def cooperative_actions(stage: NormalForm) -> tuple[int | None, ...]:
    """Each player's part in the best outcome for all together, in the game before the institution.

    As `games.welfare.cooperative`, but for mediated games: there mutual delegation ties with mutual
    cooperation, and what is meant by cooperation is what the mediator plays.
    """
    return cooperative(unmediated(stage))


def cooperation(stage: NormalForm, joint: JointAction) -> tuple[bool | None, ...]:
    """Who cooperated, in the game before the institution; None where nobody can tell.

    To delegate is to cooperate if all do, since the mediator then plays the best outcome; if some
    do not, it defects for those who did. None for a player without a cooperative action or with an
    unread one, and for one who delegates while another's action is unread.

    >>> from nashscope.games import game
    >>> stage = mediated(game("prisoners-dilemma"))
    >>> cooperation(stage, (2, 2)), cooperation(stage, (2, 0)), cooperation(stage, (2, None))
    ((True, True), (False, True), (None, None))
    """
    best = cooperative_actions(stage)
    mediator = unmediated(stage) is not stage

    def cooperated(player: int, action: int | None) -> bool | None:
        """Whether one player did."""
        if action is None or best[player] is None:
            return None
        if not mediator or action != 2:
            return action == best[player]
        if any(other not in (2, None) for other in joint):
            return False
        return None if None in joint else True

    return tuple(cooperated(player, action) for player, action in enumerate(joint))


def cooperation_of(stage: NormalForm) -> tuple[int, ...]:
    """Everyone's part in the best outcome for all together.

    Raises:
        Misuse: where several outcomes are best and disagree.
    """
    best = cooperative(stage)
    known = tuple(action for action in best if action is not None)
    if len(known) != stage.players:
        raise Misuse(
            f"in {stage.name or 'this game'} several outcomes are best for all together; a "
            "mechanism needs one to aim at, so choose another game"
        )
    return known
