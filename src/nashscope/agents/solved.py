"""Plays an equilibrium of the stage game, in every round anew."""

from functools import lru_cache

from nashscope.agents.strategy import Strategy
from nashscope.errors import Misuse
from nashscope.games import NormalForm, View
from nashscope.games.solve.strategic.best_for_all import best_equilibrium

__all__ = ["AGENT", "of", "solved"]

SOURCE = "Nash 1951, Non-cooperative Games, Annals of Mathematics 54"


def solved(number: int | None = None) -> Strategy:
    """The strategy that plays its part of one equilibrium.

    number: as `nashscope solve` counts them, from 1; None for the one in which all together earn
        most, the first of them if several do. Where some equilibrium may have been missed, and
        with it a better one, the rule refuses None and asks for a number.
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


@lru_cache(maxsize=4096)
def _chosen(stage: NormalForm, number: int | None) -> tuple[tuple[float, ...], ...]:
    """Everybody's strategy in the chosen equilibrium."""
    best = best_equilibrium(stage)
    count, name = len(best.known), stage.name or "this game"
    if number is None and not best.certain:
        raise Misuse(
            f"{name} has equilibria that may be missing from the {count} found, so which is best "
            f"for all is not known; name one: solved:1 to solved:{count} (nashscope solve lists "
            "them)"
        )
    if number is not None and number > count:
        raise Misuse(f"{name} has {count} equilibria; there is no solved:{number}")
    place = best.place if number is None else number - 1
    return tuple(tuple(float(p) for p in part) for part in best.known[place].strategies)


AGENT = solved()
