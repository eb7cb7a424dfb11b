"""Where the decision token is, whatever the tokenizer and the template do."""

import pytest

from nashscope.errors import BrokenFraming
from nashscope.models.tokens import encode, prompt_ids

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def tokens(random_model):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(random_model)


def test_the_context_ends_where_the_labels_part(tokens):
    one = encode(tokens, ["My choice:"], [("F", "K")])[0]
    assert tokens.decode(one.context) == "My choice: "
    assert [tokens.decode(choice) for choice in one.choices] == ["F", "K"]


def test_what_labels_share_belongs_to_the_context(tokens):
    one = encode(tokens, ["My choice:"], [("Answer: F", "Answer: K")])[0]
    assert tokens.decode(one.context).endswith("Answer: ")


def test_an_answer_begun_stands_before_the_labels(tokens):
    one = encode(tokens, ["My thoughts:"], [("F", "K")], ["I think so. Answer:"])[0]
    assert tokens.decode(one.context) == "My thoughts: I think so. Answer: "


def test_a_label_that_begins_another_is_refused(tokens):
    with pytest.raises(BrokenFraming, match="beginning of another"):
        encode(tokens, ["My choice:"], [("F", "F K")])


def test_labels_that_share_their_first_token_are_told_apart_later_or_refused(tokens):
    one = encode(tokens, ["x"], [("cooperate now", "cooperate later", "defect")])[0]
    with pytest.raises(BrokenFraming, match="same token"):
        _ = one.first_tokens


def test_without_a_template_the_answer_follows_after_a_blank(tokens):
    import copy

    plain = copy.deepcopy(tokens)
    plain.chat_template = None
    one = encode(plain, ["My choice:"], [("F", "K")])[0]
    assert tokens.decode(one.context).rstrip() == "My choice:"


def test_an_end_token_that_a_tokenizer_adds_is_left_out(tokens):
    import copy

    from tokenizers.processors import TemplateProcessing

    closing = copy.deepcopy(tokens)
    closing.chat_template = None
    closing.backend_tokenizer.post_processor = TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", closing.eos_token_id)]
    )
    assert prompt_ids(closing, ["Hello"])[0][-1] != closing.eos_token_id
