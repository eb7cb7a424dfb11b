"""The gradient is what a small edit moves; on a linear tail it is what any edit moves."""

import copy

import numpy as np
import pytest
import torch

from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp import first_order, log_odds, patching_by_head, slopes, steer
from nashscope.models.hf import HFModel
from nashscope.models.network import Network
from nashscope.models.sites import EVERY, At, Site
from tests.interp.test_patching import ASKED, LABELS, PROMPTS, SOURCES

KINDS = ("layers.0.resid", "layers.2.attn", "layers.3.mlp", "layers.2.heads.1", 4)


@pytest.fixture(scope="module")
def double(model):
    """The same network in double precision, in which differences of small edits can be seen."""
    return remade(copy.deepcopy(model.model).double(), model)


def remade(network, model):
    """A network in place of a model's own."""
    return HFModel(Network.of(network, model.tokenizer, "altered"))


def odds(model, edits):
    """The log-odds of the targets of the prompts, with edits."""
    found = np.array(model.replay(PROMPTS, LABELS).run(edits))
    return log_odds(found, np.array(ASKED["target"]))


@pytest.mark.parametrize("place", [*KINDS, At(2, -4), At("layers.3.attn", 5)])
def test_the_gradient_is_what_a_small_edit_moves(double, place):
    (found,) = slopes(double, PROMPTS, LABELS, [place], target=ASKED["target"]).values()
    push = np.random.default_rng(0).normal(size=found.shape[1])
    push /= np.linalg.norm(push)
    up, down = (odds(double, {place: steer(push, by)}) for by in (0.02, -0.02))
    # logits of this network are rounded to 32 bits before they are read as probabilities
    assert found @ push == pytest.approx((up - down) / 0.04, abs=2e-4, rel=1e-2)
    assert np.abs(found).max() > 4e-3


def test_on_a_linear_tail_it_is_what_any_edit_moves(model):
    """Without its final norm the network is linear in what its last MLP adds."""
    network = copy.deepcopy(model.model)
    network.model.norm = torch.nn.Identity()
    linear = remade(network, model)
    places = [Site(4, "mlp"), Site(4, "resid"), At(4, -1)]
    found = first_order(linear, PROMPTS, SOURCES, LABELS, places, **ASKED)
    before = odds(linear, {})
    source = linear.replay(SOURCES, LABELS)
    for row, place in enumerate(places):
        theirs = source.capture([place])[place]
        after = odds(linear, {place: lambda stream, new=theirs: new.to(stream)})
        assert found.moved.value[row] == pytest.approx((after - before).mean(), abs=1e-4)
    assert found.moved.value[1] == pytest.approx(found.whole.value, abs=1e-4)


@pytest.mark.slow
def test_integrated_along_the_way_it_is_what_patching_does(model):
    exact = patching_by_head(model, PROMPTS, SOURCES, LABELS, **ASKED)
    places = [Site(k, "heads", h) for k in (1, 3) for h in range(4)]
    wanted = np.array([exact.moved.value[k - 1, h] for k in (1, 3) for h in range(4)])
    gaps = []
    for steps in (1, 12):
        found = first_order(model, PROMPTS, SOURCES, LABELS, places, steps=steps, **ASKED)
        gaps.append(np.abs(found.moved.value - wanted).max())
        assert found.whole.value == pytest.approx(exact.whole.value, abs=1e-5)
    assert gaps[1] < 1e-3 * np.abs(wanted).max() + 1e-4 < gaps[0]


def test_all_places_at_once_are_each_place_alone(model):
    places = [*KINDS, At(1, -3)]
    together = slopes(model, PROMPTS, LABELS, places, target=ASKED["target"])
    for place in places:
        alone = slopes(model, PROMPTS, LABELS, [place], target=ASKED["target"])
        assert together[place] == pytest.approx(alone[place], abs=1e-4, rel=1e-4)


def test_at_every_token_the_derivative_is_that_of_each_token(model):
    replay = model.replay(PROMPTS, LABELS)

    def score(logits):
        return logits[:, 5]

    every = replay.slopes([At(2, EVERY)], score)[At(2, EVERY)]
    assert every.shape == (3, len(replay.encoded[0].context), model.width)
    for position in (-1, -4):
        alone = replay.slopes([At(2, position)], score)[At(2, position)]
        assert torch.allclose(every[:, position], alone, atol=1e-5)
    # the head reads the decision token alone
    last = replay.slopes([At(4, EVERY)], score)[At(4, EVERY)]
    assert not last[:, :-1].any() and last[:, -1].any()


def test_a_prompt_is_moved_by_nothing_of_itself(model):
    found = first_order(model, PROMPTS, PROMPTS, LABELS, KINDS, **ASKED)
    assert found.moved.value == pytest.approx(0) and found.whole.value == pytest.approx(0, abs=1e-6)


def test_what_cannot_be_is_refused(model):
    with pytest.raises(IllFormedEdit, match="no layer 9"):
        slopes(model, PROMPTS, LABELS, [9], target=ASKED["target"])
    with pytest.raises(Misuse, match="every token"):
        slopes(model, PROMPTS, LABELS, [At(1, EVERY)], target=ASKED["target"])
    with pytest.raises(Misuse, match="at least one place"):
        first_order(model, PROMPTS, SOURCES, LABELS, [], **ASKED)
    with pytest.raises(Misuse, match="2 sources"):
        first_order(model, PROMPTS, SOURCES[:2], LABELS, [1], **ASKED)
    with pytest.raises(Misuse, match="at least 1"):
        first_order(model, PROMPTS, SOURCES, LABELS, [1], steps=0, **ASKED)
