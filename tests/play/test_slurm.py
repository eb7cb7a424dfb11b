"""On a real Slurm of one node: the decisions of one process. Skipped where there is none."""

import subprocess
import sys

import pytest

from tests.play.slurm import Missing, cluster

PLAN = "games: [chicken]\nagents: [random, tit-for-tat]\nrounds: 3\nmatches: 2\ntremble: 0.1\n"


@pytest.mark.slow
def test_a_plan_on_slurm_is_the_plan_in_one_process(tmp_path):
    pytest.importorskip("submitit")
    (tmp_path / "plan.yaml").write_text(PLAN)
    code = "from nashscope.cli import main; main()"
    command = [sys.executable, "-c", code, "run", "plan.yaml", "--quiet"]

    def ran(environment, *more):
        asked = [*command, *more]
        return subprocess.run(
            asked, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    try:
        with cluster(tmp_path) as environment:
            more = ["--executor", "slurm", "--job", "timeout_min=2", "--job", "mem_gb=0.5"]
            done = ran(environment, "--out", "there", *more)
            assert done.returncode == 0, done.stderr
            assert (tmp_path / "there" / "jobs").is_dir()
            # a second time there is nothing to do, and no job is sent
            sent = len(list((tmp_path / "there" / "jobs").iterdir()))
            assert ran(environment, "--out", "there", *more).returncode == 0
            assert len(list((tmp_path / "there" / "jobs").iterdir())) == sent
    except Missing as why:
        pytest.skip(f"no Slurm here: {why}")
    assert ran(None, "--out", "here").returncode == 0
    here, there = (tmp_path / name / "results.json" for name in ("here", "there"))
    assert here.read_bytes() == there.read_bytes()
    lines = [
        sorted(
            line
            for file in (tmp_path / name / "transcripts").iterdir()
            for line in file.read_text(encoding="utf-8").splitlines()
        )
        for name in ("here", "there")
    ]
    assert lines[0] == lines[1] != []
