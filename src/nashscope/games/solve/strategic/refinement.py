"""What can be said of an equilibrium in a word.

* pure, mixed: whether every player plays one action for certain.
* strict: every player would lose by any other action.
* pareto: no cell of the table gives every player at least as much and some player more.
* payoff-dominant: every player gets strictly more than in any other equilibrium (Harsanyi and
  Selten 1988, section 3.6). Not said of an equilibrium that is the only one.
* risk-dominant: in a 2×2 game with two strict equilibria, the one with the larger product of the
  losses from leaving it alone (Harsanyi and Selten 1988, section 3.9).
* undominated: no player's strategy is weakly dominated, by mixtures included. In two-player games
  these are the trembling-hand perfect ones (van Damme 1991, Theorem 3.2.2).
* evolutionarily stable: in a symmetric two-player game, both play one strategy x, and every other
  best reply y to x earns less against itself than x earns against y (Maynard Smith and Price 1973,
  "The logic of animal conflict").

Labels are said only of exact equilibria, except pure and mixed.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy import ndarray

from nashscope.games.deadline import Deadline
from nashscope.games.normal import NormalForm
from nashscope.games.rational import determinant, dot
from nashscope.games.solve.strategic.copositive import strictly_copositive
from nashscope.games.solve.strategic.dominance import improvement, own_table

__all__ = ["index", "labels"]

Strategies = Sequence[Sequence[Fraction | float]]
Payoffs = Sequence[Fraction | float]


def labels(
    game: NormalForm,
    strategies: Strategies,
    payoffs: Payoffs,
    rivals: Sequence[Payoffs],
    *,
    deadline: Deadline | None = None,
) -> tuple[str, ...]:
    """The words that hold of an equilibrium, in the order of this file's head.

    rivals: the payoffs of all equilibria of the game, this one included.

    Raises:
        NotSolved: beyond the deadline: a word that is left out was found not to hold.
    """
    deadline = deadline or Deadline(None)
    pure = all(max(strategy) == 1 for strategy in strategies)
    said = ["pure" if pure else "mixed"]
    exact = [[p for p in s if isinstance(p, Fraction)] for s in strategies]
    if sum(map(len, exact)) < sum(map(len, strategies)):
        return tuple(said)
    cell = tuple(s.index(Fraction(1)) for s in exact) if pure else None
    strict = cell is not None and is_strict(game, cell)
    if strict:
        said.append("strict")
    if is_pareto(game, payoffs):
        said.append("pareto")
    if len(rivals) > 1 and is_payoff_dominant(payoffs, rivals):
        said.append("payoff-dominant")
    if strict and cell is not None and is_risk_dominant(game, cell):
        said.append("risk-dominant")
    if strict or is_undominated(game, exact, deadline):
        said.append("undominated")
    alike = game.symmetric and exact[0] == exact[1]
    if alike and is_evolutionarily_stable(game, exact[0], deadline):
        said.append("evolutionarily stable")
    return tuple(said)


def index(game: NormalForm, strategies: Strategies) -> int | None:
    """The index of a regular equilibrium of a two-player game, else None.

    Regular: every best response is played, and the two supports are of one size with square
    payoff tables that are not singular. The indices of a nondegenerate game sum to 1.

    Source: Shapley 1974, "A note on the Lemke-Howson algorithm"; in the form of von Stengel 2002,
    Definition 2.4: (-1)^(k+1) · sign det A · sign det B on the supports, payoffs made positive.
    """
    if game.players != 2 or not all(isinstance(p, Fraction) for s in strategies for p in s):
        return None
    supports = [[a for a, p in enumerate(s) if p > 0] for s in strategies]
    if len(supports[0]) != len(supports[1]):
        return None
    sign = -1 if len(supports[0]) % 2 == 0 else 1
    for player, table in enumerate((game.exact[0], game.exact[1].T)):
        worth = [dot(strategies[1 - player], row) for row in table]
        if [a for a, w in enumerate(worth) if w == max(worth)] != supports[player]:
            return None
        positive = table[np.ix_(supports[player], supports[1 - player])] - table.min() + 1
        value = determinant(positive)
        if value == 0:
            return None
        sign = sign if value > 0 else -sign
    return sign


def is_strict(game: NormalForm, cell: tuple[int, ...]) -> bool:
    """Whether every player would lose by leaving this cell."""
    for player, action in enumerate(cell):
        line = game.given[player][(*cell[:player], slice(None), *cell[player + 1 :])]
        if not np.delete(line < line[action], action).all():
            return False
    return True


def is_pareto(game: NormalForm, payoffs: Payoffs) -> bool:
    """Whether no cell gives every player at least as much and some player more."""
    table = game.exact.reshape(game.players, -1)
    own = np.array(payoffs, dtype=object)[:, None]
    dominates = (table >= own).all(axis=0) & (table > own).any(axis=0)
    return not dominates.any()


def is_payoff_dominant(payoffs: Payoffs, rivals: Sequence[Payoffs]) -> bool:
    """Whether every player gets strictly more than in any other equilibrium."""
    others = [rival for rival in rivals if tuple(rival) != tuple(payoffs)]
    alone = sum(tuple(rival) == tuple(payoffs) for rival in rivals) == 1
    return alone and all(
        mine > theirs for rival in others for mine, theirs in zip(payoffs, rival, strict=True)
    )


def is_risk_dominant(game: NormalForm, cell: tuple[int, ...]) -> bool:
    """Whether this strict equilibrium of a 2×2 game risk-dominates the other strict one."""
    if game.shape != (2, 2):
        return False
    row, column = cell
    other = (1 - row, 1 - column)
    return is_strict(game, other) and _losses(game, cell) > _losses(game, other)


def _losses(game: NormalForm, cell: tuple[int, ...]) -> Fraction:
    """The product of what each player loses by leaving a cell of a 2×2 game alone."""
    (row, column), (a, b) = cell, game.exact
    loss: Fraction = (a[row, column] - a[1 - row, column]) * (b[row, column] - b[row, 1 - column])
    return loss


def is_undominated(
    game: NormalForm, strategies: Sequence[Sequence[Fraction]], deadline: Deadline
) -> bool:
    """Whether no player's strategy in an equilibrium is weakly dominated.

    What dominates a best response is one itself, so that only those are mixed; and at a regular
    equilibrium no other mixture of them does as well against every action of the other's support.
    """
    if index(game, strategies) is not None:
        return True
    for player, strategy in enumerate(strategies):
        others = [s for i, s in enumerate(strategies) if i != player]
        # a best response to a profile that leaves nothing out cannot be dominated
        if all(p > 0 for other in others for p in other):
            continue
        worth = own_table(game, player) @ _joint(others)
        kept: list[Sequence[int]] = [range(count) for count in game.shape]
        kept[player] = [a for a, w in enumerate(worth) if w == max(worth)]
        chosen = [strategy[a] for a in kept[player]]
        if improvement(game.only(kept), player, chosen, deadline) is not None:
            return False
    return True


def _joint(strategies: Sequence[Sequence[Fraction]]) -> ndarray:
    """The probability of every profile of these players, the last one's action fastest."""
    joint = np.array([Fraction(1)], dtype=object)
    for strategy in strategies:
        joint = np.outer(joint, np.array(strategy, dtype=object)).ravel()
    return joint


def is_evolutionarily_stable(
    game: NormalForm, strategy: Sequence[Fraction], deadline: Deadline
) -> bool:
    """Whether a symmetric equilibrium strategy is evolutionarily stable, decided exactly.

    With S the support and T ⊇ S the best replies, stability asks that -zᵀAz > 0 for every z ≠ 0
    that sums to 0, is 0 outside T and not negative on T outside S. One coordinate of S is
    eliminated by the sum; the rest is a question of copositivity.

    Source: Haigh 1975, Abakuks 1980, "Conditions for evolutionarily stable strategies", J. Appl.
    Prob. 17.
    """
    table = game.exact[0]
    worth = [dot(strategy, row) for row in table]
    support = [i for i, p in enumerate(strategy) if p > 0]
    replies = [i for i, w in enumerate(worth) if w == max(worth)]
    k, free = support[0], support[1:]
    outside = [i for i in replies if i not in support]
    order = [*free, *outside]
    form = [
        [
            table[k, j]
            + table[i, k]
            - table[i, j]
            - table[k, k]
            + table[k, i]
            + table[j, k]
            - table[j, i]
            - table[k, k]
            for j in order
        ]
        for i in order
    ]
    return strictly_copositive(form, free=len(free), deadline=deadline)
