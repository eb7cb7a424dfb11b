"""The test set as a dataset: Parquet files and a card, as the hub expects them."""

from pathlib import Path
from typing import Any

from nashscope.bench.matrix.exam import HASHES, VERSION, groups, test_set
from nashscope.bench.matrix.interface import INTERFACES
from nashscope.errors import FolderTaken
from nashscope.records import dumps

__all__ = ["dataset_rows", "write_dataset"]


def dataset_rows(version: int = VERSION) -> list[dict[str, Any]]:
    """One row per question: the game, the prompt in every interface, and the certified answer."""
    rows = []
    for item in test_set(version):
        for player in (0, 1):
            question = item.question(player)
            rows.append(
                {
                    "id": f"{item.id}/{player}",
                    "group": item.group,
                    "player": player,
                    "rows": len(question.labels),
                    "columns": len(question.others),
                    "payoffs": [list(row) for row in question.payoffs],
                    "labels": list(question.labels),
                    "title": item.title,
                    **{f"prompt_{how}": question.render(how) for how in INTERFACES},
                    "strategy": list(item.strategies[player]),
                    "value": item.value if player == 0 else _negative(item.value),
                    "answer": question.write(item.optimal(player).tolist(), "numbers"),
                }
            )
    return rows


def write_dataset(folder: Path, version: int = VERSION) -> Path:
    """Writes `test.parquet`, `games.jsonl` (with both players' proofs) and `README.md`.

    Raises:
        FolderTaken: if the folder holds anything.
    """
    import json

    import duckdb

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not empty; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    games = folder / "games.jsonl"
    games.write_text("".join(dumps(item) + "\n" for item in test_set(version)), encoding="utf-8")
    rows = dataset_rows(version)
    lines = folder / ".rows.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    try:
        with duckdb.connect() as base:
            base.read_json(str(lines), format="newline_delimited").write_parquet(
                str(folder / "test.parquet")
            )
    finally:
        lines.unlink()
    (folder / "README.md").write_text(_card(version, len(rows)), encoding="utf-8")
    return folder


def _negative(value: str) -> str:
    """Minus a fraction."""
    return value if value == "0" else value.removeprefix("-") if value[0] == "-" else f"-{value}"


def _card(version: int, count: int) -> str:
    """The dataset card: a header that the hub reads, then what the data is."""
    told = "\n".join(f"- {name}" for name in groups())
    return f"""---
license: apache-2.0
task_categories: [text-generation]
tags: [game theory, Nash equilibrium, zero-sum games, benchmark]
pretty_name: nashscope matrix games
size_categories: [1K<n<10K]
configs:
- config_name: default
  data_files: [{{split: test, path: test.parquet}}]
---

# Zero-sum matrix games with certified equilibria, version {version}

{count} questions: both players of {len(test_set(version))} games, each with one equilibrium.
Hash of the games: `{HASHES[version]}`.

A row of `test.parquet` is a question to one player. `payoffs` are what that player gets, its own
actions as rows; `prompt_numbers`, `prompt_ranking` and `prompt_policy` are the same question with
three ways of answering; `strategy` is the optimal strategy in fractions, `value` what it secures.
`games.jsonl` holds the games with the solutions of both players: x and y prove each other, since
xᵀA is at least the value in every column and Ay at most the value in every row.

Score an answer by what it leaves to gain, never by its value against an equilibrium opponent:
(value - min_j (xᵀA)_j) / payoff range. A game is solved at ε if this, summed over both players, is
at most ε. An answer that cannot be read is a failure, not an action.

Kinds of game:

{told}

This is a test set. Do not train on it, nor on its games under other orders or units.
"""
