"""Everything that is shipped passes the check of its kind; what there is, the folders say.

Metrics are found by their signature, in `tests/metrics/test_measure.py`.
"""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from nashscope import names
from nashscope.agents import agent, check_agent
from nashscope.agents.check import trial
from nashscope.agents.library import SHELF as AGENTS
from nashscope.agents.workflow import STEPS
from nashscope.framing import check_framing, style, styles
from nashscope.games import NormalForm, catalogue, check_game, game, named
from nashscope.models import check_model, load
from nashscope.models.library import KINDS
from nashscope.organisms.library import organisms
from tests.games.test_catalogue import SECONDS

SHAPES = ((2, 2, 3), (2, 1, 2), (3, 2, 1, 2))
"""Games that are not symmetric, and one of three players."""


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SECONDS)) for n in catalogue()]
)
def test_a_game_keeps_every_promise(name):
    check_game(named(name))


@pytest.mark.parametrize("name", styles())
def test_a_framing_tells_every_game_and_reads_what_it_says(name):
    chance = np.random.default_rng(3)
    check_framing(style(name), game("prisoners-dilemma"), matches=3)
    for shape in SHAPES:
        check_framing(style(name), NormalForm(chance.integers(-9, 9, shape) / 2), matches=1)


PLAYERS = [name for name in names.known(AGENTS) if name != "human"]
"""All that is found by its name alone; a person is asked at the terminal."""

MADE = [
    "memory-one:0.9,0.1,0.8,0.2",
    "memory-one:1,0,1,0,0.5",
    "zd-extortion:3",
    "zd-generosity:1.5",
    "solved:1",
    "fake/uniform",
    "fake/constant:F",
    *(f"{steps}:{model}" for steps in STEPS for model in ("fake/uniform", "fake/constant:F")),
]


@pytest.mark.parametrize("name", [*PLAYERS, *MADE])
def test_an_agent_keeps_the_contract_in_every_game_that_it_plays(name):
    check_agent(agent(name))


@pytest.mark.slow
def test_every_strategy_of_the_axelrod_library_keeps_the_contract():
    """In a process of its own, since importing the library exchanges parts of the standard one."""
    if find_spec("axelrod") is None:
        pytest.skip("needs the extra axelrod")
    script = Path(__file__).parent / "agents" / "axelrod_peer.py"
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", organisms())
def test_an_organism_is_a_model_and_plays(name):
    check_model(load(f"organism/{name}"))
    check_agent(agent(f"organism/{name}"), trial()[0])


@pytest.fixture
def examples(random_model):
    """A model of each kind that is here without a network."""
    return {
        "fake": "fake/uniform",
        "hf": f"hf/{random_model}",
        "organism": f"organism/{organisms()[0]}",
    }


HOSTED = {"openai-api"}
"""Kinds that a server stands behind: `tests/hosted/test_probe.py` asks one."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(entry_points(group=KINDS.group).names - HOSTED))
def test_a_kind_of_model_keeps_the_contract(kind, examples):
    assert kind in examples, f"give an example of the kind {kind} above"
    check_model(load(examples[kind]))
