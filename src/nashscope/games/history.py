"""A past that grows without being copied."""

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

__all__ = ["History"]

Item = TypeVar("Item")


class History(Sequence[Item], Generic[Item]):
    """A tuple to which one entry is added in constant time; the longer one is another object.

    All that grew out of one another share one list, of which each sees the beginning: a match of
    ten thousand rounds holds ten thousand entries, and not the sum of all its pasts.
    """

    __slots__ = ("_hash", "_items", "_length")

    def __init__(self, items: Sequence[Item] = ()) -> None:
        self._items, self._length = list(items), len(items)
        self._hash: int | None = None

    def plus(self, item: Item) -> "History[Item]":
        """This past and one more entry."""
        length, items = self._length, self._items
        # what every match begins with is never grown in place, nor what somebody else has grown
        if not length or len(items) != length:
            items = items[:length]
        items.append(item)
        if items[length] is not item:  # another thread was first
            items = [*items[:length], item]
        longer: History[Item] = History.__new__(History)
        longer._items, longer._length = items, length + 1
        longer._hash = None
        return longer

    def whole(self) -> tuple[Item, ...]:
        """All entries, oldest first."""
        if len(self._items) == self._length:
            return tuple(self._items)
        return tuple(self._items[: self._length])

    def last(self, many: int) -> tuple[Item, ...]:
        """The last entries, oldest first; all where there are no more."""
        return tuple(self._items[max(0, self._length - many) : self._length])

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return self.whole()[place]
        if not -self._length <= place < self._length:
            raise IndexError(place)
        return self._items[place if place >= 0 else place + self._length]

    def __iter__(self) -> Iterator[Item]:
        return (self._items[place] for place in range(self._length))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, History) and self.whole() == other.whole()

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.whole())
        return self._hash

    def __repr__(self) -> str:
        return f"History({self.whole()!r})"
