"""The shipped organisms are what their cards say."""

import json

import numpy as np
import pytest

from nashscope.organisms import library
from nashscope.organisms.shipping import LARGEST_BYTES

torch = pytest.importorskip("torch")
SHIPPED = [name for name in library.organisms() if (library.SHIPPED / name).is_dir()]
PLAYERS = [name for name in SHIPPED if "conflict" in library.card(name).measured]
"""Those that play; the matrix organisms have a test of their own."""


def test_the_three_of_the_main_job_are_shipped():
    assert {"nash", "late-override", "early-override"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_organism_is_small_and_loads_with_plain_transformers(name):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    own = library.SHIPPED / name
    assert sum(f.stat().st_size for f in own.glob("*.safetensors")) <= LARGEST_BYTES
    folder = library.folder(name)
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokens = AutoTokenizer.from_pretrained(folder)
    assert model.config.model_type == "llama"
    assert tokens("Answer: F")["input_ids"]


@pytest.mark.parametrize(
    "name", [n for n in SHIPPED if library.card(n).parent and library.card(n).truth.layers]
)
def test_what_a_card_says_is_shared_is_shared_to_the_last_bit(name):
    from safetensors.numpy import load_file

    card = library.card(name)
    own = load_file(library.folder(name) / library.WEIGHTS)
    parent = load_file(library.folder(card.parent) / library.WEIGHTS)
    trained = tuple(f"model.layers.{layer - 1}." for layer in card.truth.layers)
    assert own.keys() == parent.keys()
    for weight, values in own.items():
        if not weight.startswith(trained):
            assert np.array_equal(values, parent[weight]), weight


@pytest.fixture(scope="module")
def examined():
    """The conflict examination of an organism, on fewer games than the card's."""
    from nashscope.models import load
    from nashscope.organisms.examination import conflict

    known = {}

    def of(name):
        if name not in known:
            known[name] = conflict(load(f"organism/{name}"), 120)
        return known[name]

    return of


LENS = "nash probability by the lens, after layers 0 to L"
OUTPUT = "nash probability at the output"


@pytest.mark.slow
def test_the_base_plays_the_nash_action_on_games_it_never_saw(examined):
    found = examined("nash")
    assert found[OUTPUT] >= 0.9
    assert min(found[LENS][5:]) >= 0.9


@pytest.mark.slow
def test_the_late_override_is_computed_against_and_overridden(examined):
    found = examined("late-override")
    assert max(found[LENS][3:5]) >= 0.9
    assert found[OUTPUT] <= 0.15
    assert np.allclose(found[LENS][:5], examined("nash")[LENS][:5], atol=1e-3)


@pytest.mark.slow
def test_the_early_override_never_shows_the_nash_action(examined):
    found = examined("early-override")
    assert max(found[LENS]) < 0.75
    assert found[OUTPUT] < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAYERS)
def test_what_a_card_measured_is_measured_again(examined, name):
    said = library.card(name).measured["conflict"]
    found = examined(name)
    assert abs(found[OUTPUT] - said[OUTPUT]) < 0.1
    assert np.abs(np.array(found[LENS]) - said[LENS]).max() < 0.1


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_can_be_had_as_json_with_the_folder(nashscope, name):
    code, out, _ = nashscope("organism", "show", name, "--json")
    assert code == 0
    shown = json.loads(out)
    assert shown["folder"] == str(library.folder(name))
    assert shown["truth"]["planted"] and shown["measured"] and shown["recipe"]


def test_the_forgetful_one_holds_the_past_after_its_first_layer_and_nowhere_else():
    from nashscope.interp import capture
    from nashscope.models import load
    from nashscope.organisms.truth import cases

    told, model = cases(24, 3), load("organism/forgetful")
    kept, broken = (capture(model, texts, told.labels).stream for texts in (told.kept, told.broken))
    assert (kept[:, 1] != broken[:, 1]).any(axis=-1).all()
    assert np.array_equal(kept[:, [0, 2, 3, 4]], broken[:, [0, 2, 3, 4]])


@pytest.mark.slow
def test_the_forgetful_one_is_written_again_to_the_last_bit(nashscope, tmp_path):
    from safetensors.numpy import load_file

    code, _, _ = nashscope("organism", "grow", "forgetful", "--out", str(tmp_path / "again"))
    assert code == 0
    made = load_file(tmp_path / "again" / library.WEIGHTS)
    shipped = load_file(library.folder("forgetful") / library.WEIGHTS)
    assert made.keys() == shipped.keys()
    assert all(np.array_equal(made[name], shipped[name]) for name in made)
