"""The tokenizer of the matrix organisms: every number, label and fixed sentence is one token.

No merges are learned: a text is cut by one pattern, a piece that is in the vocabulary is one token,
and any other piece is written byte by byte. So a 3×3 question has 23 tokens, and a percentage one.
"""

import re
import string
from typing import Any

from nashscope.bench.matrix.familiar import FAMILIAR
from nashscope.bench.matrix.interface import AIM, RULES, WANTED

__all__ = ["LARGEST_NUMBER", "SMALLEST_NUMBER", "matrix_tokenizer", "phrases"]

SMALLEST_NUMBER, LARGEST_NUMBER = -99, 100
"""Numbers that are one token each."""


def phrases() -> list[str]:
    """The fixed sentences of a question, as they stand between numbers and labels."""
    return [
        *(f"This is {game.title}.\n" for game in FAMILIAR),
        f"{RULES}\nColumns:",
        *(f"\n{AIM} {wanted}" for wanted in WANTED.values()),
    ]


def matrix_tokenizer() -> Any:
    """A tokenizer for transformers; always the same."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = sorted({action for game in FAMILIAR for action in game.actions})
    letters = [*string.ascii_uppercase, *string.ascii_lowercase]
    labels = [*string.ascii_uppercase, *words]
    pieces = [
        *phrases(),
        *(f"\n{label}:" for label in labels),
        *(f" {label}" for label in [*letters, *words]),
        *(f" {number}" for number in range(SMALLEST_NUMBER, LARGEST_NUMBER + 1)),
    ]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    special = ["<pad>", "</s>"]
    known = [byte_level.pre_tokenize_str(piece)[0][0] for piece in pieces]
    vocabulary = {token: place for place, token in enumerate([*special, *alphabet, *known])}
    pattern = "|".join(
        [
            *(re.escape(phrase) for phrase in sorted(phrases(), key=len, reverse=True)),
            rf"\n(?:[A-Z]|{'|'.join(words)}):",
            rf" (?:{'|'.join(words)})(?![A-Za-z])",
            r" [A-Za-z](?![A-Za-z])",
            r" -?\d+",
        ]
    )
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[], ignore_merges=True))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated"), byte_level]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(special)
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=made,
        eos_token="</s>",
        pad_token="<pad>",
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
    )
