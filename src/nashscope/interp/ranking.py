"""Which heads matter: each silenced in turn, and the first few together.

Source: Michel et al. 2019, Are Sixteen Heads Really Better than One; mean ablation as in Wang et
al. 2022. Differs from both in that every head stands beside random changes of equal norm in its
place: a head that hands on much is not one that matters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray
from numpy.random import Generator
from scipy.special import expit

from nashscope.chance import stream as named_stream
from nashscope.errors import IllFormedEdit, Misuse
from nashscope.interp.contribution import largest_p
from nashscope.interp.edit import patch
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import log_odds, told_target
from nashscope.models.hf import HFModel
from nashscope.models.replay import Replay
from nashscope.models.sites import Change, Place, Site

__all__ = ["HeadRanking", "head_ranking"]

Head = tuple[int, int]


@dataclass(frozen=True, eq=False)
class HeadRanking:
    """The causal effect of every head on the decision.

    effect: `[layers, heads]`, mean change of the log-odds of the target when the head is silenced
        at the decision token; nan where a layer has fewer heads or none that could be placed.
    moved: the same of the target's probability among the choices.
    null: `[draws, layers, heads]`, the same for a random change of equal norm of what it hands on.
    p: the share of draws whose effect is as large, in either sense; familywise: in which that of
        any head is.
    order: the heads as (layer, head), from the largest effect down.
    together: `[top]`, the effect of silencing the first 1, 2, … heads of `order` at once.
    others: `[draws, top]`, of as many heads chosen at random.
    """

    effect: Interval
    moved: Interval
    null: Float[ndarray, "draws layers heads"]
    p: Float[ndarray, "layers heads"]
    familywise: Float[ndarray, "layers heads"]
    order: tuple[Head, ...]
    together: Interval
    others: Float[ndarray, "draws top"]


def head_ranking(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    silence: str = "mean",
    order: Sequence[Head] | None = None,
    top: int = 8,
    draws: int = 19,
    seed: int = 0,
) -> HeadRanking:
    """Silences every head at the decision token, alone and in order of effect.

    silence: "mean" puts the head's mean over all prompts in its place, "zero" nothing.
    order: as found on other prompts; without it the order is that of the effects measured here,
        so that `together` is measured where it was chosen.

    Raises:
        IllFormedEdit: if no head of the network could be placed.
    """
    if silence not in ("mean", "zero"):
        raise Misuse(f"heads are silenced by 'mean' or 'zero', not {silence!r}")
    wanted = told_target(target, choices)
    places = _heads(model)
    shape = (model.layers, 1 + max(head for _, head in places))
    mean = _means(model, prompts, choices, places, silence)
    chance = named_stream(seed, "heads")
    found = np.full((1 + draws, *shape, len(prompts)), np.nan)
    before = np.zeros(len(prompts))
    pushes = {at: _units(mean[at].shape, draws, chance) for at in places}
    for numbers, replay in model.replays(prompts, choices):
        effect = _effects(replay, wanted[numbers])
        before[numbers] = log_odds(np.array(replay.logprobs), wanted[numbers])
        seen = replay.capture([Site(*_named(at)) for at in places])
        for at in places:
            own = seen[Site(*_named(at))].float().cpu().numpy()
            size = np.linalg.norm(mean[at] - own, axis=1, keepdims=True)
            rows = [mean[at], *(own + size * unit for unit in pushes[at])]
            for draw, row in enumerate(rows):
                found[draw, at[0] - 1, at[1], numbers] = effect({Site(*_named(at)): patch(row)})
    null = found[1:].mean(axis=-1)
    single, several = largest_p(found[0].mean(axis=-1), null)
    size = {at: abs(float(found[0, at[0] - 1, at[1]].mean())) for at in places}
    ranked = tuple(sorted(places, key=lambda at: -size[at])) if order is None else tuple(order)
    chosen = [ranked[: n + 1] for n in range(min(top, len(ranked)))]
    random = [_some(places, len(own), chance) for _ in range(draws) for own in chosen]
    several_at_once = _silenced(model, prompts, choices, wanted, mean, [*chosen, *random])
    together, others = several_at_once[: len(chosen)], several_at_once[len(chosen) :]
    return HeadRanking(
        interval(found[0], groups, seed),
        interval(expit(before + found[0]) - expit(before), groups, seed),
        null,
        single,
        several,
        ranked,
        interval(together, groups, seed),
        others.mean(axis=-1).reshape(draws, len(chosen)),
    )


def _heads(model: HFModel) -> list[Head]:
    """All heads that could be placed, as (layer, head)."""
    found: list[Head] = []
    reason: IllFormedEdit | None = None
    for layer in range(1, model.layers + 1):
        try:
            found += [(layer, head) for head in range(model.sites.heads(layer).count)]
        except IllFormedEdit as error:
            reason = error
    if not found:
        raise reason or IllFormedEdit(f"{model.name} has no heads")
    return found


def _named(at: Head) -> tuple[int, Literal["heads"], int]:
    """The fields of a head's site."""
    return at[0], "heads", at[1]


def _means(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    places: Sequence[Head],
    silence: str,
) -> dict[Head, Float[ndarray, "width"]]:
    """What is put in place of each head."""
    mean: dict[Head, ndarray] = {}
    for numbers, replay in model.replays(prompts, choices):
        seen = replay.capture([Site(*_named(at)) for at in places])
        for at in places:
            own = seen[Site(*_named(at))].double().mean(dim=0).cpu().numpy()
            mean[at] = mean.get(at, np.zeros_like(own)) + own * len(numbers) / len(prompts)
    return {at: np.zeros_like(own) if silence == "zero" else own for at, own in mean.items()}


def _effects(
    replay: Replay, wanted: Int[ndarray, "prompts"]
) -> Callable[[dict[Place, Change]], Float[ndarray, "prompts"]]:
    """The function from edits to the change of the log-odds."""
    before = log_odds(np.array(replay.logprobs), wanted)
    return lambda edits: log_odds(np.array(replay.run(edits)), wanted) - before


def _silenced(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    wanted: Int[ndarray, "prompts"],
    mean: dict[Head, Float[ndarray, "width"]],
    sets: Sequence[Sequence[Head]],
) -> Float[ndarray, "sets prompts"]:
    """The effect of silencing sets of heads at once."""
    out = np.zeros((len(sets), len(prompts)))
    for numbers, replay in model.replays(prompts, choices):
        effect = _effects(replay, wanted[numbers])
        for row, own in enumerate(sets):
            unknown = [at for at in own if at not in mean]
            if unknown:
                raise IllFormedEdit(f"{model.name} has no head {unknown[0]} (layer, head)")
            out[row, numbers] = effect({Site(*_named(at)): patch(mean[at]) for at in own})
    return out


def _units(shape: tuple[int, ...], draws: int, chance: Generator) -> Float[ndarray, "draws width"]:
    """Directions drawn evenly; each serves all prompts, as the mean does."""
    drawn = chance.normal(size=(draws, *shape))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def _some(places: Sequence[Head], count: int, chance: Generator) -> list[Head]:
    """As many heads at random, each once."""
    return [places[int(i)] for i in chance.choice(len(places), size=count, replace=False)]
