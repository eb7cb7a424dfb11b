"""What does not fit a record is said in our words, and an error of ours is left as it is."""

import re
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashscope.errors import IllFormedGame, Misuse, Unreadable
from nashscope.records import dump, load

FOREIGN = re.compile(r"pydantic|[Ii]nput|valid|[Vv]alue error|Field|tuple|dataclass|parse|found \{")
"""Words of the library that checks the fields."""


@dataclass(frozen=True)
class Part:
    """Within another."""

    size: int = 1


@dataclass(frozen=True)
class Whole:
    """A field of every kind that a record of this package has."""

    names: tuple[str, ...]
    pair: tuple[int, int] = (1, 2)
    count: int = 1
    share: float = 0.5
    told: bool = True
    mode: Literal["direct", "cot"] = "direct"
    memory: int | None = None
    part: Part = Part()
    more: tuple[tuple[int, int] | None, ...] = ()
    either: Literal["all"] | tuple[str, ...] = "all"

    def __post_init__(self) -> None:
        if self.count < 0:
            raise IllFormedGame("the count is below 0")
        if self.count > 1000:
            raise ValueError("too much of it")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["names", "pair", "count", "share", "told", "mode", "memory", "part", "more", "either"]


@given(st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1))
def test_no_message_speaks_as_the_library_does(data):
    try:
        load(Whole, {"names": ["a"], **data})
    except Misuse as error:
        words = re.sub(r"is ['\"\[{].*?; it must", "", str(error), flags=re.S)
        assert not FOREIGN.search(words), str(error)
        assert len(str(error).splitlines()) == 1 and len(str(error)) <= 160


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "names is missing; give it a value"),
        ({"names": "a"}, "names is 'a'; it must be a list, [a]"),
        ({"names": ["a"], "pair": [1]}, "pair[1] is missing"),
        ({"names": ["a"], "pair": [1, 2, 3]}, "pair is [1, 2, 3]; it must be a list of 2"),
        ({"names": ["a", 3]}, "names[1] is 3; it must be a text"),
        ({"names": ["a"], "count": "ten"}, "count is 'ten'; it must be a whole number"),
        ({"names": ["a"], "count": 1.5}, "count is 1.5; it must be a whole number"),
        ({"names": ["a"], "told": "perhaps"}, "told is 'perhaps'; it must be true or false"),
        ({"names": ["a"], "mode": "dream"}, "mode is 'dream'; it must be 'direct' or 'cot'"),
        ({"names": ["a"], "part": {"size": "x"}}, "part.size is 'x'; it must be a whole number"),
        ({"names": ["a"], "part": {"sise": 1}}, "part has no field 'sise'; did you mean size?"),
        ({"names": ["a"], "zzzz": 1}, "whole has no field 'zzzz'; it was written by a newer"),
        ({"names": ["a"], "count": 2000}, "whole cannot be made: too much of it"),
        (3, "whole is 3; it must be a table of its fields"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(data, says):
    with pytest.raises(Unreadable) as refused:
        load(Whole, data)
    assert str(refused.value).startswith(says)


def test_an_error_of_ours_passes_unchanged():
    with pytest.raises(IllFormedGame, match=r"^the count is below 0$"):
        load(Whole, {"names": ["a"], "count": -1})


def test_a_secret_is_not_quoted():
    with pytest.raises(Unreadable) as refused:
        load(Whole, {"names": "sk-private"}, secret=True)
    assert str(refused.value) == "names does not fit; it must be a list"


@given(st.lists(st.text()), st.integers(0, 99), st.none() | st.integers())
def test_what_is_written_is_read(names, count, memory):
    whole = Whole(tuple(names), count=count, memory=memory)
    assert load(Whole, dump(whole)) == whole
