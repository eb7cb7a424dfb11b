"""By structure: every kind of decoder-only network holds the certificates, others are refused."""

import pytest

torch = pytest.importorskip("torch")

SMALL = {
    "vocab_size": 840,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "pad_token_id": 0,
}
GPT2 = {"vocab_size": 840, "n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 128}
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
    "Mamba": {"vocab_size": 840, "hidden_size": 32, "num_hidden_layers": 3, "state_size": 8},
}
ENDS = {"bos_token_id": 1, "eos_token_id": 1}
EXPERTS = {"num_experts_per_tok": 2, "moe_intermediate_size": 24}
TURNS = ["linear_attention", "full_attention"] * 2
"""Of a hybrid: layers that keep a state, and layers that keep every token."""

OTHERS = {
    "Lfm2": {**SMALL, **ENDS, "layer_types": ["conv", "full_attention"] * 2, "conv_L_cache": 3},
    "Qwen3Next": {
        **{**SMALL, **EXPERTS, "num_experts": 4, "shared_expert_intermediate_size": 24},
        **{"layer_types": TURNS, "head_dim": 8, "linear_num_value_heads": 4},
        **{"linear_num_key_heads": 2, "linear_key_head_dim": 8, "linear_value_head_dim": 8},
    },
    "Bamba": {
        **{**SMALL, **ENDS, "attn_layer_indices": [1, 3], "mamba_n_heads": 8, "mamba_d_head": 8},
        **{"mamba_d_state": 8, "mamba_n_groups": 1},
    },
    "Llama4Text": {
        **{**SMALL, **EXPERTS, "num_local_experts": 4, "head_dim": 8, "intermediate_size_mlp": 48},
        **{"attention_chunk_size": 8, "num_experts_per_tok": 1},
    },
    "DeepseekV3": {
        **{**SMALL, **EXPERTS, "n_routed_experts": 4, "n_group": 1, "topk_group": 1},
        **{"num_key_value_heads": 4, "first_k_dense_replace": 1, "q_lora_rank": 16, "head_dim": 4},
        **{"kv_lora_rank": 16, "qk_rope_head_dim": 4, "qk_nope_head_dim": 8, "v_head_dim": 8},
    },
    "GptOss": {**SMALL, **EXPERTS, "num_local_experts": 4, "head_dim": 8, "sliding_window": 8},
    "Granite": {**SMALL, "residual_multiplier": 0.2, "logits_scaling": 4.0},
    "Bloom": {"vocab_size": 840, "hidden_size": 32, "n_layer": 4, "n_head": 4},
    "ModernBertDecoder": {**SMALL, **ENDS, "local_attention": 8},
}
"""Hybrids with recurrent states, latent and chunked attention, sinks, multipliers, no positions
but a bias, and one that calls its output head `decoder`."""

REFUSED = {
    "RecurrentGemma": (
        {**SMALL, "lru_width": 32, "attention_window_size": 8, "head_dim": 8},
        "fails by",
    ),
    "OpenAIGPT": ({**GPT2, "afn": "gelu"}, "takes no cache"),
    "MiniMax": ({**SMALL, "num_local_experts": 4, "head_dim": 8}, "cache of its own"),
    "Bart": (
        {"vocab_size": 840, "d_model": 32, "decoder_layers": 3, "decoder_attention_heads": 4},
        "encoder-decoder|no list of",
    ),
}
"""What they keep of a text is not in the cache, or cannot be handed to them; and why."""


def made(kind, fields, folder):
    """A tiny random network of this kind as a folder, with a tokenizer of the tests'."""
    import transformers

    config = getattr(transformers, f"{kind}Config")(**fields)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = transformers.AutoModelForCausalLM.from_config(config)
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
    for one in certificates(model.network):
        assert one.holds, one


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_a_network_of_an_unusual_kind_holds_every_certificate(kind, tmp_path, random_model):
    from nashscope.models.certificate import certificates

    fields = {**OTHERS[kind], "num_hidden_layers": 4}
    model = loaded(made(kind, fields, tmp_path / "model"), random_model)
    assert model.layers == 4
    # longer than any window of these
    for one in certificates(model.network, 24):
        assert one.holds, one
    assert {name.split(".")[2] for name in model.sites.names()} >= {"resid", "attn", "mlp"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", REFUSED)
def test_a_network_that_cannot_be_replayed_is_refused_with_the_reason(kind, tmp_path, random_model):
    from nashscope.errors import ModelRefused

    fields, says = REFUSED[kind]
    with pytest.raises(ModelRefused, match=says) as refused:
        loaded(made(kind, fields, tmp_path / "model"), random_model)
    assert "\n" not in str(refused.value)


@pytest.mark.slow
def test_weights_in_half_precision_hold_them_within_half_precision(tmp_path, random_model):
    from nashscope.models import load

    loaded(made("Llama", SMALL, tmp_path / "model"), random_model)
    assert load(f"hf/{tmp_path / 'model'}", dtype="bfloat16").model.dtype == torch.bfloat16
