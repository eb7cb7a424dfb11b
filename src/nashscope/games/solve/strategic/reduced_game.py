"""The equilibria of what strict dominance leaves of a game, where it leaves little.

An action that is strictly dominated is played in no equilibrium, and what is left has the same
equilibria. If at most two players still have a choice, all of them can be found.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import prove
from nashscope.games.solve.strategic.bimatrix import two_player_equilibria
from nashscope.games.solve.strategic.dominance import Elimination, eliminated
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.nash_subset import Component, Mix
from nashscope.games.solve.strategic.vertex_enumeration import too_large

__all__ = ["equilibria_by_dominance", "proved_equilibria"]


def equilibria_by_dominance(game: NormalForm, deadline: Deadline) -> Equilibria | None:
    """All equilibria of a game in which dominance leaves a choice to two players at most.

    None where more have a choice, or theirs is too large a game. Whether what is left is
    degenerate says nothing of the whole game, and is not passed on.

    Raises:
        OutOfTime: beyond the deadline.
    """
    left = eliminated(game, "strict", deadline)
    undecided = [player for player, kept in enumerate(left.kept) if len(kept) > 1]
    if len(undecided) > 2:
        return None
    decided = [player for player in range(game.players) if player not in undecided]
    pair = sorted([*undecided, *decided][:2])
    if too_large(*(len(left.kept[player]) for player in pair)):
        return None
    return _whole(game, left, pair, two_player_equilibria(_between(left, pair), deadline))


def _between(left: Elimination, pair: Sequence[int]) -> NormalForm:
    """The game between two players, all others having one action."""
    payoffs = np.moveaxis(left.game.given[list(pair)], [1 + player for player in pair], [1, 2])
    return NormalForm(payoffs.reshape(payoffs.shape[:3]))


def _whole(
    game: NormalForm, left: Elimination, pair: Sequence[int], solved: Equilibria
) -> Equilibria:
    """The equilibria with all players, and with the actions that were removed, never played."""

    def extreme(player: int, of_pair: Sequence[Sequence[Mix]]) -> tuple[Mix, ...]:
        """A player's strategies in the whole game, from those that are left to the two."""
        few = of_pair[pair.index(player)] if player in pair else [(Fraction(1),)]
        by_action = [dict(zip(left.kept[player], strategy, strict=True)) for strategy in few]
        return tuple(
            tuple(own.get(a, Fraction(0)) for a in range(game.shape[player])) for own in by_action
        )

    players = range(game.players)
    profiles = [
        [extreme(player, [[s] for s in e.strategies])[0] for player in players] for e in solved
    ]
    parts = tuple(
        Component(tuple(extreme(player, part.strategies) for player in players), part.members)
        for part in solved.components
    )
    return Equilibria(game, proved_equilibria(game, profiles), True, parts=parts)


def proved_equilibria(
    game: NormalForm, profiles: Sequence[Sequence[Mix]]
) -> tuple[Equilibrium, ...]:
    """Equilibria in fractions, each with its payoffs and its proof."""
    exact = [tuple(tuple(Fraction(p) for p in s) for s in profile) for profile in profiles]
    proofs = [prove(game, profile) for profile in exact]
    rivals = tuple(payoffs for payoffs, _ in proofs)
    return tuple(
        Equilibrium(game, profile, payoffs, proof, rivals)
        for profile, (payoffs, proof) in zip(exact, proofs, strict=True)
    )
