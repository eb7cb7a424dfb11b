"""The 144 strict ordinal 2×2 games, in the order of Robinson and Goforth.

Each player ranks the four cells 1 (worst) to 4. Up to the names of the actions there are 144 games.
In standard position the column player's 4 is in the first row and the row player's 4 in the first
column; the row player then has one of twelve patterns, which number the rows of the table of games
from 1, and the column player one of their twelve mirror images, which number its columns from 12
down. Neighbouring patterns differ by the swap of two adjacent ranks.

Source: Robinson and Goforth 2005, The Topology of the 2×2 Games; laid out, with the families, as
by Bruns 2015, "Names for games", Games 6.
"""

from typing import Literal

import numpy as np

from nashscope.errors import IllFormedGame
from nashscope.games.normal import NormalForm

__all__ = ["Family", "family", "neighbour", "ordinal_game", "ordinal_games", "position", "ranked"]

Family = Literal[
    "win-win", "biased", "second best", "unfair", "prisoner's dilemma", "tragic", "cyclic"
]
"""By the best of the pure equilibria: both get 4; 4 and 3; both 3; 4 and 2; worse and wasteful (a
cell is better for both); worse, but no cell is; there is none."""

Ranks = tuple[tuple[int, int], tuple[int, int]]
"""A player's ranks, `[row][column]`."""


def _swapped(ranks: Ranks, low: int) -> Ranks:
    """The ranks with `low` and `low + 1` exchanged."""
    new = {low: low + 1, low + 1: low}
    (a, b), (c, d) = ranks
    return (new.get(a, a), new.get(b, b)), (new.get(c, c), new.get(d, d))


def _patterns() -> tuple[Ranks, ...]:
    """The row player's twelve patterns, from that of chicken on.

    Six follow from each other by exchanging the middle and the low ranks in turn; the swap of the
    high ranks leads from the prisoner's dilemma to the stag hunt and the second six.
    """
    found: list[Ranks] = [((3, 2), (4, 1))]
    for swap in (2, 1, 2, 1, 2, 3, 2, 1, 2, 1, 2):
        found.append(_swapped(found[-1], swap))
    return tuple(found)


PATTERNS = _patterns()


def ordinal_game(row: int, column: int) -> NormalForm:
    """The game at a place of the table, both counted from 1.

    >>> ordinal_game(6, 7).payoffs[0].tolist()  # the prisoner's dilemma
    [[3.0, 1.0], [4.0, 2.0]]
    """
    if not (1 <= row <= 12 and 1 <= column <= 12):
        raise IllFormedGame(f"there is no game at {row}, {column}; both run from 1 to 12")
    own, other = np.array(PATTERNS[row - 1]), np.array(PATTERNS[12 - column])
    return NormalForm(np.stack([own, other.T]), name=f"ordinal-{row}-{column}")


def ordinal_games() -> list[NormalForm]:
    """All 144 games, row by row."""
    return [ordinal_game(row, column) for row in range(1, 13) for column in range(1, 13)]


def ranked(game: NormalForm) -> NormalForm:
    """The game with each player's payoffs replaced by their ranks, 1 for the smallest.

    Raises:
        IllFormedGame: if a player is indifferent between two cells.
    """
    tables = []
    for player, table in enumerate(game.given):
        values, places = np.unique(table.ravel(), return_inverse=True)
        if len(values) < table.size:
            raise IllFormedGame(f"player {player} is indifferent between cells: no strict ranking")
        tables.append(places.reshape(table.shape) + 1)
    return NormalForm(np.stack(tables), game.actions, game.name)


def position(game: NormalForm) -> tuple[int, int]:
    """The place in the table, row and column, of a 2×2 game in which nobody is indifferent.

    >>> from nashscope.games import game
    >>> position(game("prisoners-dilemma")), position(game("chicken"))
    ((6, 7), (1, 12))
    """
    if game.shape != (2, 2):
        raise IllFormedGame(f"{game!r} is not a 2×2 game")
    own, other = ranked(game).payoffs.astype(int)
    if other.argmax() >= 2:  # the column player's best cell into the first row
        own, other = own[::-1], other[::-1]
    if own.argmax() % 2:  # the row player's best cell into the first column
        own, other = own[:, ::-1], other[:, ::-1]
    mine = tuple(map(tuple, own.tolist()))
    theirs = tuple(map(tuple, other.T.tolist()))
    return PATTERNS.index(mine) + 1, 12 - PATTERNS.index(theirs)


def family(game: NormalForm) -> Family:
    """The family of a 2×2 game in which nobody is indifferent."""
    own, other = ranked(game).payoffs.astype(int)
    cells = [(int(a), int(b)) for a, b in zip(own.ravel(), other.ravel(), strict=True)]
    stable = (own == own.max(axis=0)) & (other == other.max(axis=1, keepdims=True))
    paid = [cell for cell, holds in zip(cells, stable.ravel(), strict=True) if holds]
    if not paid:
        return "cyclic"
    by_worse: dict[tuple[int, int], Family] = {
        (4, 4): "win-win",
        (3, 4): "biased",
        (3, 3): "second best",
        (2, 4): "unfair",
    }
    for worse_first, name in by_worse.items():
        if any(tuple(sorted(cell)) == worse_first for cell in paid):
            return name
    wasteful = any(a > paid[0][0] and b > paid[0][1] for a, b in cells)
    return "prisoner's dilemma" if wasteful else "tragic"


def neighbour(place: tuple[int, int], player: int, low: int) -> tuple[int, int]:
    """The place that results when one player's ranks `low` and `low + 1` are exchanged.

    >>> neighbour((6, 7), 0, 3), neighbour((6, 7), 1, 3)  # the asymmetric ones beside stag hunt
    ((7, 7), (6, 6))
    """
    if player not in (0, 1) or low not in (1, 2, 3):
        raise IllFormedGame(f"player {player} has no ranks {low} and {low + 1} to exchange")
    tables = ordinal_game(*place).payoffs.astype(int)
    ranks = tables[player]
    tables[player] = np.select([ranks == low, ranks == low + 1], [low + 1, low], ranks)
    return position(NormalForm(tables))
