"""When two games are the same but for names and units: one form for all of them, and its hash.

Two games have the same canonical form if and only if one becomes the other by reordering players,
reordering each player's actions, and changing each player's unit (payoffs times a positive number
plus a number). So a training set and a test set share no game if they share no hash, up to the
collisions of the hash.

The form is found by colour refinement: actions are told apart by the payoffs that they occur with,
then by those of the actions that they meet; what is still alike is tried one by one, and the
smallest table wins. Duplicate actions are alike in every respect, and only one of them is tried.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from itertools import permutations, product

import numpy as np
from jaxtyping import Shaped
from numpy import ndarray

from nashscope.errors import NotSolved
from nashscope.games.normal import NormalForm
from nashscope.games.rational import integers

__all__ = ["canonical_form", "canonical_hash", "canonical_hashes"]

BRANCHES = 20_000
"""The largest number of orders that are tried; no game met so far came near it."""

Cell = tuple[int, ...]
Form = tuple[tuple[int, ...], tuple[Cell, ...]]
"""Numbers of actions, and the players' payoffs in every cell, in units of their own."""
Colours = list[list[int]]
"""Per player a number for each action; actions that are still alike share theirs."""


def canonical_form(game: NormalForm) -> Form:
    """The form that a game shares with all that differ from it in names and units alone.

    Raises:
        NotSolved: if the game is so symmetric that more than `BRANCHES` orders would be tried.
    """
    return _canonical([_unitless(table) for table in game.whole[0]])


def canonical_hash(game: NormalForm) -> str:
    """Sixteen hexadecimal digits of the canonical form.

    >>> from nashscope.games import game
    >>> from nashscope.games.change import rescale, swap_players
    >>> other = rescale(swap_players(game("chicken")), [2, "1/3"], [0, -1])
    >>> canonical_hash(game("chicken")) == canonical_hash(other)
    True
    """
    return _hashed(canonical_form(game))


def canonical_hashes(payoffs: Shaped[ndarray, "games rows columns"]) -> list[str]:
    """The hashes of zero-sum games given by what the row player gets; about 0.1 ms each at 5×5."""
    found = []
    for table in payoffs:
        own = _unitless(integers(table)[0])
        found.append(_hashed(_canonical([own, own.max() - own])))
    return found


def _hashed(form: Form) -> str:
    return hashlib.sha256(repr(form).encode()).hexdigest()[:16]


def _unitless(table: ndarray) -> ndarray:
    """Integers counted from the smallest, in units of their greatest common divisor."""
    shifted = table - table.min()
    unit = int(np.gcd.reduce(shifted, axis=None))
    unitless: ndarray = shifted // unit if unit > 1 else shifted
    return unitless


def _canonical(tables: Sequence[ndarray]) -> Form:
    """The smallest form over all orders of the players."""
    forms: list[Form] = []
    for order in permutations(range(len(tables))):
        turned = [tables[player].transpose(order) for player in order]
        shape = turned[0].shape
        if forms and shape > forms[0][0]:
            continue  # a larger form cannot win; a smaller one is compared below
        cells = list(zip(*(table.ravel().tolist() for table in turned), strict=True))
        forms.append((shape, _Search(shape, cells).smallest()))
    return min(forms)


class _Search:
    """The search for the order of the actions that gives the smallest table."""

    def __init__(self, shape: tuple[int, ...], cells: list[Cell]) -> None:
        self.shape, self.cells = shape, cells
        self.tried = 0
        steps = [int(np.prod(shape[player + 1 :])) for player in range(len(shape))]
        places = list(product(*map(range, shape)))
        # per player and action: the cells it occurs in, each with the other players' actions
        self.meets: list[list[list[tuple[int, tuple[int, ...]]]]] = [
            [[] for _ in range(count)] for count in shape
        ]
        for place in places:
            at = sum(a * s for a, s in zip(place, steps, strict=True))
            for player, action in enumerate(place):
                self.meets[player][action].append((at, place))

    def smallest(self) -> tuple[Cell, ...]:
        """The cells in canonical order."""
        return self._best(self._refined([[0] * count for count in self.shape]))

    def _best(self, colours: Colours) -> tuple[Cell, ...]:
        """The smallest table among the orders that the colours leave open."""
        options = self._options(colours)
        if not options:
            return self._table(colours)
        # Two choices that lead to one table are images of each other under a symmetry of the
        # game: what follows the second has all been seen after the first.
        different: dict[tuple[Cell, ...], Colours] = {}
        for option in options:
            ahead = option
            while further := self._options(ahead):
                ahead = further[0]
            different.setdefault(self._table(ahead), option)
        return min(self._best(option) for option in different.values())

    def _options(self, colours: Colours) -> list[Colours]:
        """The colours after each choice among the first actions that are alike; [] if none are."""
        for player, own in enumerate(colours):
            alike: dict[int, list[int]] = {}
            for action, colour in enumerate(own):
                alike.setdefault(colour, []).append(action)
            for colour, actions in sorted(alike.items()):
                if len(actions) > 1:
                    return [
                        self._refined(_first(colours, player, action, colour))
                        for action in self._without_duplicates(player, actions)
                    ]
        return []

    def _table(self, colours: Colours) -> tuple[Cell, ...]:
        """The cells in the order of colours that are all different."""
        self.tried += 1
        if self.tried > BRANCHES:
            raise NotSolved(
                f"a game has so many symmetries that over {BRANCHES:,} orders of its actions would "
                "have to be tried for its canonical form"
            )
        orders = [sorted(range(len(own)), key=own.__getitem__) for own in colours]
        index = np.arange(len(self.cells)).reshape(self.shape)[np.ix_(*orders)]
        return tuple(self.cells[at] for at in index.ravel().tolist())

    def _without_duplicates(self, player: int, actions: list[int]) -> list[int]:
        """One action of each kind that has the same payoffs in every cell."""
        kinds: dict[tuple[Cell, ...], int] = {}
        for action in actions:
            kinds.setdefault(tuple(self.cells[at] for at, _ in self.meets[player][action]), action)
        return list(kinds.values())

    def _refined(self, colours: Colours) -> Colours:
        """Colours told apart by what the actions meet, until nothing more is told apart."""
        while True:
            told = [
                [
                    (
                        colours[player][action],
                        sorted(
                            (self.cells[at], [colours[p][a] for p, a in enumerate(place)])
                            for at, place in self.meets[player][action]
                        ),
                    )
                    for action in range(count)
                ]
                for player, count in enumerate(self.shape)
            ]
            # a colour is the number of actions that come before it, so that there is room in it
            finer = []
            for own in told:
                ordered = sorted(own)
                finer.append([bisect_left(ordered, kind) for kind in own])
            if finer == colours or all(len(set(own)) == len(own) for own in finer):
                return finer
            colours = finer


def _first(colours: Colours, player: int, action: int, colour: int) -> Colours:
    """The colours with one action put before those that were like it."""
    moved = [own.copy() for own in colours]
    moved[player] = [c + (c == colour and a != action) for a, c in enumerate(colours[player])]
    return moved
