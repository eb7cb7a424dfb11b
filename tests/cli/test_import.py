"""Transcripts of others become runs that metrics, reports and exports know; nothing is guessed."""

import csv
import gzip
import json
from pathlib import Path

import pytest

LETTERS = (("J", "K"), ("X", "Q"), ("A", "B"))
PAYOFFS = {
    "1": ("Dilemma", [(3, 3), (1, 4), (4, 1), (2, 2)]),
    "2": ("Unlike", [(4, 3), (2, 1), (1, 2), (3, 4)]),
}
WIDE = {
    "game": "game_number",
    "name": "game_name",
    "match": "game_number+player1+player2",
    "round": "round",
    **{f"agent{n}": f"player{n}" for n in (1, 2)},
    **{f"action{n}": f"answer{n}" for n in (1, 2)},
    **{f"payoff{n}": f"points{n}" for n in (1, 2)},
    **{f"option{n}": f"choice_option{n}" for n in (1, 2)},
}


def mapped(columns, **more):
    return [f"--map={target}={column}" for target, column in {**columns, **more}.items()]


def rounds(rows=6):
    """Play as it is published elsewhere: letters that change from match to match."""
    found = []
    for game, (name, cells) in PAYOFFS.items():
        for k, (one, two) in enumerate((("left", "left"), ("left", "right"), ("right", "left"))):
            words = LETTERS[k]
            for r in range(1, rows + 1):
                joint = ((r + k) % 2, (r // 2) % 2)
                points = cells[2 * joint[0] + joint[1]]
                found.append(
                    {
                        "game_number": game,
                        "game_name": name,
                        "round": r,
                        "player1": one,
                        "player2": two,
                        **{f"answer{p + 1}": words[joint[p]] for p in (0, 1)},
                        **{f"points{p + 1}": points[p] for p in (0, 1)},
                        **{f"choice_option{a + 1}": words[a] for a in (0, 1)},
                    }
                )
    return found


def written(file, rows, delimiter=","):
    opened = gzip.open if file.name.endswith(".gz") else open
    with opened(file, "wt", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Two tables, of rounds and of games, in the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    games = [
        {
            "game_number": key,
            **{
                f"r{r + 1}_c{c + 1}_p{p + 1}": cells[2 * r + c][p]
                for r in (0, 1)
                for c in (0, 1)
                for p in (0, 1)
            },
        }
        for key, (_, cells) in PAYOFFS.items()
    ]
    written(tmp_path / "games.csv", games, ";")
    return written(tmp_path / "rounds.csv.gz", rounds())


@pytest.mark.slow
def test_play_of_others_is_measured_as_if_it_were_ours(nashscope, table):
    from nashscope.play import transcripts
    from nashscope.play.store.run import read_run

    code, out, said = nashscope("import", table, "--games", "games.csv", *mapped(WIDE))
    assert code == 0 and "72 decisions, 6 matches, 6 cells" in said
    assert "recorded points are those of the game in 36 of 36 rounds" in said
    run = read_run(table.parent / out.strip())
    played = transcripts(run.cells, run.events())
    rows = rounds()
    for own in played:
        game = next(
            g for g, (_, cells) in PAYOFFS.items() if run.cells[own.cell].game == spelt(cells)
        )
        theirs = [
            (row["points1"], row["points2"])
            for row in rows
            if (row["game_number"], row["player1"], row["player2"]) == (game, *own.agents)
        ]
        assert [tuple(own.payoffs(k)) for k in range(len(own.rounds))] == theirs
    code, out, _ = nashscope("report", run.folder)
    page = (table.parent / out.strip()).read_text(encoding="utf-8")
    assert code == 0 and "left vs right" in page and "Dilemma (3,3 1,4; 4,1 2,2)" in page
    earned = {
        (row["condition"]["game"], row["condition"]["agents"]): row["value"]
        for row in run.results()
        if row["metric"] == "payoff" and row["condition"]["player"] == 0
    }
    total = sum(row["points1"] for row in rows[:6]) / 6
    assert earned[spelt(PAYOFFS["1"][1]), "left vs left"] == pytest.approx(total)
    assert nashscope("export", run.folder, "--to", "csv")[0] == 0


def spelt(cells):
    """Payoffs on one line."""
    text = [f"{own[0]},{own[1]}" for own in cells]
    return f"{text[0]} {text[1]}; {text[2]} {text[3]}"


def test_a_row_may_be_one_decision_and_the_file_json_lines(nashscope, tmp_path, monkeypatch):
    from nashscope.play.store.run import read_run

    monkeypatch.chdir(tmp_path)
    words = ("cooperate", "DEFECT", "defect ", "sorry, no", None)
    lines = [
        {"id": m, "turn": 7 + r, "who": p + 1, "model": f"m{p}", "said": words[(m + r + p) % 5]}
        for m in range(4)
        for r in range(5)
        for p in (0, 1)
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    columns = {"match": "id", "round": "turn", "player": "who", "agent": "model", "action": "said"}
    command = ["import", "log.jsonl", *mapped(columns), "--fixed", "game=prisoners-dilemma"]
    code, out, said = nashscope(*command, "--out", "run")
    assert code == 0 and out == "run\n"
    assert "16 of 40 answers name no action (the first: 'sorry, no' in row" in said
    events = read_run(tmp_path / "run").events()
    assert [e.decision.action for e in events[:10:2]] == [0, 1, 1, None, None]
    assert {e.decision.outcome for e in events} == {"action", "no label", "empty"}
    assert [e.round for e in events[:10:2]] == list(range(5))
    (cell,) = read_run(tmp_path / "run").cells.values()
    assert (cell.agents, cell.matches, cell.rounds) == (("m0", "m1"), 4, 5)
    # the same command finds everything there; another file of that name does not fit
    assert nashscope(*command, "--out", "run")[0] == 0
    assert read_run(tmp_path / "run").events() == events
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines[:-1])) + "\n")
    code, _, said = nashscope(*command, "--out", "run")
    assert code == 2 and "another run" in said


def test_points_that_are_not_the_games_are_said_and_the_games_count(nashscope, table):
    rows = rounds()
    rows[3] |= {"points1": rows[3]["points2"] + 1}
    written(table, rows)
    code, _, said = nashscope("import", table, "--games", "games.csv", *mapped(WIDE))
    assert code == 0 and "in 35 of 36 rounds; first otherwise in row 4:" in said


def test_points_of_one_player_are_compared_too(nashscope, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_text(
        "game,round,agent1,agent2,action1,action2,payoff2\n"
        "prisoners-dilemma,1,a,b,cooperate,defect,5\nprisoners-dilemma,2,a,b,defect,defect,5\n"
    )
    code, _, said = nashscope("import", "own.csv", "--out", "run")
    assert code == 0 and "in 1 of 2 rounds; first otherwise in row 2: 5 instead of 1" in said
    code, _, said = nashscope("import", "own.csv", "--fixed", "payoff1=x", "--out", "other")
    assert code == 2 and "points are a number" in said


def test_a_match_that_lacks_a_decision_counts_up_to_there(nashscope, table):
    written(table, [row for k, row in enumerate(rounds()) if k != 3])
    code, out, said = nashscope("import", table, "--games", "games.csv", *mapped(WIDE))
    assert code == 0 and "1 matches lack decisions" in said
    assert nashscope("report", out.strip())[0] == 0


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (WIDE | {"round": "turn"}, "has no column 'turn' (for round); it has game_number"),
        (WIDE | {"colour": "round"}, "colour is nothing that a column can be"),
        ({k: v for k, v in WIDE.items() if k != "agent1"}, "--map agent1=COLUMN"),
        (WIDE | {"match": "game_number"}, "name all columns that tell matches apart"),
        (WIDE | {"game": "player1"}, "games.csv has no column 'player1'"),
        (WIDE | {"round": "answer1"}, "round is 'K'; it is a whole number"),
        ({k: v for k, v in WIDE.items() if k != "option2"}, "1 options"),
    ],
)
def test_a_wrong_map_is_one_line(nashscope, table, columns, says):
    code, out, said = nashscope("import", table, "--games", "games.csv", *mapped(columns))
    assert (code, out) == (2, "")
    assert says in said and said.strip().splitlines()[-1].startswith("nashscope: ")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["nowhere.csv", "--map", "a=b"], "there is no file nowhere.csv"),
        (["rounds.csv.gz", "--map", "round"], "write it as NAME=VALUE"),
        (["rounds.csv.gz", "--map", "round=a", "--map", "round=b"], "given twice"),
        (["broken.jsonl", "--map", "round=a"], "broken.jsonl cannot be read"),
        (["empty.csv", "--map", "round=a"], "empty.csv"),
        (["rounds.csv.gz", *mapped(WIDE)], "1"),
    ],
)
def test_a_wrong_file_is_one_line(nashscope, table, more, says):
    (table.parent / "broken.jsonl").write_text('{"a": 1}\n{"a"\n')
    (table.parent / "empty.csv").write_text("")
    code, out, said = nashscope("import", *more)
    assert (code, out) == (2, "") and says in said and "Traceback" not in said


