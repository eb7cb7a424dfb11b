"""What patching would move, to first order: every place by one run forward and one back.

Source: Nanda 2023, Attribution Patching; Syed, Rager and Conmy 2023, Attribution Patching
Outperforms Automated Circuit Discovery (arXiv 2310.10348), for one step; Sundararajan, Taly and Yan
2017, Axiomatic Attribution for Deep Networks (arXiv 1703.01365), for more. Differs from them in
that what is put in is compared with random changes of equal norm, to the same order.

A first-order estimate is no cause: where the decision bends between the two runs it is wrong, in
size and even in sense. What it names is to be patched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from numpy import ndarray
from torch import Tensor

from nashscope.chance import stream as named_stream
from nashscope.errors import Misuse
from nashscope.interp.interval import Interval, interval
from nashscope.interp.outcome import log_odds, told_target
from nashscope.models.hf import HFModel
from nashscope.models.replay import Replay
from nashscope.models.sites import EVERY, Change, Place, located

__all__ = ["FirstOrder", "first_order", "slopes"]


@dataclass(frozen=True, eq=False)
class FirstOrder:
    """What each place would move, estimated from the gradient.

    moved: `[places]`, mean of gradient · (source - own), in log-odds of the target.
    null: `[places]`, the same of a random change of equal norm.
    whole: by how much the two runs differ.
    places: the places, in their order.
    """

    moved: Interval
    null: Interval
    whole: Interval
    places: tuple[Place, ...]


def slopes(
    model: HFModel,
    prompts: Sequence[str],
    choices: Sequence[Sequence[str]],
    places: Sequence[Place],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
) -> dict[Place, Float[ndarray, "prompts width"]]:
    """The gradient of the target's log-odds along what is at each place, at one token each.

    Log-odds are of the first tokens that tell the labels apart, as in `attribution`; with labels
    of one token each they are those of the labels.

    Raises:
        BrokenFraming: if two labels of a prompt begin with the same token.
        IllFormedEdit: for a place that the model does not have.
    """
    wanted = told_target(target, choices)
    _one_token(places)
    out: dict[Place, list[ndarray | None]] = {place: [None] * len(prompts) for place in places}
    for numbers, replay in model.replays(prompts, choices):
        found = replay.slopes(places, _score(replay, wanted[numbers]))
        for place, slope in found.items():
            for row, number in enumerate(numbers):
                out[place][number] = slope[row].float().cpu().numpy()
    return {place: np.stack([x for x in own if x is not None]) for place, own in out.items()}


def first_order(
    model: HFModel,
    prompts: Sequence[str],
    sources: Sequence[str],
    choices: Sequence[Sequence[str]],
    places: Sequence[Place],
    *,
    target: Sequence[int] | Int[ndarray, "_"],
    groups: Shaped[ndarray, "_"] | None = None,
    steps: int = 1,
    seed: int = 0,
) -> FirstOrder:
    """Estimates what patching each place from the source would do, by gradients.

    sources: for every prompt the one that activations would come from; of as many tokens where a
        place is counted from the first. steps: 1 takes the gradient where the prompt is, and all
        places cost two runs together; with more it is averaged along the way to the source
        (integrated gradients, midpoints), place by place, and tends to what patching does.

    Raises:
        Misuse: if there is not one source for every prompt, or no step.
    """
    wanted = told_target(target, choices)
    _one_token(places)
    if len(sources) != len(prompts):
        raise Misuse(f"{len(sources)} sources are given for {len(prompts)} prompts")
    if steps < 1:
        raise Misuse(f"the gradient is taken at {steps} points; it takes at least 1")
    chance = named_stream(seed, "first order")
    moved = np.zeros((2, len(places), len(prompts)))
    whole = np.zeros(len(prompts))
    for numbers, replay in model.replays(prompts, choices):
        source = model.replay([sources[n] for n in numbers], [choices[n] for n in numbers])
        before, after = (np.array(x.logprobs) for x in (replay, source))
        whole[numbers] = log_odds(after, wanted[numbers]) - log_odds(before, wanted[numbers])
        own, theirs = replay.capture(places), source.capture(places)
        step = {place: theirs[place] - own[place] for place in places}
        slope = _along(replay, step, _score(replay, wanted[numbers]), steps)
        for row, place in enumerate(places):
            drawn = torch.as_tensor(chance.normal(size=tuple(step[place].shape))).to(step[place])
            drawn *= (step[place].norm(dim=1) / drawn.norm(dim=1))[:, None]
            for kind, push in enumerate((step[place], drawn)):
                told = (slope[place].double() * push.double()).sum(dim=1)
                moved[kind, row, numbers] = told.cpu().numpy()
    value, null = (interval(part, groups, seed) for part in moved)
    return FirstOrder(value, null, interval(whole, groups, seed), tuple(places))


def _along(
    replay: Replay, step: dict[Place, Tensor], score: Callable[[Tensor], Tensor], steps: int
) -> dict[Place, Tensor]:
    """The gradient at every place, where the prompt is or averaged on the way to the source."""
    if steps == 1:
        return replay.slopes(list(step), score)
    mean: dict[Place, Tensor] = {}
    for place, push in step.items():
        parts = []
        for number in range(steps):
            part = (number + 0.5) / steps * push
            parts.append(replay.slopes([place], score, {place: _moved(part)})[place])
        mean[place] = torch.stack(parts).mean(dim=0)
    return mean


def _moved(by: Tensor) -> Change:
    """The change that adds a tensor."""
    return lambda stream: stream + by


def _score(replay: Replay, wanted: Int[ndarray, "prompts"]) -> Callable[[Tensor], Tensor]:
    """The log-odds of the targets' first tokens, from logits."""
    first = torch.tensor([one.first_tokens for one in replay.encoded])
    hot = torch.nn.functional.one_hot(torch.tensor(wanted), first.shape[1]).bool()

    def odds(logits: Tensor) -> Tensor:
        own = logits.double().gather(1, first.to(logits.device))
        mask = hot.to(logits.device)
        rest: Tensor = torch.logsumexp(own.masked_fill(mask, -torch.inf), dim=1)
        return own.masked_fill(~mask, 0.0).sum(dim=1) - rest

    return odds


def _one_token(places: Sequence[Place]) -> None:
    """Refuses places at every token, and none."""
    if not places:
        raise Misuse("name at least one place")
    wrong = [place for place in places if located(place)[1] == EVERY]
    if wrong:
        raise Misuse(f"{wrong[0]} is at every token; name the tokens one by one")
