"""Speed of solving against the other solvers, in one process on one core.

Peers that are not installed are said and left out (`pip install 'nashscope[test]'`). Each gets the
games in the form that it likes best, made before the clock starts; slow ones get fewer games. Their
values are compared with ours: a fast wrong answer is said, and does not count as the fastest.
"""

import os

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
for variable in ONE_THREAD:  # before numpy reads them
    os.environ.setdefault(variable, "1")

from collections.abc import Callable, Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass  # noqa: E402

import numpy as np  # noqa: E402
from timing import Row, at_least, at_most, interleaved  # noqa: E402

from nashscope.chance import stream  # noqa: E402
from nashscope.games import NormalForm  # noqa: E402
from nashscope.games.solve import certificate, equilibria, nash_conv, zero_sum  # noqa: E402

SMALL, LARGE = (2, 3, 4, 5), (7, 12)
BATCH = 2_000
"""Games of a zero-sum batch; a peer that takes longer than a millisecond gets 20 of them."""


@dataclass(frozen=True)
class Peer:
    """Another solver of zero-sum games.

    ready: makes its own form of one game. value: solves that, and gives the row player's value.
    games: how many of the batch it is asked to solve.
    """

    name: str
    ready: Callable[[np.ndarray], object]
    value: Callable[[object], float]
    games: int


def rows() -> Iterator[Row]:
    """One row for every bar of the speed table, and one for every peer's own figure."""
    with one_core():
        if os.environ["OMP_NUM_THREADS"] != "1":
            yield Row("threads", os.environ["OMP_NUM_THREADS"], "1", False)
        peers, missing = found_peers()
        for name in missing:
            yield Row(name, "not installed: left out", "–", None)
        for size in (*SMALL, *LARGE):
            yield from zero_sum_rows(size, peers)
        yield exploitability_row()
        for size, count in ((4, 12), (6, 3)):
            yield from equilibria_rows(size, count)
        yield certificate_row()


@contextmanager
def one_core() -> Iterator[None]:
    """This process on one core, where the system can say so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def found_peers() -> tuple[list[Peer], list[str]]:
    """The peers that are installed, and the names of those that are not."""
    found, missing = [], []
    for make in (quantecon, gambit, scipy, nashpy, openspiel):
        try:
            found.append(make())
        except ImportError:
            missing.append(make.__name__)
    return found, missing


def quantecon() -> Peer:
    """QuantEcon's compiled simplex."""
    from quantecon.optimize import minmax

    return Peer("QuantEcon", lambda table: table, lambda table: minmax(table)[0], BATCH)


def gambit() -> Peer:
    """Gambit's linear program, in floats."""
    import pygambit

    def value(game: object) -> float:
        found = pygambit.nash.lp_solve(game, rational=False).equilibria[0]
        return float(found.payoff(game.players["1"]))

    def ready(table: np.ndarray) -> object:
        return pygambit.Game.from_arrays(table, -table)

    return Peer("pygambit float", ready, value, 200)


def scipy() -> Peer:
    """The textbook linear program through scipy's HiGHS."""
    from scipy.optimize import linprog

    def ready(table: np.ndarray) -> object:
        height, width = table.shape
        above = np.hstack([-table.T, np.ones((width, 1))])
        equal = np.append(np.ones(height), 0.0)[None]
        return above, equal, [(0, None)] * height + [(None, None)]

    def value(program: object) -> float:
        above, equal, bounds = program
        cost = np.append(np.zeros(len(bounds) - 1), -1.0)
        return -linprog(cost, above, np.zeros(len(above)), equal, [1.0], bounds).fun

    return Peer("scipy linprog", ready, value, 20)


def nashpy() -> Peer:
    """nashpy's linear program."""
    import nashpy as nash

    def value(game: object) -> float:
        row, column = game.linear_program()
        return float(row @ game.payoff_matrices[0] @ column)

    return Peer("nashpy", nash.Game, value, 20)


def openspiel() -> Peer:
    """OpenSpiel's linear program, through cvxpy."""
    import ecos  # noqa: F401  its solver
    import pyspiel
    from open_spiel.python.algorithms.lp_solver import solve_zero_sum_matrix_game

    def ready(table: np.ndarray) -> object:
        return pyspiel.create_matrix_game(table, -table)

    return Peer("OpenSpiel", ready, lambda game: solve_zero_sum_matrix_game(game)[2], 20)


