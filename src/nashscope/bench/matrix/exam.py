"""The fixed test set of the matrix benchmark, and fresh draws of the same kinds.

Version 1 is a file of the package (`stored`) and recognised by its hash, so that a number measured
anywhere is about the same games; `draw` with `SEED` is how it came to be. All games have exactly
one equilibrium, proved in fractions. Payoffs are whole numbers from -9 to 9 before padding and
before a change of units.
"""

import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial

import numpy as np
from jaxtyping import Int
from numpy import ndarray
from numpy.random import Generator

from nashscope.bench.matrix import stored
from nashscope.bench.matrix.familiar import FAMILIAR, Familiar
from nashscope.bench.matrix.item import Item, proved
from nashscope.chance import stream
from nashscope.errors import Misuse, Unreadable
from nashscope.games import pad
from nashscope.games.draw import integers, margins, zero_sum_games
from nashscope.games.solve import ZeroSum, ZeroSumCertificate, certificate, zero_sum
from nashscope.names import nearest
from nashscope.records import content_hash

__all__ = [
    "DENSE",
    "HASHES",
    "LARGEST",
    "PADDED",
    "VERSION",
    "anonymous",
    "dense",
    "draw",
    "first",
    "groups",
    "test_set",
]

VERSION = 1
"""The version that is asked where none is named."""
HASHES = {1: "726f1508b2394a17"}
"""What each version's games hash to."""
SEED = 20_260_510
LARGEST = 9
"""Largest absolute payoff of a game that is drawn."""
SURE = 1e-6
"""The least margin (see `games.draw.margins`) that makes a solution the only one."""

DENSE = ((2, 2), (3, 3), (5, 5), (7, 7), (12, 12), (2, 3), (3, 5), (6, 4))
"""Shapes of the anonymous games, all of whose payoffs are independent."""
PADDED = (5, 7, 10, 15)
"""Sizes that 3×3 games are embedded in."""
UNITS = ((2, 0), (1, 40), (5, -30), (50, 0))
"""Factors and offsets of the games that are told in other units."""

Make = Callable[[Generator, int, str], list[Item]]


@dataclass(frozen=True)
class _Group:
    """A kind of game: how many the fixed set has, and how some are drawn.

    stream: the name of its stream of chance, if not its own: groups that share one share games.
    """

    name: str
    count: int
    make: Make
    stream: str = ""


@cache
def test_set(version: int = VERSION) -> tuple[Item, ...]:
    """The games of a version, always the same.

    Raises:
        Misuse: if there is no such version.
        Unreadable: if the file of the package is damaged.
    """
    if version not in HASHES:
        raise Misuse(f"there is no version {version} of the test set; there are {sorted(HASHES)}")
    items = stored.read(version)
    if (hashed := content_hash(list(items))) != HASHES[version]:
        raise Unreadable(
            f"the stored test set hashes to {hashed}, version {version} to {HASHES[version]}; "
            "install nashscope again"
        )
    return items


def first(limit: int | None = None, version: int = VERSION) -> tuple[Item, ...]:
    """The first so many games of every group of a version; all of them if no limit is given.

    Raises:
        Misuse: if the limit is below 1.
    """
    if limit is None:
        return test_set(version)
    if limit < 1:
        raise Misuse(f"the limit is {limit}; ask for 1 or more games of each group")
    seen: Counter[str] = Counter()
    kept = []
    for item in test_set(version):
        seen[item.group] += 1
        if seen[item.group] <= limit:
            kept.append(item)
    return tuple(kept)


def groups() -> list[str]:
    """The kinds of game, in the order of the test set."""
    return [group.name for group in _groups()]


def draw(seed: int, names: Sequence[str] | None = None, count: int | None = None) -> Iterator[Item]:
    """Fresh games of some groups, by default all, with as many as the fixed set has or `count`.

    Raises:
        Misuse: if a group is not known, or less than one game is asked for.
    """
    if count is not None and count < 1:
        raise Misuse(f"{count} games a group were asked for; ask for 1 or more")
    for name in names or ():
        if name not in groups():
            raise nearest(name, groups(), "group of the matrix benchmark")
    for group in _groups():
        if names is None or group.name in names:
            chance = stream(seed, "matrix", group.stream or group.name)
            yield from group.make(chance, count or group.count, group.name)


def dense(seed: int, shapes: Sequence[tuple[int, int]], count: int) -> Iterator[Item]:
    """Fresh games of any shapes with independent payoffs, `count` of each.

    Raises:
        Misuse: if a player would have fewer than two actions, or more than there are letters.
    """
    for rows, columns in shapes:
        if min(rows, columns) < 2 or max(rows, columns) > len(string.ascii_uppercase):
            raise Misuse(f"a {rows}×{columns} game is asked for; both players need 2 to 26 actions")
        group = f"{rows}×{columns}"
        yield from _dense((rows, columns), stream(seed, "matrix", group), count, group)


