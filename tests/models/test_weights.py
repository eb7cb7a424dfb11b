"""Weights in half precision, in eight bits, and in another place: the same network, or a reason."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from nashscope.errors import MissingExtra, ModelRefused  # noqa: E402
from nashscope.models import load  # noqa: E402
from nashscope.models.certificate import certificates  # noqa: E402
from nashscope.models.device import home  # noqa: E402
from nashscope.models.loading import load as load_hf  # noqa: E402

PROMPTS = ("You choose F or K.\nMy choice:", "K or F? Now it is round 2.\nMy choice:")
LABELS = (("F", "K"),) * 2
BLOCK = 16


@pytest.fixture(scope="module")
def plain(random_model):
    return load(f"hf/{random_model}")


def answers(model):
    """Log-probabilities by replay, one with an edit."""
    replay = model.replay(PROMPTS, LABELS)
    push = torch.linspace(-1, 1, model.width)
    edited = replay.run({2: lambda stream: stream + push.to(stream)})
    return np.array([replay.logprobs, edited])


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_close_and_every_site_is_found(random_model, plain, dtype):
    model = load(f"hf/{random_model}", dtype=dtype)
    before = {name: weight.clone() for name, weight in model.model.state_dict().items()}
    assert model.sites.names() == plain.sites.names()
    for one, other in zip(model.sites.parts, plain.sites.parts, strict=True):
        assert one.attn.scale == other.attn.scale == 1 and one.mlp.scale == 1
    for name, weight in model.model.state_dict().items():
        assert weight.dtype == getattr(torch, dtype) and weight.equal(before[name]), name
    assert answers(model) == pytest.approx(answers(plain), abs=0.15)
    assert all(one.holds for one in certificates(model.network))


def test_small_additions_to_a_large_stream_are_placed_in_half_precision(plain, random_model):
    """Rounding of the stream is then as large as what a layer adds."""
    model = load(f"hf/{random_model}", dtype="bfloat16")
    with torch.no_grad():
        model.model.model.embed_tokens.weight *= 300
    assert model.sites.names() == plain.sites.names()


def in_eight_bits(source, folder):
    """The checkpoint with projections as float8 and a scale for every block, as DeepSeek's are."""
    from safetensors.torch import load_file, save_file

    folder.mkdir()
    for file in source.iterdir():
        if file.suffix != ".safetensors":
            (folder / file.name).write_bytes(file.read_bytes())
    weights, out = load_file(source / "model.safetensors"), {}
    for name, weight in weights.items():
        out[name] = weight
        if weight.ndim == 2 and "_proj" in name:
            rows, columns = (size // BLOCK for size in weight.shape)
            blocks = weight.reshape(rows, BLOCK, columns, BLOCK)
            scale = blocks.abs().amax(dim=(1, 3)) / 448
            small = (blocks / scale[:, None, :, None]).reshape(weight.shape)
            out[name] = small.to(torch.float8_e4m3fn)
            out[f"{name}_scale_inv"] = scale
    save_file(out, folder / "model.safetensors", metadata={"format": "pt"})
    quantised(
        folder,
        {"quant_method": "fp8", "weight_block_size": [BLOCK] * 2, "activation_scheme": "dynamic"},
    )
    return folder


def quantised(folder, how):
    """Says in a folder's config how its weights are quantised."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text = json.dumps({**config, "quantization_config": how})
    (folder / "config.json").write_text(text, encoding="utf-8")


def test_weights_in_eight_bits_hold_the_certificates(random_model, plain, tmp_path):
    model = load(f"hf/{in_eight_bits(random_model, tmp_path / 'small')}")
    gap = np.abs(answers(model) - answers(plain)).max()
    # three bits of mantissa: near the weights that they were made of, and not the same
    assert 1e-4 < gap < 1
    assert model.sites.names() == plain.sites.names()
    assert all(one.holds for one in certificates(model.network))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"quant_method": "gptq", "bits": 4}, "gptq|GPTQ|optimum"),
        ({"quant_method": "aqlm"}, "aqlm|AQLM"),
        ({"quant_method": "of my own"}, "of my own"),
    ],
)
def test_what_cannot_be_unpacked_here_is_refused_with_the_reason(random_model, tmp_path, how, says):
    folder = tmp_path / "small"
    folder.mkdir()
    for file in random_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    quantised(folder, how)
    with pytest.raises((ModelRefused, MissingExtra), match=says) as refused:
        load(f"hf/{folder}")
    assert "\n" not in str(refused.value)


def test_weights_that_are_offloaded_give_the_same_answers(random_model, plain):
    """Some layers, and the embeddings with the head, are on no device until they are used."""
    away = {"model.embed_tokens", "model.layers.1", "lm_head"}
    names = ["model.embed_tokens", *(f"model.layers.{k}" for k in range(4)), "model.norm"]
    names += ["model.rotary_emb", "lm_head"]
    placed = {name: "disk" if name in away else "cpu" for name in names}
    model = load_hf(f"hf/{random_model}", device_map=placed)
    assert next(model.model.parameters()).is_meta and home(model.model).type == "cpu"
    assert answers(model) == pytest.approx(answers(plain), abs=1e-5)
    assert model.sites.names() == plain.sites.names()
    assert len(model.fingerprint) == 16


def test_a_device_map_by_name_is_passed_on(random_model, plain):
    model = load(f"hf/{random_model}", device_map="cpu")
    assert answers(model) == pytest.approx(answers(plain), abs=1e-6)
    with pytest.raises(ModelRefused, match="moon is no device"):
        load(f"hf/{random_model}", device_map="moon")
