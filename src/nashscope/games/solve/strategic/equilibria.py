"""The equilibria of any game in strategic form."""

from nashscope.games.deadline import Deadline, TimeLimit
from nashscope.games.normal import NormalForm
from nashscope.games.solve.matrix.certificate import certificate
from nashscope.games.solve.matrix.optimal_set import strictly_competitive
from nashscope.games.solve.strategic.bimatrix import two_player_equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria
from nashscope.games.solve.strategic.multiplayer import several_player_equilibria
from nashscope.games.solve.strategic.pure import pure_equilibria, pure_strategies
from nashscope.games.solve.strategic.reduced_game import equilibria_by_dominance, proved_equilibria
from nashscope.games.solve.strategic.vertex_enumeration import too_large

__all__ = ["equilibria"]


def equilibria(game: NormalForm, *, time_limit: TimeLimit = 60.0) -> Equilibria:
    """The equilibria of a game, each with its proof.

    Two players: all extreme equilibria and their maximal components, in fractions, up to 10×10.
    Beyond that and with more players, actions that are strictly dominated are removed first: if
    at most two players are left with a choice, in a game of that size, the answer is as complete.

    Else: all pure equilibria in fractions, and the mixed ones that were found, exact where they
    are near small fractions, otherwise certified by their largest regret; of a large zero-sum game
    an exact one.

    `complete` says of the result whether these are all.

    Raises:
        NotSolved: if the time limit, in seconds, passes, or nothing was found.

    >>> game = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> [found.cell for found in equilibria(game)]
    [(1, 1)]
    """
    deadline = Deadline.of(time_limit)
    if game.players == 2 and not too_large(*game.shape):
        return two_player_equilibria(game, deadline)
    known = equilibria_by_dominance(game, deadline)
    if known is not None:
        return known
    if strictly_competitive(game):
        return _one_of_zero_sum(game, deadline)
    return several_player_equilibria(game, deadline)


def _one_of_zero_sum(game: NormalForm, deadline: Deadline) -> Equilibria:
    """All pure equilibria of a large strictly competitive game, and an exact mixed one."""
    deadline.check("solving a large zero-sum game")
    solution = certificate(game.exact[0], time_limit=deadline.remaining)
    profiles = [pure_strategies(game, cell) for cell in pure_equilibria(game)]
    if [solution.row, solution.column] not in profiles:
        profiles.append([solution.row, solution.column])
    return Equilibria(game, proved_equilibria(game, profiles), False)
