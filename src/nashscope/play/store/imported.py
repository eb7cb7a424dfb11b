"""Transcripts of others: a table of choices becomes cells and decisions like those played here.

What an answer means is taken from the table and never guessed: a word that is none of the actions'
stays unread, as it does in play. Points that were recorded are compared with the game's.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nashscope.agents import Decision
from nashscope.errors import Misuse, Unreadable
from nashscope.games import normal_name
from nashscope.play.cell import Cell
from nashscope.play.store.sheet import Row, sheet
from nashscope.play.store.source import Source, check_source, completed
from nashscope.play.transcript import Event

__all__ = ["Imported", "imported"]

PAYOFF = re.compile(r"r(\d+)_c(\d+)_p([12])")


@dataclass(frozen=True)
class Imported:
    """What was found in a table.

    names: what readers call the games, by the games' payoffs. notes: what a user should know.
    """

    cells: tuple[Cell, ...]
    events: tuple[Event, ...]
    names: dict[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Choice:
    """What one player chose in one round, as the table says it."""

    row: int
    agent: str
    action: str | None
    payoff: str | None
    options: tuple[str, ...]


@dataclass
class _Found:
    """A match: its game, its readers' name for it, and its choices by round and player."""

    game: str
    name: str
    choices: dict[tuple[int, int], _Choice] = field(default_factory=dict)


def imported(source: Source) -> Imported:
    """The cells and decisions of a table: CSV, JSON lines or Parquet, compressed or not.

    Raises:
        Misuse: if a target or column is unknown, or one that is needed is not named.
        Unreadable: naming the row, if the table cannot be read so.
    """
    rows = sheet(source.file)
    if not rows:
        raise Unreadable(f"{source.file} has no rows")
    source = completed(source, list(rows[0]))
    check_source(source, list(rows[0]))
    found = _matches(source, rows)
    games = {} if source.games is None else _games(source.games, source.columns.get("game", ""))
    by_cell: dict[tuple[str, tuple[str, ...]], list[_Found]] = {}
    names: dict[str, str] = {}
    for match in found.values():
        game = match.game
        if source.games is not None:
            if game not in games:
                raise Unreadable(f"{source.games} has no game {game!r}; {source.file} names it")
            game = games[game]
        game = normal_name(game)
        if match.name:
            names[game] = match.name
        by_cell.setdefault((game, _agents(match, source)), []).append(match)
    cells, events = [], []
    checked = _Check()
    for (game, agents), own in by_cell.items():
        rounds = max(len({round for round, _ in match.choices}) for match in own)
        cell = Cell(game, agents, rounds, framing="", matches=len(own))
        cells.append(cell)
        for number, match in enumerate(own):
            events += _events(cell, number, match, checked)
    if events and checked.unread == len(events):
        raise Unreadable(
            f"{source.file}: none of {len(events)} answers names an action; {checked.remedy()}"
        )
    return Imported(tuple(cells), tuple(events), names, tuple(checked.notes(len(events))))


def _matches(source: Source, rows: Sequence[Row]) -> dict[tuple[str, str], _Found]:
    """The choices of every match, by its game and what tells it apart."""
    found: dict[tuple[str, str], _Found] = {}
    wide = "player" not in {*source.columns, *source.fixed}
    players = [n for n in range(1, 10) if f"action{n}" in {*source.columns, *source.fixed}]
    options = [n for n in range(1, 10) if f"option{n}" in {*source.columns, *source.fixed}]
    first = 0
    if not wide:
        first = min(
            _number(_told(source, row, "player"), "player", k) for k, row in _numbered(rows)
        )
    for number, row in _numbered(rows):
        game, match = _told(source, row, "game") or "", _told(source, row, "match") or ""
        words = tuple(_told(source, row, f"option{n}") or "" for n in options)
        own = found.setdefault((game, match), _Found(game, _told(source, row, "name") or ""))
        round = _number(_told(source, row, "round"), "round", number)
        places = (
            [(n - 1, str(n)) for n in players]
            if wide
            else [(_number(_told(source, row, "player"), "player", number) - first, "")]
        )
        for player, suffix in places:
            if (round, player) in own.choices:
                raise Unreadable(
                    f"{source.file}, row {number}: player {player + 1} decides twice in round "
                    f"{round} of match {match!r}; name all columns that tell matches apart: "
                    "--map match=COLUMN+COLUMN"
                )
            own.choices[round, player] = _Choice(
                number,
                _named(source, row, f"agent{suffix}", number),
                _told(source, row, f"action{suffix}"),
                _told(source, row, f"payoff{suffix}"),
                words,
            )
    return found


