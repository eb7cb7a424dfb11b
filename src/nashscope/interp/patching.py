"""Which activations carry a difference between two runs, by putting them from one into the other.

Source: Vig et al. 2020; Meng et al. 2022, section 2; Zhang and Nanda 2024, Towards Best Practices
of Activation Patching (arXiv 2309.16042), whose "denoising" this is: parts of the source are put
into the run of the prompt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.errors import Misuse
from nashscope.interp.edit import patch
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import log_odds, told_target
from nashscope.models.hf import HFModel
from nashscope.models.replay import Replay
from nashscope.models.sites import At, Place, Site

__all__ = ["Patched", "patching_by_head", "patching_by_position"]


@dataclass(frozen=True, eq=False)
class Patched:
    """How much of the difference between two runs each part carries.

    moved: mean change of the log-odds of the target choice when the part comes from the source.
    whole: the same when everything does: the difference between the two runs.
    null: as `moved`, with a random change of equal norm in place of the source's.
    rows, columns: names of the two axes of `moved`: layers, and positions (counted back from the
        decision token, -1) or heads.
    """

    moved: Interval
    whole: Interval
    null: Interval
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def share(self) -> Float[ndarray, "rows columns"]:
        """`moved` in parts of `whole`: 1 where a part carries all of the difference.

        Shares of all parts need not sum to 1: parts act on one another.
        """
        return np.asarray(self.moved.value / self.whole.value)


def patching_by_position(
    model: HFModel,
    prompts: Sequence[str],
    sources: Sequence[str],
    choices: Sequence[Sequence[str]],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    donor: HFModel | None = None,
    seed: int = 0,
) -> Patched:
    """The residual stream of the source at one position after one layer, for all of both.

    sources: for every prompt one of as many tokens, so that positions correspond; the same prompts
        where only the model differs. donor: the model that the sources are run on, if another.

    Raises:
        Misuse: if a prompt and its source differ in length, or models in shape.
    """
    wanted = told_target(target, choices)
    layers, depth = tuple(range(model.layers + 1)), model.layers + 1
    pairs = _pairs(model, prompts, sources, choices, donor)
    shortest, found = None, {}
    chance = named_stream(seed, "patching")
    for numbers, replay, source in pairs:
        length = min(len(one.context) for one in replay.encoded)
        first = _first_difference(replay, source) if donor is None else length
        before = log_odds(np.array(replay.logprobs), wanted[numbers])
        whole = log_odds(np.array(source.logprobs), wanted[numbers]) - before
        moved = np.zeros((2, depth, length, len(numbers)))
        for back in range(1, first + 1):
            places: list[Place] = [At(Site(k, "resid"), -back) for k in layers]
            theirs, own = source.capture(places), replay.capture(places)
            for k, place in enumerate(places):
                new, old = (x[place].float().cpu().numpy() for x in (theirs, own))
                for kind, rows in enumerate((new, _random_like(new, old, chance))):
                    after = np.array(replay.run({place: patch(rows)}))
                    moved[kind, k, length - back] = log_odds(after, wanted[numbers]) - before
        shortest = length if shortest is None else min(shortest, length)
        found[tuple(numbers)] = moved, whole
    assert shortest is not None, "the targets were checked, so there are prompts"
    return _patched(found, len(prompts), groups, layers, tuple(range(-shortest, 0)), seed)


def patching_by_head(
    model: HFModel,
    prompts: Sequence[str],
    sources: Sequence[str],
    choices: Sequence[Sequence[str]],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    donor: HFModel | None = None,
    seed: int = 0,
) -> Patched:
    """What one head hands on at the decision token, from the source.

    Prompt and source may differ in length. Every run is one token. Arguments as above.

    Raises:
        IllFormedEdit: if the heads of the network could not be placed.
    """
    wanted = told_target(target, choices)
    layers = tuple(range(1, model.layers + 1))
    heads = {model.sites.heads(k).count for k in layers}
    if len(heads) > 1:
        raise Misuse(f"layers of {model.name} have {sorted(heads)} heads; patch them one by one")
    columns = tuple(range(heads.pop()))
    sites: list[Place] = [Site(k, "heads", h) for k in layers for h in columns]
    chance = named_stream(seed, "patching")
    found = {}
    for numbers, replay, source in _pairs(model, prompts, sources, choices, donor, aligned=False):
        before = log_odds(np.array(replay.logprobs), wanted[numbers])
        whole = log_odds(np.array(source.logprobs), wanted[numbers]) - before
        theirs, own = source.capture(sites), replay.capture(sites)
        moved = np.zeros((2, len(sites), len(numbers)))
        for i, place in enumerate(sites):
            new, old = (x[place].float().cpu().numpy() for x in (theirs, own))
            for kind, rows in enumerate((new, _random_like(new, old, chance))):
                after = np.array(replay.run({place: patch(rows)}))
                moved[kind, i] = log_odds(after, wanted[numbers]) - before
        found[tuple(numbers)] = moved.reshape(2, len(layers), len(columns), -1), whole
    return _patched(found, len(prompts), groups, layers, columns, seed)


def _pairs(
    model: HFModel,
    prompts: Sequence[str],
    sources: Sequence[str],
    choices: Sequence[Sequence[str]],
    donor: HFModel | None,
    *,
    aligned: bool = True,
) -> Iterator[tuple[list[int], Replay, Replay]]:
    """Batches of prompts beside the batches of their sources, row by row."""
    giver = model if donor is None else donor
    if (giver.layers, giver.width) != (model.layers, model.width):
        raise Misuse(
            f"{giver.name} has {giver.layers} layers of width {giver.width}, {model.name} "
            f"{model.layers} of {model.width}; patches need two models of one shape"
        )
    if len(sources) != len(prompts):
        raise Misuse(f"{len(sources)} sources are given for {len(prompts)} prompts")
    for numbers, replay in model.replays(prompts, choices):
        own = [sources[n] for n in numbers]
        source = giver.replay(own, [choices[n] for n in numbers])
        lengths = [(len(a.context), len(b.context)) for a, b in _both(replay, source)]
        wrong = [n for n, (a, b) in zip(numbers, lengths, strict=True) if a != b]
        if aligned and wrong:
            a, b = next((a, b) for a, b in lengths if a != b)
            raise Misuse(
                f"prompt {wrong[0]} has {a} tokens and its source {b}; positions correspond only "
                "in prompts of one length"
            )
        yield numbers, replay, source


def _both(replay: Replay, source: Replay) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Every prompt as tokens beside its source."""
    return zip(replay.encoded, source.encoded, strict=True)


