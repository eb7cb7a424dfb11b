"""`nashscope run`: a plan's cells, wherever they are played, and what it says of wrong plans."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

PLAN = """
games: [chicken, "3,3 0,5; 5,0 1,1"]
agents: [fake/uniform, tit-for-tat]
framings: [plain, bare]
seeds: [7]
rounds: 4
matches: 2
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def decided(folder):
    """Every decision, in an order that does not depend on who was first."""
    lines = [line for file in folder.rglob("*.jsonl") for line in file.read_text().splitlines()]
    return sorted(lines)


def test_a_plan_is_every_combination_and_a_second_time_nothing(nashscope, here):
    code, out, said = nashscope("run", "plan.yaml")
    folder = here / out.strip()
    assert code == 0 and "playing: 256/256" in said
    assert folder.name.startswith("plan-") and folder.parent.name == "runs"
    cells = json.loads((folder / "cells.json").read_text())["cells"]
    assert len(cells) == 2 * 4 * 2  # games, ordered pairs, framings
    assert {file.stem for file in (folder / "results").iterdir()} == set(cells)
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*.jsonl")}
    assert nashscope("run", "plan.yaml")[1] == out
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*.jsonl")} == before
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "done" and len(manifest["started"]) == 2
    assert manifest["models"] == {"fake/uniform": None}
    rows = json.loads((folder / "results.json").read_text())
    payoffs = [row for row in rows if row["metric"] == "payoff"]
    assert len(payoffs) == 2 * len(cells) and all(row["n"] == 2 for row in payoffs)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # logs of submitit
@pytest.mark.parametrize("executor", ["local", "submitit-debug", "submitit-local"])
def test_where_cells_are_played_changes_nothing(nashscope, here, executor):
    if executor != "local":
        pytest.importorskip("submitit")
    (here / "plan.yaml").write_text(PLAN.replace(", bare", ""))
    assert nashscope("run", "plan.yaml", "--out", "one", "--quiet")[0] == 0
    code, _, said = nashscope("run", "plan.yaml", "--out", "two", "--executor", executor)
    assert code == 0
    assert ("playing: 128/128" if executor == "local" else "cells: 8/8") in said
    assert decided(here / "one") == decided(here / "two") != []
    one, two = ((here / name / "results.json").read_bytes() for name in ("one", "two"))
    assert one == two
    assert json.loads((here / "two" / "manifest.json").read_text())["status"] == "done"


def test_cells_of_the_same_weights_make_one_job(here):
    from nashscope.play.execute.executor import Job, jobs
    from nashscope.play.plan import Plan

    agents = ("organism/nash", "organism/plain", "tit-for-tat", "openai-api/lab/tiny")
    cells = Plan(("chicken",), agents, rounds=1).cells()
    work = jobs(cells, 2, lambda own: Job(here, own, len))
    assert sorted(cell.id for job in work for cell in job.cells) == sorted(c.id for c in cells)
    weights = [
        {name for cell in job.cells for name in cell.agents if name.startswith("organism/")}
        for job in work
    ]
    # two jobs need none; then one job for each organism alone, and one for both
    assert sorted(map(len, weights)) == [0, 0, 1, 1, 2]
    assert [cell for job in work[2:] for cell in job.cells] == [
        cell for cell in cells if any(n.startswith("organism/") for n in cell.agents)
    ]


