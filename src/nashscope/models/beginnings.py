"""Which of the sequences that are known begins like another: of texts, and of their tokens."""

from collections.abc import Container, Iterable, Iterator
from typing import Generic, TypeVar

__all__ = ["Beginnings"]


Whole = TypeVar("Whole", str, tuple[int, ...])


class Beginnings(Generic[Whole]):
    """Known sequences, found again by how they begin.

    stride: beginnings are looked up at multiples of so many items.
    """

    def __init__(self, stride: int) -> None:
        self._stride = stride
        self._known: dict[int, Whole] = {}

    def note(self, whole: Whole) -> None:
        """Makes a sequence known; of several with the same beginning the last is found."""
        self._known.update((mark, whole) for _, mark in self._marks(whole))

    def longest(self, whole: Whole, among: Container[Whole]) -> tuple[Whole, int] | None:
        """A sequence, and how many items at least it begins with in common with `whole`.

        among: those that are still of use.
        """
        for end, mark in reversed(list(self._marks(whole))):
            known = self._known.get(mark)
            if known is not None and known in among and known[:end] == whole[:end]:
                return known, end
        return None

    def keep_to(self, wholes: Iterable[Whole], most: int) -> None:
        """Forgets all others, once there are more than `most` beginnings."""
        if len(self._known) > most:
            self._known = {mark: whole for whole in wholes for _, mark in self._marks(whole)}

    def _marks(self, whole: Whole) -> Iterator[tuple[int, int]]:
        """At every multiple of the stride: how many items, and a number that stands for them."""
        mark = 0
        for end in range(self._stride, len(whole) + 1, self._stride):
            mark = hash((mark, whole[end - self._stride : end]))
            yield end, mark