CASES = Path(__file__).parents[1] / "cases" / "games"


def test_columns_that_are_called_as_targets_need_no_map(nashscope, tmp_path, monkeypatch):
    """Nor does one match need a column that tells matches apart; what is said goes first."""
    from nashscope.play.store.run import read_run

    monkeypatch.chdir(tmp_path)
    assert nashscope("import", CASES / "named_as_targets.csv", "--out", "named")[0] == 0
    run = read_run(tmp_path / "named")
    assert [event.decision.action for event in run.events()] == [0, 1, 1, 1]
    (tmp_path / "one.csv").write_text(
        "round;player;agent;action;game;mine\n"
        "1;1;a;cooperate;x;prisoners-dilemma\n1;2;b;defect;x;prisoners-dilemma\n",
        encoding="utf-8-sig",
    )
    assert nashscope("import", "one.csv", "--map", "game=mine", "--out", "one")[0] == 0
    (cell,) = read_run(tmp_path / "one").cells.values()
    assert (cell.game, cell.agents, cell.matches) == ("prisoners-dilemma", ("a", "b"), 1)


def test_words_that_name_no_action_are_said_with_those_that_would(nashscope, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = CASES / "words_c_d.csv"
    code, out, said = nashscope("import", file, "--out", "run")
    assert (code, out) == (2, "") and not (tmp_path / "run").exists()
    for text in ("cooperate, defect", "'D', 'C'", "--fixed option1=C --fixed option2=D"):
        assert text in said
    code, _, said = nashscope(
        "import", file, "--fixed", "option1=C", "--fixed", "option2=D", "--out", "run"
    )
    assert code == 0 and "name no action" not in said


HEAD = "game,match,round,agent1,agent2,action1,action2"
FIRST = "prisoners-dilemma,1,1,a,b,cooperate,defect"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ((CASES / "short_row.csv").read_bytes(), "row 1: 6 of 7 values"),
        (f"{HEAD}\n{FIRST}\n{FIRST},x\n".encode(), "row 2: 8 of 7 values"),
        (f"{HEAD}\n{FIRST}\n".replace(",a,", ",\u00e9,").encode("latin-1"), "line 2, is not UTF-8"),
        (b"PK\x03\x04 and so on", "is a spreadsheet or an archive; save the sheet as CSV"),
        (f"{HEAD}\n{FIRST}\n".replace(",1,a", ",-1,a").encode(), "round is '-1'; it is a whole"),
        (f"{HEAD}\n{FIRST}\n".replace(",b,", ",,").encode(), "row 1: agent2 is empty"),
        (f"{HEAD},agent3\n{FIRST},c\n".encode(), "agent3 is given and action3 is not"),
        (f"{HEAD},round\n{FIRST},c\n".encode(), "the column 'round' twice"),
        (f"{HEAD},option1,option2\n{FIRST},yes,Yes\n".encode(), "options yes, Yes are alike"),
        (f"{HEAD}\n".encode(), "has no rows"),
        (b"", "is empty"),
    ],
)
def test_a_table_that_is_none_is_refused_for_the_right_reason(
    nashscope, tmp_path, monkeypatch, text, says
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.csv").write_bytes(text)
    code, out, said = nashscope("import", "own.csv", "--out", "run")
    assert (code, out) == (2, "") and says in " ".join(said.split()) and "Traceback" not in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_table_is_the_same_whatever_stands_between_its_columns(tmp_path, mark):
    from nashscope.play.store.sheet import sheet

    file = tmp_path / "own.csv"
    rows = [["a b", "n"], ['he said "no"', "1"], [f"with{mark} in it", ""], ["two\nlines", "3"]]
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out, delimiter=mark).writerows(rows)
    found = [dict(zip(rows[0], [value or None for value in row], strict=True)) for row in rows[1:]]
    assert sheet(file) == found
