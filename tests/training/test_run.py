"""Training on a tiny random model: what a run leaves behind, and how it goes on."""

import csv
import json
from dataclasses import replace

import pytest

from nashscope.errors import FolderTaken, Misuse
from nashscope.training import SelfPlay, TrainingPlan, self_play, train

torch = pytest.importorskip("torch")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a tiny random model that has the matrix organisms' tokenizer."""
    from nashscope.organisms.matrix.growth import start_matrix
    from nashscope.organisms.matrix.recipe import MatrixRecipe
    from nashscope.organisms.matrix.tokenizer import matrix_tokenizer
    from nashscope.organisms.recipe import Shape

    folder = tmp_path_factory.mktemp("tiny") / "model"
    tokens = matrix_tokenizer()
    start_matrix(MatrixRecipe((), shape=Shape(2, 32, 2, 48)), tokens).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return str(folder)


def curve(folder):
    return list(csv.DictReader((folder / "curve.csv").open()))


class Killed(Exception):
    """Stands for whatever ends a process."""


def test_supervised_training_goes_on_from_its_last_checkpoint(tiny, tmp_path):
    plan = TrainingPlan(
        tiny, sizes=((2, 2),), held_out=((3, 3),), questions=96, batch=16, rate=1e-2,
        save_every=2, evaluate=2,
    )  # fmt: skip

    def dies(_what, done, _total):
        if done == 3:
            raise Killed

    with pytest.raises(Killed):
        train(plan, tmp_path / "run", dies)
    assert not (tmp_path / "run" / "measured.json").exists()
    model = train(plan, tmp_path / "run")
    steps = [int(row["step"]) for row in curve(tmp_path / "run")]
    assert steps == [1, 2, 3, 4, 5, 6] or steps == [1, 2, 3, 3, 4, 5, 6]
    losses = [float(row["loss"]) for row in curve(tmp_path / "run")]
    assert losses[-1] < losses[0] - 0.3
    measured = json.loads((tmp_path / "run" / "measured.json").read_text())
    assert set(measured["after"]) == {"2×2", "3×3"} and measured["after"]["3×3"]["held out"]

    from nashscope.models import load

    assert load(f"hf/{model}").reads
    assert train(plan, tmp_path / "run") == model
    with pytest.raises(FolderTaken, match="its rate is"):
        train(replace(plan, rate=0.5), tmp_path / "run")
    full = train(plan, tmp_path / "whole")
    one, other = _weights(model), _weights(full)
    assert all(torch.allclose(one[name], other[name], atol=1e-5) for name in one)


def _weights(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def test_adapters_are_merged_into_a_model_that_anyone_can_load(tiny, tmp_path):
    from transformers import AutoModelForCausalLM

    plan = TrainingPlan(tiny, questions=32, batch=16, lora=2, rate=1e-2, evaluate=0)
    model = train(plan, tmp_path / "run")
    changed, before = _weights(model), AutoModelForCausalLM.from_pretrained(tiny).state_dict()
    assert changed.keys() <= before.keys()
    moved = {name for name in changed if not torch.equal(changed[name], before[name])}
    assert moved and all("_proj" in name for name in moved)


def test_reinforcement_counts_what_cannot_be_read(tiny, tmp_path):
    plan = TrainingPlan(
        tiny, "grpo", sizes=((2, 2),), questions=4, batch=8, generations=4, answer=3, evaluate=0
    )
    train(plan, tmp_path / "run")
    rows = curve(tmp_path / "run")
    assert len(rows) == plan.steps == 2
    for row in rows:
        unread, reward = float(row["unread"]), float(row["reward"])
        assert 0 <= unread <= 1
        assert -0.5 <= reward <= 1 and (unread < 1 or reward == -0.5)


def test_self_play_moves_each_players_adapter_and_nothing_else(tiny):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(tiny)

    def play(plan):
        model = AutoModelForCausalLM.from_pretrained(tiny)
        before = {name: weight.clone() for name, weight in model.named_parameters()}
        both, lessons = self_play(model, tokens, plan)
        return before, dict(both.named_parameters()), lessons

    plan = SelfPlay(games=2, matches=32, steps=24)
    before, after, lessons = play(plan)
    for name, weight in before.items():
        same = [
            own
            for key, own in after.items()
            if key.endswith(name.replace(".weight", ".base_layer.weight"))
            or key.endswith(f"model.{name}")
        ]
        assert same and all(torch.equal(weight, own) for own in same), name
    moved = {
        p: any(
            f".player{p}." in n and "lora_B" in n and w.abs().max() > 0 for n, w in after.items()
        )
        for p in (0, 1)
    }
    assert moved == {0: True, 1: True}
    assert lessons[-1].exploitability.mean() < 0.8 * lessons[0].exploitability.mean()
    assert sum(lessons[0].rewards) == pytest.approx(0, abs=1e-12)
    again = play(plan)[2]
    assert again[-1].policies[0] == pytest.approx(lessons[-1].policies[0], abs=1e-5)
    for baseline in ("moving average", "alignment"):
        found = play(replace(plan, baseline=baseline, rounds=3, steps=3))[2]
        assert len(found) == 3


def test_self_play_needs_something_to_compare_with():
    with pytest.raises(Misuse, match="no baseline"):
        SelfPlay(matches=1)
    with pytest.raises(Misuse, match="1 or more"):
        SelfPlay(games=0)
