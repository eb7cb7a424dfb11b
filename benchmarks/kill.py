"""What is left of a run that is killed, of a server that fails, and of memory after many matches.

Kills: a run is ended with SIGKILL at a random moment and taken up again; its actions are compared,
decision by decision, with those of a run that was never interrupted. The faulty server is the
tests' own, for faults only.
"""

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from timing import Row, at_most

from nashscope.agents import agent
from nashscope.metrics.summary import cell_rows
from nashscope.play import Cell
from nashscope.play.execute.executor import run_cell
from nashscope.play.store.run import open_run, read_run

KILLS, DECISIONS, MATCHES = 50, 2_000, 10_000
FAULTS = ("429", "500", "cut off", "garbage", "slow")


def rows() -> Iterator[Row]:
    """The figures beside their bars."""
    same, moments = kills(KILLS)
    early, late = min(moments), max(moments)
    what = f"kill -9 at {KILLS} random moments ({early:.2f} to {late:.2f} s), the same actions"
    yield Row(what, f"{same} of {KILLS}", f"{KILLS} of {KILLS}", same == KILLS)
    kept, twice, failed, wrong = faults(DECISIONS)
    what = f"{DECISIONS:,} decisions, {wrong:.0%} of the replies wrong: recorded, twice, failed"
    holds = kept == DECISIONS and twice == 0 and failed > 0
    yield Row(what, f"{kept}, {twice}, {failed}", f"{DECISIONS}, 0, some", holds)
    tenth, whole = memory(MATCHES)
    what = f"memory after {MATCHES:,} matches in 100 cells, over that after a tenth"
    yield at_most(what, whole / tenth, 1.05)


def kills(
    count: int, subject: str = "organism/nash", rounds: int = 12, matches: int = 6, seed: int = 0
) -> tuple[int, list[float]]:
    """How many killed runs end with the actions of one that was not, and when they were killed."""
    if subject.startswith("organism/"):
        import torch

        # a fork has none of the threads that its parent computes with
        torch.set_num_threads(1)
    chance = random.Random(seed)
    agents = {name: agent(name) for name in (subject, "tit-for-tat")}
    cells = [
        Cell(game, (subject, other), rounds=rounds, matches=matches, seed=seed)
        for game in ("prisoners_dilemma", "stag_hunt")
        for other in agents
    ]

    def played(folder: Path) -> None:
        """A run, or the rest of one."""
        with open_run(folder, {"benchmark": "kill"}) as run:
            run.keep_cells(cells)
            for cell in cells:
                if run.part(cell.id) is None:
                    run_cell(cell, folder, lambda name, _: agents[name], cell_rows)
            run.finish()

    with tempfile.TemporaryDirectory() as below:
        _forked(played, Path(below) / "warm")
        began = time.monotonic()
        _forked(played, Path(below) / "whole")
        lasted = time.monotonic() - began
        expected = _decided(Path(below) / "whole")
        same, moments = 0, []
        for number in range(count):
            folder = Path(below) / str(number)
            # a kill may come twice, also when a run has just been taken up
            for _ in range(1 + number % 2):
                moments.append(chance.uniform(0, lasted))
                _forked(played, folder, moments[-1])
            _forked(played, folder)
            same += _agree(_decided(folder), expected)
    return same, moments


def _forked(work: Callable[[Path], None], folder: Path, seconds: float | None = None) -> None:
    """Works in a process of its own, which has the models already, and kills it in time."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(folder,))
    process.start()
    process.join(seconds)
    if seconds is not None and process.pid is not None and process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    if seconds is None and process.exitcode != 0:
        raise RuntimeError(f"the run in {folder} ended with {process.exitcode}")


Decided = dict[tuple[str, int, int, int], tuple[int | None, tuple[float, ...] | None]]


def _decided(folder: Path) -> Decided:
    """Action and policy of every decision; a decision that is kept twice counts as wrong."""
    events = read_run(folder).events()
    found = {
        (e.cell, e.match, e.round, e.player): (e.decision.action, e.decision.policy) for e in events
    }
    return found if len(found) == len(events) else {}


def _agree(own: Decided, expected: Decided) -> bool:
    """Whether all actions are the same, and policies to 1e-5."""
    if not expected or own.keys() != expected.keys():
        return False
    for key, (action, policy) in own.items():
        other, likely = expected[key]
        if action != other or (policy is None) != (likely is None):
            return False
        pairs = zip(policy or (), likely or (), strict=True)
        if any(abs(one - two) > 1e-5 for one, two in pairs):
            return False
    return True


def faults(decisions: int, share: float = 0.2, seed: int = 0) -> tuple[int, int, int, float]:
    """Decisions that were kept, kept twice, and failed; and the share of the replies gone wrong.

    Every request is sent twice at most, so that some decisions do fail.
    """
    from tests.hosted.server import Script, serving

    from nashscope.agents import Language
    from nashscope.models.hosted import Ledger, load

    chance = random.Random(seed)
    wrong: list[str] = []

    def fault(number: int) -> str:
        """What goes wrong with a request; the probe at the start is answered."""
        own = chance.choice(FAULTS) if number > 12 and chance.random() < share else ""
        wrong.append(own)
        return own

    letters = dict.fromkeys("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1 / 26)
    script = Script(likely=lambda prompt: letters, fault=fault, slow=0.4)
    rounds = 25
    with tempfile.TemporaryDirectory() as below, serving(script) as url:
        folder = Path(below) / "run"
        options = {"timeout": 0.25, "attempts": 2, "backoff": 0.01, "patience": 1000}
        model = load("openai-api/local/faulty", base_url=url, cached=False, **options)
        cell = Cell(
            "prisoners_dilemma", (model.name,) * 2, rounds=rounds, matches=decisions // rounds // 2
        )
        own = Language(model)
        with open_run(folder, {"benchmark": "faults"}) as run:
            model.spend(Ledger(keep=run.calls.keep))
            run.keep_cells([cell])
            run_cell(cell, folder, lambda name, _: own, cell_rows)
        model.close()
        kept = Counter((e.match, e.round, e.player) for e in read_run(folder).events())
        failed = sum(e.decision.outcome == "failed" for e in read_run(folder).events())
    twice = sum(count > 1 for count in kept.values())
    return len(kept), twice, failed, sum(map(bool, wrong)) / len(wrong)


def memory(matches: int, cells: int = 100) -> tuple[float, float]:
    """Bytes in use after a tenth of so many matches, in so many cells, and after all of them."""
    each, own = matches // cells, {"fake/uniform": agent("fake/uniform")}
    used = []
    with tempfile.TemporaryDirectory() as below:
        folder = Path(below) / "run"
        with open_run(folder, {"benchmark": "memory"}) as run:
            for seed in range(cells):
                cell = Cell("chicken", ("fake/uniform",) * 2, rounds=5, matches=each, seed=seed)
                run.keep_cells([cell])
                run_cell(cell, folder, lambda name, _: own[name], cell_rows)
                used.append(_resident())
    return used[cells // 10 - 1], used[-1]


def _resident() -> float:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))
