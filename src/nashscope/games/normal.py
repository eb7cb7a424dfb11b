"""Games in which every player acts once, at the same time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nashscope.errors import IllFormedGame
from nashscope.games.distribution import check_strategies
from nashscope.games.rational import as_fraction, fraction_table, integers
from nashscope.records import content_hash

__all__ = ["NormalForm", "Profile", "check_player_names", "check_size", "zero_sum_game"]

LARGEST = 500_000
"""Most payoffs of a game that is made by its parameters: some seconds' work."""

Profile = Sequence[Float[ndarray, "_"]]
"""One mixed strategy per player; entry m of a strategy is the probability of action m."""


@dataclass(frozen=True, eq=False)
class NormalForm:
    """A game of n ≥ 2 players in strategic form.

    payoffs: `[players, actions of player 0, actions of player 1, …]`, utility of each player in
        the game's own unit. Anything array-like; entries may be numbers, `Fraction`s or strings
        such as "1/3" or "0.1", which are kept exactly in `exact`.
    actions: the names of every player's actions; by default "a0", "a1", …
    name: what the game is called, where it has a name.
    player_names: of the players, where they have names.
    given: the payoffs before any rounding, as an array of numbers or of fractions.

    Raises:
        IllFormedGame: naming the first entry or shape that is wrong.

    >>> row = [[3, 0], [5, 1]]
    >>> pd = NormalForm([row, [[3, 5], [0, 1]]], (("C", "D"), ("C", "D")))
    >>> pd.regrets([np.array([1.0, 0.0]), np.array([1.0, 0.0])])
    array([2., 2.])
    """

    payoffs: Float[ndarray, "players *actions"]
    actions: tuple[tuple[str, ...], ...] = ()
    name: str = ""
    player_names: tuple[str, ...] = ()
    given: ndarray = field(init=False, repr=False)

    def __init__(
        self,
        payoffs: Any,
        actions: Sequence[Sequence[str]] | None = None,
        name: str = "",
        player_names: Sequence[str] = (),
    ) -> None:
        given = _numbers(payoffs)
        if given.ndim < 3 or given.shape[0] != given.ndim - 1 or 0 in given.shape:
            raise IllFormedGame(
                f"payoffs have shape {given.shape}; a game of n ≥ 2 players has shape "
                "(n, actions of player 0, …, actions of player n-1), no action set empty"
            )
        names = (
            tuple(tuple(f"a{m}" for m in range(count)) for count in given.shape[1:])
            if actions is None
            else tuple(tuple(str(action) for action in own) for own in actions)
        )
        if tuple(map(len, names)) != given.shape[1:]:
            raise IllFormedGame(
                f"payoffs have shape {given.shape}, but the action names ask for "
                f"{(len(names), *map(len, names))}"
            )
        for player, own in enumerate(names):
            twice = [action for action in own if own.count(action) > 1]
            if twice:
                raise IllFormedGame(f"player {player} has two actions named {twice[0]!r}")
        check_player_names(player_names, len(names))
        table = given.astype(float)
        table.flags.writeable = False
        object.__setattr__(self, "payoffs", table)
        object.__setattr__(self, "actions", names)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "player_names", tuple(player_names))
        object.__setattr__(self, "given", given)

    @property
    def players(self) -> int:
        """Number of players."""
        return len(self.actions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return self.payoffs.shape[1:]

    def player_name(self, player: int) -> str:
        """What a player is called: by its name, else "player 1" for the first."""
        return self.player_names[player] if self.player_names else f"player {player + 1}"

    @cached_property
    def exact(self) -> ndarray:
        """The payoffs as an object array of fractions, as they were given; shape of `payoffs`."""
        exact = self.given if self.given.dtype == object else fraction_table(self.given)
        exact.flags.writeable = False
        return exact

    @cached_property
    def spread(self) -> float:
        """Largest minus smallest payoff over all players; 0 for a constant game."""
        return float(self.payoffs.max() - self.payoffs.min())

    @cached_property
    def ranges(self) -> Float[ndarray, "players"]:
        """Largest minus smallest payoff of each player; 0 for one who has nothing at stake."""
        flat = self.payoffs.reshape(self.players, -1)
        return np.asarray(flat.max(axis=1) - flat.min(axis=1))

    @cached_property
    def whole(self) -> tuple[tuple[ndarray, ...], tuple[int, ...]]:
        """Each player's payoffs as integers, and the positive number that they were multiplied by.

        The scales differ between players: no comparison between players may be made with these.
        """
        tables, scales = zip(*(integers(table) for table in self.given), strict=True)
        return tables, scales

    @property
    def zero_sum(self) -> bool:
        """Whether the players' payoffs sum to zero, exactly, in every cell."""
        if self.players == 2 and self.given.dtype.kind == "f":
            return bool(np.array_equal(self.given[0], -self.given[1]))
        return bool(np.all(self.exact.sum(axis=0) == 0))

    @property
    def symmetric(self) -> bool:
        """Whether exchanging the two players leaves the game as it is (two players only)."""
        own, other = self.exact[0], self.exact[-1]
        return (
            self.players == 2
            and own.shape[0] == own.shape[1]
            and bool(np.all(own == np.swapaxes(other, 0, 1)))
        )

    def action_values(self, profile: Profile) -> list[Float[ndarray, "_"]]:
        """Expected utility of every pure action of every player, the others playing `profile`."""
        return [_against(self.payoffs[i], profile, i) for i in range(self.players)]

    def expected_payoffs(self, profile: Profile) -> Float[ndarray, "players"]:
        """Expected utility of every player when all play `profile`.

        Raises:
            IllFormedProfile: if that is not one distribution per player.
        """
        check_strategies(profile, self.shape)
        worth = self.action_values(profile)
        return np.array([w @ own for w, own in zip(worth, profile, strict=True)])

    def regrets(self, profile: Profile) -> Float[ndarray, "players"]:
        """What each player would gain by its best response to `profile`; 0 at an equilibrium.

        Payoffs are counted from each player's smallest: an offset of 1e15 would else drown them.

        Raises:
            IllFormedProfile: if the profile is not one distribution per player.
        """
        check_strategies(profile, self.shape)
        gains = []
        for i, own in enumerate(profile):
            worth = _against(self.payoffs[i] - self.payoffs[i].min(), profile, i)
            gains.append(worth.max() - worth @ own)
        return np.array(gains)

    def cells(self) -> list[tuple[int, ...]]:
        """Every pure profile, in the order of the table."""
        return list(product(*(range(count) for count in self.shape)))

    def only(self, kept: Sequence[Sequence[int]]) -> "NormalForm":
        """The game in which every player has only some of its actions, in the order given."""
        chosen = np.ix_(range(self.players), *kept)
        names = [[own[a] for a in few] for own, few in zip(self.actions, kept, strict=True)]
        return NormalForm(self.given[chosen], names, self.name, self.player_names)

    @cached_property
    def content(self) -> str:
        """Hash of payoffs and action names; the names of game and players do not count."""
        return content_hash([self.exact.shape, [str(f) for f in self.exact.ravel()], self.actions])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NormalForm) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        sizes = "×".join(map(str, self.shape))
        return f"NormalForm({self.name or 'unnamed'}, {sizes}, {self.content})"