def _numbered(rows: Sequence[Row]) -> Iterable[tuple[int, Row]]:
    """The rows with their numbers, from 1; the line of names is none."""
    return enumerate(rows, start=1)


def _told(source: Source, row: Row, target: str) -> str | None:
    """What a row says of a target; None if nothing."""
    if target in source.fixed:
        return source.fixed[target]
    column = source.columns.get(target)
    if column is None:
        return None
    parts = [row[part] for part in column.split("+")]
    return parts[0] if len(parts) == 1 else " ".join(part or "" for part in parts)


def _named(source: Source, row: Row, target: str, where: int) -> str:
    """Who played.

    Raises:
        Unreadable: if nobody is named.
    """
    name = (_told(source, row, target) or "").strip()
    if not name:
        raise Unreadable(
            f"{source.file}, row {where}: {target} is empty; whoever played needs a name, such as "
            f"--fixed {target}=unknown"
        )
    return name


def _number(text: str | None, target: str, where: int) -> int:
    """A whole number of the table, from 0."""
    try:
        number = int(text or "")
    except ValueError:
        number = -1
    if number < 0:
        raise Unreadable(f"row {where}: {target} is {text!r:.40}; it is a whole number from 0")
    return number


def _agents(match: _Found, source: Source) -> tuple[str, ...]:
    """Who played a match, by place."""
    seats: dict[int, str] = {}
    for (_, player), choice in match.choices.items():
        if seats.setdefault(player, choice.agent) != choice.agent:
            raise Unreadable(
                f"{source.file}, row {choice.row}: player {player + 1} of a match is "
                f"{choice.agent!r}, before it was {seats[player]!r}; name all columns that tell "
                "matches apart: --map match=COLUMN+COLUMN"
            )
    if sorted(seats) != list(range(len(seats))):
        first = next(iter(match.choices.values())).row
        raise Unreadable(
            f"{source.file}, row {first}: a match has decisions of players "
            f"{sorted(player + 1 for player in seats)} alone"
        )
    return tuple(seats[player] for player in sorted(seats))


def _games(file: Path, key: str) -> dict[str, str]:
    """The payoffs of every game of a file, spelt out, by its key."""
    found = {}
    rows = sheet(file)
    if not rows or key not in rows[0]:
        raise Misuse(f"{file} has no column {key!r}, from which `game` is read; see --games")
    places = {column: match for column in rows[0] if (match := PAYOFF.fullmatch(column))}
    if not places:
        raise Misuse(f"{file} has no payoffs: columns r1_c1_p1, r1_c1_p2, …")
    height = max(int(match[1]) for match in places.values())
    width = max(int(match[2]) for match in places.values())
    for number, row in _numbered(rows):
        cells = [
            [
                ",".join(row.get(f"r{i}_c{j}_p{p}") or "?" for p in (1, 2))
                for j in range(1, width + 1)
            ]
            for i in range(1, height + 1)
        ]
        text = "; ".join(" ".join(own) for own in cells)
        if "?" in text:
            raise Unreadable(f"{file}, row {number}: a payoff is missing")
        found[row[key] or ""] = text
    return found


