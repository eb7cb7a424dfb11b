"""Tasks in other processes: what they tell is heard, and how they end is known."""

import os
from functools import partial

import pytest

from nashscope.errors import Failed, Misuse
from nashscope.play.execute.processes import in_processes

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.slow


def counting(most, tell):
    """Tells numbers, and returns how many."""
    for number in range(most):
        tell(number)
    return most


def failing(kind, *words):
    """Ends with an error; how to tell is the last of the words."""
    *said, tell = words
    tell("begun")
    raise kind(*said)


def killed(tell):
    """Ends as if there were no memory left."""
    os.kill(os.getpid(), 9)


class Unsendable(Exception):
    """An error that cannot be made from its message alone, as there are in some libraries."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def threads(tell):
    """How many threads a library computes with that was loaded with the task."""
    return torch.get_num_threads()


def test_what_is_told_and_returned_is_heard():
    heard, ended = [], []
    in_processes([partial(counting, k) for k in (3, 0, 5)], 2, heard.append, ended.append)
    assert sorted(heard) == [0, 0, 1, 1, 2, 2, 3, 4] and sorted(ended) == [0, 3, 5]


@pytest.mark.parametrize(
    ("task", "says"),
    [
        (partial(failing, RuntimeError, "the sky fell"), "RuntimeError: the sky fell"),
        (partial(failing, Unsendable, "rain", "snow"), "Unsendable: rain and snow"),
        (killed, "its process was ended from outside, or out of memory"),
    ],
)
def test_what_fails_is_said_and_the_others_end_well(task, says):
    ended = []
    with pytest.raises(Failed, match="1 of 2 jobs failed, the first with: " + says):
        in_processes([task, partial(counting, 2)], 1, ended=ended.append)
    assert ended == [2]


def test_what_cannot_be_is_refused_in_its_own_words():
    with pytest.raises(Misuse, match="no such game"):
        in_processes([partial(failing, Misuse, "no such game")], 2)


def test_workers_share_the_cores_also_where_their_libraries_load_first(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    ended = []
    in_processes([threads, threads], os.cpu_count() or 1, ended=ended.append)
    assert ended == [1, 1] and "OMP_NUM_THREADS" not in os.environ


def unsendable(tell):
    """Returns what no other process can be sent."""
    return lambda: tell


def test_a_result_that_cannot_be_sent_is_said_to_be_that():
    with pytest.raises(Failed, match="what its task returned cannot be sent"):
        in_processes([unsendable], 1)


def test_processes_are_started_from_the_main_thread_alone():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(Misuse, match="main thread"):
        pool.submit(in_processes, [partial(counting, 3)], 1).result()
