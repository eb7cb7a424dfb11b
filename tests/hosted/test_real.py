"""Against a real server: `transformers serve` with an organism, whose policy is known from inside.

It tells no log-probabilities and answers 200 when asked for them, so that policies are sampled.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from nashscope.agents import Language, agent
from nashscope.agents.draw import normalised
from nashscope.agents.hosted import interval
from nashscope.models.hosted import load
from nashscope.play import Cell, play

pytestmark = pytest.mark.slow
PATIENCE = 240


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The base URL and the model's name at a server of `organism/nash` on this machine."""
    for needed in ("torch", "openai", "fastapi", "uvicorn"):
        pytest.importorskip(needed, reason=f"a real server needs {needed}")
    from nashscope.organisms.library import folder

    # a name without this machine's folders: chance hangs on the names of who plays
    own = tmp_path_factory.mktemp("served") / "organism-nash"
    own.symlink_to(folder("nash"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", own.name]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with log.open("w") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=own.parent, env=_environment()
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1", own.name
    finally:
        server.kill()
        server.wait()


def _environment():
    """Without a network, and one thread: the machine is shared."""
    return {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}


def _wait(url, server, log):
    """Until the server answers; a test fails with what it said."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"transformers serve did not start: {Path(log).read_text()[-2000:]}")


def test_a_sampled_policy_is_the_one_inside_the_served_model(served):
    url, name = served
    model = load(f"openai-api/local/{name}", base_url=url, samples=50)
    can = model.capabilities
    assert can.logprobs == 0 and "logprobs" in can.ignored
    # without it the server would sample by the model's own defaults
    assert can.generation_config is not None and not model.reads
    cell = Cell("chicken", (model.name, "random"), rounds=1, matches=1)
    (own,) = play([cell], lambda who, _: Language(model) if "/" in who else agent(who))
    decision = own.rounds[0][0]
    assert decision.how == "samples" and decision.samples > 40
    read = agent("organism/nash").model.logprobs([decision.prompt], [own.labels[0]])[0]
    inside = normalised(read)[0]
    spans = interval(decision, level=0.999)
    assert all(low <= p <= high for p, (low, high) in zip(inside, spans, strict=True))
    # the gate is narrow enough to tell the policy from another one
    assert not all(low <= p <= high for p, (low, high) in zip(inside[::-1], spans, strict=True))
    model.close()


def test_a_served_model_plays_from_the_command_line_and_again_from_what_was_kept(
    served, nashscope, monkeypatch
):
    url, name = served
    monkeypatch.setenv("SERVED_BASE_URL", url)
    command = ["play", "stag-hunt", f"openai-api/served/{name}", "tit-for-tat"]
    command += ["--rounds", 2, "--samples", 2, "--json"]
    code, first, said = nashscope(*command)
    assert code == 0 and "ignores logprobs" in said and len(first.splitlines()) == 4
    code, again, _ = nashscope(*command)
    assert code == 0 and again == first
    assert json.loads(first.splitlines()[0])["decision"]["how"] == "samples"
