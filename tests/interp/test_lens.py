"""The last layer says what the model says; labels of several tokens count whole."""

import numpy as np
import pytest
import torch

from nashscope.errors import BrokenFraming, IllFormedEdit, Misuse, Unreadable
from nashscope.interp import TunedLens, capture, lens, tuned_lens


def test_after_the_last_layer_the_lens_is_the_model(model, few):
    seen = lens(model, few.prompts, few.labels)
    expected = np.array(model.logprobs(few.prompts, few.labels))
    assert seen.logprobs[:, -1] == pytest.approx(expected, abs=1e-4)
    assert seen.divergence[:, -1] == pytest.approx(0, abs=1e-6)
    assert seen.divergence[:, :-1].min() > 1e-3


def test_the_lens_is_the_final_norm_and_the_head(model, few):
    """By hand, for the one architecture whose parts are known here by name."""
    network, seen = model.model, lens(model, few.prompts, few.labels)
    stream = torch.tensor(capture(model, few.prompts, few.labels).stream[:, 2])
    with torch.no_grad():
        logits = network.lm_head(network.model.norm(stream)).double()
    likely = torch.log_softmax(logits, -1)
    words = [
        [model.tokenizer(f" {w}", add_special_tokens=False).input_ids[-1] for w in own]
        for own in few.labels
    ]
    picked = likely.gather(1, torch.tensor(words))
    assert seen.logprobs[:, 2] == pytest.approx(picked.numpy(), abs=1e-4)
    assert seen.entropy[:, 2] == pytest.approx(-(likely.exp() * likely).sum(-1).numpy(), abs=1e-4)
    order = (-likely).argsort(dim=-1).argsort(dim=-1) + 1
    assert (seen.rank[:, 2] == order.gather(1, torch.tensor(words)).numpy()).all()


def test_labels_of_several_tokens_count_whole(model, few):
    labels = [("up then left", "down then right")] * len(few.prompts)
    seen = lens(model, few.prompts, labels)
    assert seen.logprobs[:, -1] == pytest.approx(
        np.array(model.logprobs(few.prompts, labels)), abs=1e-4
    )
    first = lens(model, few.prompts, [("up", "down")] * len(few.prompts))
    assert (seen.logprobs < first.logprobs).all()
    assert (seen.rank == first.rank).all()


def test_labels_that_begin_alike_are_refused(model, few):
    labels = [("up left", "up right", "down")] * len(few.prompts)
    with pytest.raises(BrokenFraming, match="begin with the same token"):
        lens(model, few.prompts, labels)


def test_the_tuned_lens_says_more_of_what_comes_in_games_it_has_not_seen(model, asked, tmp_path):
    fit, test = slice(0, 36), slice(36, 48)
    stream = capture(model, asked.prompts[fit], asked.labels[fit]).stream
    tuned = tuned_lens(model, stream, asked.groups[fit], steps=100)
    plain = lens(model, asked.prompts[test], asked.labels[test])
    better = lens(model, asked.prompts[test], asked.labels[test], tuned)
    gained = (plain.divergence - better.divergence).mean(axis=0)
    assert (gained[:-1] > 0).all()
    assert gained[-1] == pytest.approx(0, abs=1e-9)
    assert (tuned.tuned <= tuned.plain).all()
    tuned.save(tmp_path / "lens.safetensors")
    again = TunedLens.load(tmp_path / "lens.safetensors")
    assert lens(model, few_of(asked), asked.labels[:2], again).logprobs == pytest.approx(
        lens(model, few_of(asked), asked.labels[:2], tuned).logprobs
    )


def few_of(asked):
    """The first two prompts."""
    return asked.prompts[:2]


def test_without_a_step_the_tuned_lens_is_the_logit_lens(model, few):
    stream = capture(model, few.prompts, few.labels).stream
    tuned = tuned_lens(model, stream, steps=0)
    assert lens(model, few.prompts, few.labels, tuned).logprobs == pytest.approx(
        lens(model, few.prompts, few.labels).logprobs
    )


def test_a_lens_for_another_network_is_refused(model, few, tmp_path):
    with pytest.raises(IllFormedEdit, match="capture them from it"):
        tuned_lens(model, np.zeros((4, 3, 7), np.float32))
    other = TunedLens(np.zeros((4, 7, 7)), np.zeros((4, 7)), np.zeros(4), np.zeros(4))
    with pytest.raises(IllFormedEdit, match="width 32"):
        lens(model, few.prompts, few.labels, other)
    with pytest.raises(Misuse, match="at least 4 games"):
        tuned_lens(model, capture(model, few.prompts, few.labels).stream, few.groups)
    (tmp_path / "no.safetensors").write_text("nothing")
    with pytest.raises(Unreadable, match="no tuned lens"):
        TunedLens.load(tmp_path / "no.safetensors")
