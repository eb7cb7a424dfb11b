"""Every named place is where it says: what is there, put back, changes nothing; parts add up."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nashscope.errors import IllFormedEdit  # noqa: E402
from nashscope.interp import patch  # noqa: E402
from nashscope.models.sites import EVERY, At, Site, located, site  # noqa: E402
from tests.models.test_architectures import KINDS, SMALL, loaded, made  # noqa: E402

PROMPTS = ("You choose F or K.\nMy choice:", "K or F? Now it is round 2.\nMy choice:")
LABELS = (("F", "K"),) * 2
HYBRID = {
    **SMALL,
    "layer_types": ["conv", "full_attention", "conv"],
    "conv_L_cache": 3,
    "bos_token_id": 1,
    "eos_token_id": 1,
}
CASES = {kind: KINDS[kind] for kind in ("Llama", "GPT2", "Gemma2", "Mixtral", "Mamba")}
CASES["Lfm2"] = HYBRID
EXPECTED = {
    "Llama": {"resid", "attn", "mlp", "heads"},
    "GPT2": {"resid", "attn", "mlp", "heads"},
    "Gemma2": {"resid", "attn", "mlp", "heads"},
    "Mixtral": {"resid", "attn", "mlp", "heads"},
    "Mamba": {"resid", "attn"},
    "Lfm2": {"resid", "attn", "mlp", "heads"},
}
"""The kinds of site that must be found, whatever else is refused."""


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory, random_model):
    """A tiny random network of each kind: its name, the model, two prompts read."""
    from transformers import AutoTokenizer

    size = len(AutoTokenizer.from_pretrained(random_model))
    fields = {**CASES[request.param], "vocab_size": size, "bos_token_id": 1, "eos_token_id": 1}
    folder = tmp_path_factory.mktemp("sites") / request.param
    model = loaded(made(request.param, fields, folder), random_model)
    return request.param, model, model.replay(PROMPTS, LABELS)


def gap(one, other):
    """The largest difference of two runs' logits."""
    return float((one - other).abs().max())


@pytest.mark.slow
def test_all_kinds_of_site_are_there(case):
    kind, model, _ = case
    names = [site(name) for name in model.sites.names()]
    assert {one.kind for one in names} == EXPECTED[kind]
    assert [one.layer for one in names if one.kind == "resid"] == [0, 1, 2, 3]


@pytest.mark.slow
def test_a_zero_edit_and_what_is_there_change_nothing_anywhere(case):
    _, model, replay = case
    names = model.sites.names()
    seen = replay.capture(names)
    whole = replay.run_logits({At(0, -2): lambda stream: stream})
    for name in names:
        same = replay.run_logits({name: lambda stream: stream + 0})
        assert gap(same, replay.logits) < 1e-5, name
        again = replay.run_logits({name: patch(seen[name].numpy())})
        assert gap(again, replay.logits) < 1e-5, name
        place = At(name, -2)
        before = replay.capture([place])[place]
        there = replay.run_logits({place: patch(before.numpy())})
        assert gap(there, whole) < 1e-5, name


@pytest.mark.slow
def test_an_edit_anywhere_is_seen_later(case):
    """At the decision token every place acts. (The same added to each coordinate would not do: a
    layer norm takes it out.)"""
    _, model, replay = case
    for name in model.sites.names():
        moved = replay.run_logits({name: lambda stream: stream.flip(-1) + 1})
        assert gap(moved, replay.logits) > 1e-6, name


@pytest.mark.slow
def test_what_attention_and_mlp_add_is_what_the_layer_adds(case):
    _, model, replay = case
    names = set(model.sites.names())
    for k in range(1, model.layers + 1):
        own = [n for n in (f"layers.{k}.attn", f"layers.{k}.mlp") if n in names]
        scales = [model.sites.spot(site(name)).scale for name in own]
        seen = replay.capture(own)
        added = sum(s * seen[n] for s, n in zip(scales, own, strict=True))
        expected = replay.stream[:, k] - replay.stream[:, k - 1]
        assert added.numpy() == pytest.approx(expected.numpy(), abs=1e-4), k


@pytest.mark.slow
def test_every_token_is_read_where_it_stands(case):
    _, _, replay = case
    place = At("layers.2.resid", EVERY)
    every = replay.capture([place])[place]
    assert every[:, -1].numpy() == pytest.approx(replay.stream[:, 2].numpy(), abs=1e-4)
    first = At("layers.2.resid", 0)
    lengths = [len(one.context) for one in replay.encoded]
    read = replay.capture([first])[first]
    for row, length in enumerate(lengths):
        assert read[row].numpy() == pytest.approx(every[row, -length].numpy(), abs=1e-5)


@pytest.mark.parametrize("name", ["layers.1.query", "layers.one.resid", "layers.1.attn.2", "mlp"])
def test_what_is_no_name_of_a_site_is_refused(name):
    with pytest.raises(IllFormedEdit, match="no site"):
        site(name)


def test_names_and_sites_are_one():
    for one in (Site(0, "resid"), Site(3, "attn"), Site(2, "heads", 5)):
        assert site(str(one)) == one
    assert located(At("layers.2.mlp", -3)) == (Site(2, "mlp"), -3)
    assert located(4) == (Site(4, "resid"), -1)


def test_places_that_are_not_there_are_refused(random_model):
    from nashscope.models import load

    replay = load(f"hf/{random_model}").replay(PROMPTS, LABELS)
    for place, says in (
        ("layers.0.attn", "from layer 1 to 4"),
        ("layers.5.resid", "no layer 5"),
        ("layers.1.heads.4", "heads 0 to 3"),
        (At(1, 900), "no token 900"),
        (At(1, (1, 2, 3)), "3 positions"),
    ):
        with pytest.raises(IllFormedEdit, match=says):
            replay.run({place: lambda stream: stream})
    assert np.isfinite(replay.stream.numpy()).all()
