"""Layers of one model in another: where the two part is found, and nothing where they do not."""

import copy

import numpy as np
import pytest
import torch

from nashscope.errors import Misuse
from nashscope.interp import layer_swap, swapped
from nashscope.models.hf import HFModel
from nashscope.models.network import Network


def tuned(model, layers):
    """A copy of which some layers (from 1) were changed."""
    network = copy.deepcopy(model.model)
    torch.manual_seed(0)
    with torch.no_grad():
        for k in layers:
            for weight in network.model.layers[k - 1].parameters():
                weight.add_(0.3 * torch.randn_like(weight))
    return HFModel(Network.of(network, model.tokenizer, "tuned"))


def test_a_model_swapped_with_itself_changes_nothing(model, few):
    found = layer_swap(model, model, few.prompts, few.labels, target=few.target)
    for part in (found.first, found.last, found.single):
        assert part.value == pytest.approx(float(found.base.value), abs=1e-6)
    assert found.layers == () and (found.weights == 0).all()


@pytest.mark.parametrize("layers", [(3,), (1,), (2, 3)])
def test_the_layers_that_were_changed_are_those_that_are_found(model, few, layers):
    """All targets the choice that the change favours, so that effects do not cancel."""
    changed = tuned(model, layers)
    apart = np.array(changed.logprobs(few.prompts, few.labels)) - model.logprobs(
        few.prompts, few.labels
    )
    target = apart.argmax(axis=1)
    found = layer_swap(changed, model, few.prompts, few.labels, target=target)
    assert set(np.flatnonzero(found.weights) + 1) == set(layers)
    assert found.layers and set(found.layers) <= set(layers)
    assert found.last.value[-1] == pytest.approx(float(found.base.value), abs=1e-5)
    untouched = [k for k in range(model.layers) if k + 1 not in layers]
    assert found.single.value[untouched] == pytest.approx(float(found.changed.value), abs=1e-5)
    if len(layers) == 1:
        assert found.layers == layers
        own = found.single.value[layers[0] - 1]
        assert own == pytest.approx(float(found.base.value), abs=1e-5)


def test_a_swap_ends_also_after_an_error(model, few):
    changed = tuned(model, (2,))
    before = np.array(changed.logprobs(few.prompts, few.labels))
    with pytest.raises(KeyError), swapped(changed, model, (1, 2)):
        raise KeyError
    changed.prefixes = type(changed.prefixes)()
    assert np.array(changed.logprobs(few.prompts, few.labels)) == pytest.approx(before)


def test_models_of_other_shapes_are_refused(model, few):
    network = copy.deepcopy(model.model)
    network.model.layers = network.model.layers[:3]
    network.config.num_hidden_layers = 3
    other = HFModel(Network.of(network, model.tokenizer, "short"))
    with pytest.raises(Misuse, match="not of one shape"):
        layer_swap(other, model, few.prompts, few.labels, target=few.target)
