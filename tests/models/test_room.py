"""Prompts are run in batches that fit the room that was stated; the answers are the same."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nashscope.models.loading import load
from nashscope.models.memory import size

PROMPTS = tuple(
    f"You choose F or K.{' Now it is round 2.' * (n % 5)}\nMy choice:" for n in range(12)
)
LABELS = (("F", "K"),) * 12


@pytest.mark.parametrize(("room", "fewest", "most"), [(1, 12, 12), (40_000, 3, 11), (None, 1, 1)])
def test_a_batch_takes_no_more_than_its_room(random_model, room, fewest, most):
    plain, model = load(f"hf/{random_model}"), load(f"hf/{random_model}", room=room)
    batches = []
    for numbers, replay in model.replays(PROMPTS, LABELS):
        kept = 2 * size(replay._prefilled.cache)
        assert room is None or kept <= room or len(numbers) == 1
        batches.append(len(numbers))
    assert sum(batches) == 12 and fewest <= len(batches) <= most
    together = np.array(plain.logprobs(PROMPTS, LABELS))
    assert np.array(model.logprobs(PROMPTS, LABELS)) == pytest.approx(together, abs=1e-5)
