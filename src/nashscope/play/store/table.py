"""A run as tables, for anyone's own analysis: Parquet, CSV, and duckdb.

    decisions   a row per decision, with what was asked for in its cell and what was earned
    cells       a row per cell: the game, who played it and under which conditions, how many
                matches were planned (`matches`) and how many were played to their end (`finished`)
    results     a row per measured number, its condition in columns of its own

Rounds and players are counted from 0, as in the transcripts. What is missing is null.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nashscope.errors import Failed, FolderTaken, Unreadable
from nashscope.play.cell import Cell
from nashscope.play.course import lines
from nashscope.play.store.check import tally
from nashscope.play.store.run import RESULTS, Run
from nashscope.play.transcript import Event, transcripts
from nashscope.records import dump

if TYPE_CHECKING:
    import duckdb

__all__ = ["DECISIONS", "FORMATS", "Format", "database", "decisions", "export", "has_results"]

Format = Literal["parquet", "csv", "duckdb"]
"""What the tables of a run can be written as."""
FORMATS: tuple[Format, ...] = ("parquet", "csv", "duckdb")
"""What tables can be written as."""

DECISIONS = {
    "cell": "VARCHAR",
    "match": "INTEGER",
    "round": "INTEGER",
    "player": "INTEGER",
    "agent": "VARCHAR",
    "opponents": "VARCHAR[]",
    "game": "VARCHAR",
    "framing": "VARCHAR",
    "mode": "VARCHAR",
    "outcome": "VARCHAR",
    "about": "VARCHAR",
    "action": "INTEGER",
    "action_name": "VARCHAR",
    "label": "VARCHAR",
    "done": "INTEGER",
    "payoff": "DOUBLE",
    "policy": "DOUBLE[]",
    "how": "VARCHAR",
    "mass": "DOUBLE",
    "samples": "INTEGER",
    "reply": "VARCHAR",
    "prompt_hash": "VARCHAR",
}
"""The columns of the table of decisions and their types in duckdb.

