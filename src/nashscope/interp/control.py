"""The effect of an edit beside those of edits that should have none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.errors import Misuse
from nashscope.interp.direction import Direction, random_like, residual_norms, scaled
from nashscope.interp.edit import steer
from nashscope.interp.interval import Interval, interval
from nashscope.interp.null import permutation_p
from nashscope.interp.outcome import log_odds, policy, told_target
from nashscope.interp.sweep import steering_sweep
from nashscope.models.hf import HFModel

__all__ = ["SteeringEffect", "SteeringMap", "steering_effect", "steering_map"]


@dataclass(frozen=True, eq=False)
class SteeringEffect:
    """What adding a direction does, beside its nulls.

    effect: mean change of the log-odds of the target choice.
    random: `[draws]`, the same of random directions of equal norm at the same layer.
    p: the share of random directions whose effect is at least as large, in either sense.
    wrong_layer: at every other layer, the same direction in the same share of the residual norm.
    layers: which those are.
    size: the norm of what is added, in mean residual norms of its layer.
    """

    effect: Interval
    random: Float[ndarray, "draws"]
    p: float
    wrong_layer: Interval
    layers: tuple[int, ...]
    size: float


def steering_effect(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    direction: Direction,
    strength: float,
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    draws: int = 39,
    seed: int = 0,
) -> SteeringEffect:
    """Steers with a direction, with random ones of equal norm, and at the wrong layers.

    strength: in units of the direction's norm. target: for every prompt, the choice asked about.
    """
    wanted = told_target(target, choices)
    norms = np.zeros(model.layers + 1)
    found = np.zeros((1 + draws + model.layers - 1, len(prompts)))
    chance = named_stream(seed, "random directions")
    pushed = scaled(direction, abs(strength) * direction.norm)
    sign = float(np.sign(strength)) or 1.0
    nulls = [random_like(pushed, chance) for _ in range(draws)]
    others = tuple(k for k in range(1, model.layers + 1) if k != direction.layer)[
        : model.layers - 1
    ]
    # Twice through the prompts, so that no more than one batch is held at a time.
    for numbers, replay in model.replays(prompts, choices):
        own = replay.stream.float().cpu().numpy()
        norms += residual_norms(own) * len(numbers) / len(prompts)
    share = pushed.norm / norms[direction.layer]
    wrong = [scaled(pushed, share * norms[k], k) for k in others]
    for numbers, replay in model.replays(prompts, choices):
        before = log_odds(np.array(replay.logprobs), wanted[numbers])
        for row, one in enumerate([pushed, *nulls, *wrong]):
            after = np.array(replay.run({one.layer: steer(one.vector, sign)}))
            found[row, numbers] = log_odds(after, wanted[numbers]) - before
    random = found[1 : 1 + draws].mean(axis=1)
    effect = interval(found[0], groups, seed)
    return SteeringEffect(
        effect,
        random,
        float(permutation_p(np.asarray(np.abs(effect.value)), np.abs(random))),
        interval(found[1 + draws :], groups, seed),
        others,
        float(share),
    )


@dataclass(frozen=True, eq=False)
class SteeringMap:
    """The probability of the target choice for every layer and strength.

    layers, strengths: the axes. target: `[layers, strengths]`; random: the same, averaged over
        random directions of equal norm.
    """

    layers: tuple[int, ...]
    strengths: tuple[float, ...]
    target: Interval
    random: Interval


def steering_map(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    directions: Sequence[Direction],
    strengths: Sequence[float],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    draws: int = 4,
    seed: int = 0,
) -> SteeringMap:
    """Adds each direction at its layer with every strength, and random ones of equal norm.

    strengths: in units of each direction's own norm; for shares of the residual stream's, give
    directions `scaled` to `residual_norms`. Probabilities are over the choices alone.
    """
    if not directions or not len(strengths):
        raise Misuse("a steering map needs at least one direction and one strength")
    wanted = told_target(target, choices)
    chance = named_stream(seed, "random directions")
    nulls = [random_like(one, chance) for one in directions for _ in range(draws)]
    swept = steering_sweep(model, prompts, choices, [*directions, *nulls], strengths)
    likely = np.take_along_axis(policy(swept), wanted[None, None, :, None], axis=-1)[..., 0]
    own, random = likely[: len(directions)], likely[len(directions) :]
    shape = (len(directions), draws, *random.shape[1:])
    mean = random.reshape(shape).mean(axis=1) if draws else np.full_like(own, np.nan)
    return SteeringMap(
        tuple(one.layer for one in directions),
        tuple(float(x) for x in strengths),
        interval(own, groups, seed),
        interval(mean, groups, seed),
    )
