"""The equilibrium in which all together earn most, and whether it is certainly that."""

from dataclasses import dataclass
from functools import lru_cache

from nashscope.games.normal import NormalForm
from nashscope.games.solve.matrix.optimal_set import strictly_competitive
from nashscope.games.solve.strategic.equilibria import equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria
from nashscope.games.welfare import best_joint_payoff

__all__ = ["BestEquilibrium", "best_equilibrium"]


@dataclass(frozen=True)
class BestEquilibrium:
    """The best of the equilibria that are known of a game.

    known: the equilibria. place: which of them is best, the first of several, counted from 0.
    welfare: what all together earn in it.
    certain: whether no other equilibrium, found or not, is better for all together.
    """

    known: Equilibria
    place: int
    welfare: float
    certain: bool


@lru_cache(maxsize=4096)
def best_equilibrium(game: NormalForm) -> BestEquilibrium:
    """The equilibrium of a game in which the sum of all payoffs is largest, found once per game.

    It is certain if all equilibria are known, if all have the same payoffs (two players of whom
    one loses what the other gains), or if no cell of the game is better for all together.

    Raises:
        NotSolved: if no equilibrium was found.

    >>> from nashscope.games import game
    >>> found = best_equilibrium(game("stag-hunt"))
    >>> found.welfare, found.certain
    (8.0, True)
    """
    known = equilibria(game)
    together = [sum(equilibrium.payoffs) for equilibrium in known]
    most = max(together)
    certain = known.complete or most >= best_joint_payoff(game) or strictly_competitive(game)
    return BestEquilibrium(known, together.index(most), float(most), bool(certain))