action: what was decided; done: what happened, which differs where there was a tremble; both null
where the answer named none. payoff: in this round, null where anybody's action is.
"""

CELLS = {
    "cell": "VARCHAR",
    **dict.fromkeys(("game", "framing", "mode", "order", "mechanism", "ending"), "VARCHAR"),
    "agents": "VARCHAR[]",
    **dict.fromkeys(("rounds", "memory", "matches", "finished", "talk"), "INTEGER"),
    "seed": "BIGINT",
    **dict.fromkeys(("tremble", "discount"), "DOUBLE"),
    "announced": "BOOLEAN",
}

MEASURED = {
    **dict.fromkeys(("value", "low", "high", "unparsed", "least", "most"), "DOUBLE"),
    **dict.fromkeys(("limit", "note"), "VARCHAR"),
    "n": "BIGINT",
}
LARGE = 2**63


def decisions(run: Run) -> Iterator[dict[str, Any]]:
    """A row for every decision of a run, one match after the other.

    Raises:
        Unreadable: if the run was edited.
    """
    yield from _rows(run.cells, run.events())


def _rows(cells: Mapping[str, Cell], events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """A row for every decision, one match after the other."""
    ordered = sorted(events, key=lambda e: (e.cell, e.match, e.round, e.player))
    for (cell, _), match in groupby(ordered, key=lambda e: (e.cell, e.match)):
        yield from _match(cells[cell], match)


def database(run: Run, file: Path | None = None) -> "duckdb.DuckDBPyConnection":
    """The tables of a run in duckdb, in memory or in a file.

    Raises:
        Unreadable: if the run holds no decision, or was edited.
        Failed: if the file cannot be written.
    """
    import duckdb

    cells, events = run.cells, run.events()
    # results of a run that has come so far: where they were edited or lost, nothing is written
    measured = [_result(row) for row in run.results()] if has_results(run) else []
    try:
        base = duckdb.connect(":memory:" if file is None else str(file))
        base.execute("SET preserve_insertion_order = true")
        # One thread: a table of a run is small, and the machine is shared.
        base.execute("SET threads = 1")
        count = _fill(base, "decisions", _rows(cells, events), DECISIONS)
        if not count:
            base.close()
            raise Unreadable(f"{run.folder} holds no decision yet")
        whole = {key: tally({key: cell}, own) for key, cell, own in _by_cell(cells, events)}
        told = [
            {"cell": key, **dump(cell), "finished": whole[key].finished}
            for key, cell in cells.items()
        ]
        large = any(row["seed"] >= LARGE for row in told)
        _fill(base, "cells", told, CELLS | ({"seed": "VARCHAR"} if large else {}))
        if measured:
            _fill(base, "results", measured, _types(measured) | MEASURED)
    except (duckdb.IOException, OSError) as error:
        raise Failed(f"cannot write the tables of {run.folder}: {_line(error)}") from None
    return base


def has_results(run: Run) -> bool:
    """Whether the run has come so far that it wrote its results."""
    return (run.folder / RESULTS).is_file() or "results" in run.manifest


def _by_cell(
    cells: Mapping[str, Cell], events: Iterable[Event]
) -> Iterator[tuple[str, Cell, list[Event]]]:
    """Every cell with its decisions."""
    apart: dict[str, list[Event]] = {key: [] for key in cells}
    for event in events:
        apart[event.cell].append(event)
    for key, cell in cells.items():
        yield key, cell, apart[key]


def export(run: Run, to: Format, folder: Path) -> list[Path]:
    """Writes the tables of a run into a folder, each file whole or not at all; gives the files.

    Raises:
        FolderTaken: if one of the files is there already.
        Failed: if the folder cannot be written. Unreadable: if there is nothing to write.
    """
    import duckdb

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if to == "duckdb":
            file = _free(folder / "run.duckdb")
            draft = folder / ".run.duckdb.new"
            draft.unlink(missing_ok=True)
            database(run, draft).close()
            return [draft.replace(file)]
        with database(run) as base:
            names = [name for (name,) in base.execute("SHOW TABLES").fetchall()]
            written = []
            for file in [_free(folder / f"{name}.{to}") for name in names]:
                name = file.stem
                draft = folder / f".{file.name}.new"
                shape = "FORMAT parquet" if to == "parquet" else "FORMAT csv, HEADER"
                base.execute(f"COPY {name} TO '{_quoted(draft)}' ({shape})")
                written.append(draft.replace(file))
            return written
    except (duckdb.IOException, OSError) as error:
        raise Failed(f"cannot write tables to {folder}: {_line(error)}") from None


def _free(file: Path) -> Path:
    """A file that is not there yet.

    Raises:
        FolderTaken: if it is.
    """
    if file.exists():
        raise FolderTaken(f"{file} is there already; name another folder with --out")
    return file


def _match(cell: Cell, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """The rows of one match."""
    if not cell.strategic:
        yield from _course(cell, events)
        return
    stage = cell.repeated.stage
    for round, both in groupby(events, key=lambda e: e.round):
        own = list(both)
        done = [e.decision.action if e.done is None else e.done for e in own]
        whole = round >= 0 and len(own) == stage.players and None not in done
        for place, event in enumerate(own):
            decision, player = event.decision, event.player
            action = decision.action if round >= 0 else None
            paid = float(stage.payoffs[(player, *done)]) if whole else None
            yield _row(
                cell,
                event,
                action=action,
                action_name=None if action is None else stage.actions[player][action],
                done=done[place] if round >= 0 else None,
                payoff=paid,
            )


def _row(
    cell: Cell,
    event: Event,
    *,
    action: int | None,
    action_name: str | None,
    done: int | None,
    payoff: float | None,
) -> dict[str, Any]:
    """The row of one decision or draw."""
    decision = event.decision
    return {
        "cell": event.cell,
        "match": event.match,
        "round": event.round,
        "player": event.player,
        "agent": event.agent,
        "opponents": [a for seat, a in enumerate(cell.agents) if seat != event.player],
        "game": cell.game,
        "framing": cell.framing or None,
        "mode": cell.mode,
        "outcome": decision.outcome,
        "about": None if cell.strategic else event.about or None,
        "action": action,
        "action_name": action_name,
        "label": event.labels[action] if action is not None and event.labels else None,
        "done": done,
        "payoff": payoff,
        "policy": decision.policy,
        "how": decision.how,
        "mass": decision.mass,
        "samples": decision.samples,
        "reply": decision.reply,
        "prompt_hash": event.prompt_hash,
    }


def _course(cell: Cell, events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """The rows of one match of a game with a state: answers and draws, in their order."""
    (match,) = transcripts({cell.id: cell}, events)
    for event, line in zip(match.events, lines(match), strict=False):
        answer, player = event.decision.action, event.player
        yield _row(
            cell,
            event,
            action=answer if isinstance(answer, int) else None,
            action_name=None if answer is None else line.answer,
            done=None,
            payoff=None if match.paid is None or player < 0 else float(match.paid[player]),
        )


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record of `results.json` with its condition as columns."""
    flat = {key: value for key, value in row.items() if key != "condition"}
    condition = row.get("condition", {})
    return flat | {key: value for key, value in condition.items() if key not in flat}


def _types(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """A type for every column: numbers where all values are, else text."""
    seen: dict[str, set[type]] = {}
    for row in rows:
        for key, value in row.items():
            seen.setdefault(key, set()).update(() if value is None else {type(value)})
    return {key: _type(kinds) for key, kinds in seen.items()}


def _type(kinds: set[type]) -> str:
    """The type of a column whose values are of these kinds."""
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds and kinds <= {int}:
        return "BIGINT"
    return "DOUBLE" if kinds and kinds <= {int, float} else "VARCHAR"


def _fill(
    base: "duckdb.DuckDBPyConnection",
    table: str,
    rows: Iterable[Mapping[str, Any]],
    types: Mapping[str, str],
) -> int:
    """Makes a table of rows; they go by way of a file, ten times as fast as one at a time."""
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps({key: row.get(key) for key in types}) + "\n")
                count += 1
        if count:
            columns = ", ".join(f"'{_quoted(name)}': '{kind}'" for name, kind in types.items())
            source = f"read_json('{_quoted(file)}', format = 'newline_delimited', "
            base.execute(
                f"CREATE TABLE {table} AS FROM {source}columns = {{{columns}}}, "
                "maximum_object_size = 100000000)"
            )
    return count


def _quoted(text: object) -> str:
    """A text inside single quotes of SQL."""
    return str(text).replace("'", "''")


def _line(error: Exception) -> str:
    """What went wrong, in one line."""
    told = getattr(error, "strerror", None)
    return told if isinstance(told, str) else str(error).splitlines()[0]
