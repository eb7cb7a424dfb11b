"""The matrix benchmark's own speed: drawing certified games, and reading and scoring answers."""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy reads them
    os.environ.setdefault(variable, "1")

import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from concurrent.futures import ProcessPoolExecutor  # noqa: E402
from itertools import cycle, islice  # noqa: E402

from timing import Row  # noqa: E402

from nashscope.bench import matrix  # noqa: E402
from nashscope.chance import stream  # noqa: E402
from nashscope.games.draw import zero_sum_games  # noqa: E402

GAMES, ANSWERS, CORES = 100_000, 100_000, 2
DRAWN_IN, SCORED_IN = 60.0, 5.0
"""Seconds: the bars."""


def rows(games: int = GAMES, answers: int = ANSWERS) -> Iterator[Row]:
    """Both bars; with smaller counts, the same bars in proportion."""
    taken = drawing(games)
    bar = DRAWN_IN * games / GAMES
    what = f"{games:,} certified 5×5 games, {CORES} cores"
    yield Row(what, f"{taken:.1f} s", f"at most {bar:g} s", taken <= bar)
    taken = scoring(answers)
    bar = SCORED_IN * answers / ANSWERS
    what = f"{answers:,} answers to 5×5 games read and scored, one core"
    yield Row(what, f"{taken:.2f} s", f"at most {bar:g} s", taken <= bar)


def drawing(count: int) -> float:
    """Seconds to draw and certify that many games, in parts on all cores."""
    part = max(1, count // (4 * CORES))
    began = time.perf_counter()
    with ProcessPoolExecutor(CORES) as pool:
        made = sum(pool.map(_certified, range(count // part), [part] * (count // part)))
    assert made == count // part * part
    return time.perf_counter() - began


def _certified(seed: int, count: int) -> int:
    """How many of the games drawn from a seed have a proof that holds for their own payoffs."""
    drawn = zero_sum_games(stream(seed, "benchmark"), count, (5, 5), margin=1e-6)
    return sum(
        proof.holds(table.tolist())
        for proof, table in zip(drawn.certificates(), drawn.payoffs, strict=True)
    )


def scoring(count: int) -> float:
    """Seconds to read and score that many answers to the fixed set's 5×5 games."""
    items = [item for item in matrix.test_set() if item.group == "5×5"]
    texts = [
        (item, player, item.question(player).write(item.optimal(player).tolist(), "numbers"))
        for item in items
        for player in (0, 1)
    ]
    asked = list(islice(cycle(texts), count))
    known = {item.id: item for item in items}
    began = time.perf_counter()
    read = [matrix.read(item, player, "numbers", text) for item, player, text in asked]
    scored = matrix.scored(known, read)
    taken = time.perf_counter() - began
    assert all(answer.residual is not None for answer in scored)
    return taken
