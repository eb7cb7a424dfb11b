"""A game written on one line: what `nashscope solve` takes besides names and files."""

import json
import re
from fractions import Fraction
from typing import Any

from nashscope.errors import IllFormedGame, Unreadable, shown
from nashscope.games.normal import NormalForm, zero_sum_game
from nashscope.games.rational import as_fraction

__all__ = ["looks_inline", "parse_inline"]

HINT = (
    "write rows between semicolons, '3,3 0,5; 5,0 1,1' or, zero-sum, '1 -1; -1 1'; or nested "
    "lists, [player][row][column]"
)


def looks_inline(text: str) -> bool:
    """Whether a text is meant as the payoffs of a game rather than as the name of one.

    >>> looks_inline("3,3 0,5; 5,0 1,1"), looks_inline("prisoners dilemma")
    (True, False)
    """
    stripped = text.strip()
    begins = re.match(r"[+-]?\.?\d", stripped) and re.search(r"[\s,]", stripped)
    spelt = ";" in stripped or begins or re.fullmatch(r"[\d.,/+-]+", stripped)
    return stripped.startswith("[") or bool(spelt)


def parse_inline(text: str) -> NormalForm:
    """The game that a text spells out; decimals and fractions are taken exactly.

    Raises:
        IllFormedGame: if a cell or a row does not fit the others.
        Unreadable: if it cannot be read at all.

    >>> parse_inline("3,3 0,5; 5,0 1,1").payoffs[1].tolist()
    [[3.0, 5.0], [0.0, 1.0]]
    >>> parse_inline("1 -1; -1 1").zero_sum
    True
    """
    if text.strip().startswith("["):
        return _nested(text)
    rows = [row.split() for row in text.replace("\n", ";").split(";") if row.strip()]
    cells = [[_cell(cell, i, j) for j, cell in enumerate(row)] for i, row in enumerate(rows)]
    widths = [len(row) for row in cells]
    if not cells or len(set(widths)) > 1:
        raise IllFormedGame(f"the rows have {widths or 'no'} cells; all need as many; {HINT}")
    players = {len(cell) for row in cells for cell in row}
    if players == {1}:
        return zero_sum_game([[cell[0] for cell in row] for row in cells])
    if players != {2}:
        raise IllFormedGame(f"cells hold {sorted(players)} numbers; 1 or 2 in all of them; {HINT}")
    return NormalForm([[[cell[player] for cell in row] for row in cells] for player in (0, 1)])


def _cell(text: str, row: int, column: int) -> list[Fraction]:
    """The payoffs of one cell."""
    try:
        return [as_fraction(part) for part in text.split(",")]
    except ValueError:
        raise IllFormedGame(
            f"row {row + 1}, cell {column + 1} is {shown(text, 40)}, not numbers like 3, -0.5 or "
            f"1/3 with commas between them; {HINT}"
        ) from None


def _nested(text: str) -> NormalForm:
    """A game as nested lists: two levels for a zero-sum table, one more for all players."""
    try:
        payoffs: Any = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:  # integers of over 4,300 digits are refused too
        raise Unreadable(f"the lists cannot be read: {error}; {HINT}") from None
    depth, inner = 0, payoffs
    while isinstance(inner, list) and inner:
        depth, inner = depth + 1, inner[0]
    if depth < 2:
        raise IllFormedGame(f"the lists are {depth} deep; a game needs 2 or more; {HINT}")
    return zero_sum_game(payoffs) if depth == 2 else NormalForm(payoffs)
