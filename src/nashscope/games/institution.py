"""Institutions that change the stage game so that cooperation can pay: mediation and contracts.

Repetition is `Cell.rounds`, reputation `Cell.standing`; these two change what can be chosen and
what it earns, so that all solvers and metrics apply to the changed game as to any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from nashscope.errors import Misuse
from nashscope.games import NormalForm, cooperative

__all__ = ["DELEGATE", "Mechanism", "contracted", "mechanism", "mediated"]

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
