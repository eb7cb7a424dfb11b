"""Edits before the decision token, run from there on, give what the whole prompt gives."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nashscope.models.sites import EVERY, At  # noqa: E402
from tests.models.test_architectures import KINDS, loaded, made  # noqa: E402
from tests.models.test_sites import HYBRID  # noqa: E402

PROMPTS = (
    "You choose F or K. Now it is round 2.\nMy choice:",
    "K or F? If you choose K and the other player chooses F, you get 3.\nMy choice:",
)
LABELS = (("F", "K"),) * 2
LONG = (("cooperate", "defect forever"),) * 2
CASES = {**KINDS, "Lfm2": HYBRID}
FORGETFUL = {"Mamba", "Lfm2"}
"""Kinds with a recurrent state, which takes one token at a time: the whole prompt is run."""


def push(stream):
    """A change that no norm takes out."""
    return stream + torch.linspace(-1, 2, stream.shape[-1]).to(stream)


def whole(replay, edits):
    """The logits by a run of the whole prompts."""
    with torch.no_grad():
        return replay._whole(edits).logits


@pytest.fixture(scope="module")
def model(random_model):
    from nashscope.models import load

    return load(f"hf/{random_model}")


@pytest.mark.parametrize("position", [-2, -5, 3, (-3, -7), (2, 4)])
@pytest.mark.parametrize("layer", [0, 2, 4])
def test_an_edit_of_an_earlier_token_is_that_of_the_whole_prompt(model, position, layer):
    replay = model.replay(PROMPTS, LABELS)
    edits = {At(layer, position): push}
    first = replay.run_logits(edits)
    assert replay._tail is not None
    assert float((first - whole(replay, edits)).abs().max()) < 1e-4
    assert (float((first - replay.logits).abs().max()) > 1e-3) == (layer < 4)
    assert replay.run_logits(edits).equal(first)
    assert float((replay.run_logits({}) - replay.logits).abs().max()) < 1e-5


def test_edits_at_several_tokens_and_layers_see_one_another(model):
    replay = model.replay(PROMPTS, LABELS)
    edits = {At("layers.3.mlp", -4): push, At(1, -2): push, 2: push, "layers.4.heads.1": push}
    assert float((replay.run_logits(edits) - whole(replay, edits)).abs().max()) < 1e-4


def test_whole_labels_after_an_earlier_edit_are_those_of_the_whole_prompt(model):
    replay = model.replay(PROMPTS, LONG)
    edits = {At(2, -3): push}
    with torch.no_grad():
        expected = replay._choices(replay._whole(edits))
    assert np.array(replay.run(edits)) == pytest.approx(np.array(expected), abs=1e-4)
    assert np.abs(np.array(expected) - np.array(replay.logprobs)).max() > 1e-3


def test_what_is_captured_at_an_earlier_token_is_what_is_there(model):
    replay = model.replay(PROMPTS, LABELS)
    places = [At("layers.2.attn", -3), At(1, -6), At(4, -1)]
    everywhere = {place: At(place.site, EVERY) for place in places}
    found, all_ = replay.capture(places), replay.capture(list(everywhere.values()))
    for place in places:
        expected = all_[everywhere[place]][:, place.position]
        assert torch.allclose(found[place], expected, atol=1e-5)


def test_a_tail_that_does_not_give_what_the_whole_gave_is_not_used(model):
    replay = model.replay(PROMPTS, LABELS)
    edits = {At(2, -3): push}
    replay.run_logits(edits)
    replay._tail.logits = replay._tail.logits + 1
    assert replay._from(3) is None
    assert replay.run_logits(edits).equal(whole(replay, edits))


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_of_every_kind_of_network(kind, tmp_path, random_model, model):
    ends = {"bos_token_id": 1, "eos_token_id": 1, "vocab_size": len(model.tokenizer) + 8}
    own = loaded(made(kind, {**CASES[kind], **ends}, tmp_path / "model"), random_model)
    replay = own.replay(PROMPTS, LABELS)
    # twelve back is beyond the window of eight that some of these have
    for edits in ({At(1, -2): push}, {At(2, -12): push, At(0, -3): push}):
        assert float((replay.run_logits(edits) - whole(replay, edits)).abs().max()) < 2e-4
        assert (replay._tail is None) == (kind in FORGETFUL)
    slope = replay.slopes([At(1, -2), 2], lambda logits: logits[:, 1])
    assert all(bool(one.isfinite().all()) for one in slope.values())
    small = 1e-2 * slope[2] / slope[2].norm(dim=1, keepdim=True).clamp(min=1e-9)
    up, down = (
        replay.run_logits({2: lambda stream, by=sign: stream + by * small})[:, 1]
        for sign in (1, -1)
    )
    told = (slope[2] * small).sum(dim=1)
    assert torch.allclose((up - down) / 2, told, rtol=5e-2, atol=2e-4)
