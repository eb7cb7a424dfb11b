"""Plays an equilibrium of the stage game, in every round anew."""

from functools import cache

from nashscope.agents.strategy import Strategy
from nashscope.errors import Misuse
from nashscope.games import NormalForm, View
from nashscope.games.solve import Equilibria, equilibria

__all__ = ["AGENT", "of", "solved"]

SOURCE = "Nash 1951, Non-cooperative Games, Annals of Mathematics 54"


def solved(number: int | None = None) -> Strategy:
    """The strategy that plays its part of one equilibrium.

    number: as `nashscope solve` counts them, from 1; None for the one in which all together earn
        most, the first of them if several do.
    """

    def rule(view: View) -> tuple[float, ...]:
        chosen = _chosen(view.stage, number)
        return tuple(float(p) for p in chosen[view.player])

    return Strategy("solved" if number is None else f"solved:{number}", rule, SOURCE)


def of(number: float) -> Strategy:
    """The strategy that plays equilibrium `number`.

    Raises:
        Misuse: if it is not a whole number from 1.
    """
    if number != int(number) or number < 1:
        raise Misuse(f"solved:{number:g} names no equilibrium; they are numbered 1, 2, …")
    return solved(int(number))


@cache
def _found(stage: NormalForm) -> Equilibria:
    """The equilibria of a stage game, found once."""
    return equilibria(stage)


@cache
def _chosen(stage: NormalForm, number: int | None) -> tuple[tuple[float, ...], ...]:
    """Everybody's strategy in the chosen equilibrium."""
    found = list(_found(stage))
    if number is not None and number > len(found):
        raise Misuse(
            f"{stage.name or 'this game'} has {len(found)} equilibria; there is no solved:{number}"
        )
    together = [float(sum(e.payoffs)) for e in found]
    place = together.index(max(together)) if number is None else number - 1
    return tuple(tuple(float(p) for p in own) for own in found[place].strategies)


AGENT = solved()
