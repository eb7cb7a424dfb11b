"""The equilibria of any game in strategic form."""

from collections.abc import Sequence
from fractions import Fraction

from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.solve.certify import prove
from nashscope.games.solve.matrix.certificate import certificate
from nashscope.games.solve.strategic.bimatrix import two_player_equilibria
from nashscope.games.solve.strategic.dominance import eliminated
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.multiplayer import several_player_equilibria
from nashscope.games.solve.strategic.nash_subset import Strategy
from nashscope.games.solve.strategic.pure import pure_equilibria, pure_strategies
from nashscope.games.solve.strategic.vertex_enumeration import too_large

__all__ = ["equilibria"]


def equilibria(game: NormalForm, *, time_limit: float | None = 60.0) -> Equilibria:
    """The equilibria of a game, each with its proof.

    Two players: all extreme equilibria and their maximal components, in fractions. If the game is
    too large for that (beyond 10×10), actions that are strictly dominated are removed first; if
    it still is, all pure equilibria and some mixed ones (of a zero-sum game, an exact one).

    More players: all pure equilibria in fractions, and the mixed ones that were found, exact where
    they are near small fractions, else certified by their largest regret.

    `complete` says of the result whether these are all.

    Raises:
        NotSolved: if the time limit, in seconds, passes, or nothing was found.

    >>> game = NormalForm([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    >>> [found.cell for found in equilibria(game)]
    [(1, 1)]
    """
    deadline = Deadline(time_limit)
    if game.players != 2:
        return several_player_equilibria(game, deadline)
    if not too_large(*game.shape):
        return two_player_equilibria(game, deadline)
    left = eliminated(game, "strict", deadline)
    if not too_large(*left.game.shape):
        return _embedded(game, two_player_equilibria(left.game, deadline), left.kept)
    if game.zero_sum:
        return _one_of_zero_sum(game, deadline)
    return several_player_equilibria(game, deadline)


def _embedded(game: NormalForm, found: Equilibria, kept: tuple[tuple[int, ...], ...]) -> Equilibria:
    """The equilibria of a game from those of what strict dominance leaves of it.

    Whether what is left is degenerate says nothing of the whole game, and is not passed on.
    """

    def whole(player: int, strategy: Strategy) -> Strategy:
        """The strategy with the actions that were removed, never played."""
        by_action = dict(zip(kept[player], strategy, strict=True))
        return tuple(by_action.get(a, Fraction(0)) for a in range(game.shape[player]))

    wholes = [[whole(player, s) for player, s in enumerate(e.strategies)] for e in found]
    return Equilibria(game, _proved(game, wholes), True)


def _one_of_zero_sum(game: NormalForm, deadline: Deadline) -> Equilibria:
    """All pure equilibria of a large zero-sum game, and an exact mixed one."""
    deadline.check("solving a large zero-sum game")
    solution = certificate(game.exact[0], time_limit=deadline.remaining)
    profiles = [pure_strategies(game, cell) for cell in pure_equilibria(game)]
    if [solution.row, solution.column] not in profiles:
        profiles.append([solution.row, solution.column])
    return Equilibria(game, _proved(game, profiles), False)


def _proved(game: NormalForm, profiles: Sequence[Sequence[Strategy]]) -> tuple[Equilibrium, ...]:
    """Equilibria in fractions, each with its payoffs and its proof."""
    exact = [tuple(tuple(Fraction(p) for p in s) for s in profile) for profile in profiles]
    proofs = [prove(game, profile) for profile in exact]
    rivals = tuple(payoffs for payoffs, _ in proofs)
    return tuple(
        Equilibrium(game, profile, payoffs, proof, rivals)
        for profile, (payoffs, proof) in zip(exact, proofs, strict=True)
    )
