"""By structure: every kind of decoder-only network holds the certificates, others are refused."""

import pytest

torch = pytest.importorskip("torch")

SMALL = {
    "vocab_size": 120,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
}
GPT2 = {"vocab_size": 120, "n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 128}
KINDS = {
    "Llama": SMALL,
    "Qwen2": SMALL,
    "Mistral": {**SMALL, "sliding_window": 8},
    "Gemma2": {**SMALL, "head_dim": 8, "sliding_window": 8, "final_logit_softcapping": 3.0},
    "Mixtral": {**SMALL, "num_local_experts": 4},
    "Olmo2": SMALL,
    "Cohere": {**SMALL, "logit_scale": 0.3},
    "GPT2": GPT2,
    "GPTNeoX": SMALL,
    "OPT": {**SMALL, "ffn_dim": 48, "word_embed_proj_dim": 32},
    "Mamba": {"vocab_size": 120, "hidden_size": 32, "num_hidden_layers": 3, "state_size": 8},
}


def made(kind, fields, folder):
    """A tiny random network of this kind as a folder, with a tokenizer of the tests'."""
    import transformers

    config = getattr(transformers, f"{kind}Config")(**fields)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(
            transformers, f"{kind}LMHeadModel" if kind == "GPT2" else f"{kind}ForCausalLM"
        )(config)
    model.save_pretrained(folder)
    return folder


def loaded(folder, random_model):
    """The network, loaded and certified as for a user."""
    import shutil

    from nashscope.models import load

    for file in random_model.iterdir():
        if "token" in file.name or "template" in file.name:
            shutil.copy(file, folder)
    return load(f"hf/{folder}")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_network_holds_every_certificate(kind, tmp_path, random_model):
    from nashscope.models.certificate import certificates

    model = loaded(made(kind, KINDS[kind], tmp_path / "model"), random_model)
    assert model.layers == 3
    for one in certificates(model):
        assert one.holds, one


@pytest.mark.slow
def test_weights_in_half_precision_hold_them_within_half_precision(tmp_path, random_model):
    from nashscope.models import load

    loaded(made("Llama", SMALL, tmp_path / "model"), random_model)
    assert load(f"hf/{tmp_path / 'model'}", dtype="bfloat16").model.dtype == torch.bfloat16
