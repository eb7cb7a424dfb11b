"""The simplex method on many zero-sum games at once, every game one pivot at a time.

The games lie side by side on the last axis, so that one numpy call serves all of them. No pivot
rewrites a tableau: it subtracts the product of a column and a row, both are kept, and an entry is
the one at the start minus the products so far. A pivot then computes one column and one row instead
of all rows × columns entries (the product form of the inverse, in the tableau's own terms;
measured: 8.2 → 5.2 µs per game at 12×12, 0.4 → 0.2 at 2×2, in processor time).

The first pivot is the column player's pure minimax action, which saves about one pivot in five
against the textbook start (measured: 11.3 → 9.8 pivots at 12×12, 4.2 → 3.4 at 5×5); after it the
rule is Dantzig's, the highest index deciding ties.

Differs from the textbook method in that nothing here guards against cycling: a game that has not
finished after `LIMIT` pivots per action is reported as such, and its caller solves it exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from numpy import ndarray

from nashscope.games.deadline import Deadline

__all__ = ["Solved", "bounds", "simplex"]

LIMIT = 10
"""Pivots allowed per action. Random games need fewer than 2."""
GAMES, NUMBERS = 4096, 2**16
"""Games pivoted together, and numbers in their tables: enough to hide the cost of a numpy call,
few enough for the cache."""
SMALL = 1e-10
"""What counts as zero in a tableau whose payoffs are in [1, 2]."""

Load = Callable[[slice | ndarray], Float[ndarray, "rows columns chosen"]]
"""Gives the tables of some of the games: payoffs to the row player, in [1, 2]."""


@dataclass(frozen=True)
class Solved:
    """What the simplex method found.

    row, column: optimal strategies, `[games, actions]`.
    upper, lower: the most that the row player can get against `column`, and the least that `row`
        secures it, computed from the tables and in their units.
    finished: False where the pivots ran out; the rest is then meaningless.
    """

    row: Float[ndarray, "games rows"]
    column: Float[ndarray, "games columns"]
    upper: Float[ndarray, "games"]
    lower: Float[ndarray, "games"]
    finished: Bool[ndarray, "games"]

    def put(
        self,
        which: slice | ndarray,
        tables: Float[ndarray, "rows columns chosen"],
        weights: Float[ndarray, "2 variables chosen"],
    ) -> None:
        """Writes down the strategies with these weights, and the bounds that they prove."""
        columns = tables.shape[1]
        row, column = _distributions(weights[1, columns:]), _distributions(weights[0, :columns])
        self.row.T[:, which], self.column.T[:, which] = row, column
        self.upper[which], self.lower[which] = bounds(tables, row, column)


def bounds(
    tables: Float[ndarray, "rows columns games"],
    row: Float[ndarray, "rows games"],
    column: Float[ndarray, "columns games"],
) -> tuple[Float[ndarray, "games"], Float[ndarray, "games"]]:
    """What the column strategy keeps the row player to, and what the row strategy secures it."""
    reached = np.einsum("ijg,jg->ig", tables, column)
    secured = np.einsum("ijg,ig->jg", tables, row)
    return reached.max(axis=0), secured.min(axis=0)


def simplex(load: Load, shape: tuple[int, int, int], deadline: Deadline) -> Solved:
    """Optimal strategies of zero-sum games.

    load: the tables, asked for in parts that fit the cache.
    shape: the numbers of games, rows and columns.

    Raises:
        NotSolved: beyond the deadline.
    """
    games, rows, columns = shape
    # games are last in memory, as they come
    row, column = np.empty((rows, games)).T, np.empty((columns, games)).T
    solved = Solved(row, column, np.empty(games), np.empty(games), np.zeros(games, dtype=bool))
    step = max(1, min(games, GAMES, NUMBERS // (rows * columns)))
    work = _Work(rows, columns, step, deadline)
    # The last few games of a part wait for those of the others: alone they would cost as many
    # numpy calls as the many.
    share = 10 if games > step else games + 1
    late: list[_Tableaus] = []
    # a game that rounding leads astray, or that is left for later, has no meaningful numbers
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for start in range(0, games, step):
            which = slice(start, min(start + step, games))
            fresh = _Tableaus.fresh(load(which), start)
            weights, left = work.run(fresh, len(fresh.place) // share, fresh=True)
            solved.put(which, fresh.cells, weights)
            solved.finished[which] = True
            solved.finished[left.place] = False
            late.append(left)
        for _ in range(LIMIT if games else 0):
            late = _later(_Tableaus.joined(late), step, work, load, solved)
    return solved


def _later(
    waiting: "_Tableaus", step: int, work: "_Work", load: Load, solved: Solved
) -> "list[_Tableaus]":
    """Goes on with games that were left; gives those that are left again."""
    late = [waiting.part(slice(0, 0))]
    for start in range(0, len(waiting.place), step):
        part = waiting.part(slice(start, start + step))
        weights, left = work.run(part, 0)
        done = np.isin(part.place, left.place, invert=True)
        place = part.place[done]
        if len(place):
            solved.put(place, load(place), weights[:, :, done])
            solved.finished[place] = True
        late.append(left)
    return late


@dataclass(frozen=True)
class _Tableaus:
    """The tableaus of some games, written out.

    The column player's scaled strategy w ≥ 0 maximises Σw subject to Bw ≤ 1, with B the payoffs;
    its variables are 0 … columns-1, the slacks are columns … columns+rows-1, and the slacks' prices
    are the row player's scaled strategy.

    cells, costs, limits: the body, the last row and the last column.
    basic, free: which variable each row and each column stands for.
    place: the numbers of the games.
    """

    cells: Float[ndarray, "rows columns games"]
    costs: Float[ndarray, "columns games"]
    limits: Float[ndarray, "rows games"]
    basic: Int[ndarray, "rows games"]
    free: Int[ndarray, "columns games"]
    place: Int[ndarray, "games"]

    @classmethod
    def fresh(cls, tables: Float[ndarray, "rows columns games"], first: int) -> "_Tableaus":
        """Those at the start, for games numbered from `first` on."""
        rows, columns, games = tables.shape
        variables = np.repeat(np.arange(columns + rows)[:, None], games, axis=1)
        costs, limits = np.full((columns, games), -1.0), np.ones((rows, games))
        place = np.arange(first, first + games)
        return cls(tables, costs, limits, variables[columns:], variables[:columns], place)

    @property
    def fields(self) -> tuple[ndarray, ...]:
        """All arrays; the games are on the last axis of each."""
        return (self.cells, self.costs, self.limits, self.basic, self.free, self.place)

    def part(self, which: slice) -> "_Tableaus":
        """Those of some of the games."""
        return _Tableaus(*(np.ascontiguousarray(field[..., which]) for field in self.fields))

    @classmethod
    def joined(cls, parts: "list[_Tableaus]") -> "_Tableaus":
        """Several as one."""
        fields = zip(*(part.fields for part in parts), strict=True)
        return cls(*(np.concatenate(own, axis=-1) for own in fields))


class _Work:
    """Where the games of one part are pivoted.

    lefts, tops: the columns and rows subtracted so far, `[depth, actions, games]`; in memory that
        serves all parts, since fresh memory for each would cost as much as the work in it.
    costs, limits: of the games at work; those that have finished are dropped from all but `cells`.
    basic, free: as in the tableaus, but each as a place in half of `weights`, flat.
    home: where in `cells` and `weights` the games at work are.
    """

    def __init__(self, rows: int, columns: int, most: int, deadline: Deadline) -> None:
        self.rows, self.columns, self.deadline = rows, columns, deadline
        self.deepest = rows + columns
        self.row_ranks, self.column_ranks = _ranks(rows), _ranks(columns)
        self.memory = [np.empty(self.deepest * n * most) for n in (rows, columns) * 2]

    def run(
        self, start: _Tableaus, enough: int, *, fresh: bool = False
    ) -> tuple[Float[ndarray, "2 variables games"], _Tableaus]:
        """Pivots until at most `enough` games are left, or `deepest` times.

        Returns the weights of those that finished, and the tableaus of those that did not.
        """
        self._begin(start)
        if fresh:
            minimax, _ = _extreme(np.minimum, start.cells.max(axis=0), self.column_ranks)
            self._pivot(minimax, np.full(len(minimax), -1.0), None)
        while len(self.home) > enough and self.depth < self.deepest:
            self.deadline.check("a batch of zero-sum games")
            entering, least = _extreme(np.minimum, self.costs, self.column_ranks)
            done = least >= -SMALL
            count, left = int(np.count_nonzero(done)), len(done)
            # Dropping finished games copies the rest: worth it only for a good part of them.
            if 2 * count < left:
                self._pivot(entering, least, done if count else None)
                continue
            self._finish(done.nonzero()[0])
            stay = np.logical_not(done).nonzero()[0]
            self._keep(stay)
            if count < left:
                self._pivot(entering.take(stay), least.take(stay), None)
        return self.weights, self._written()

    def _begin(self, start: _Tableaus) -> None:
        """Takes games in."""
        self.start, self.width, self.depth = start, start.cells.shape[2], 0
        self.cells = start.cells.reshape(-1)
        self.costs, self.limits = start.costs, start.limits
        self.weights = np.zeros((2, self.columns + self.rows, self.width))
        self._at(np.arange(self.width))
        self.basic, self.free = (n * self.width + self.home for n in (start.basic, start.free))
        self._use(0)

    def _at(self, home: Int[ndarray, "games"]) -> None:
        """Sets the games at work."""
        self.home, self.game = home, np.arange(len(home))
        self.down = np.arange(self.rows)[:, None] * (self.columns * self.width)
        self.across = np.arange(self.columns)[:, None] * self.width
        layers = np.arange(self.deepest)[:, None] * len(home)
        self.left_layers, self.top_layers = layers * self.rows, layers * self.columns

    def _use(self, number: int) -> None:
        """Makes two of the four buffers those of columns and rows; sets the flat views."""
        self.lefts, self.tops = self._room(number), self._room(number + 1)
        self.flat_lefts, self.flat_tops = self.lefts.reshape(-1), self.tops.reshape(-1)
        self.flat_basic, self.flat_free = self.basic.reshape(-1), self.free.reshape(-1)

    def _room(self, number: int) -> Float[ndarray, "deepest actions games"]:
        """One of the four buffers, in the shape for the games at work."""
        shape = (self.deepest, (self.rows, self.columns)[number % 2], len(self.home))
        return self.memory[number][: shape[0] * shape[1] * shape[2]].reshape(shape)

    def _pivot(
        self,
        entering: Int[ndarray, "games"],
        least: Float[ndarray, "games"],
        stay: Bool[ndarray, "games"] | None,
    ) -> None:
        """One pivot in every game, save in those that stay as they are.

        least: the costs of the entering columns.
        """
        depth, games = self.depth, len(self.home)
        lefts, tops = self.lefts, self.tops
        column, row = lefts[depth], tops[depth]
        self.cells.take(self.down + (entering * self.width + self.home), out=column, mode="clip")
        entry = entering * games + self.game
        if depth:
            factors = self.flat_tops.take(self.top_layers[:depth] + entry, mode="clip")
            column -= np.einsum("kig,kg->ig", lefts[:depth], factors)
        # The largest ratio of coefficient to limit leaves: no division by what may be zero, and
        # rounding noise beside a limit of zero is never taken for a pivot.
        ratio = np.maximum(self.limits, SMALL)
        np.divide(column, ratio, out=ratio)
        leaving, _ = _extreme(np.maximum, ratio, self.row_ranks)
        begin = leaving * (self.columns * self.width) + self.home
        self.cells.take(self.across + begin, out=row, mode="clip")
        leaving = leaving * games + self.game
        if depth:
            factors = self.flat_lefts.take(self.left_layers[:depth] + leaving, mode="clip")
            row -= np.einsum("kjg,kg->jg", tops[:depth], factors)
        flat_column = column.reshape(-1)
        corner = flat_column.take(leaving, mode="clip")
        limit = self.limits.reshape(-1).take(leaving, mode="clip")
        if stay is not None:
            corner[stay] = np.inf  # nothing is subtracted then: row and limit become 0
        row /= corner
        limit /= corner
        if stay is not None:
            move = np.logical_not(stay)
            entry, leaving, corner = (part.compress(move) for part in (entry, leaving, corner))
        # With p the corner, column[leaving] = p - 1 and row[entering] = 1 + 1/p, subtracting the
        # outer product does the whole exchange, pivot row and pivot column included.
        flat_column[leaving] = corner - 1.0
        row.reshape(-1)[entry] = 1.0 + 1.0 / corner
        self.costs -= row * least
        self.limits -= column * limit
        basic, free = self.flat_basic, self.flat_free
        basic[leaving], free[entry] = free.take(entry), basic.take(leaving)
        self.depth += 1

    def _finish(self, chosen: Int[ndarray, "chosen"]) -> None:
        """Writes down the weights of games that have finished."""
        variables, prices = self.weights.reshape(2, -1)
        variables[_taken(self.basic, chosen)] = _taken(self.limits, chosen)
        prices[_taken(self.free, chosen)] = _taken(self.costs, chosen)

    def _keep(self, chosen: Int[ndarray, "chosen"]) -> None:
        """Drops the other games."""
        depth, lefts, tops = self.depth, self.lefts, self.tops
        self.costs, self.limits = _taken(self.costs, chosen), _taken(self.limits, chosen)
        self.basic, self.free = _taken(self.basic, chosen), _taken(self.free, chosen)
        self._at(self.home.take(chosen))
        self._use(2)
        lefts[:depth].take(chosen, axis=2, out=self.lefts[:depth], mode="clip")
        tops[:depth].take(chosen, axis=2, out=self.tops[:depth], mode="clip")
        self.memory = self.memory[2:] + self.memory[:2]

    def _written(self) -> _Tableaus:
        """The tableaus of the games at work, all products subtracted."""
        products = np.einsum("kig,kjg->ijg", self.lefts[: self.depth], self.tops[: self.depth])
        cells = self.start.cells.take(self.home, axis=2) - products
        basic, free = self.basic // self.width, self.free // self.width
        place = self.start.place.take(self.home)
        return _Tableaus(cells, self.costs, self.limits, basic, free, place)


def _extreme(
    best: np.ufunc, numbers: Float[ndarray, "actions games"], ranks: Shaped[ndarray, "actions 1"]
) -> tuple[Int[ndarray, "games"], Float[ndarray, "games"]]:
    """Where each game's smallest or largest number is (the last such place), and that number.

    Without branches: `argmin` along a short axis takes twice as long on numbers that differ from
    game to game, most of it for wrongly predicted ones (measured: 32 → 14 ns per game at 12).
    """
    found = best.reduce(numbers, axis=0)
    places = np.equal(numbers, found).view(np.uint8) * ranks
    return np.maximum.reduce(places, axis=0).astype(np.intp), found


def _ranks(actions: int) -> Shaped[ndarray, "{actions} 1"]:
    """The numbers of the actions in the smallest type that holds them."""
    return np.arange(actions, dtype=np.min_scalar_type(actions))[:, None]


def _taken(array: ndarray, chosen: Int[ndarray, "chosen"]) -> ndarray:
    """Some games of an array; `clip` spares a pass that looks for wrong numbers."""
    return np.asarray(array.take(chosen, axis=-1, mode="clip"))


def _distributions(weights: Float[ndarray, "actions games"]) -> Float[ndarray, "actions games"]:
    """Weights that rounding may have left slightly negative, as probabilities."""
    positive = np.asarray(np.maximum(weights, 0.0))
    positive /= positive.sum(axis=0)
    return np.asarray(positive)