def test_a_model_is_loaded_once_and_a_changed_one_is_refused(here):
    from nashscope.agents import agent
    from nashscope.errors import ModelRefused
    from nashscope.play.cast import casting
    from nashscope.play.execute.executor import watched
    from nashscope.play.plan import Plan

    loads = []
    cast = casting(most=2, loaded=lambda name, model: loads.append(name))
    names = [f"fake/constant:{letter}" for letter in "ABC"]
    for cell in Plan(("chicken",), tuple(names), modes=("direct", "cot")).cells():
        assert tuple(cast(name, cell).name for name in cell.agents) == cell.agents
    # A, B beside it, C beside it, and B and C again, which had given way
    assert loads == [names[0], names[1], names[2], names[1], names[2]]
    model = agent("fake/uniform").model
    found = {}
    watched({}, found)("fake/uniform", model)
    assert found == {"fake/uniform": None}
    with pytest.raises(ModelRefused, match="not what it was when this run began"):
        watched({"fake/uniform": "0123456789abcdef"}, {})("fake/uniform", model)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("executor", "fate", "says"),
    [
        ("process", "raise RuntimeError('the sky fell')", "RuntimeError: the sky fell"),
        ("local", "raise RuntimeError('the sky fell')", "RuntimeError: the sky fell"),
        ("local", "os.kill(os.getpid(), 9)", "its process was ended from outside"),
    ],
)
def test_what_other_cells_did_is_kept_when_one_fails(nashscope, here, executor, fate, says):
    (here / "mine.py").write_text(
        "import os\nclass Mine:\n    name = 'mine'\n    def decide(self, questions):\n"
        f"        {fate}\nAGENT = Mine()\n"
    )
    (here / "plan.yaml").write_text(
        "games: [chicken]\nmeetings: [[random, random], ['mine.py:AGENT', random]]\n"
        "rounds: 2\nmatches: 1\n"
    )
    command = ["run", "plan.yaml", "--executor", executor, "--out", "run"]
    code, _, said = nashscope(*command)
    assert code == (2 if executor == "process" else 1) and says in said
    assert ("1 of 2 jobs failed, the first with: " in said) == (executor == "local")
    assert len(list((here / "run" / "results").iterdir())) == 1


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ("games: [chicken]\n", "no agents; list some under agents: or meetings:"),
        ("agents: [random]\n", "games is missing"),
        ("games: []\nagents: [random]\n", "no games"),
        ("games: [chicken]\nagents: [random]\nround: 5\n", "did you mean rounds"),
        ("games: [chiken]\nagents: [random]\n", "did you mean chicken"),
        ("games: [chicken]\nagents: [randm]\n", "did you mean random"),
        ("games: [chicken]\nagents: [random]\nframings: [plin]\n", "did you mean plain"),
        ("games: [chicken]\nagents: [random]\nmodes: [loud]\n", "'direct', 'cot' or 'scratchpad'"),
        (
            "games: [chicken]\nagents: [random]\nrounds: many\n",
            "rounds is 'many'; it must be a whole",
        ),
        ("games: [chicken]\nagents: [random, random]\n", "twice"),
        ("games: [chicken, Chicken]\nagents: [random]\n", "twice"),
        ("games: chicken\nagents: [random]\n", "games is 'chicken'; it must be a list, [chicken]"),
        ("games: [chicken]\nagents: [random]\nrounds: yes\n", "rounds is 'yes'; it must be a"),
        ("games: [chicken]\nagents: [random]\nrounds: 010\n", "line 3: a number begins with 0"),
        ("games: [chicken]\nagents: [random]\nrounds: 3\nrounds: 4\n", "line 4: 'rounds' comes"),
        ("games: [chicken]\nagents: [random]\nsamples: 0\n", "samples is 0"),
        ("games: [chicken]\nagents: [random]\noptions: {dtipe: x}\n", "did you mean dtype"),
        ("games: [chicken]\nagents: [random]\noptions: {dtype: float17}\n", "type of weights"),
        ("games: [chicken]\nmeetings: [[random]]\n", "has 2 players, not 1"),
        ("games: [chicken\n", "is not YAML"),
        ("- chicken\n", "is no plan"),
    ],
)
def test_a_wrong_plan_is_one_line_and_leaves_nothing(nashscope, here, plan, says):
    (here / "plan.yaml").write_text(plan)
    code, out, said = nashscope("run", "plan.yaml")
    assert (code, out) == (2, "") and says in said and "Traceback" not in said
    assert said.strip().splitlines()[-1].startswith("nashscope: ")
    assert not (here / "runs").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--executor", "cloud"], "process, local, slurm"),
        (["--executor", "local", "--jobs", 0], "at least 1"),
        (["--jobs", 3], "add --executor local"),
        (["--executor", "slurm", "--job", "gpu"], "NAME=VALUE"),
        (["--executor", "slurm", "--job", "mem_gb=[8"], "mem_gb=[8 is not YAML"),
        (["--job", "timeout_min=60"], "add --executor slurm"),
        (["--executor", "slurm", "--max-calls", 5], "a budget is kept on one machine"),
    ],
)
def test_a_wrong_option_is_one_line(nashscope, more, says):
    code, out, said = nashscope("run", "plan.yaml", *more)
    assert (code, out) == (2, "") and says in said


def test_a_place_without_slurm_is_told_from_one_with(nashscope, here, monkeypatch):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", str(here))
    code, _, said = nashscope("run", "plan.yaml", "--executor", "slurm")
    assert code == 2 and "srun" in said and not list(here.glob("runs/*"))
    code, _, said = nashscope("run", "plan.yaml", "--executor", "submitit-debug", "--job", "cpus=1")
    assert code == 2 and "cpus" in said


