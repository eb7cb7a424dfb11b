"""What stands beside an edit is counted as said: side effects, wrong layers, budgets, by hand."""

import numpy as np
import pytest
import torch

from nashscope.interp import (
    Direction,
    capture,
    lens,
    log_odds,
    on_prompts,
    on_text,
    residual_norms,
    steer,
    steering_effect,
    strength_at,
    tuned_lens,
)
from nashscope.interp.interval import grouped
from nashscope.models.tokens import prompt_ids

PUSH = np.random.default_rng(5).normal(size=32)


def likely(model, ids, push=None):
    """Log-probabilities after a text by one plain pass, the push added at its last token."""

    def hook(_, __, out):
        stream = (out[0] if isinstance(out, tuple) else out).clone()
        stream[:, -1] += torch.as_tensor(push, dtype=stream.dtype)
        return (stream, *out[1:]) if isinstance(out, tuple) else stream

    layers = model.model.model.layers
    handle = None if push is None else layers[1].register_forward_hook(hook)
    with torch.no_grad():
        logits = model.model(torch.tensor([ids])).logits[0, -1]
    if handle is not None:
        handle.remove()
    return logits.double().log_softmax(-1).numpy()


def test_the_loss_on_text_is_of_the_token_that_comes_next(model):
    """So short a text is asked about at every place that there is."""
    sentence = "You choose F"
    (ids,) = prompt_ids(model.tokenizer, [sentence])
    cut = len(ids) - 1
    found = on_text(model, {2: steer(PUSH, 1.0)}, [sentence])
    before = [likely(model, ids[:n]) for n in range(2, cut + 1)]
    after = [likely(model, ids[:n], PUSH) for n in range(2, cut + 1)]
    loss = [b[ids[n]] - a[ids[n]] for n, b, a in zip(range(2, cut + 1), before, after, strict=True)]
    gap = [(np.exp(b) * (b - a)).sum() for b, a in zip(before, after, strict=True)]
    assert found.loss.rows == len(loss) <= 3
    assert found.loss.value == pytest.approx(np.mean(loss), abs=1e-4)
    assert found.divergence.value == pytest.approx(np.mean(gap), abs=1e-4)
    assert abs(np.mean(loss)) > 1e-3


def test_the_side_effect_on_prompts_is_seen_from_what_was_said_before(model, few):
    """KL is not symmetric: before ‖ after, over the whole vocabulary."""
    found = on_prompts(model, {2: steer(PUSH, 8.0)}, few.prompts, few.labels, few.groups)
    gaps, backwards = [], []
    for one in model.replay(few.prompts, few.labels).encoded:
        before, after = likely(model, one.context), likely(model, one.context, 8 * PUSH)
        gaps.append((np.exp(before) * (before - after)).sum())
        backwards.append((np.exp(after) * (after - before)).sum())
    assert found.divergence.value == pytest.approx(np.mean(gaps), abs=1e-4)
    assert abs(np.mean(gaps) - np.mean(backwards)) > 1e-2


def test_at_the_wrong_layer_the_push_is_the_same_share_of_the_stream(model, few):
    norms = residual_norms(capture(model, few.prompts, few.labels).stream)
    push = Direction(PUSH, 3, "any")
    found = steering_effect(
        model, few.prompts, few.labels, push, -2.0, target=few.target, draws=9, groups=few.groups
    )
    share = 2 * push.norm / norms[3]
    assert found.size == pytest.approx(share, rel=1e-5) and found.layers == (1, 2, 4)
    replay = model.replay(few.prompts, few.labels)
    before = log_odds(np.array(replay.logprobs), few.target)
    for k, value in zip((3, *found.layers), (found.effect, *found.wrong_layer.value), strict=True):
        own = -PUSH / push.norm * share * norms[k]
        after = log_odds(np.array(replay.run({k: steer(own, 1.0)})), few.target)
        expected = (after - before).mean()
        assert float(getattr(value, "value", value)) == pytest.approx(expected, abs=1e-4)


def test_a_push_away_counts_like_a_push_toward(model, few):
    """The p-value is of the size of the effect, whichever way it goes, and never 0."""
    weights = model.model.lm_head.weight.detach().numpy()
    gain = model.model.model.norm.weight.detach().numpy()
    target = np.zeros(len(few.prompts), int)
    labels = [("F", "J")] * len(target)
    f, j = (model.tokenizer(f" {w}", add_special_tokens=False).input_ids[-1] for w in "FJ")
    toward = Direction(3 * gain * (weights[f] - weights[j]), 4, "head")
    both = [
        steering_effect(model, few.prompts, labels, toward, sign, target=target, draws=19)
        for sign in (1.0, -1.0)
    ]
    assert both[0].effect.value > 0 > both[1].effect.value
    assert [one.p for one in both] == pytest.approx([1 / 20, 1 / 20])


def test_a_budget_is_the_smallest_strength_that_reaches_it(model, few):
    spent = strength_at(model, few.prompts, few.labels, lambda s: {2: steer(PUSH, s)}, 0.05)
    for strength in np.linspace(0, 0.95 * spent.strength, 8):
        cost = on_prompts(model, {2: steer(PUSH, strength)}, few.prompts, few.labels)
        assert cost.divergence.value < 0.05


@pytest.mark.slow
def test_what_a_tuned_lens_says_of_itself_is_what_its_maps_do(model, asked):
    """The map that is kept is the one that was best on held-out games, and not the last one."""
    stream = capture(model, asked.prompts, asked.labels).stream
    # so few games that training soon makes the held-out ones worse
    some = np.isin(asked.groups, np.arange(5))
    prompts = [text for text, own in zip(asked.prompts, some, strict=True) if own]
    labels = [text for text, own in zip(asked.labels, some, strict=True) if own]
    tuned = tuned_lens(model, stream[some], asked.groups[some], steps=60)
    found = lens(model, prompts, labels, tuned).divergence[:, :-1]
    plain = lens(model, prompts, labels).divergence[:, :-1]
    games = grouped(asked.groups[some], len(prompts))
    matches = []
    for held in range(5):
        own = [part[games == held].mean(axis=0) for part in (found, plain)]
        matches.append(np.allclose(own, [tuned.tuned, tuned.plain], atol=1e-3))
    assert sum(matches) == 1
