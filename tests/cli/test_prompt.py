"""`play --show-prompt` tells the text that is read, to the letter, and how an answer is had."""

import pytest


def test_the_text_is_what_the_tokens_before_the_decision_decode_to(nashscope, random_model):
    from nashscope.models import load
    from nashscope.models.tokens import encode
    from nashscope.play import Cell, framing_of

    name = f"hf/{random_model}"
    code, out, err = nashscope("play", "chicken", name, "tit-for-tat", "--show-prompt")
    assert code == 0, err
    cell = Cell("chicken", ("random", "tit-for-tat"), rounds=10, matches=1)
    framing = framing_of(cell, 0)
    prompt = framing.render(cell.repeated.view(0, [], (None, None)))
    tokenizer = load(name).tokenizer
    (encoded,) = encode(tokenizer, [prompt], [framing.labels[0]])
    assert tokenizer.decode(encoded.context) in out
    for label, tokens in zip(framing.labels[0], encoded.choices, strict=True):
        assert f"{label!r} as" in out and f"token ids {list(tokens)}" in out
    assert "follows a rule" in out and "playing" not in err


@pytest.mark.parametrize("mode", ["cot", "scratchpad"])
def test_where_it_reasons_the_answer_is_scored_after_it(nashscope, random_model, mode):
    arguments = ("play", "chicken", f"hf/{random_model}", "random", "--mode", mode)
    code, out, err = nashscope(*arguments, "--show-prompt")
    assert code == 0, err
    assert "at most 512 tokens" in out and "each label is scored" in out


def test_a_game_without_rounds_says_where_its_prompts_are(nashscope):
    code, out, err = nashscope("play", "dictator", "random", "random", "--show-prompt")
    assert (code, out) == (2, "") and "play --json" in err
