"""The strength of an edit that changes what is said by a given amount."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nashscope.errors import Misuse, NotSolved
from nashscope.interp.outcome import divergence
from nashscope.models.hf import HFModel
from nashscope.models.sites import Edits

__all__ = ["Spent", "strength_at"]

CLOSE = 0.01
"""Relative gap to the budget at which the search ends."""
STEPS = 40


@dataclass(frozen=True)
class Spent:
    """A strength and what it costs.

    divergence: mean over the prompts of KL(before ‖ after) over the whole vocabulary, in nats.
    runs: how many runs of the decision token the search took.
    """

    strength: float
    divergence: float
    runs: int


def strength_at(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    edit: Callable[[float], Edits],
    budget: float,
    *,
    largest: float = 1024.0,
) -> Spent:
    """The smallest strength at which the mean divergence reaches the budget, to one per cent.

    edit: the edits at a strength, as `lambda s: {6: steer(direction.vector, s)}`; at 0 they must
        change nothing. The strength is doubled from 1/64 until the budget is passed, and then
        bisected: between two doublings the divergence is taken to grow with the strength.
    largest: the strength at which the search gives up. All prompts are held read during the
    search; a few dozen tell enough.

    Raises:
        Misuse: if the budget is not positive, or the edit at strength 0 changes something.
        NotSolved: if no strength up to the largest reaches the budget.
    """
    if not (np.isfinite(budget) and budget > 0):
        raise Misuse(f"the budget is {budget!r} nats; it must be a positive number")
    held = [replay for _, replay in model.replays(prompts, choices)]
    runs = 0

    def spent(strength: float) -> float:
        nonlocal runs
        runs += 1
        gaps = [divergence(r.logits, r.run_logits(edit(strength))) for r in held]
        return float(np.concatenate(gaps).mean())

    if (at_zero := spent(0.0)) > budget * CLOSE:
        raise Misuse(f"at strength 0 the edit already changes what is said, by {at_zero:.3g} nats")
    low, high = 0.0, 1 / 64
    while (found := spent(high)) < budget:
        low, high = high, 2 * high
        if high > largest:
            raise NotSolved(
                f"at strength {low:g} the divergence is {found:.3g} nats and not {budget:g}; give "
                "a smaller budget or a larger `largest`"
            )
    middle = high
    for _ in range(STEPS):
        if abs(found - budget) <= CLOSE * budget:
            return Spent(middle, found, runs)
        low, high = (low, middle) if found > budget else (middle, high)
        middle = (low + high) / 2
        found = spent(middle)
    raise NotSolved(
        f"the divergence jumps over {budget:g} nats at strength {middle:.4g}, to {found:.4g}"
    )
