"""Against llama.cpp's server, which tells log-probabilities: what is read is what is inside.

A tiny Llama with random weights whose tokens are bytes, so that both cut a prompt alike.
"""

import json
import os
import socket
import string
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from nashscope.chance import stream
from nashscope.models import load
from nashscope.models.hosted import Task

for needed in ("openai", "gguf", "llama_cpp.server.app"):
    pytest.importorskip(needed, reason=f"llama.cpp's server needs {needed}, built from its source")

pytestmark = pytest.mark.slow
PATIENCE = 120
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
HEADS, WIDTH, INNER, LAYERS, CONTEXT = 4, 32, 48, 2, 2048


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The model as transformers loads it."""
    pytest.importorskip("torch")
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: k for k, token in enumerate(["<s>", "</s>", *letters, "Ġt"])}
    own = Tokenizer(models.BPE(vocab=vocabulary, merges=[("Ġ", "t")]))
    own.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    own.decoder = decoders.ByteLevel()
    tokens = PreTrainedTokenizerFast(tokenizer_object=own, bos_token="<s>", eos_token="</s>")
    tokens.pad_token = "<s>"
    tokens.chat_template = TEMPLATE
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=WIDTH,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=CONTEXT,
        initializer_range=0.1,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
        tie_word_embeddings=False,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = LlamaForCausalLM(config)
    where = tmp_path_factory.mktemp("llama") / "bytes"
    model.save_pretrained(where)
    tokens.save_pretrained(where)
    return where


def written(folder):
    """The same model as a GGUF file."""
    import gguf
    from safetensors.numpy import load_file

    told = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = told["model"]["vocab"]
    file = folder.parent / "bytes.gguf"
    out = gguf.GGUFWriter(str(file), "llama")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(WIDTH)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(INNER)
    out.add_head_count(HEADS)
    out.add_head_count_kv(HEADS)
    out.add_layer_norm_rms_eps(1e-6)
    out.add_rope_dimension_count(WIDTH // HEADS)
    out.add_file_type(0)
    names = sorted(vocabulary, key=vocabulary.get)
    out.add_vocab_size(len(names))
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list(names)
    out.add_token_types([3, 3] + [1] * (len(names) - 2))
    out.add_token_merges(["Ġ t"])
    out.add_bos_token_id(0)
    out.add_eos_token_id(1)
    out.add_add_bos_token(False)
    out.add_chat_template(TEMPLATE)
    weights = load_file(folder / "model.safetensors")
    whole = {
        "model.embed_tokens": "token_embd",
        "model.norm": "output_norm",
        "lm_head": "output",
    }
    part = {
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
    for k in range(LAYERS):
        whole |= {f"model.layers.{k}.{a}": f"blk.{k}.{b}" for a, b in part.items()}
    for here, there in whole.items():
        table = weights[f"{here}.weight"].astype(np.float32)
        if here.endswith(("q_proj", "k_proj")):
            # llama.cpp turns pairs of neighbours, transformers halves
            table = table.reshape(HEADS, 2, -1, WIDTH).swapaxes(1, 2).reshape(table.shape)
        out.add_tensor(f"{there}.weight", np.ascontiguousarray(table))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return file


@pytest.fixture(scope="module")
def served(folder):
    """The base URL of llama.cpp's server with the model."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder.parent / "log"
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(written(folder))]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT)]
    command += ["--logits_all", "true", "--n_threads", "1"]
    with log.open("w") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ})
    try:
        until = time.monotonic() + PATIENCE
        url = f"http://127.0.0.1:{port}/v1"
        while time.monotonic() < until and server.poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/models", timeout=5):
                    break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail(f"llama.cpp's server did not start: {Path(log).read_text()[-2000:]}")
        yield url
    finally:
        server.kill()
        server.wait()


def test_a_policy_that_is_read_is_the_one_inside_the_served_model(served, folder):
    model = load("openai-api/local/bytes", base_url=served)
    assert model.capabilities.logprobs >= 2 and model.reads
    inside = load(f"hf/{folder}")
    signs = string.ascii_letters + string.digits
    prompts = [f"You play a game. It is round {k}. My choice:" for k in range(1, 9)]
    known = inside.logprobs(prompts, [tuple(signs)] * len(prompts))
    tasks, expected = [], []
    for prompt, own in zip(prompts, known, strict=True):
        # the network is random: two of its likeliest letters are the labels
        best = np.argsort(-own)[:2]
        tasks.append(Task(prompt, tuple(signs[k] for k in best), stream(0, prompt)))
        expected.append(own[best])
    heard = model.hear(tasks)
    assert [one.how for one in heard] == ["logprobs"] * len(prompts)
    gaps = [np.abs(one.logprobs - own).max() for one, own in zip(heard, expected, strict=True)]
    assert max(gaps) < 1e-3
    model.close()
