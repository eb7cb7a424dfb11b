"""An edit does what its name says, at the layers it names, and refuses what cannot be."""

import numpy as np
import pytest
import torch

from nashscope.errors import IllFormedEdit, Misuse, NotSolved
from nashscope.interp import (
    Direction,
    ablate,
    at,
    capture,
    clamp,
    difference_of_means,
    edited,
    on_prompts,
    on_text,
    patch,
    residual_norms,
    scaled,
    steer,
    steering_effect,
    steering_map,
    strength_at,
    unrelated_text,
)

PUSH = np.random.default_rng(0).normal(size=32)


def test_steering_by_nothing_changes_nothing(model, few):
    plain = np.array(model.logprobs(few.prompts, few.labels))
    same = edited(model, at(range(5), steer(PUSH, 0.0)), "nothing")
    assert np.array(same.logprobs(few.prompts, few.labels)) == pytest.approx(plain, abs=1e-5)
    assert same.name == f"{model.name}+nothing"


def test_clamping_sets_the_component_and_leaves_the_rest():
    stream = torch.tensor(np.random.default_rng(1).normal(size=(5, 32)))
    for change, expected in ((clamp(PUSH, 1.5), 1.5), (ablate(PUSH), 0.0)):
        after = change(stream).numpy()
        unit = PUSH / np.linalg.norm(PUSH)
        assert after @ unit == pytest.approx(expected * np.linalg.norm(PUSH))
        rest = stream.numpy() - np.outer(stream.numpy() @ unit, unit)
        assert after - np.outer(after @ unit, unit) == pytest.approx(rest)
    once = ablate(PUSH)(stream)
    assert ablate(PUSH)(once).numpy() == pytest.approx(once.numpy())


def test_patching_a_layer_makes_everything_after_it_the_other_run(model, few):
    other = list(reversed(few.prompts))
    theirs = capture(model, other, few.labels)
    for layer in (4, 3):
        replay = model.replay(few.prompts, few.labels)
        found = np.array(replay.run({layer: patch(theirs.stream[:, layer])}))
        if layer == 4:
            assert found == pytest.approx(theirs.logprobs, abs=1e-4)
        else:
            assert np.abs(found - replay.logprobs).max() > 1e-3


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: steer(np.ones(3), 1.0), "width 3"),
        (lambda: patch(np.ones(3)), r"\(3,\)"),
        (lambda: patch(np.ones((2, 32))), r"\(2, 32\)"),
    ],
)
def test_a_change_of_another_width_is_refused(model, few, make, says):
    with pytest.raises(IllFormedEdit, match=says):
        model.replay(few.prompts, few.labels).run({2: make()})


def test_what_is_no_edit_is_refused(model):
    with pytest.raises(IllFormedEdit, match="finite"):
        steer(np.array([1.0, np.nan]), 1.0)
    with pytest.raises(IllFormedEdit, match="strength"):
        steer(PUSH, float("inf"))
    with pytest.raises(IllFormedEdit, match="zero"):
        ablate(np.zeros(32))
    with pytest.raises(IllFormedEdit, match="layers 0 to 4, not 9"):
        edited(model, {9: ablate(PUSH)}, "far")
    with pytest.raises(IllFormedEdit, match="head"):
        edited(model, {"layers.1.heads.4": torch.zeros_like}, "no such head")


def test_the_effect_of_a_direction_stands_beside_its_nulls(model, asked):
    """The direction that the head reads as the difference of two labels, at the last layer, does
    what no random one does; at strength 0 nothing does anything."""
    labels = [("F", "J")] * len(asked.prompts)
    weights = model.model.lm_head.weight.detach().numpy()
    f, j = (model.tokenizer(f" {w}", add_special_tokens=False).input_ids[-1] for w in "FJ")
    seen = capture(model, asked.prompts, labels)
    gain = model.model.model.norm.weight.detach().numpy()
    toward = Direction(gain * (weights[f] - weights[j]), 4, "head")
    toward = scaled(toward, 0.5 * residual_norms(seen.stream)[4])
    target = np.zeros(len(labels), int)
    found = steering_effect(
        model, asked.prompts, labels, toward, 1.0, target=target, groups=asked.groups
    )
    assert found.effect.low > np.abs(found.random).max()
    assert found.p == pytest.approx(1 / 40)
    assert found.size == pytest.approx(0.5, rel=1e-5)
    assert found.layers == (1, 2, 3) and (found.wrong_layer.value < found.effect.value).all()
    back = steering_effect(model, asked.prompts, labels, toward, -1.0, target=target, draws=1)
    assert back.effect.value < 0


def test_a_steering_map_at_strength_zero_is_the_model(model, few):
    seen = capture(model, few.prompts, few.labels)
    found = [difference_of_means(seen.stream[:, k], few.target == 1, k) for k in (1, 2, 3)]
    drawn = steering_map(
        model,
        few.prompts,
        few.labels,
        found,
        [-1.0, 0.0, 1.0],
        target=few.target,
        groups=few.groups,
    )
    plain = seen.policy[np.arange(6), few.target].mean()
    assert drawn.layers == (1, 2, 3) and drawn.strengths == (-1, 0, 1)
    assert drawn.target.value[:, 1] == pytest.approx(plain, abs=1e-6)
    assert drawn.random.value[:, 1] == pytest.approx(plain, abs=1e-6)
    assert np.abs(drawn.target.value[:, 2] - plain).max() > 1e-3


def test_a_budget_is_reached_and_not_passed(model, few):
    for budget in (0.01, 0.1):
        spent = strength_at(model, few.prompts, few.labels, lambda s: {2: steer(PUSH, s)}, budget)
        assert spent.divergence == pytest.approx(budget, rel=0.01)
        cost = on_prompts(model, {2: steer(PUSH, spent.strength)}, few.prompts, few.labels)
        assert cost.divergence.value == pytest.approx(budget, rel=0.01)
        half = on_prompts(model, {2: steer(PUSH, spent.strength / 2)}, few.prompts, few.labels)
        assert half.divergence.value < budget


def test_a_budget_that_cannot_be_is_refused(model, few):
    def edit(strength):
        return {2: steer(PUSH, strength)}

    with pytest.raises(NotSolved, match="smaller budget"):
        strength_at(model, few.prompts, few.labels, edit, 1e6, largest=4.0)
    with pytest.raises(Misuse, match="positive"):
        strength_at(model, few.prompts, few.labels, edit, 0.0)
    with pytest.raises(Misuse, match="at strength 0"):
        strength_at(model, few.prompts, few.labels, lambda s: {2: steer(PUSH, 1 + s)}, 0.01)


def test_side_effects_on_text_are_none_without_an_edit_and_grow_with_one(model):
    none = on_text(model, {2: steer(PUSH, 0.0)})
    assert none.divergence.value == pytest.approx(0, abs=1e-9)
    assert none.loss.value == pytest.approx(0, abs=1e-6)
    small, large = (on_text(model, {2: steer(PUSH, s)}) for s in (0.1, 1.0))
    assert 0 < small.divergence.value < large.divergence.value
    assert none.divergence.groups == len(unrelated_text()) >= 60
    assert none.divergence.rows == 3 * 60


def test_the_unrelated_text_is_unrelated():
    text = " ".join(unrelated_text()).lower()
    for word in ("game", "player", "payoff", "points", "choose", "choice", "cooperat", "defect"):
        assert word not in text