def zero_sum_rows(size: int, peers: list[Peer]) -> Iterator[Row]:
    """Microseconds per game of every peer, and how many times faster than the fastest we are."""
    chance = stream(0, "benchmarks", "zero-sum", str(size))
    tables = chance.integers(-9, 10, (BATCH, size, size)).astype(float)
    ours = zero_sum(tables)
    candidates: dict[str, Callable[[], object]] = {"ours": lambda: zero_sum(tables)}
    wrong = {}
    for peer in peers:
        ready = [peer.ready(table) for table in tables[: peer.games]]
        values = np.array([peer.value(game) for game in ready])
        wrong[peer.name] = int((np.abs(values - ours.values[: peer.games]) > 1e-5).sum())
        candidates[peer.name] = asked(peer, ready)
    taken = interleaved(candidates)
    counts = {"ours": BATCH, **{peer.name: peer.games for peer in peers}}
    each = {name: 1e6 * seconds / counts[name] for name, seconds in taken.items()}
    for peer in peers:
        said = f"{each[peer.name]:.3g} µs"
        said += f", {wrong[peer.name]} of {peer.games} values wrong" if wrong[peer.name] else ""
        yield Row(f"  {size}×{size}, {peer.name}", said, "–", None)
    what = f"zero-sum batch {size}×{size}, {each['ours']:.3g} µs, speed over the fastest peer"
    right = [each[peer.name] for peer in peers if not wrong[peer.name]]
    bar = 1.5 if size in SMALL else 1.0
    if not right:
        yield Row(what, "no peer", f"at least {bar:g}", None)
    else:
        yield at_least(what, min(right) / each["ours"], bar)


def asked(peer: Peer, ready: list[object]) -> Callable[[], object]:
    """Solves all games of a peer's."""

    def solve() -> object:
        for game in ready:
            peer.value(game)
        return None

    return solve


def exploitability_row() -> Row:
    """NashConv with all its checks against the expression alone."""
    chance = stream(0, "benchmarks", "exploitability")
    tables = chance.normal(size=(100_000, 5, 5))
    x, y = (chance.dirichlet(np.ones(5), 100_000) for _ in range(2))

    def bare() -> object:
        reached = np.einsum("gij,gj->gi", tables, y).max(-1)
        return reached - np.einsum("gij,gi->gj", tables, x).min(-1)

    np.testing.assert_allclose(bare(), nash_conv(tables, [x, y]), atol=1e-12)
    taken = interleaved({"ours": lambda: nash_conv(tables, [x, y]), "bare": bare}, runs=15)
    rate = 100_000 / taken["ours"] / 1e6
    what = f"exploitability of 100,000 5×5 games, {rate:.2g} M/s, time over the bare expression"
    return at_most(what, taken["ours"] / taken["bare"], 1.3)


def equilibria_rows(size: int, count: int) -> Iterator[Row]:
    """All equilibria against Gambit's enumeration, in fractions and in floats."""
    chance = stream(0, "benchmarks", "equilibria", str(size))
    tables = chance.integers(-20, 21, (count, 2, size, size))
    whole, real = ([NormalForm(t.astype(kind)) for t in tables] for kind in (int, float))
    label = f"all equilibria {size}×{size}"
    candidates: dict[str, Callable[[], object]] = {
        "ours": lambda: [equilibria(game) for game in whole],
        "ours, floats": lambda: [equilibria(game) for game in real],
    }
    try:
        import pygambit
    except ImportError:
        yield Row(label, "pygambit is not installed", "at least 5", None)
        return
    theirs = [pygambit.Game.from_arrays(*table) for table in tables]

    def enumerated(rational: bool) -> list[int]:
        solve = pygambit.nash.enummixed_solve
        return [len(solve(game, rational=rational).equilibria) for game in theirs]

    candidates["rational"] = lambda: enumerated(True)
    candidates["float"] = lambda: enumerated(False)
    counts = [len(equilibria(game)) for game in whole]
    if counts != enumerated(True):
        yield Row(f"{label}, numbers found", f"{counts}, not {enumerated(True)}", "equal", False)
    taken = interleaved(candidates, runs=5 if size < 6 else 3)
    each = {name: 1e3 * seconds / count for name, seconds in taken.items()}
    said = ", ".join(f"{name} {value:.3g} ms" for name, value in each.items())
    yield Row(f"  {size}×{size} per game", said, "–", None)
    yield at_least(f"{label}, exact, speed over pygambit rational",
                   each["rational"] / each["ours"], 5.0)  # fmt: skip
    yield at_least(f"{label}, float path, speed over pygambit float",
                   each["float"] / each["ours, floats"], 1.0)  # fmt: skip


def certificate_row() -> Row:
    """The proof in fractions of a 5×5 game, from the strategies of the float solver."""
    chance = stream(0, "benchmarks", "certificate")
    tables = chance.integers(-9, 10, (200, 5, 5)).astype(float)
    solved = zero_sum(tables)

    def prove() -> object:
        return [certificate(t, x, y) for t, x, y in zip(tables, solved.row, solved.column)]  # noqa: B905

    seconds = interleaved({"ours": prove})["ours"] / 200
    return at_most("exact certificate at 5×5, milliseconds", 1e3 * seconds, 0.5)
