"""The organisms' tokenizer: whole phrases as tokens, labels and numbers each on their own.

Byte-pair encoding over the prompts of the ordinary framing, in which a merge may run across blanks
("superwords"), so that a round of history costs 8 tokens instead of 14. What must stay apart is
split off first: numbers, single capital letters, the words used as labels, and "Answer: ". Any text
can be written, byte by byte if need be.
"""

from collections.abc import Iterable
from typing import Any

__all__ = ["WORDS", "tokenizer"]

WORDS = (
    "cooperate",
    "defect",
    "stag",
    "hare",
    "swerve",
    "straight",
    "ballet",
    "boxing",
    "heads",
    "tails",
)
"""Labels that are words: the action names of the five games."""

SPLIT = (
    r"-?\d+|Answer: |(?<![A-Za-z])[A-Z](?![A-Za-z])|(?<![A-Za-z])(?:"
    + "|".join(WORDS)
    + r")(?![A-Za-z])"
)
TEMPLATE = (
    "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %} {% endif %}"
)
"""The conversation as it is, then the blank after which the answer follows."""


def tokenizer(corpus: Iterable[str], size: int = 1024) -> Any:
    """A tokenizer for transformers, trained on these texts; deterministic."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bytes_only = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), bytes_only]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=["<pad>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        max_token_length=600,
    )
    numbers = [str(number) for number in range(-20, 100)]
    made.train_from_iterator([*corpus, *numbers, *numbers], trainer)
    fast: Any = PreTrainedTokenizerFast
    return fast(
        tokenizer_object=made,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        chat_template=TEMPLATE,
        model_max_length=4096,
        clean_up_tokenization_spaces=False,
    )
