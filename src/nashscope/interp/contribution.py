"""Parts of a sum with their null: the same parts, where each game's target is drawn anew."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.interp.interval import Interval, grouped, interval
from nashscope.interp.null import familywise_p, permutation_p

__all__ = ["Contribution", "contribution", "largest_p"]


@dataclass(frozen=True, eq=False)
class Contribution:
    """What each part gives to the target choice, on average; nan where there is no such part.

    mean: over prompts, with intervals over games. null: `[draws, *parts]`, the means when each
    game's target is any of its choices. p: the share of draws in which the part's mean is as large,
    in either sense; familywise: in which that of any part is.
    """

    mean: Interval
    null: Float[ndarray, "draws *parts"]
    p: Float[ndarray, "*parts"]
    familywise: Float[ndarray, "*parts"]


def contribution(
    values: Float[ndarray, "*parts prompts choices"],
    target: Int[ndarray, "prompts"],
    groups: Shaped[ndarray, "_"] | None,
    draws: int,
    seed: int,
) -> Contribution:
    """The parts' contributions to the target, from those to every choice.

    The null keeps prompts and network and deals the targets: within a game all are exchanged by
    the same step (0, 1, … choices further on), so that games stay whole. A part that pushes toward
    the same label whatever it stands for is not called significant where labels are
    counterbalanced.
    """
    own, count = grouped(groups, len(target)), values.shape[-1]
    chance = named_stream(seed, "targets")
    steps = chance.integers(count, size=(draws, int(own.max()) + 1))[:, own]
    dealt = (target + steps) % count

    def toward(wanted: Int[ndarray, "prompts"]) -> Float[ndarray, "*parts prompts"]:
        return np.asarray(values[..., np.arange(len(wanted)), wanted])

    null = np.stack([toward(wanted).mean(axis=-1) for wanted in dealt])
    mean = interval(toward(target), groups, seed)
    single, several = largest_p(mean.value, null)
    return Contribution(mean, null, single, several)


def largest_p(
    observed: Float[ndarray, "*parts"], null: Float[ndarray, "draws *parts"]
) -> tuple[Float[ndarray, "*parts"], Float[ndarray, "*parts"]]:
    """Two-sided p-values of every part, alone and over all parts; nan where there is no part."""
    there: Bool[ndarray, "*parts"] = np.isfinite(observed)
    single, several = (np.full(observed.shape, np.nan) for _ in range(2))
    size, sizes = np.abs(observed[there]), np.abs(null[:, there])
    single[there] = permutation_p(size, sizes)
    if there.any():
        several[there] = familywise_p(size, sizes)
    return single, several
