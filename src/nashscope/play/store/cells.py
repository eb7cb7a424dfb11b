"""`cells.json`: what was played, by the ids that the transcripts name; enough to read them alone.

    games   by the hash of its content: a game's name, its actions and its payoffs
    cells   by its id: a cell's fields, the game that was played, and hashes of the user's files

An id is the hash of what stands under it without the number of matches, and a game's key that of
its payoffs and actions; so an edit shows, and no version ever has to compute an id again. In format
1 the file was the cells alone, and the games were looked up by their names.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nashscope.errors import NashscopeError, Unreadable
from nashscope.games import NormalForm, game
from nashscope.play.cell import FIRST, Cell, kept_cell
from nashscope.play.identity import is_code
from nashscope.play.store.sealed import json_of
from nashscope.records import content_hash, dump

__all__ = ["kept_cells", "with_cells"]

EDITED = "it was changed after it was written; put the file back"


def with_cells(file: Path, cells: Iterable[Cell]) -> str:
    """The text of the file with some cells more; one that is there may get more matches."""
    told = json_of(file, dict) if file.is_file() else {"games": {}, "cells": {}}
    games, entries = dict(told["games"]), dict(told["cells"])
    for cell in cells:
        entries[cell.id] = cell.entry
        if cell.strategic:
            games[cell.stage.content] = _spelt(cell.stage)
    return f'{{\n"games": {_each(games)},\n"cells": {_each(entries)}\n}}\n'


def kept_cells(file: Path, schema: int, *, trusted: bool) -> dict[str, Cell]:
    """Every cell of the file by its id; {} if there is no file.

    schema: the format of its run. trusted: whether files that it names may be run.

    Raises:
        Unreadable: if it was edited or torn; or, in format 1, if it needs a file that may not be
            run.
    """
    if not file.is_file():
        return {}
    told = json_of(file, dict)
    if schema == 1:
        return {key: _first(file, key, entry, trusted=trusted) for key, entry in told.items()}
    if set(told) != {"games", "cells"} or not all(isinstance(v, dict) for v in told.values()):
        raise Unreadable(f"{file} has {', '.join(told)} and not games and cells; {EDITED}")
    games = {key: _game(file, key, spelt) for key, spelt in told["games"].items()}
    found = {}
    for key, entry in told["cells"].items():
        named = {k: v for k, v in entry.items() if k != "matches"} if _is(entry) else {}
        stage = named.get("stage")
        if content_hash(named) != key or (stage is not None and stage not in games):
            raise Unreadable(f"{file}: cell {key} is not what its name is the hash of; {EDITED}")
        try:
            found[key] = kept_cell(key, entry, games.get(stage), trusted=trusted)
        except NashscopeError as error:
            raise Unreadable(f"{file}: cell {key}: {error}") from None
    return found


def _is(entry: Any) -> bool:
    """Whether a value of JSON is an object."""
    return isinstance(entry, dict)


def _first(file: Path, key: str, entry: Any, *, trusted: bool) -> Cell:
    """A cell of format 1, whose id was the hash of its fields and of its game's content."""
    if not _is(entry) or set(entry) != set(FIRST):
        raise Unreadable(f"{file}: cell {key} lacks fields, or has others; {EDITED}")
    name = str(entry["game"])
    if is_code(name) and not trusted:
        raise Unreadable(
            f"{file}: what {name} is stands only in that file, which is code; say --trust-files if "
            "you trust it"
        )
    try:
        cell = kept_cell(key, entry, game(name), trusted=trusted)
        own = cell.repeated.stage.content
        fields = {name: value for name, value in dump(cell).items() if name in FIRST}
    except NashscopeError as error:
        raise Unreadable(f"{file}: cell {key}: {error}") from None
    if content_hash([fields, own]) != key:
        raise Unreadable(
            f"{file}: cell {key} is not what its name is the hash of; it was changed, or {name} "
            "has other payoffs now"
        )
    return cell


def _spelt(stage: NormalForm) -> dict[str, Any]:
    """A game as it is kept; its numbers as they were given, fractions as text."""
    payoffs: Any = stage.given
    if payoffs.dtype == object:
        whole = all(number.denominator == 1 for number in payoffs.flat)
        payoffs = np.vectorize(int if whole else str, otypes=[object])(payoffs)
    payoffs = payoffs.tolist()
    return {"name": stage.name, "actions": stage.actions, "payoffs": payoffs}


def _game(file: Path, key: str, told: Any) -> NormalForm:
    """A game as it was kept."""
    try:
        stage = NormalForm(told["payoffs"], told["actions"], told["name"])
    except (NashscopeError, LookupError, TypeError, ValueError) as error:
        raise Unreadable(f"{file}: game {key} cannot be read ({error}); {EDITED}") from None
    if stage.content != key:
        raise Unreadable(f"{file}: game {key} has other payoffs than were played; {EDITED}")
    return stage


def _each(entries: Mapping[str, Any]) -> str:
    """An object of JSON with a line for every entry."""
    lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in entries.items()]
    return "{\n" + ",\n".join(lines) + "\n}"