def test_a_plan_is_rehearsed(nashscope, here, monkeypatch):
    pytest.importorskip("openai")
    (here / "plan.yaml").write_text(
        "games: [chicken]\nagents: [openai-api/lab/tiny, hf/nowhere]\n"
        "rounds: 3\nmatches: 2\nsamples: 5\n"
    )
    code, out, _ = nashscope("run", "plan.yaml", "--dry-run")
    assert code == 0 and "4 cells, 8 matches, at most 48 decisions" in out
    assert f"5 answers a decision: {4 * 2 * 3 * 5} calls" in out
    assert not (here / "runs").exists() and max(map(len, out.splitlines())) <= 80


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        ("run", "plan.yaml", "--executor", "process"),
        ("run", "plan.yaml", "--executor", "local"),
        ("tournament", "random", "tit-for-tat", "--rounds", "500", "--matches", "200"),
    ],
)
def test_ctrl_c_is_one_line_and_ends_all_processes(here, asked):
    (here / "plan.yaml").write_text(
        "games: [chicken]\nagents: [random, tit-for-tat]\nrounds: 500\nmatches: 200\n"
    )
    code = "from nashscope.cli import main; main()"
    command = [sys.executable, "-c", code, *asked]
    running = subprocess.Popen(
        [*command, "--out", "run"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # where the tests themselves run in the background of a shell, it would be ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(here.rglob("*.jsonl")):
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert said.strip().splitlines()[-1].startswith("nashscope: interrupted; what was finished"), (
        said
    )
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.killpg(running.pid, 0)
            time.sleep(0.1)


def test_more_matches_are_played_behind_those_that_are_there(nashscope, here):
    plan = (
        "games: [chicken]\nagents: [fake/uniform, random]\nrounds: 3\ntremble: 0.2\nmatches: {}\n"
    )
    for name, counts in (("grown", (2, 5)), ("whole", (5,))):
        for matches in counts:
            (here / "plan.yaml").write_text(plan.format(matches))
            code, out, said = nashscope("run", "plan.yaml", "--out", name, "--quiet")
            assert (code, out) == (0, f"{name}\n")
        assert ("plan.matches is 5 now; the first 2 are kept" in said) == (name == "grown")
    assert decided(here / "grown") == decided(here / "whole")
    one, two = ((here / name / "results.json").read_bytes() for name in ("grown", "whole"))
    assert one == two
    (here / "plan.yaml").write_text(plan.format(4))
    code, _, said = nashscope("run", "plan.yaml", "--out", "grown", "--quiet")
    assert code == 2 and "its plan.matches is 5, not 4" in said


OWN = """from nashscope.agents import Strategy
AGENT = Strategy("own", lambda view: ({}, {}), "here")
"""


def test_an_agent_that_was_edited_is_played_again_elsewhere_or_refused(nashscope, here):
    (here / "plan.yaml").write_text(
        "games: [chicken]\nmeetings: [['own.py:AGENT', always-c]]\nrounds: 2\nmatches: 1\n"
    )
    (here / "own.py").write_text(OWN.format(1, 0))
    folders = [nashscope("run", "plan.yaml", "--quiet")[1].strip()]
    assert nashscope("run", "plan.yaml", "--out", "kept", "--quiet")[0] == 0
    (here / "own.py").write_text(OWN.format(0, 1))
    folders.append(nashscope("run", "plan.yaml", "--quiet")[1].strip())
    assert len(set(folders)) == 2
    for folder, action in zip(folders, (0, 1), strict=True):
        played = [json.loads(line) for line in decided(here / folder)]
        own = [e["decision"]["action"] for e in played if e["agent"] == "own.py:AGENT"]
        assert own == [action] * 2
    code, _, said = nashscope("run", "plan.yaml", "--out", "kept", "--quiet")
    said = " ".join(said.split())
    assert code == 2 and "own.py:AGENT as it was before it was edited" in said


def test_a_game_that_was_edited_is_not_pooled_with_what_it_was(nashscope, here):
    game = (
        "from nashscope.games import NormalForm\n"
        "GAME = NormalForm([[[3, 0], [{0}, 1]], [[3, {0}], [0, 1]]])\n"
    )
    command = ["tournament", "random", "always-c", "--game", "g.py:GAME", "--rounds", 2, "--json"]
    (here / "g.py").write_text(game.format(5))
    assert nashscope(*command, "--out", "t")[0] == 0
    (here / "g.py").write_text(game.format(9))
    code, _, said = nashscope(*command, "--out", "t")
    assert code == 2 and "g.py:GAME as it was before it was edited" in " ".join(said.split())


def test_every_session_of_a_run_is_in_its_manifest(nashscope, here, monkeypatch):
    (here / "plan.yaml").write_text(PLAN)
    assert nashscope("run", "plan.yaml", "--out", "run", "--quiet")[0] == 0
    monkeypatch.setattr("nashscope.play.store.manifest.__version__", "9.9")
    assert nashscope("run", "plan.yaml", "--out", "run")[0] == 0
    manifest = json.loads((here / "run" / "manifest.json").read_text())
    commands = [session["command"][1:] for session in manifest["sessions"]]
    assert [len(command) for command in commands] == [5, 4]
    versions = [session["versions"]["nashscope"] for session in manifest["sessions"]]
    assert versions[1] == "9.9" and versions[0] == manifest["versions"]["nashscope"] != "9.9"
    assert manifest["command"][1:] == commands[0] and len(manifest["started"]) == 2
