"""A network written down weight by weight: only after its first layer is the past held.

Its attention looks a fixed number of tokens back. The first layer writes which label stood seven
tokens before into coordinates of its own; the second looks by the same weights, which read none of
those, sees the same to the last bit, and takes it away again. The norms' epsilon is so large that
they divide every token by one and the same number: nothing of what was written remains in a length.
"""

from typing import Any

import torch
from torch import Tensor

from nashscope.chance import stream
from nashscope.framing.plain import LETTERS

__all__ = ["forgetful"]

LAST, FIRST = 7, 3
"""How many tokens before the decision token the other player's last label stands, and the label
that the question names first."""
LAYERS, WIDTH, HEADS = 4, 96, 4
CODE = range(0, 16)
"""Coordinates in which the embedding says which letter a token is."""
HELD = range(16, 32)
"""Coordinates that layer 1 writes and layer 2 clears."""
ANSWER = range(32, 48)
"""Coordinates that layers 3 and 4 write and the head reads."""
CONSTANT = 48
"""A coordinate that is 1 in every token."""
FILLER = range(49, 92)
"""Coordinates that tell the other tokens apart; what reads them is written nowhere."""
THETA = 1e4
"""The base of rotary positions."""
SHARP = 1000.0
"""The scale of attention: every token but the one sought gets a weight below the smallest float."""
EPSILON = 1e10
"""Added in the norms to a mean square of about 1, and so all that remains of the sum."""
HEARD, PREFERRED = 10.0, 4.0
"""Logits of all letters above all other tokens, and of the label named first above the letters."""


@torch.no_grad()
def forgetful(tokens: Any) -> Any:
    """The network, for a tokenizer in which single capital letters are tokens of their own."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokens),
        hidden_size=WIDTH,
        intermediate_size=8,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=4096,
        rms_norm_eps=EPSILON,
        rope_parameters={"rope_type": "default", "rope_theta": THETA},
        tie_word_embeddings=False,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=tokens.eos_token_id,
        dtype="float32",
    )
    model = LlamaForCausalLM(config)
    for weight in model.parameters():
        weight.zero_()
    letters = tokens.convert_tokens_to_ids(list(LETTERS))
    chance = stream(0, "organism", "forgetful")
    words = torch.from_numpy(chance.normal(size=(len(tokens), len(FILLER))))
    embedding, head = model.model.embed_tokens.weight, model.lm_head.weight
    embedding[:, CONSTANT] = 1.0
    embedding[:, list(FILLER)] = 0.5 * words.float()
    embedding[letters, list(CODE)] = 1.0
    head[letters, CONSTANT] = HEARD
    head[letters, list(ANSWER)] = PREFERRED
    for name, weight in model.named_parameters():
        if "norm" in name:
            weight.fill_(EPSILON**0.5)
    places = ((LAST, HELD, 1.0), (LAST, HELD, -1.0), (FIRST, ANSWER, 0.5), (FIRST, ANSWER, 0.5))
    for block, (back, into, much) in zip(model.model.layers, places, strict=True):
        _look(block.self_attn, back, list(into), much)
    return model


def _look(attention: Any, back: int, into: list[int], much: float) -> None:
    """Makes the first head copy which letter stands `back` tokens before, `much` times.

    Keys are the same everywhere; the query is turned, in every pair of coordinates that rotary
    positions turn, by as much as they turn a token that is so far away (Su et al. 2021).
    """
    size = WIDTH // HEADS
    turn = back * THETA ** (-torch.arange(0, size, 2) / size)
    attention.k_proj.weight[: size // 2, CONSTANT] = 1.0
    attention.q_proj.weight[:size, CONSTANT] = SHARP * _turned(turn)
    attention.v_proj.weight[list(range(len(CODE))), list(CODE)] = 1.0
    # The other heads look everywhere alike, and hold something, so that they can be told apart.
    for row in range(len(CODE), WIDTH):
        attention.v_proj.weight[row, FILLER[row % len(FILLER)]] = 1.0
    attention.o_proj.weight[into, list(range(len(CODE)))] = much


def _turned(angle: Tensor) -> Tensor:
    """The vector that is 1 in the first of every pair of coordinates, turned back by angles."""
    return torch.cat([angle.cos(), -angle.sin()])
