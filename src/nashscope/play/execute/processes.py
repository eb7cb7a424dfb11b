"""Tasks in processes of this machine, which tell the process that began them what they do."""

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from nashscope.errors import BudgetSpent, Failed, Misuse, NashscopeError

__all__ = ["Task", "Tell", "in_processes", "raised"]

Tell = Callable[[Any], None]
"""Takes what is told on the way; it has to be something that can be pickled."""
Task = Callable[[Tell], Any]
"""Does its work, tells on the way what it likes, and returns what came of it. It is sent to another
process: a function of a module, or a partial of one, with arguments that can be pickled."""

HEARD, ENDED, FAILED = "heard", "ended", "failed"


def in_processes(
    tasks: Sequence[Task],
    workers: int,
    heard: Tell = lambda said: None,
    ended: Tell = lambda result: None,
) -> None:
    """Does tasks, each in a process of its own, so many at a time.

    Only the main thread can call it: no other may say how signals are heard.

    heard: is told, in this process, what tasks tell on the way. ended: what each returned.

    Raises:
        Misuse: if it is called in another thread.
        Failed: at the end, if some task did; what the others did is heard.
        BudgetSpent: likewise, if that is all that ended tasks.
    """
    from multiprocessing import connection

    if threading.current_thread() is not threading.main_thread():
        raise Misuse("processes can be started from the main thread alone; call it there")
    waiting = list(tasks)
    threads = max(1, (os.cpu_count() or 1) // workers)
    working: dict[Any, Any] = {}
    errors: list[Exception] = []
    try:
        while waiting or working:
            while waiting and len(working) < workers:
                told, process = _started(waiting.pop(0), threads)
                working[told] = process
            ready: list[Any] = list(connection.wait(working))
            for told in ready:
                kind, said = _received(told)
                if kind == HEARD:
                    heard(said)
                    continue
                working.pop(told).join()
                told.close()
                if kind == ENDED:
                    ended(said)
                else:
                    errors.append(said)
    finally:
        # What they wrote may be taken up, wherever they end.
        for process in working.values():
            process.terminate()
        for process in working.values():
            process.join()
    raised(errors, len(tasks))


def raised(errors: Sequence[Exception], count: int) -> None:
    """Raises the first error, with how many of `count` tasks had one; nothing if none had."""
    if not errors:
        return
    first = errors[0]
    if all(isinstance(error, BudgetSpent) for error in errors):
        raise first
    if len(errors) == count and isinstance(first, Misuse):
        raise first
    told = [line for line in str(first).splitlines() if line.strip()] or [type(first).__name__]
    kind = "" if isinstance(first, NashscopeError) else f"{type(first).__name__}: "
    raise Failed(
        f"{len(errors)} of {count} jobs failed, the first with: {kind}{told[-1]}; what was "
        "finished is on disk, and the same command goes on from it"
    )


def _received(told: Any) -> tuple[str, Any]:
    """What a worker said."""
    try:
        kind, said = told.recv()
    except EOFError:
        return FAILED, Failed("its process was ended from outside, or out of memory")
    return kind, said


def _started(task: Task, threads: int) -> tuple[Any, Any]:
    """A process that does a task, and where it can be heard.

    Ctrl-C reaches it too, and is for the process that began it. A signal that is ignored when a
    process is started is ignored in it from its first instruction on; and how many threads to take
    has to be told as early, since libraries read it when they are loaded.
    """
    import multiprocessing

    # A fork would copy locks that other threads hold.
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(task, tell, os.getpid()))
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    untold = "OMP_NUM_THREADS" not in os.environ
    try:
        if untold:
            os.environ["OMP_NUM_THREADS"] = str(threads)
        process.start()
    finally:
        if untold:
            del os.environ["OMP_NUM_THREADS"]
        signal.signal(signal.SIGINT, before)
    tell.close()
    return told, process


def _work(task: Task, tell: Any, parent: int) -> None:
    """What a worker does; it ends with the process that began it."""

    def watch() -> None:
        """A worker whose parent was killed would work on, and hold its files."""
        while os.getppid() == parent:
            time.sleep(0.3)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        said = (ENDED, task(lambda words: tell.send((HEARD, words))))
    except Exception as error:
        said = (FAILED, _sendable(error))
    try:
        tell.send(said)
    except Exception as error:  # of any kind: what a result is made of is the task's
        tell.send((FAILED, Failed(f"what its task returned cannot be sent: {error}")))


def _sendable(error: Exception) -> Exception:
    """An error as another process can read it; those of some libraries cannot be sent."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return Failed(f"{type(error).__name__}: {error}")
    return error
