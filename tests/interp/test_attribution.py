"""What the parts write sums to what is said; what is silenced has the effect of its absence."""

import numpy as np
import pytest
import torch

from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp import attribution, head_ranking
from nashscope.interp.held import held
from tests.models.test_architectures import KINDS, loaded, made


def advantage(model, asked):
    """The target's logit minus the other one's, by the model alone."""
    replay = model.replay(asked.prompts, asked.labels)
    first = torch.tensor([one.first_tokens for one in replay.encoded])
    own = replay.logits.gather(1, first).numpy().astype(float)
    rows = np.arange(len(own))
    return own[rows, asked.target] - own[rows, 1 - asked.target]


def test_the_parts_sum_to_the_difference_of_the_logits(model, few):
    found = attribution(model, few.prompts, few.labels, target=few.target, groups=few.groups)
    assert found.total.value == pytest.approx(advantage(model, few).mean(), abs=1e-5)
    parts = found.embedding.mean.value + found.layers.mean.value.sum()
    assert parts + found.bias.value == pytest.approx(found.total.value, abs=1e-4)
    assert found.rest.value == pytest.approx(0, abs=1e-5)
    assert found.bias.value == pytest.approx(0, abs=1e-6)
    both = found.attn.mean.value + found.mlp.mean.value
    assert both == pytest.approx(found.layers.mean.value, abs=1e-4)
    assert found.heads.mean.value.sum(axis=1) == pytest.approx(found.attn.mean.value, abs=1e-4)
    assert np.abs(found.heads.mean.value).max() > 0.01


def test_a_part_is_what_its_output_is_worth_by_hand(model, few):
    """The final norm of Llama by its formula, with its size that of the whole stream."""
    replay = model.replay(few.prompts, few.labels)
    network, first = model.model, torch.tensor([one.first_tokens for one in replay.encoded])
    size = replay.stream[:, -1].pow(2).mean(dim=1, keepdim=True).sqrt()
    written = replay.capture(["layers.2.mlp"])["layers.2.mlp"] * network.model.norm.weight / size
    logits = (written @ network.lm_head.weight.T).gather(1, first).numpy()
    rows = np.arange(len(logits))
    expected = logits[rows, few.target] - logits[rows, 1 - few.target]
    found = attribution(model, few.prompts, few.labels, target=few.target)
    assert found.mlp.mean.value[1] == pytest.approx(expected.mean(), abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["GPT2", "Gemma2", "Cohere", "Mixtral", "Mamba", "OPT"])
def test_the_parts_sum_whatever_the_norm(kind, tmp_path, random_model, model):
    fields = {**KINDS[kind], "vocab_size": len(model.tokenizer), **ENDS}
    model = loaded(made(kind, fields, tmp_path / "model"), random_model)
    found = attribution(model, SHORT, LABELS, target=(0, 1), draws=9)
    told = found.embedding.mean.value + found.layers.mean.value.sum() + found.bias.value
    assert told + found.rest.value == pytest.approx(found.total.value, abs=1e-4)
    if kind != "Gemma2":
        assert found.rest.value == pytest.approx(0, abs=1e-4)
    parts = np.nansum([found.attn.mean.value, found.mlp.mean.value], axis=0)
    assert parts == pytest.approx(found.layers.mean.value, abs=1e-4)
    if kind in ("Gemma2", "Mixtral", "Cohere"):
        inside = found.heads.mean.value.sum(axis=1)
        assert inside == pytest.approx(found.attn.mean.value, abs=1e-3)
    if kind == "Mamba":
        assert found.heads.mean.value.size == 0


ENDS = {"bos_token_id": 1, "eos_token_id": 1}
SHORT = ("You choose F or K.\nMy choice:", "K or F? It is round 2.\nMy choice:")
LABELS = (("F", "K"),) * 2


def test_swapping_the_labels_turns_every_contribution_round(model, few):
    one = attribution(model, few.prompts, few.labels, target=few.target)
    two = attribution(model, few.prompts, few.labels, target=1 - few.target)
    assert one.layers.mean.value == pytest.approx(-two.layers.mean.value)
    assert one.total.value == pytest.approx(-two.total.value)