def _first_difference(replay: Replay, source: Replay) -> int:
    """How far back from the end the first token stands in which a prompt differs from its source.

    Before it both runs are the same, in a network in which no token sees later ones.
    """
    back = 0
    for one, other in _both(replay, source):
        length = len(one.context)
        pairs = enumerate(zip(one.context, other.context, strict=True))
        first = next((i for i, (a, b) in pairs if a != b), length)
        back = max(back, length - first)
    return min(back, *(len(one.context) for one in replay.encoded))


def _random_like(
    new: Float[ndarray, "prompts width"],
    old: Float[ndarray, "prompts width"],
    chance: np.random.Generator,
) -> Float[ndarray, "prompts width"]:
    """The old activations, changed by as much as the new ones differ, in a random direction."""
    drawn = chance.normal(size=old.shape)
    size = np.linalg.norm(new - old, axis=1, keepdims=True)
    return np.asarray(old + drawn / np.linalg.norm(drawn, axis=1, keepdims=True) * size)


def _patched(
    found: dict[tuple[int, ...], tuple[ndarray, ndarray]],
    count: int,
    groups: Shaped[ndarray, "_"] | None,
    rows: tuple[int, ...],
    columns: tuple[int, ...],
    seed: int,
) -> Patched:
    """All batches together, cut to the columns that every prompt has."""
    moved = np.zeros((2, len(rows), len(columns), count))
    whole = np.zeros(count)
    for numbers, (part, difference) in found.items():
        moved[..., list(numbers)] = part[:, :, -len(columns) :]
        whole[list(numbers)] = difference
    own, null = (interval(part, groups, seed) for part in moved)
    return Patched(own, interval(whole, groups, seed), null, rows, columns)