def _groups() -> list[_Group]:
    """All kinds of game."""
    found = []
    for rows, columns in DENSE:
        count = 200 if rows == columns <= 3 else 100 if rows == columns else 50
        found.append(_Group(f"{rows}×{columns}", count, partial(_dense, (rows, columns))))
    found.append(_Group("3×3 in other units", 60, _other_units))
    for size in PADDED:
        found.append(_Group(f"3×3 in {size}×{size}", 50, partial(_padded, size, "dominated")))
        found.append(_Group(f"random in {size}×{size}", 50, partial(_padded, size, "random")))
    found += [
        _Group("named", 40, partial(_familiar, "named"), "familiar"),
        _Group("unnamed twins", 40, partial(_familiar, "twin"), "familiar"),
        _Group("named, payoffs altered", 40, partial(_familiar, "altered")),
    ]
    return found


def _letters(chance: Generator, shape: tuple[int, int]) -> tuple[list[str], list[str]]:
    """Different capital letters for each player's actions."""
    rows, columns = (
        [string.ascii_uppercase[i] for i in chance.permutation(26)[:count]] for count in shape
    )
    return rows, columns


def anonymous(
    id: str,
    group: str,
    payoffs: Int[ndarray, "rows columns"],
    chance: Generator,
    proof: ZeroSumCertificate,
    core: tuple[tuple[int, ...], tuple[int, ...]] | None = None,
) -> Item:
    """A game told with letters, drawn for it, and with its proof."""
    shape = (int(payoffs.shape[0]), int(payoffs.shape[1]))
    return proved(id, group, payoffs, _letters(chance, shape), proof, core=core)


def _item(
    id: str,
    group: str,
    payoffs: ndarray,
    chance: Generator,
    core: tuple[tuple[int, ...], tuple[int, ...]] | None = None,
) -> Item:
    """An anonymous game, solved exactly."""
    return anonymous(id, group, payoffs, chance, certificate(payoffs), core)


def _unique(
    chance: Generator, count: int, shape: tuple[int, int]
) -> Int[ndarray, "games rows columns"]:
    """Games with one equilibrium."""
    drawn = zero_sum_games(chance, count, shape, integers(-LARGEST, LARGEST), margin=SURE)
    return np.asarray(drawn.payoffs)


def _dense(shape: tuple[int, int], chance: Generator, count: int, group: str) -> list[Item]:
    """Games with independent payoffs."""
    tables = _unique(chance, count, shape)
    return [_item(f"{group}-{i}", group, table, chance) for i, table in enumerate(tables)]


def _other_units(chance: Generator, count: int, group: str) -> list[Item]:
    """3×3 games, times a factor, plus an offset."""
    items = []
    for i, table in enumerate(_unique(chance, count, (3, 3))):
        factor, offset = UNITS[i % len(UNITS)]
        items.append(_item(f"{group}-{i}", group, table * factor + offset, chance))
    return items


def _padded(size: int, kind: str, chance: Generator, count: int, group: str) -> list[Item]:
    """3×3 games within larger ones, at random places; of controls, those with one equilibrium."""
    items: list[Item] = []
    while len(items) < count:
        core = _unique(chance, 1, (3, 3))[0]
        made = pad(core, (size, size), chance, "random" if kind == "random" else "dominated")
        if _is_unique(made.payoffs):
            place = (made.rows, made.columns)
            items.append(_item(f"{group}-{len(items)}", group, made.payoffs, chance, place))
    return items


def _is_unique(table: ndarray) -> bool:
    """Whether a game surely has one equilibrium."""
    solution: ZeroSum = zero_sum(table[None])
    return bool(margins(table[None], solution)[0] >= SURE)


def _familiar(kind: str, chance: Generator, count: int, group: str) -> list[Item]:
    """Games of the textbook: under their names, without them, or with other payoffs.

    Named games and their twins have the same numbers: both are drawn from the same stream.
    """
    items = []
    for i in range(count):
        game = FAMILIAR[i % len(FAMILIAR)]
        order = chance.permutation(len(game.actions))
        stake = int(chance.integers(1, LARGEST + 1))
        payoffs = np.array(game.payoffs) * stake
        letters = _letters(chance, (len(order), len(order)))
        if kind == "altered":
            payoffs = _altered(game, chance)
        table = payoffs[np.ix_(order, order)]
        words = tuple(game.actions[k] for k in order)
        known = (
            tuple(game.strategies[0][k] for k in order),
            tuple(game.strategies[1][k] for k in order),
        )
        items.append(
            proved(
                f"{group}-{i}",
                group,
                table,
                letters if kind == "twin" else (words, words),
                certificate(table),
                "" if kind == "twin" else game.title,
                recited=known if kind == "altered" else None,
            )
        )
    return items


def _altered(game: Familiar, chance: Generator) -> Int[ndarray, "rows columns"]:
    """Payoffs in which the textbook's answer leaves more than a tenth of the range to gain."""
    shape = (len(game.actions), len(game.actions))
    recited = [np.array([float(Fraction(p)) for p in own]) for own in game.strategies]
    table: Int[ndarray, "rows columns"]
    while True:
        table = _unique(chance, 1, shape)[0]
        secured = (recited[0] @ table).min(), -(table @ recited[1]).max()
        value = zero_sum(table[None]).values[0]
        lost = min(value - secured[0], -value - secured[1]) / np.ptp(table)
        if lost > 0.1:
            return table
