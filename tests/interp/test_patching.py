"""What is put from one run into another carries what it carries, and nothing where nothing is."""

import numpy as np
import pytest

from nashscope.errors import Misuse
from nashscope.interp import patching_by_head, patching_by_position
from tests.rounding import rounding

PROMPTS = tuple(
    f"You choose F or K. If you choose F, you get {a}. If you choose K, you get {b}.\nMy choice:"
    for a, b in ((1, 2), (3, 5), (4, 1))
)
SOURCES = tuple(
    f"You choose F or K. If you choose F, you get {a}. If you choose K, you get {b}.\nMy choice:"
    for a, b in ((6, 2), (0, 5), (9, 1))
)
LABELS = (("F", "K"),) * 3
ASKED = {"target": (0, 1, 0), "groups": np.arange(3)}


def odds(model, prompts):
    """The log-odds of the targets."""
    found = np.array(model.logprobs(prompts, LABELS))
    rows = np.arange(3)
    wanted = np.array(ASKED["target"])
    return found[rows, wanted] - found[rows, 1 - wanted]


def test_the_last_layer_at_the_decision_token_carries_everything(model):
    found = patching_by_position(model, PROMPTS, SOURCES, LABELS, **ASKED)
    whole = (odds(model, SOURCES) - odds(model, PROMPTS)).mean()
    assert found.whole.value == pytest.approx(whole, abs=1e-4)
    assert found.moved.value[-1, -1] == pytest.approx(whole, abs=1e-4)
    assert found.share[-1, -1] == pytest.approx(1, abs=1e-4)
    assert found.columns[-1] == -1 and found.rows == (0, 1, 2, 3, 4)


def test_at_the_last_layer_no_other_token_matters_and_the_embedding_that_differs_is_all(model):
    found = patching_by_position(model, PROMPTS, SOURCES, LABELS, **ASKED)
    bound = 2 * rounding(model.model, model.replay(PROMPTS, LABELS).logits)  # of two labels' logits
    assert found.moved.value[-1, :-1] == pytest.approx(0, abs=bound)
    embedded = np.flatnonzero(np.abs(found.moved.value[0]) > bound)
    lengths = {len(one.context) for one in model.replay(PROMPTS, LABELS).encoded}
    assert len(lengths) == 1 and len(embedded) == 1
    assert found.moved.value[0, embedded[0]] == pytest.approx(found.whole.value, abs=1e-4)


def test_a_prompt_patched_with_itself_is_left_alone(model):
    for mapped in (patching_by_position, patching_by_head):
        found = mapped(model, PROMPTS, PROMPTS, LABELS, **ASKED)
        assert found.moved.value == pytest.approx(0, abs=1e-5)
        assert found.null.value == pytest.approx(0, abs=1e-5)


def test_a_head_is_patched_as_by_hand(model):
    found = patching_by_head(model, PROMPTS, SOURCES, LABELS, **ASKED)
    assert found.rows == (1, 2, 3, 4) and found.columns == (0, 1, 2, 3)
    place = "layers.2.heads.3"
    theirs = model.replay(SOURCES, LABELS).capture([place])[place]
    run = np.array(model.replay(PROMPTS, LABELS).run({place: lambda stream: theirs.to(stream)}))
    wanted = np.array(ASKED["target"])
    rows = np.arange(3)
    expected = (run[rows, wanted] - run[rows, 1 - wanted] - odds(model, PROMPTS)).mean()
    assert found.moved.value[1, 3] == pytest.approx(expected, abs=1e-5)
    assert np.abs(found.null.value).max() > 0


def test_prompts_that_do_not_correspond_are_refused(model):
    longer = tuple(f"Well. {text}" for text in SOURCES)
    with pytest.raises(Misuse, match="positions correspond only"):
        patching_by_position(model, PROMPTS, longer, LABELS, **ASKED)
    assert np.isfinite(patching_by_head(model, PROMPTS, longer, LABELS, **ASKED).whole.value)
    with pytest.raises(Misuse, match="2 sources are given for 3"):
        patching_by_head(model, PROMPTS, SOURCES[:2], LABELS, **ASKED)
    with pytest.raises(Misuse, match="no choice 2"):
        patching_by_head(model, PROMPTS, SOURCES, LABELS, target=(0, 2, 0))
