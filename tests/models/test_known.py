"""Tokens that are taken over are those of the whole text."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from nashscope.models.known import KnownTexts

LINES = st.lists(
    st.sampled_from(
        [
            "Round {n}: you chose F, the other player chose K.\n",
            "In round {n} nobody said anything;   and then, 123456 points!\n",
            "Ünïcödé, 选择 and 🙂🙂 in round {n}\n",
            "a" * 97,
            "0123456789" * 9,
        ]
    ),
    min_size=8,
    max_size=40,
)


def built(kind):
    """A tokenizer of a kind that is in use, trained on a few lines."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made, trainer = {
        "bytes": lambda: (models.BPE(), trainers.BpeTrainer(vocab_size=400)),
        "digits": lambda: (models.BPE(), trainers.BpeTrainer(vocab_size=400)),
        "blanks": lambda: (
            models.Unigram(),
            trainers.UnigramTrainer(vocab_size=150, unk_token="<unk>", special_tokens=["<unk>"]),
        ),
        "words": lambda: (
            models.WordPiece(unk_token="<unk>"),
            trainers.WordPieceTrainer(vocab_size=200, special_tokens=["<unk>"]),
        ),
    }[kind]()
    tokenizer = Tokenizer(made)
    if kind in ("bytes", "digits"):
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        trainer.initial_alphabet = pre_tokenizers.ByteLevel.alphabet()
    if kind == "digits":
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), tokenizer.pre_tokenizer]
        )
    if kind == "blanks":
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    if kind == "words":
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        ["Round 12: you chose F, the other player chose K. aaaa 123 nobody said anything"] * 4,
        trainer,
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


@pytest.fixture(scope="module", params=["bytes", "digits", "blanks", "words", "organism"])
def tokenizer(request):
    if request.param != "organism":
        return built(request.param)
    from transformers import AutoTokenizer

    from nashscope.organisms import library

    return AutoTokenizer.from_pretrained(library.folder("responder"))


@settings(max_examples=25)
@given(LINES, LINES)
def test_tokens_are_those_of_the_whole_text(tokenizer, first, second):
    known = KnownTexts(most=16)
    for rounds in range(6, min(len(first), len(second)) + 1):
        texts = [
            "".join(line.format(n=n) for n, line in enumerate(lines[:rounds])) + f"Choose: {label}"
            for lines in (first, second)
            for label in ("F", "K")
        ]
        whole = tokenizer(texts, add_special_tokens=False)["input_ids"]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert known.ids(tokenizer, texts, special=False) == whole


def test_most_of_a_long_match_is_taken_over(tokenizer):
    known = KnownTexts()
    told = "The rules are told first. " * 30
    for n in range(40):
        told += f"Round {n}: you chose F, the other player chose K.\n"
        known.ids(tokenizer, [f"{told}Choose: {label}" for label in "FK"], special=False)
    assert known.taken >= 70


class Fickle:
    """Gives a text other tokens when it is long: nothing about it can be told from its parts."""

    is_fast, eos_token_id = True, None

    def __call__(self, texts, *, add_special_tokens, return_offsets_mapping=False):
        del add_special_tokens, return_offsets_mapping
        ids = [[len(t) // 900 for _ in t] for t in texts]
        return {
            "input_ids": ids,
            "offset_mapping": [[(k, k + 1) for k in range(len(t))] for t in texts],
        }


def test_a_tokenizer_that_looks_far_is_found_out_and_asked_for_whole_texts():
    known, text = KnownTexts(), "x" * 890
    known.ids(Fickle(), [text], special=False)
    with pytest.warns(UserWarning, match="other tokens"):
        assert known.ids(Fickle(), [text + "y" * 5], special=False) == [[0] * 895]
        assert known.ids(Fickle(), [text + "y" * 20], special=False) == [[1] * 910]
    assert known.ids(Fickle(), [text + "y" * 30], special=False) == [[1] * 920]
