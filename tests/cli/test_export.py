"""A run as tables and logs: what stands there is what was played."""

import json

import pytest

duckdb = pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a small tournament with trembles, an unread agent, and results."""
    from nashscope.agents import agent
    from nashscope.metrics import cross_play, row
    from nashscope.play import Cell, play
    from nashscope.play.store.run import open_run
    from nashscope.play.tournament import round_robin

    folder = tmp_path_factory.mktemp("runs") / "it's a run"
    template = Cell("prisoners-dilemma", ("random",) * 2, rounds=6, matches=3, tremble=0.2, talk=1)
    agents = ["tit-for-tat", "fake/constant:Z", "fake/uniform"]
    cells = round_robin(template, agents)
    with open_run(folder, {"tournament": {}}) as own:
        own.keep_cells(cells)
        cast = {name: agent(name) for name in agents}
        found = play(cells, lambda name, _: cast[name], keep=own.keep)
        table = cross_play(found, agents)
        own.keep_results([row("t", "scores", {"agent": a}, table.score[a]) for a in agents])
    return folder


@pytest.mark.parametrize("to", ["parquet", "csv"])
def test_every_decision_is_a_row_with_what_it_earned(nashscope, run, tmp_path, to):
    from nashscope.play import transcripts
    from nashscope.play.store.run import read_run

    code, out, _ = nashscope("export", run, "--to", to, "--out", tmp_path / "o'o")
    assert code == 0
    files = {line.rsplit("/", 1)[1]: line for line in out.splitlines()}
    assert set(files) == {f"{name}.{to}" for name in ("decisions", "cells", "results")}
    base = duckdb.connect()
    base.execute("CREATE VIEW d AS FROM '" + files[f"decisions.{to}"].replace("'", "''") + "'")
    found = read_run(run)
    cells = found.cells
    assert base.execute("SELECT count(*) FROM d").fetchone() == (len(found.events()),)
    played = transcripts(cells, found.events())
    expected = {
        (own.cell, own.match, k, p): None if (paid := own.payoffs(k)) is None else float(paid[p])
        for own in played
        for k in range(len(own.rounds))
        for p in (0, 1)
    }
    rows = base.execute(
        "SELECT cell, match, round, player, payoff FROM d WHERE round >= 0"
    ).fetchall()
    assert {row[:4]: row[4] for row in rows} == expected
    assert any(value is None for value in expected.values())  # an answer nobody could read
    trembled = base.execute("SELECT count(*) FROM d WHERE done != action").fetchone()[0]
    assert trembled == sum(len(own.slips) for own in played) > 0
    spoken = base.execute("SELECT DISTINCT action FROM d WHERE round < 0").fetchall()
    assert spoken == [(None,)]
    scores = base.execute(
        f"SELECT agent, value FROM '{files[f'results.{to}'].replace(chr(39), chr(39) * 2)}'"
    )
    assert dict(scores.fetchall()) == {
        one["condition"]["agent"]: one["value"] for one in found.results()
    }


def test_a_database_holds_views_to_ask(nashscope, run):
    from nashscope.play.store.run import read_run
    from nashscope.play.store.table import database

    code, out, _ = nashscope("export", run, "--to", "duckdb")
    assert code == 0
    with duckdb.connect(out.strip(), read_only=True) as kept, database(read_run(run)) as fresh:
        asked = "SELECT agent, avg(payoff), count(*) FROM decisions GROUP BY 1 ORDER BY 1"
        assert kept.execute(asked).fetchall() == fresh.execute(asked).fetchall()
        assert len(kept.execute("FROM cells").fetchall()) == 9


@pytest.mark.slow
def test_logs_of_inspect_show_prompts_answers_and_policies(nashscope, run, tmp_path):
    pytest.importorskip("inspect_ai")
    from inspect_ai.log import read_eval_log

    from nashscope.play.store.run import read_run

    code, out, _ = nashscope("export", run, "--to", "inspect", "--out", tmp_path)
    assert code == 0
    logs = [read_eval_log(line) for line in out.splitlines()]
    # each of the two models sits in six places, in as many cells and once more in its own
    assert sorted(log.eval.model for log in logs) == ["fake/constant:Z"] * 6 + ["fake/uniform"] * 6
    cells = read_run(run).cells
    for log in logs:
        assert log.status == "success" and log.eval.run_id in cells
        for sample in log.samples:
            first = sample.messages[0].text
            assert "My message:" in first or "My choice:" in first
            assert len(sample.messages) == 2 * 7
            assert sample.messages[-2].text.count("Round ") == 5  # rebuilt, though not stored
            if log.eval.model == "fake/uniform":
                assert sample.messages[-1].metadata["policy"] == [0.5, 0.5]
            else:
                assert sample.scores["unparsed"].value == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--to", "xls"], "parquet, csv, duckdb, inspect"),
        (["--out", "file"], "name a folder with --out"),
    ],
)
def test_what_cannot_be_is_one_line(nashscope, run, tmp_path, monkeypatch, more, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    code, out, said = nashscope("export", run, *more)
    assert (code, out) == (2, "") and says in said


def test_a_folder_that_cannot_be_written_or_holds_nothing_is_said(nashscope, run, tmp_path):
    code, _, said = nashscope("export", run, "--out", "/proc/here")
    assert code == 1 and "cannot write tables to /proc/here" in said
    (tmp_path / "config.yaml").write_text("{}\n")
    code, _, said = nashscope("export", tmp_path)
    assert code == 2 and "has no manifest.json" in said
    (tmp_path / "manifest.json").write_text('{"schema": 2}\n')
    code, _, said = nashscope("export", tmp_path)
    assert code == 2 and "holds no decision yet" in said
    assert nashscope("export", tmp_path / "nowhere")[0] == 2
    (tmp_path / "transcripts.jsonl").write_text(json.dumps({"cell": 1}) + "\n")
    code, _, said = nashscope("export", tmp_path)
    assert code == 2 and "line 1" in said