def check_size(*counts: int) -> None:
    """Refuses a game before its table is made, if it has more than `LARGEST` payoffs.

    counts: of players, and of every player's actions; a game has as many payoffs as their product.

    Raises:
        IllFormedGame: saying how many there may be.
    """
    if math.prod(counts) > LARGEST:
        raise IllFormedGame(f"it has more than {LARGEST:,} payoffs; make it smaller")


def zero_sum_game(
    table: Any, actions: Sequence[Sequence[str]] | None = None, name: str = ""
) -> NormalForm:
    """The two-player game in which the row player gets `table` and the column player minus that.

    >>> zero_sum_game([[1, -1], [-1, 1]]).zero_sum
    True
    """
    own = _numbers(table[None] if isinstance(table, ndarray) else [table])[0]
    if not isinstance(own, ndarray) or own.ndim != 2:
        raise IllFormedGame(
            f"a table of shape {np.shape(own)} was given; a zero-sum game is [rows, columns]"
        )
    if own.dtype.kind in "iu":  # so that neither an unsigned nor the smallest integer overflows
        own = fraction_table(own)
    return NormalForm(np.stack([own, -own]), actions, name)


def check_player_names(player_names: Sequence[str], players: int) -> None:
    """Raises unless there are no names, or one for each player."""
    if player_names and len(player_names) != players:
        raise IllFormedGame(
            f"{len(player_names)} names are given for {players} players: {tuple(player_names)}"
        )