@dataclass
class _Check:
    """What was noticed: answers nobody can read, points that are not the game's."""

    unread: int = 0
    strange: str = ""
    words: Counter[str] = field(default_factory=Counter)
    wanted: tuple[str, ...] = ()
    unfinished: int = 0
    compared: int = 0
    differ: int = 0
    first: str = ""

    def remedy(self) -> str:
        """Which words count, which stood there, and how to say what they mean."""
        said = ", ".join(repr(word) for word, _ in self.words.most_common(3))
        options = []
        for number, action in enumerate(self.wanted, start=1):
            begins = (w for w in self.words if w and action.casefold().startswith(w.casefold()))
            options.append(f"--fixed option{number}={next(begins, 'WORD')}")
        return (
            f"the words that count are {', '.join(self.wanted)}, and {said} stood there; say what "
            f"they mean: {' '.join(options)}"
        )

    def notes(self, decisions: int) -> Iterable[str]:
        """A line for everything that a user should know."""
        if self.unread:
            yield (
                f"{self.unread} of {decisions} answers name no action (the first: {self.strange}); "
                f"they stay unread; {self.remedy()}"
            )
        if self.unfinished:
            yield f"{self.unfinished} matches lack decisions; they count up to there"
        if self.compared:
            agree = self.compared - self.differ
            yield f"recorded points are those of the game in {agree} of {self.compared} rounds" + (
                f"; first otherwise in {self.first}" if self.differ else ""
            )


def _events(cell: Cell, number: int, match: _Found, check: _Check) -> list[Event]:
    """The decisions of a match; its rounds are counted from 0."""
    stage = cell.repeated.stage
    numbers = sorted({round for round, _ in match.choices})
    whole = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    whole &= len(match.choices) == len(numbers) * stage.players
    check.unfinished += not whole
    events = []
    for round in numbers:
        joint: list[int | None] = []
        for player in range(stage.players):
            choice = match.choices.get((round, player))
            if choice is None:
                joint.append(None)
                continue
            words = choice.options or stage.actions[player]
            alike = len({word.strip().casefold() for word in words}) < len(words)
            if alike and choice.options:
                raise Unreadable(
                    f"row {choice.row}: the options {', '.join(words)} are alike; each action "
                    "needs a word of its own"
                )
            if len(words) != stage.shape[player] or "" in words:
                raise Unreadable(
                    f"row {choice.row}: {len(words)} options {', '.join(words)} for the "
                    f"{stage.shape[player]} actions of {cell.game}; name each: --map option1=COLUMN"
                )
            decision = _decision(choice, words, check)
            joint.append(decision.action)
            place = round - numbers[0]
            events.append(
                Event(cell.id, number, place, player, choice.agent, decision, tuple(words))
            )
        _compare(cell, match, round, joint, check)
    return events


def _decision(choice: _Choice, words: Sequence[str], check: _Check) -> Decision:
    """The action that a word stands for, or why it stands for none."""
    said = (choice.action or "").strip()
    exact = [k for k, word in enumerate(words) if word == said]
    near = exact or [k for k, word in enumerate(words) if word.casefold() == said.casefold()]
    if len(near) == 1:
        return Decision(near[0], reply=choice.action)
    check.unread += 1
    check.strange = check.strange or f"{said!r:.40} in row {choice.row}"
    check.wanted = check.wanted or tuple(words)
    check.words[said[:40]] += 1
    return Decision(None, "no label" if said else "empty", reply=choice.action)


def _compare(
    cell: Cell, match: _Found, round: int, joint: Sequence[int | None], check: _Check
) -> None:
    """Compares the points recorded in a round with the game's."""
    if None in joint:
        return
    stage = cell.repeated.stage
    paid = [float(table[tuple(joint)]) for table in stage.payoffs]
    choices = [match.choices.get((round, player)) for player in range(stage.players)]
    told = [
        (choice.row, choice.payoff, worth)
        for choice, worth in zip(choices, paid, strict=True)
        if choice is not None and choice.payoff is not None
    ]
    if not told:
        return
    check.compared += 1
    if any(not _same(text, worth) for _, text, worth in told):
        check.differ += 1
        said = ", ".join(text for _, text, _ in told)
        expected = ", ".join(f"{worth:g}" for _, _, worth in told)
        check.first = check.first or f"row {told[0][0]}: {said} instead of {expected}"


def _same(text: str, worth: float) -> bool:
    """Whether points that were recorded are those of the game."""
    try:
        return abs(float(text) - worth) <= 1e-9
    except ValueError:
        return False
