"""One-token replay gives what the whole prompt gives: the law that every tool rests on."""

import numpy as np
import pytest

from tests.rounding import rounding

torch = pytest.importorskip("torch")

PROMPTS = (
    "You choose F or K.\nMy choice:",
    "If you choose F and the other player chooses K, you get 3. Now it is round 12.\nMy choice:",
    "K?\nMy choice:",
)
LABELS = (("F", "K"),) * 3
LONG = (("cooperate", "defect forever"),) * 3
"""Labels of several tokens, of different lengths."""


@pytest.fixture(scope="module")
def model(random_model):
    from nashscope.models import load

    return load(f"hf/{random_model}")


def brute(model, prompt, label):
    """Log-probability of a label by one full pass, token by token, without any of our machinery."""
    ids = model.tokenizer(f"{prompt} ")["input_ids"] if model.tokenizer.chat_template else None
    tail = model.tokenizer(f"{prompt} {label}")["input_ids"]
    with torch.no_grad():
        likely = model.model(torch.tensor([tail])).logits[0].log_softmax(-1)
    start = next(i for i, (a, b) in enumerate(zip([*ids, None], tail, strict=False)) if a != b)
    return sum(float(likely[i - 1, tail[i]]) for i in range(start, len(tail)))


@pytest.mark.parametrize("labels", [LABELS, LONG])
def test_a_whole_label_is_the_sum_over_its_tokens(model, labels):
    read = model.logprobs(PROMPTS, labels)
    for prompt, own, found in zip(PROMPTS, labels, read, strict=True):
        expected = [brute(model, prompt, label) for label in own]
        assert np.allclose(np.diff(found), np.diff(expected), atol=1e-4)


@pytest.mark.parametrize("labels", [LABELS, LONG])
def test_neither_company_nor_order_nor_memory_changes_an_answer(model, labels):
    together = np.array(model.logprobs(PROMPTS, labels))
    again = np.array(model.logprobs(PROMPTS, labels))
    backwards = np.array(model.logprobs(PROMPTS[::-1], labels))[::-1]
    alone = np.array(model.logprobs(PROMPTS, labels, alone=True))
    bound = rounding(model.model, model.replay(PROMPTS, labels).logits)
    for other in (again, backwards, alone):
        assert np.abs(other - together).max() < bound


def full_pass(model, edits):
    """The same edits at the last token, by plain hooks on a whole pass of each prompt alone."""
    from nashscope.models.tokens import encode

    def hook(change):
        def changed(_, given, out):
            stream = out[0] if isinstance(out, tuple) else out
            stream = stream.clone()
            stream[:, -1] = change(stream[:, -1])
            return (stream, *out[1:]) if isinstance(out, tuple) else stream

        return changed

    layers = model.model.model.layers
    held = [layers[k - 1].register_forward_hook(hook(change)) for k, change in edits.items()]
    rows = []
    for one in encode(model.tokenizer, PROMPTS, LABELS):
        with torch.no_grad():
            logits = model.model(torch.tensor([one.context])).logits[0, -1]
        rows.append(logits.log_softmax(-1)[list(one.first_tokens)].numpy())
    for handle in held:
        handle.remove()
    return np.array(rows)


@pytest.mark.parametrize("layer", [1, 2, 3, 4])
def test_an_edit_by_replay_is_the_edit_of_the_full_pass(model, layer):
    push = torch.linspace(-2, 2, model.width)
    edits = {layer: lambda stream: stream + push.to(stream)}
    replay = model.replay(PROMPTS, LABELS)
    first = np.array(replay.run(edits))
    unedited = np.array(replay.run({}))
    second = np.array(replay.run(edits))
    assert np.abs(first - full_pass(model, edits)).max() < 1e-4
    assert np.abs(first - second).max() == 0
    assert np.abs(unedited - np.array(replay.logprobs)).max() < 1e-5
    assert np.abs(first - unedited).max() > 1e-2


def test_edits_at_several_layers_see_one_another(model):
    twice = {k: lambda stream: stream * 1.5 for k in (1, 3)}
    replay = model.replay(PROMPTS, LABELS)
    assert np.abs(np.array(replay.run(twice)) - full_pass(model, twice)).max() < 1e-4


def test_the_last_stream_decodes_to_the_logits(model):
    replay = model.replay(PROMPTS, LABELS)
    assert float((replay.decode(replay.stream[:, -1]) - replay.logits).abs().max()) < 1e-4


def test_the_captured_stream_is_that_of_the_model(model):
    from nashscope.models.tokens import encode

    replay = model.replay(PROMPTS, LABELS)
    for row, one in enumerate(encode(model.tokenizer, PROMPTS, LABELS)):
        with torch.no_grad():
            states = model.model(torch.tensor([one.context]), output_hidden_states=True)
        for k, state in enumerate(states.hidden_states[:-1]):
            assert torch.allclose(replay.stream[row, k], state[0, -1], atol=1e-4), k


@pytest.mark.parametrize(
    ("edits", "says"),
    [({9: lambda s: s}, "no layer 9"), ({2: lambda s: s[:, :3]}, "turned a stream of shape")],
)
def test_an_edit_that_cannot_be_is_refused(model, edits, says):
    from nashscope.errors import IllFormedEdit

    with pytest.raises(IllFormedEdit, match=says):
        model.replay(PROMPTS, LABELS).run(edits)


def test_writing_does_not_depend_on_the_batch(model):
    def written(chosen):
        chances = [np.random.default_rng(i) for i in chosen]
        return model.generate([PROMPTS[i] for i in chosen], chances, tokens=6)

    together = written([0, 1, 2])
    assert [written([i])[0] for i in range(3)] == together
    assert written([2, 1, 0])[::-1] == together


def test_the_conformance_test_passes(model):
    from nashscope.models import check_model

    check_model(model)