def test_what_pushes_toward_a_label_is_not_found_where_labels_say_nothing(model, asked):
    """Targets drawn at random: hardly a part is significant, over all parts of a kind."""
    found = attribution(model, asked.prompts, asked.labels, target=asked.target)
    assert (found.heads.familywise > 0.05).all()
    fixed = np.zeros(len(asked.prompts), int)
    same = [("F", "J")] * len(fixed)
    always = attribution(model, asked.prompts, same, target=fixed, groups=asked.groups)
    assert always.layers.familywise.min() < 0.05


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("width", [8, 9])
def test_a_held_norm_is_the_norm(centred, width):
    torch.manual_seed(0)
    norm = torch.nn.LayerNorm(width) if centred else torch.nn.RMSNorm(width, eps=1e-5)
    with torch.no_grad():
        for weight in norm.parameters():
            weight.normal_()
    given = torch.randn(5, width)
    found = held(norm, given, "it")
    assert found.centred is centred
    mean = given.mean(1, keepdim=True) if centred else 0
    out = found.weight * (given - mean) / found.size[:, None] + found.shift
    assert out.detach().numpy() == pytest.approx(norm(given).detach().numpy(), abs=1e-4)


def test_what_is_no_norm_is_refused():
    with pytest.raises(Misuse, match="no norm"):
        held(torch.tanh, torch.randn(3, 8), "it")


def test_a_silenced_head_has_the_effect_of_its_absence(model, few):
    found = head_ranking(
        model, few.prompts, few.labels, target=few.target, silence="zero", draws=3, top=2
    )
    replay = model.replay(few.prompts, few.labels)
    rows = np.arange(6)

    def odds(logprobs):
        own = np.array(logprobs)
        return own[rows, few.target] - own[rows, 1 - few.target]

    plain = odds(replay.logprobs)
    for layer, head in ((1, 0), (3, 2)):
        gone = odds(replay.run({f"layers.{layer}.heads.{head}": torch.zeros_like}))
        expected = (gone - plain).mean()
        assert found.effect.value[layer - 1, head] == pytest.approx(expected, abs=1e-5)
    sizes = [abs(found.effect.value[layer - 1, head]) for layer, head in found.order]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) == 16
    first = found.order[0]
    assert found.together.value[0] == pytest.approx(found.effect.value[first[0] - 1, first[1]])
    names = [f"layers.{layer}.heads.{head}" for layer, head in found.order[:2]]
    both = odds(replay.run(dict.fromkeys(names, torch.zeros_like)))
    assert found.together.value[1] == pytest.approx((both - plain).mean(), abs=1e-5)


def test_the_mean_over_the_prompts_in_place_of_itself_does_nothing_to_one_prompt(model, few):
    """With one prompt the mean is what was there; and a random change of norm 0 is none."""
    one = (few.prompts[:1], few.labels[:1])
    found = head_ranking(model, *one, target=few.target[:1], draws=2)
    assert found.effect.value == pytest.approx(0, abs=1e-5)
    assert found.null == pytest.approx(0, abs=1e-5)


def test_the_head_that_alone_matters_comes_first_and_beyond_its_null(model, few):
    """The other heads' columns of the projections are emptied, so that one head is all there is."""
    kept = {}
    try:
        with torch.no_grad():
            for number, layer in enumerate(model.model.model.layers):
                weight = layer.self_attn.o_proj.weight
                kept[number] = weight.clone()
                own = weight[:, 8:16].clone() if number == 3 else 0
                weight.zero_()
                weight[:, 8:16] = own
        found = head_ranking(
            model, few.prompts, few.labels, target=few.target, silence="zero", draws=19, top=1
        )
        assert found.order[0] == (4, 1)
        rest = found.effect.value.copy()
        rest[3, 1] = 0
        assert rest == pytest.approx(0, abs=1e-5) and abs(found.effect.value[3, 1]) > 1e-3
    finally:
        with torch.no_grad():
            for number, layer in enumerate(model.model.model.layers):
                layer.self_attn.o_proj.weight.copy_(kept[number])


def test_heads_that_are_not_there_are_refused(model, few):
    asked = {"target": few.target, "draws": 1}
    with pytest.raises(IllFormedEdit, match="no head"):
        head_ranking(model, few.prompts, few.labels, order=[(9, 9)], **asked)
    with pytest.raises(Misuse, match="'mean' or 'zero'"):
        head_ranking(model, few.prompts, few.labels, silence="median", **asked)
