"""The equilibria of any game in strategic form."""

from contextlib import suppress

from nashscope.errors import OutOfTime
from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import certify
from nashscope.games.solve.matrix.certificate import certificate
from nashscope.games.solve.matrix.optimal_set import strictly_competitive
from nashscope.games.solve.matrix.zero_sum import zero_sum
from nashscope.games.solve.strategic.bimatrix import two_player_equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.multiplayer import listed_pure, several_player_equilibria
from nashscope.games.solve.strategic.reduced_game import equilibria_by_dominance, proved_equilibria
from nashscope.games.solve.strategic.vertex_enumeration import too_large

__all__ = ["equilibria"]

EXACT = 100
"""Up to this many actions of a player, a zero-sum game is solved in fractions: 6 s at 100×100."""


def equilibria(game: NormalForm, *, time_limit: TimeLimit = 60.0) -> Equilibria:
    """The equilibria of a game, each with its proof.

    Two players: all extreme equilibria and their maximal components, in fractions, up to 10×10.
    Beyond that and with more players, actions that are strictly dominated are removed first: if
    at most two players are left with a choice, in a game of that size, the answer is as complete.

    Else: all pure equilibria in fractions, and the mixed ones that were found, exact where they
    are near small fractions, otherwise certified by their largest regret; of a large zero-sum game
    an exact one.

    `complete` says of the result whether these are all, and `stopped` whether the time limit, in
    seconds, ended the search; what is known by then is returned.

    Raises:
        NotSolved: if the time limit passes before anything is found.

    >>> game = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> [found.cell for found in equilibria(game)]
    [(1, 1)]
    """
    deadline = Deadline.of(time_limit)
    if game.players == 2 and not too_large(*game.shape):
        return two_player_equilibria(game, deadline)
    if max(game.shape) > EXACT and strictly_competitive(game):
        return _some_of_zero_sum(game, deadline)
    with suppress(OutOfTime):  # what is known without it follows
        known = equilibria_by_dominance(game, deadline)
        if known is not None:
            return known
    if strictly_competitive(game):
        return _some_of_zero_sum(game, deadline)
    return several_player_equilibria(game, deadline)


def _some_of_zero_sum(game: NormalForm, deadline: Deadline) -> Equilibria:
    """All pure equilibria of a large strictly competitive game, and a mixed one.

    The mixed one is exact up to `EXACT` actions of a player, and certified by its regrets beyond.
    """
    pure, left_out = listed_pure(game)
    try:
        deadline.check("solving a large zero-sum game")
        if max(game.shape) > EXACT:
            some = pure or [_approximate(game, deadline)]
            return Equilibria(game, tuple(some), False, stopped=left_out)
        solution = certificate(game.exact[0], time_limit=deadline)
    except OutOfTime as reason:
        if not pure:
            raise
        return Equilibria(game, tuple(pure), False, stopped=left_out or str(reason))
    optimal = (solution.row, solution.column)
    if optimal not in [equilibrium.strategies for equilibrium in pure]:
        pure += proved_equilibria(game, [optimal])
    return Equilibria(game, tuple(pure), False, stopped=left_out)


def _approximate(game: NormalForm, deadline: Deadline) -> Equilibrium:
    """Optimal strategies in floats, with what each player could gain as proof."""
    solution = zero_sum(game.payoffs[0][None], time_limit=deadline)
    profile = [solution.row[0], solution.column[0]]
    proof = certify(game, profile)
    strategies = tuple(tuple(strategy.tolist()) for strategy in profile)
    return Equilibrium(game, strategies, tuple(game.expected_payoffs(profile).tolist()), proof)
