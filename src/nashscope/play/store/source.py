"""Where transcripts of others are, and what the columns of their table say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nashscope.errors import Misuse

__all__ = ["TARGETS", "Source", "check_source", "completed"]

TARGETS = {
    "game": "the game's name here, its payoffs, or a key of the file of games",
    "name": "what a reader calls the game",
    "match": "what tells matches apart; several columns with + between them [default: one match]",
    "round": "the number of the round",
    "player": "who decided, where a row is one decision: 1, 2, … (or 0, 1, …)",
    "agent": "who played in that place; agent1, agent2, … where a row is a round",
    "action": "what was chosen; action1, action2, … where a row is a round",
    "payoff": "what it earned, to be compared; payoff1, payoff2, …",
    "option1": "the word for the first action; option2, … for the others [default: its name]",
}
"""What a column can be, and what it says."""

NUMBERED = re.compile(r"(agent|action|payoff)([1-9])|option([1-9])")


@dataclass(frozen=True)
class Source:
    """Where transcripts are and what their columns say.

    columns: by target, the column, or several with + between them. fixed: by target, what is the
        same in every row. games: a table with a row per game: the column that `game` is read from,
        and payoffs r1_c1_p1 (row 1, column 1, first player) and so on.
    """

    file: Path
    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    games: Path | None = None


def completed(source: Source, columns: Sequence[str]) -> Source:
    """The source with the columns that are called as targets are, where nothing else is said.

    Of the targets of the two kinds of table (a row is a round, or one decision) only those of one
    kind are taken: of the kind that was begun, else of decisions where there is a column `player`
    and none of `action1`.
    """
    named = {*source.columns, *source.fixed}
    wide = "player" not in named and ("player" not in columns or "action1" in columns)
    wide |= any(NUMBERED.fullmatch(target) for target in named if "option" not in target)
    singly = {"player", "agent", "action", "payoff"}
    found = dict(source.columns)
    for column in columns:
        numbered = NUMBERED.fullmatch(column) is not None
        fits = column not in singly if wide else not numbered or column.startswith("option")
        if (column in TARGETS or numbered) and column not in named and fits:
            found[column] = column
    return replace(source, columns=found)


def check_source(source: Source, columns: Sequence[str]) -> None:
    """Refuses a map that does not fit the table.

    Raises:
        Misuse: naming the column or target, and what to say.
    """
    for target, column in source.columns.items():
        missing = [part for part in column.split("+") if part not in columns]
        if missing:
            raise Misuse(
                f"{source.file} has no column {missing[0]!r} (for {target}); it has "
                f"{', '.join(columns)}"
            )
    named = {*source.columns, *source.fixed}
    for target in named:
        if target not in TARGETS and not NUMBERED.fullmatch(target):
            raise Misuse(f"{target} is nothing that a column can be; it is one of {_targets()}")
    if both := set(source.columns) & set(source.fixed):
        raise Misuse(f"{both.pop()} is mapped and fixed; say it once")
    for target, value in source.fixed.items():
        if target.startswith("payoff") and not _is_number(value):
            raise Misuse(f"--fixed {target}={value}: points are a number")
    wide = "player" not in named
    needed = ["game", "round"]
    needed += ["agent1", "agent2", "action1", "action2"] if wide else ["player", "agent", "action"]
    if lacking := [target for target in needed if target not in named]:
        kind = "a row is a round" if wide else "a row is a decision"
        raise Misuse(
            f"nothing says which column is {', '.join(lacking)} ({kind}); add "
            f"--map {lacking[0]}=COLUMN, or --fixed {lacking[0]}=VALUE"
        )
    for target in sorted(named) if wide else ():
        numbered = NUMBERED.fullmatch(target)
        if numbered and numbered[2] and f"action{numbered[2]}" not in named:
            raise Misuse(
                f"{target} is given and action{numbered[2]} is not; leave it out, or name what "
                f"player {numbered[2]} did"
            )


def _targets() -> str:
    """All targets, in words."""
    return ", ".join(TARGETS)


def _is_number(text: str) -> bool:
    """Whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True
