"""The same game told otherwise, and a game inside a larger one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Shaped
from numpy import ndarray
from numpy.random import Generator

from nashscope.errors import IllFormedGame
from nashscope.games.normal import NormalForm
from nashscope.games.rational import as_fraction

__all__ = ["Padded", "pad", "relabel", "rescale", "swap_players"]


def relabel(game: NormalForm, orders: Sequence[Sequence[int]]) -> NormalForm:
    """The game with every player's actions in another order; the names move with them.

    orders: per player, which action comes first, second, and so on.

    Raises:
        IllFormedGame: if that is not one order of the actions per player.
    """
    _check_count(game, orders)
    for player, (order, count) in enumerate(zip(orders, game.shape, strict=True)):
        if sorted(order) != list(range(count)):
            raise IllFormedGame(f"{list(order)} is no order of player {player}'s {count} actions")
    return game.only(orders)


def swap_players(game: NormalForm, order: Sequence[int] | None = None) -> NormalForm:
    """The game with the players in another order; by default the reverse one.

    >>> from nashscope.games import game
    >>> swap_players(game("battle-of-the-sexes")).payoffs[0].tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    turned = list(reversed(range(game.players))) if order is None else list(order)
    if sorted(turned) != list(range(game.players)):
        raise IllFormedGame(f"{turned} is no order of {game.players} players")
    tables = game.given[turned].transpose(0, *(1 + player for player in turned))
    names = [game.player_name(player) for player in turned] if game.player_names else ()
    return NormalForm(tables, [game.actions[player] for player in turned], game.name, names)


def rescale(game: NormalForm, factors: Sequence[Any], offsets: Sequence[Any]) -> NormalForm:
    """The game in other units: payoffs times a positive factor plus an offset, exactly.

    factors, offsets: one per player: numbers or strings such as "1/3".

    Raises:
        IllFormedGame: for a factor that is not positive, or what is no number.
    """
    _check_count(game, factors)
    _check_count(game, offsets)
    tables = []
    for player, (factor, offset) in enumerate(zip(factors, offsets, strict=True)):
        try:
            scale, shift = as_fraction(factor), as_fraction(offset)
        except ValueError:
            raise IllFormedGame(
                f"player {player}'s unit is {factor!r} and {offset!r}; both must be finite numbers"
            ) from None
        if not scale > 0:
            raise IllFormedGame(f"player {player}'s factor is {factor}; it must be positive")
        tables.append(game.exact[player] * scale + shift)
    return NormalForm(np.stack(tables), game.actions, game.name, game.player_names)


def _check_count(game: NormalForm, given: Sequence[Any]) -> None:
    """Raises unless there is one entry per player."""
    if len(given) != game.players:
        raise IllFormedGame(f"{len(given)} entries are given; {game!r} has {game.players} players")


@dataclass(frozen=True)
class Padded:
    """A table, or one for each of two players, inside a larger one.

    payoffs: the larger table: to the row player of a zero-sum game, or `[player, row, column]`.
    rows, columns: where the rows and columns of the core went.
    """

    payoffs: Shaped[ndarray, "*players rows columns"]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def pad(
    core: Shaped[ndarray, "*players rows columns"],
    shape: tuple[int, int],
    chance: Generator,
    kind: Literal["dominated", "random"] = "dominated",
) -> Padded:
    """A game of two players embedded in a larger one, at random places.

    dominated: every added row is worse for the row player than some core row in all columns by an
        integer from 1 to the core's range; every added column is worse for the column player than
        some core column in all core rows likewise. Strict dominance removes all added rows, and
        then all added columns: the equilibria stay the same.
    random: the control: added entries are drawn from the entries of the core.

    core: what the row player of a zero-sum game gets, or `[player, row, column]`: what each of two
        gets; what is added then pays the other player entries drawn from its own in the core.
        Integers or floats; integers stay integers.

    Raises:
        IllFormedGame: if the shape is smaller than the core's, or the core is none.
    """
    if core.ndim == 3 and len(core) != 2:
        raise IllFormedGame(f"a core of {len(core)} tables; there are 2 players, or 1 table")
    (rows, columns), (height, width) = core.shape[-2:], shape
    if height < rows or width < columns:
        raise IllFormedGame(f"a {rows}×{columns} game cannot be embedded in {height}×{width}")
    if core.dtype.kind == "u":
        core = core.astype(np.int64)
    if kind == "random":
        own = core.reshape(-1, rows * columns)
        drawn = np.stack([chance.choice(entries, (height, width)) for entries in own])
        table = drawn.reshape(*core.shape[:-2], height, width)
        table[..., :rows, :columns] = core
    elif kind == "dominated":
        spare = (height - rows, width - columns)
        table = (
            _worse(core, spare, chance) if core.ndim == 2 else _worse_of_two(core, spare, chance)
        )
    else:
        raise IllFormedGame(f"the padding is {kind!r}; it is 'dominated' or 'random'")
    at_row, at_column = chance.permutation(height), chance.permutation(width)
    placed = np.empty_like(table)
    placed[..., at_row[:, None], at_column] = table
    return Padded(
        placed,
        tuple(int(r) for r in at_row[:rows]),
        tuple(int(c) for c in at_column[:columns]),
    )


def _worse(core: ndarray, spare: tuple[int, int], chance: Generator) -> ndarray:
    """A zero-sum table with rows and columns added that are dominated."""
    (rows, columns), (tall, wide) = core.shape, spare
    most = _stake(core)
    below = chance.integers(1, most + 1, (rows, wide))
    table = np.hstack([core, core[:, chance.integers(columns, size=wide)] + below])
    above = chance.integers(1, most + 1, (tall, columns + wide))
    return np.vstack([table, table[chance.integers(rows, size=tall)] - above])


def _worse_of_two(core: ndarray, spare: tuple[int, int], chance: Generator) -> ndarray:
    """Two players' tables with rows and columns added that are dominated for whose they are."""
    (_, rows, columns), (tall, wide) = core.shape, spare
    own, other = core
    loss = chance.integers(1, _stake(other) + 1, (rows, wide))
    other = np.hstack([other, other[:, chance.integers(columns, size=wide)] - loss])
    own = np.hstack([own, chance.choice(own.ravel(), (rows, wide))])
    loss = chance.integers(1, _stake(core[0]) + 1, (tall, columns + wide))
    own = np.vstack([own, own[chance.integers(rows, size=tall)] - loss])
    other = np.vstack([other, chance.choice(core[1].ravel(), (tall, columns + wide))])
    return np.stack([own, other])


def _stake(table: ndarray) -> int:
    """The range of a table as a whole number, 1 at least."""
    return max(1, int(np.ceil(table.max() - table.min())))