def _against(
    payoff: Float[ndarray, "*actions"], profile: Profile, player: int
) -> Float[ndarray, "_"]:
    """The player's payoff table with everyone else's action averaged out, last axis first."""
    for other in reversed(range(payoff.ndim)):
        if other != player:
            payoff = np.tensordot(payoff, profile[other], axes=(other, 0))
    return payoff


def _numbers(payoffs: Any) -> ndarray:
    """Any nested numbers as an array that holds them exactly.

    An array of integers or of float64 stays one (a copy): making a fraction of every entry costs
    2 µs each, and most drawn games are never asked for them. All else becomes fractions.

    Raises:
        IllFormedGame: at the first entry that is not a finite number, or where rows are ragged.
    """
    if isinstance(payoffs, ndarray) and payoffs.dtype.kind in "iuf" and payoffs.itemsize <= 8:
        kept: ndarray = payoffs.astype(float if payoffs.dtype.kind == "f" else payoffs.dtype)
        if kept.dtype.kind == "f" and not np.isfinite(kept).all():
            worst = tuple(int(i) for i in np.argwhere(~np.isfinite(kept))[0])
            _fraction(kept[worst], worst)
        kept.flags.writeable = False
        return kept
    try:
        table = np.array(payoffs, dtype=object)
    except ValueError:
        raise IllFormedGame(f"payoffs are ragged: {_ragged(payoffs)}") from None
    if table.size and isinstance(table.flat[0], list | tuple | ndarray):
        raise IllFormedGame(f"payoffs are ragged: {_ragged(payoffs)}")
    exact = np.empty(table.shape, dtype=object)
    for index in np.ndindex(table.shape):
        exact[index] = _fraction(table[index], index)
    return exact


def _fraction(entry: Any, index: tuple[int, ...]) -> Fraction:
    """One payoff, exactly."""
    where = "payoffs" + "".join(f"[{i}]" for i in index)
    if isinstance(entry, np.generic):
        entry = entry.item()
    if isinstance(entry, float) and not math.isfinite(entry):
        raise IllFormedGame(f"{where} is {entry}; payoffs must be finite")
    if entry is None or isinstance(entry, bool):
        raise IllFormedGame(f"{where} is {entry}; every cell needs a number for every player")
    try:
        value = as_fraction(entry)
    except ValueError:
        raise IllFormedGame(
            f"{where} is {entry!r:.60}; payoffs are finite numbers or fractions like '1/3'"
        ) from None
    try:
        float(value)
    except OverflowError:
        raise IllFormedGame(f"{where} is {entry!s:.60}; payoffs must be below 1.8e308") from None
    return value


def _ragged(payoffs: Any) -> str:
    """Where the first two rows of unequal length are."""
    for i, row in enumerate(payoffs):
        lengths = {len(part) if hasattr(part, "__len__") else 0 for part in row}
        if len(lengths) > 1:
            return f"payoffs[{i}] has rows of lengths {sorted(lengths)}"
    return f"tables of lengths {[len(row) for row in payoffs]}"
