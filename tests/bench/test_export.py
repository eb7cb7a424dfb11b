"""Datasets, leaderboards and the inspect task."""

import json

import pytest

from nashscope.bench import matrix
from nashscope.bench.matrix.interface import read_stated
from nashscope.errors import FolderTaken, Unreadable


def test_the_dataset_holds_every_question_with_an_answer_that_solves_it(tmp_path):
    import duckdb

    folder = matrix.write_dataset(tmp_path / "set")
    with duckdb.connect() as base:
        told = base.read_parquet(str(folder / "test.parquet")).fetchall()
        names = [
            column[0] for column in base.read_parquet(str(folder / "test.parquet")).description
        ]
    assert len(told) == 2 * len(matrix.test_set())
    first = dict(zip(names, told[-1], strict=True))
    item = next(i for i in matrix.test_set() if first["id"].startswith(f"{i.id}/"))
    assert first["payoffs"] == [list(map(int, row)) for row in item.seen(first["player"])]
    assert read_stated(first["answer"], first["labels"]).distribution is not None
    assert matrix.HASHES[1] in (folder / "README.md").read_text()
    games = (folder / "games.jsonl").read_text().splitlines()
    assert json.loads(games[0])["strategies"] and len(games) == len(matrix.test_set())
    with pytest.raises(FolderTaken):
        matrix.write_dataset(folder)


def benchmarked(nashscope, tmp_path, model, *more):
    code, out, said = nashscope(
        "bench",
        "matrix",
        "--model",
        model,
        "--json",
        "--limit",
        "2",
        "--interfaces",
        "numbers",
        "--out",
        tmp_path / f"run-{model[-5:]}",
        *more,
    )
    assert code == 0, said
    file = tmp_path / f"{model[-5:]}.json"
    file.write_text(out)
    return file


def test_a_leaderboard_ranks_like_with_like(nashscope, tmp_path):
    even = benchmarked(nashscope, tmp_path, "fake/constant:50 50")
    mute = benchmarked(nashscope, tmp_path, "fake/constant:mute")
    code, out, _ = nashscope("bench", "board", mute, even, "--json")
    ranked = json.loads(out)
    assert code == 0 and [row["model"][-5:] for row in ranked] == ["50 50", ":mute"]
    assert ranked[0]["score"] > ranked[1]["score"] == 0
    assert nashscope("bench", "board", mute, even)[0] == 0
    code, _, said = nashscope("bench", "board", mute, even, mute)
    assert code == 2 and "fake/constant:mute comes 2 times" in said
    other = benchmarked(nashscope, tmp_path, "fake/constant:other", "--epsilon", "0.1")
    code, _, said = nashscope("bench", "board", mute, other)
    assert code == 2 and "cannot be ranked together" in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"models": {"x": {}}}',
        '{"benchmark": "matrix", "models": {"x": {}}}',
        '{"benchmark": "matrix", "models": {"x": {"regimes": [], "rows": [{"value": NaN}]}},'
        ' "test_set": "h", "limit": 1, "epsilon": 0.05}',
        "not json",
    ],
)
def test_what_is_no_result_is_refused(text, tmp_path):
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(Unreadable, match="bench matrix --json printed"):
        matrix.read_places(file)


@pytest.mark.slow
def test_the_inspect_task_scores_as_the_benchmark_does():
    """Its scorer is called by hand: a run of inspect asks the network for a tokenizer."""
    import asyncio

    pytest.importorskip("inspect_ai")
    from inspect_ai.model import ModelOutput
    from inspect_ai.scorer import Target
    from inspect_ai.solver import TaskState

    task = matrix.inspect_task(limit=1)
    samples = list(task.dataset)
    assert len(samples) == 2 * len(matrix.groups())

    def judged(sample, text):
        state = TaskState(
            "mockllm/model", sample.id, 1, sample.input, [], metadata=sample.metadata,
            output=ModelOutput.from_content("mockllm/model", text),
        )  # fmt: skip
        return asyncio.run(task.scorer[0](state, Target(sample.target)))

    for sample in samples:
        if sample.metadata["group"] in ("2×2", "3×3", "named"):
            assert judged(sample, sample.target).value == {"solved": 1, "read": 1}
    silent = judged(samples[0], "no idea")
    assert silent.value == {"solved": 0, "read": 0} and silent.explanation == "unparsed"
