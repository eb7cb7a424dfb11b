"""Tables on a terminal: never wider than it, and never a number or an interval broken."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from nashscope.cli.screen import folded, tables

NUMBERS = ("0.50", "-12.75", "1.25 … 3.50", "0.00 [0.00, 0.49]", "–")
NAMES = ("tit-for-tat", "organism/late-override", "hf/meta-llama/Meta-Llama-3-8B-Instruct")


def drawn(parts, width):
    """The lines of tables on a terminal of this width."""
    out = StringIO()
    screen = Console(width=width, file=out, highlight=False, markup=False)
    for part in parts:
        screen.print(part)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=9),
    st.integers(42, 120),
)
def test_no_number_is_broken_whatever_the_width(names, numbers, width):
    columns = ["agent", *(f"column {n}" for n in range(len(numbers)))]
    lines = drawn(tables(columns, [(name, *numbers) for name in names], width), width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for number in numbers:
        assert text.count(number) >= len(names)
    assert all(column in text for column in columns)


@given(st.sampled_from(NAMES), st.integers(8, 60))
def test_folding_loses_nothing(name, width):
    lines = folded(name, width).split("\n")
    assert "".join(lines) == name and max(map(len, lines)) <= width


def test_names_are_folded_after_a_mark():
    assert folded("organism/late-override", 14) == "organism/late-\noverride"
